"""The office behind the browser console: events taken in, and what one person may look at."""

import asyncio
import logging
import secrets
from calendar import monthrange
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar, cast

from bot.access import Access
from bot.channels.console_facade import (
    BoxPage,
    CalendarDay,
    CalendarPage,
    ConsoleMessage,
    NotHere,
    OpenedFile,
    PersonLine,
    ProcedureLine,
    RegisterLine,
    RegisterSheet,
    UploadTooLarge,
)
from bot.channels.console_guard import Refusal
from bot.intake import Intake
from bot.logs import tell, tell_bug
from bot.uploads import TooLarge, Uploads
from flows.cards import CasePage, ClauseText, FleetWeek, Message, RegisterPage
from flows.conversation.areas import by_area
from flows.conversation.commands import EXAMPLES
from flows.errors import UnknownCase
from flows.people import Person
from flows.plain import from_plain
from flows.procedure.model import Json
from flows.records import StoredFile
from flows.secrecy import marking
from handlers import queries
from handlers.batching import batch_buttons
from handlers.copies import Copies
from handlers.events import Answer, Inbound
from handlers.fleet import has_cars, week
from handlers.ports import Box, Desk
from handlers.refusals import item_of
from handlers.searching import find
from handlers.secrecy import marked
from storage.console import ConsoleLine, case_of
from storage.part import dump
from storage.sheets import sheet_of
from storage.unit import Unit
from storage.work import Work

T = TypeVar("T")
CHANNEL = "console"
_RECENT = 20
"""How many of the last lines are searched for the button that was pressed."""
_POSTS = 2
"""How many posts stand behind a name."""
_BROKEN_CARD = "这张卡片暂时打不开，请把申请编号告诉办公室管理员。"
_NOT_THEIRS = "这张卡片上的申请已不由您办理。"
_log = logging.getLogger("banshi.console")


@dataclass(frozen=True)
class ConsoleDesk:
    """Fits `ConsoleFacade` over the handlers and the units of work."""

    work: Work
    desk: Callable[[], Desk]
    intake: Intake
    uploads: Uploads
    access: Access

    async def _see(self, person: str, what: str, look: Callable[[Unit, Desk], T]) -> T:
        """What the look finds; a reach for what is not theirs is noted before it is refused."""
        desk = self.desk()
        try:
            return await self.work.run(lambda unit: look(unit, desk))
        except UnknownCase:
            await self.work.run(lambda unit: unit.log_access(person, what, desk.now))
            tell(_log, "refused look", level=logging.WARNING, person=person, what=what)
            raise NotHere from None

    async def people(self) -> tuple[PersonLine, ...]:
        """Everybody active, by section in the office's order."""
        desk = self.desk()
        order = {section: place for place, section in enumerate(desk.office.sections)}
        active = [person for person in desk.office.people.values() if person.active]
        return tuple(_line(desk, person) for person in sorted(active, key=lambda p: (order[p.section], p.staff_no)))

    async def person(self, person: str) -> PersonLine | None:
        """The active person of that staff number, if there is one."""
        desk = self.desk()
        found = desk.office.people.get(person)
        return _line(desk, found) if found is not None and found.active else None

    async def receive(
        self,
        person: str,
        key: str,
        what: Literal["text", "tap", "file"],
        *,
        text: str = "",
        file: StoredFile | None = None,
    ) -> Answer:
        """Take one event in; its answers stand in the conversation when this returns."""
        known: dict[str, Json] | None = None
        if file is not None:
            known = {"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256}
        words = await self.access.asked(person, text, key) if what == "text" else None
        if words is not None:
            return Answer(words)
        inbound = Inbound(CHANNEL, key, person, what, text, known)
        return await self.intake.take(inbound, lambda unit: self._hear(unit, inbound), file=file)

    def _hear(self, unit: Unit, inbound: Inbound) -> None:
        """Keep what the person said as a line of theirs, once; a press by the words on its button."""
        said = inbound.text
        if inbound.what == "tap":
            said = _pressed(unit.console_messages(inbound.person, limit=_RECENT), inbound.text)
        elif inbound.file is not None:
            said = "\n".join(part for part in (inbound.text, f"附件：{inbound.file['name']}") if part)
        if said and not unit.console_has(inbound.person, inbound.key):
            unit.console_put(inbound.person, "in", dump({"text": said}), at=self.desk().now, key=inbound.key)

    async def version(self, person: str) -> int:  # noqa: ARG002  one counter serves everybody
        """The version of the newest change; one counter serves every conversation."""
        return await self.work.run(lambda unit: unit.console_version())

    async def messages(self, person: str, *, before: int | None, limit: int) -> tuple[ConsoleMessage, ...]:
        """The last lines before that one, oldest first."""
        desk = self.desk()
        return await self.work.run(
            lambda unit: _shown(unit, desk, unit.console_messages(person, before=before, limit=limit))
        )

    async def changes(self, person: str, after: int) -> tuple[ConsoleMessage, ...]:
        """Every line that is new or changed since that version."""
        desk = self.desk()
        return await self.work.run(lambda unit: _shown(unit, desk, unit.console_changes(person, after_version=after)))

    async def counts(self, person: str) -> Mapping[Box, int]:
        """How many cases each box holds."""
        return await self.work.run(lambda unit: queries.counts(unit, person))

    async def box(self, person: str, box: Box, page: int) -> BoxPage:
        """One page of a box."""
        desk = self.desk()

        def look(unit: Unit) -> BoxPage:
            found = queries.box_page(unit, desk, box, person, page)
            batches = batch_buttons(unit, desk, person) if box == "to_approve" else ()
            return BoxPage(found.lines, found.page, found.pages, found.total, batches)

        return await self.work.run(look)

    async def search(self, person: str, text: str, page: int) -> BoxPage:
        """One page of the past cases the text asks for."""
        desk = self.desk()
        found = await self.work.run(lambda unit: find(unit, desk, person, text, page))
        return BoxPage(found.lines, found.page, found.pages, found.total)

    async def case_page(self, person: str, case_id: str) -> CasePage:
        """A case in full.

        Raises:
            NotHere: there is none, or not for this person.
        """
        return await self._see(person, f"case:{case_id}", lambda u, desk: queries.case_page(u, desk, case_id, person))

    async def clauses(self, entries: tuple[str, ...]) -> Mapping[str, ClauseText]:
        """What stands behind these ledger ids; unknown ones are left out."""
        packs = tuple(self.desk().rules.current.values())
        found = ((entry, item_of(entry, packs)) for entry in entries)
        return {
            entry: ClauseText(entry, "；".join(item.cite), getattr(item, "statement", "") or getattr(item, "name", ""))
            for entry, item in found
            if item is not None and item.cite
        }

    async def procedures(self, person: str) -> tuple[ProcedureLine, ...]:
        """What this person may begin."""
        found = by_area(queries.procedures_for(self.desk(), person))
        return tuple(
            ProcedureLine(each.id, each.name, area.name, f"start:{each.id}", EXAMPLES.get(each.family, ""))
            for area, procedures in found
            for each in procedures
        )

    async def registers(self, person: str) -> tuple[RegisterLine, ...]:
        """The registers this person may read."""
        found = queries.registers_for(self.desk(), person)
        return await self.work.run(
            lambda unit: tuple(
                RegisterLine(each.id, each.title, unit.register_size(each.id), "；".join(each.cite)) for each in found
            )
        )

    async def register_page(self, person: str, register: str, page: int) -> RegisterPage:
        """One page of a register.

        Raises:
            NotHere: there is none, or not for this person.
        """
        return await self._see(
            person, f"register:{register}", lambda u, desk: queries.register_page(u, desk, register, person, page)
        )

    async def register_sheet(self, person: str, register: str) -> RegisterSheet:
        """The whole register as an .xlsx file.

        Raises:
            NotHere: there is none, or not for this person.
        """
        book = await self._see(
            person, f"register:{register}", lambda u, desk: queries.register_book(u, desk, register, person)
        )
        return RegisterSheet(book.title, await asyncio.to_thread(sheet_of, book))

    async def calendar_page(self, person: str, year: int | None, month: int | None) -> CalendarPage:
        """A month of the calendar (None: the one that holds today)."""
        desk = self.desk()
        today = desk.now.date()
        first = date(year or today.year, month or today.month, 1)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        days = await self.work.run(lambda unit: queries.month(unit, desk, person, first, last))
        return CalendarPage(first.year, first.month, tuple(_day(day) for day in days), today)

    async def gives_cars(self) -> bool:
        """Whether the office gives cars."""
        return has_cars(self.desk())

    async def fleet_week(self, person: str, day: date | None) -> FleetWeek:
        """The week of cars that holds the day.

        Raises:
            NotHere: the office gives no cars.
        """
        desk = self.desk()
        if not has_cars(desk):
            raise NotHere
        return await self.work.run(lambda unit: week(unit, desk, person, day or desk.now.date()))

    async def keep_upload(self, person: str, name: str, content: AsyncIterator[bytes]) -> StoredFile:
        """Keep an upload's bytes; `receive` makes it known with the event that brings it.

        Raises:
            Refusal: its name carries a classified marking; nothing was read.
            UploadTooLarge: it passes the limit; nothing is kept.
        """
        if marking(name):
            await self.work.run(lambda unit: unit.log_access(person, "classified", self.desk().now))
            raise Refusal(403, marked(self.desk()))
        try:
            kept = await self.uploads.keep(content)
        except TooLarge:
            raise UploadTooLarge from None
        return StoredFile(secrets.token_hex(8), name, kept.size, kept.sha256, person)

    async def open_file(self, person: str, file_id: str) -> OpenedFile:
        """An attachment this person may open.

        Raises:
            NotHere: there is none, or not for this person, or its bytes are gone.
        """
        found = await self._see(
            person, f"file:{file_id}", lambda unit, desk: unit.file(queries.file_for(unit, desk, file_id, person))
        )
        if found is None or not self.uploads.has(found.sha256):
            raise NotHere
        return OpenedFile(found.name, found.size, self.uploads.read(found.sha256))


def _line(desk: Desk, person: Person) -> PersonLine:
    """The person with the posts they hold by the packs' names, the plain member of staff without one."""
    roles = {post: name for pack in desk.rules.current.values() for post, name in pack.roles.items()}
    held = (roles.get(post.id, "").partition("（")[0] for post in person.posts if post.id != "staff")
    names = [name for name in dict.fromkeys(held) if name]
    return PersonLine(person.staff_no, person.name, person.title or "、".join(names[:_POSTS]), person.section)


def _pressed(lines: tuple[ConsoleLine, ...], press: str) -> str:
    """The words on the latest question's button of that press; a card's buttons are no talk and have none."""
    asked = (
        from_plain(Message, line.body) for line in reversed(lines) if line.direction == "out" and not case_of(line.body)
    )
    for message in asked:
        for button in (button for row in message.buttons for button in row):
            if button.press == press:
                return button.label
    return ""


def _shown(unit: Unit, desk: Desk, lines: tuple[ConsoleLine, ...]) -> tuple[ConsoleMessage, ...]:
    """The lines as they are read now, each case's card drawn once."""
    cases = {case_of(line.body): line.person for line in lines if line.direction == "out" and case_of(line.body)}
    copies = Copies(unit, desk)
    cards = {case_id: _card(unit, copies, case_id, person) for case_id, person in cases.items()}
    return tuple(_message(line, cards.get(case_of(line.body))) for line in lines)


def _card(unit: Unit, copies: Copies, case_id: str, person: str) -> Message:
    try:
        with unit.db.savepoint():
            card = copies.card(case_id, person)
    except Exception as bug:  # noqa: BLE001  one broken case does not close the whole conversation
        tell_bug(_log, "card not drawn", bug, case=case_id, person=person)
        return Message(text=_BROKEN_CARD)
    return Message(card=card) if card is not None else Message(text=_NOT_THEIRS)


def _message(line: ConsoleLine, card: Message | None) -> ConsoleMessage:
    said = cast("dict[str, str]", line.body).get("text", "") if line.direction == "in" else ""
    return ConsoleMessage(
        id=line.id,
        version=line.version,
        direction=line.direction,
        at=line.at,
        message=card or from_plain(Message, line.body) if line.direction == "out" else None,
        text=said,
        changed_at=line.changed_at if line.changed_at != line.at else None,
    )


def _day(day: queries.DayView) -> CalendarDay:
    return CalendarDay(
        day.day, cast('Literal["work", "off", "makeup"]', day.kind), day.name, day.provisional, day.own, day.away
    )
