"""`banshi bind`: the links for one person, for the operator to pass on; the service may be running meanwhile."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from bot.access import Access, named, told
from bot.channels.base import SendError
from bot.clock import SystemClock
from bot.failed import NEWER_DATABASE, Failed
from bot.settings import Settings
from flows.channels import forbidden_channels
from handlers.ports import Desk, Rules
from storage.database import WrongSchema, open_work, prepare
from storage.office import OfficeErrors, read_office
from storage.packs import load_packs

if TYPE_CHECKING:
    from bot.channels.telegram_api import TelegramApi

Say = Callable[[str], None]
_CLOSED = "本单位所用规章不准用 Telegram，没有绑定链接；要使用须由本单位放开，写法见 banshi check。"
_UNKNOWN_NAME = "（没有连上 Telegram，还不知道机器人的名字；稍后再运行一次，会给出可以点开的链接。）"


def give_links(settings: Settings, word: str, say: Say) -> None:
    """Print the person's links; those given before no longer count.

    Raises:
        Failed: there is no such active person, or the office or the database cannot be used.
    """
    desk = _desk(settings)
    person = named(desk().office, word)
    if person is None:
        raise Failed(f"没有在职人员“{word}”：请写 {settings.office} 人员表里的工号。")
    forbidden = forbidden_channels(desk().office, desk().rules.current.values())
    binding, remark = (None, (_CLOSED,)) if "telegram" in forbidden else _binding(settings)
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        prepare(settings.database_url)
        work = open_work(settings.database_url, SystemClock(settings.zone).now, settings.zone)
    except WrongSchema:
        raise Failed(NEWER_DATABASE) from None
    try:
        access = Access(work, desk, partial(settings.address, settings.port), binding, settings.on_trial)
        say(told(work.run_sync(lambda unit: access.links(unit, person)), desk()))
    finally:
        work.close()
    for line in remark:
        say(line)


def _desk(settings: Settings) -> Callable[[], Desk]:
    """The office as its files say; links need no rules."""
    packs = load_packs()
    try:
        read = read_office(settings.office, tuple(packs.values()))
    except OfficeErrors as errors:
        raise Failed("\n".join(str(problem) for problem in errors.problems)) from None
    clock = SystemClock(settings.zone)
    return lambda: Desk(read.office, Rules(packs, {}), read.calendar, clock.now())


def _binding(settings: Settings) -> tuple[Callable[[str], str] | None, tuple[str, ...]]:
    """What turns a pass into a link to the bot, and what is to be said beside it."""
    if not settings.telegram.token:
        return None, ("要绑定 Telegram，请先设 TELEGRAM_BOT_TOKEN。",)
    from bot.channels.telegram_api import TelegramApi
    from bot.telegram_house import binding_link

    api = TelegramApi(settings.telegram.token, settings.telegram.api_base)
    return partial(binding_link, api), () if asyncio.run(_introduced(api)) else (_UNKNOWN_NAME,)


async def _introduced(api: "TelegramApi") -> bool:
    """Ask the bot for its name; whether it could be reached."""
    try:
        await api.name()
    except SendError:
        return False
    finally:
        await api.close()
    return True
