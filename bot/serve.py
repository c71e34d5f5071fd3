"""`banshi run`: the service from the first line it prints to the last thing it lets arrive."""

import asyncio
import signal
from collections.abc import Callable

from bot import logs
from bot.assemble import open_house
from bot.clock import SystemClock
from bot.failed import NEWER_DATABASE, Failed
from bot.service import House, Service
from bot.settings import Settings
from bot.web import PortTaken
from storage.database import WrongSchema
from storage.office import OfficeErrors
from storage.packs import PackErrors

Say = Callable[[str], None]
NO_SIGN_IN = "HOST={host} 会让别的机器也能打开，而本版本还不能登录、谁都能用任何人的身份：请去掉 HOST，只在本机试用。"


def serve(settings: Settings, say: Say) -> int:
    """Serve until interrupted or told to end; returns the exit code.

    Raises:
        Failed: it cannot start, and why.
    """
    if not settings.on_trial:
        raise Failed(NO_SIGN_IN.format(host=settings.host))
    logs.set_up(settings.log_level, settings.zone)
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
    for line in greeting(house.settings, house.office.name, port):
        say(line)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    await ended.wait()
    await service.stop()


def greeting(settings: Settings, office: str, port: int) -> tuple[str, ...]:
    """What is printed at the start: the address, and every setting that has no effect in this version."""
    host = "127.0.0.1" if settings.host in ("", "0.0.0.0", "::") else settings.host  # noqa: S104
    lines = [f"{office}：请在浏览器中打开 {settings.public_url or f'http://{host}:{port}'}"]
    idle = [("REDIS_URL", settings.redis_url), ("TELEGRAM_BOT_TOKEN", settings.telegram.token)]
    lines += [f"本版本还用不到 {name}，已忽略。" for name, value in idle if value]
    return (*lines, "试用：打开这个地址的人可以选任何人的身份。停止：按 Ctrl+C")
