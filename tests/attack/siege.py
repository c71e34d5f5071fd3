"""The sample office with something to steal, and a colleague who has no business with it."""

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from aiohttp.http_exceptions import BadHttpMessage
from sqlmodel import SQLModel

from bot.uploads import Uploads
from flows.approval.case import Case
from flows.records import StoredFile
from storage import tables
from storage.unit import Unit
from storage.verify import verify
from tests.attack.wire import Told, Wire
from tests.fakes import MovableClock
from tests.stories.telegram_office import TelegramOffice, telegram_office

LU, HEAD, STRANGER = "Y022", "Y020", "Y031"
CANARY = "翠鸟七五三"
"""A word that stands only in what is none of the stranger's business."""
PAPER = "papersoflu"
"""An attachment of 陆子涵's case."""
NOT_DECIDED = frozenset({tables.AccessAttempt.__tablename__})
"""Where even a refused event may leave a line."""
TOLD_TOO_MUCH = re.compile(
    r"Traceback|\bFile \"|\.py\b|\b[A-Z][a-z]+[A-Za-z]*(?:Error|Exception)\b|sqlite|psycopg|SELECT "
)
_SHOWN = re.compile(r"/sign-in/([A-Za-z0-9_-]+)")
_COOKIE = re.compile(r"^Set-Cookie: ([a-z_]+)=([^;]*)", re.MULTILINE | re.IGNORECASE)
_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_PRESS = re.compile(r'name="press" value="([^"]+)"')


@dataclass
class Siege:
    """The office, a case of 陆子涵's that waits for her head, and the stranger signed in to their own console."""

    office: TelegramOffice
    case: str
    wire: Wire
    stranger: Wire
    token: str
    presses: tuple[str, ...]

    @property
    def matter(self) -> Case:
        """The case as it stands."""
        return self.office.house.work.run_sync(lambda unit: unit.case(self.case))

    def state(self) -> dict[str, int]:
        """How many rows every table holds, and the last change of any line in a conversation."""

        def read(unit: Unit) -> dict[str, int]:
            names = sorted(SQLModel.metadata.tables)
            counted = {name: int(unit.db.value(f"SELECT COUNT(*) FROM {name}")) for name in names}
            changed = {"version": unit.console_version(), "lines": int(unit.db.value("SELECT COUNT(*) FROM journal"))}
            return {**{name: count for name, count in counted.items() if name not in NOT_DECIDED}, **changed}

        return self.office.house.work.run_sync(read)

    def sound(self) -> bool:
        """Whether everything derived agrees with the journal."""
        return self.office.house.work.run_sync(verify).ok

    def overheard(self) -> str:
        """Everything the bot wrote into chats that are none of 陆子涵's or her approvers'."""
        theirs = {self.office.phone(person).account for person in (LU, HEAD)}
        chats = (chat for chat in self.office.api.chats.values() if chat.id not in theirs)
        return "\n".join(shown.text for chat in chats for shown in chat.messages.values() if shown.by_bot)


async def signed_in(office: TelegramOffice, person: str) -> tuple[Wire, str]:
    """A wire with the person's session and form cookies, and a token for their forms."""
    port = int(office.api.reach.rpartition(":")[2])
    found = office.house.office.person(person)
    links = office.house.work.run_sync(lambda unit: office.service.access.links(unit, found))
    shown = _SHOWN.search(links.sign_in)
    assert shown is not None
    entered = await Wire(port).post("/sign-in", {"shown": shown[1]})
    cookies = dict(_COOKIE.findall(entered.head))
    page = await Wire(port, {"Cookie": _cookie(cookies)}).ask(f"/as/{person}/")
    cookies |= dict(_COOKIE.findall(page.head))
    token = _TOKEN.search(page.body)
    assert token is not None
    return Wire(port, {"Cookie": _cookie(cookies)}), token[1]


def _cookie(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def presses_in(told: Told) -> set[str]:
    """What is behind the buttons of a page."""
    return {unescape(found) for found in _PRESS.findall(told.body)}


@asynccontextmanager
async def siege(folder: Path, database: str = "") -> AsyncIterator[Siege]:
    """The office on a Tuesday morning, behind a public address: everybody signs in, Telegram comes by webhook.

    Its facts lie in the folder, or in the database of that address.
    """
    async with telegram_office(folder, MovableClock("2026-11-24T09:00"), database=database) as office:
        await office.bind(LU, HEAD)
        await office.says(LU, "请假", "事假", "明天下午", "明天下午", CANARY, "提交")
        case = office.house.work.run_sync(lambda unit: str(unit.db.value("SELECT id FROM cases")))
        office.house.work.run_sync(lambda unit: unit.keep_file(StoredFile(PAPER, "病历.pdf", 9, "ab" * 32, LU, case)))
        paper = Uploads(office.house.settings.var / "files").path_of("ab" * 32)
        paper.parent.mkdir(parents=True)
        paper.write_text(CANARY)
        await office.says(LU, "请假", "病假", "后天上午", "后天上午", f"{CANARY}看病")
        wire, token = await signed_in(office, STRANGER)
        presses: set[str] = set()
        for person in (LU, HEAD):
            theirs, _ = await signed_in(office, person)
            presses |= presses_in(await theirs.ask(f"/as/{person}/?case={case}"))
            assert CANARY in (await theirs.ask(f"/as/{person}/case/{case}")).body
        bare = Wire(wire.port)
        yield Siege(office, case, bare, wire, token, tuple(sorted(presses)))


class Bugs(logging.Handler):
    """Keeps what is logged as an error: nothing a stranger sends may be one.

    What is no HTTP at all is answered and noted by aiohttp before anything of ours has seen it.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line with the type and place of what broke."""
        bug = record.exc_info[1] if record.exc_info else None
        if isinstance(bug, BadHttpMessage):
            return
        self.lines.append(f"{record.getMessage()} {type(bug).__name__ if bug else ''}".strip())
