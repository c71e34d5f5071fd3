"""`banshi run`: the service from the first line it prints to the last thing it lets arrive."""

import asyncio
import signal
import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot import logs
from bot.assemble import open_house
from bot.channels.console_form import MALFORMED
from bot.clock import SystemClock
from bot.failed import NEWER_DATABASE, Failed
from bot.service import House, Service
from bot.settings import Settings
from bot.web import PortTaken
from flows.procedure.model import ForbiddenChannel
from storage.database import WrongSchema, on_server
from storage.office import OfficeErrors
from storage.packs import PackErrors

Say = Callable[[str], None]


def serve(settings: Settings, say: Say) -> int:
    """Serve until interrupted or told to end; returns the exit code.

    Raises:
        Failed: it cannot start, and why.
    """
    logs.set_up(settings.log_level, settings.zone)
    for kind in MALFORMED:
        warnings.simplefilter("error", kind)
    try:
        house = open_house(settings, SystemClock(settings.zone))
    except (PackErrors, OfficeErrors) as errors:
        told = "\n".join(str(problem) for problem in errors.problems)
        raise Failed(f"{told}\n以上各处改正后再启动；只想检查，请运行 banshi check。") from None
    except WrongSchema:
        raise Failed(NEWER_DATABASE) from None
    try:
        asyncio.run(_serving(house, say))
    except PortTaken as taken:
        raise Failed(str(taken)) from None
    finally:
        house.work.close()
    return 0


async def _serving(house: House, say: Say) -> None:
    service = Service(house)
    port = await service.start()
    for line in greeting(house.settings, house.office.name, port, house.closed):
        say(line)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    await ended.wait()
    await service.stop()


def greeting(
    settings: Settings, office: str, port: int, closed: Mapping[str, ForbiddenChannel] = MappingProxyType({})
) -> tuple[str, ...]:
    """What is printed at the start: the address, who may come in, which channels run, and settings without effect."""
    lines = [f"{office}：请在浏览器中打开 {settings.address(port)}"]
    if settings.on_trial:
        lines.append("试用：打开这个地址的人可以选任何人的身份。")
    else:
        lines.append("登录：在另一个终端运行 banshi bind 工号，把它给出的链接发给本人。")
    lines.append(_telegram(settings, closed.get("telegram")))
    if settings.redis_url and not on_server(settings.database_url):
        lines.append("数据库是 SQLite 时只有一个进程，用不到 REDIS_URL，已忽略。")
    return (*lines, "停止：按 Ctrl+C")


def _telegram(settings: Settings, forbidden: ForbiddenChannel | None) -> str:
    if not settings.telegram.token:
        return "Telegram：未启用（没有设 TELEGRAM_BOT_TOKEN）。"
    if forbidden is not None:
        clause = "；".join(forbidden.cite)
        return f"Telegram：已关闭，{forbidden.statement}（{clause}）。要使用须由本单位放开，写法见 banshi check。"
    if settings.public_url:
        return f"Telegram：已启用，消息由 Telegram 送到 {settings.public_url}/telegram。"
    return "Telegram：已启用，由本程序去取消息（没有设 PUBLIC_URL）。"
