"""What the browser console needs of the office, as one protocol of plain values.

The console lays values out and carries events in; it decides nothing. Whoever fits `ConsoleFacade` is put
behind it: the assembly over the handlers, or a small office in memory for tests.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from flows.cards import Button, CaseLine, CasePage, ClauseText, FleetWeek, Message, RegisterPage
from flows.records import StoredFile
from handlers.events import Answer
from handlers.ports import Box


class NotHere(Exception):
    """There is no such thing, or this person may not see it; the console answers both with the same 404."""


class UploadTooLarge(Exception):
    """An upload passed the size limit while it was read; whatever was written of it is dropped."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as the console names them: `title` is the post in words (秘书科科长)."""

    staff_no: str
    name: str
    title: str
    section: str


@dataclass(frozen=True, slots=True)
class ConsoleMessage:
    """One entry of a person's conversation.

    `id` orders the stream and never changes. `version` grows over all of the person's messages with every new or
    edited one, so that `changes(person, after)` misses nothing. `in` is what the person said (`text`), `out` is what
    was said to them (`message`). `changed_at` is set once a message was edited in place. Moments are aware.
    """

    id: int
    version: int
    direction: Literal["in", "out"]
    at: datetime
    message: Message | None = None
    text: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoxPage:
    """One page of a box; `page` counts from 1, `pages` is at least 1, `total` counts cases.

    `batches` are the kinds that can be agreed to together.
    """

    lines: tuple[CaseLine, ...]
    page: int
    pages: int
    total: int
    batches: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A procedure this person may begin: `subject` is the area that groups them (请假考勤, 用印), `press` begins it.

    `example` is a whole request of the kind in one message (empty: there is none).
    """

    id: str
    name: str
    subject: str
    press: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A register this person may read, with how many rows it has."""

    id: str
    title: str
    total: int
    cite: str = ""


@dataclass(frozen=True, slots=True)
class RegisterSheet:
    """A register as a spreadsheet: its title and the file's bytes."""

    title: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the office's calendar as one person sees it.

    `kind` is work, off (weekend or holiday) or makeup (a weekend that is worked); `name` names the holiday;
    `provisional` marks a day of a year nobody has published; `own` says the person's own leave in a few words
    (事假 上午); `away` names colleagues on leave.
    """

    day: date
    kind: Literal["work", "off", "makeup"]
    name: str = ""
    provisional: bool = False
    own: str = ""
    away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """Every day of one month in order, and which day is today."""

    year: int
    month: int
    days: tuple[CalendarDay, ...]
    today: date


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An attachment to download: its name as given, size in bytes, and its bytes piece by piece."""

    name: str
    size: int
    content: AsyncIterator[bytes]


class ConsoleFacade(Protocol):
    """The office as the console sees it. Every method is for one person and shows only what they may see."""

    async def people(self) -> tuple[PersonLine, ...]:
        """Everybody one can be in the sample office, in the order of the switcher (grouped by `section`)."""
        ...

    async def person(self, person: str) -> PersonLine | None:
        """The active person of that staff number, if there is one."""
        ...

    async def receive(
        self,
        person: str,
        key: str,
        what: Literal["text", "tap", "file"],
        *,
        text: str = "",
        file: StoredFile | None = None,
    ) -> Answer:
        """Take one event of this person in and say what is answered at once.

        `key` is unique per event; the same key again does nothing and is answered as the first time. What follows is
        in the conversation before this returns. The console shows `Answer.text` beside what was pressed; an answer
        with a `case_id` and no text opens that case. A text, a file and a tap on a question's button are kept as `in`
        messages (the button's label), so that the question they answer is no longer the last one.
        """
        ...

    async def version(self, person: str) -> int:
        """The highest version of any of the person's messages (0: they have none)."""
        ...

    async def messages(self, person: str, *, before: int | None, limit: int) -> tuple[ConsoleMessage, ...]:
        """The last `limit` messages with an id below `before` (None: the latest), oldest first."""
        ...

    async def changes(self, person: str, after: int) -> tuple[ConsoleMessage, ...]:
        """Every message, new or edited, whose version is above `after`, lowest version first."""
        ...

    async def counts(self, person: str) -> Mapping[Box, int]:
        """How many cases each box holds."""
        ...

    async def box(self, person: str, box: Box, page: int) -> BoxPage:
        """One page of a box; a page beyond the last is the last."""
        ...

    async def search(self, person: str, text: str, page: int) -> BoxPage:
        """One page of the past cases the text asks for, newest first; a page beyond the last is the last."""
        ...

    async def case_page(self, person: str, case_id: str) -> CasePage:
        """A case in full; its card carries the buttons this person may press now.

        Raises:
            NotHere: no such case, or not for this person (flows.errors.UnknownCase is understood as well).
        """
        ...

    async def clauses(self, entries: tuple[str, ...]) -> Mapping[str, ClauseText]:
        """What stands behind these ledger ids; unknown ones are left out."""
        ...

    async def procedures(self, person: str) -> tuple[ProcedureLine, ...]:
        """What this person may begin, in the order it is offered."""
        ...

    async def registers(self, person: str) -> tuple[RegisterLine, ...]:
        """The registers this person may read."""
        ...

    async def register_page(self, person: str, register: str, page: int) -> RegisterPage:
        """One page of a register, newest first.

        Raises:
            NotHere: no such register, or not for this person.
        """
        ...

    async def register_sheet(self, person: str, register: str) -> RegisterSheet:
        """The whole register as an .xlsx file.

        Raises:
            NotHere: there is none, or not for this person.
        """
        ...

    async def calendar_page(self, person: str, year: int | None, month: int | None) -> CalendarPage:
        """A month of the calendar (None: the one that holds today)."""
        ...

    async def gives_cars(self) -> bool:
        """Whether the office gives cars, so that there is a week of them to look at."""
        ...

    async def fleet_week(self, person: str, day: date | None) -> FleetWeek:
        """The week of cars that holds the day (None: today).

        Raises:
            NotHere: the office gives no cars.
        """
        ...

    async def keep_upload(self, person: str, name: str, content: AsyncIterator[bytes]) -> StoredFile:
        """Keep an upload's bytes and say what is to be known of it, with the event that brings it.

        `content` raises UploadTooLarge past the limit: what was written so far is dropped and the error goes on.
        """
        ...

    async def open_file(self, person: str, file_id: str) -> OpenedFile:
        """An attachment this person may open.

        Raises:
            NotHere: no such file, or not for this person.
        """
        ...
