"""The office at work without a network: what people say goes through the handlers, time through the timers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from flows.approval.case import Case
from flows.calendar import Calendar
from flows.cards import Button, Card, Message
from flows.conversation.draft import Draft
from flows.errors import Refused
from flows.people import Office
from flows.plain import from_plain
from flows.procedure.model import Json
from flows.records import StoredFile
from handlers.copies import Copies
from handlers.events import Answer, Inbound
from handlers.gather import slot_at
from handlers.nudging import on_timer
from handlers.ports import Desk, Rules
from handlers.recurring import set_recurring
from handlers.router import on_inbound, on_refused
from handlers.succession import ask_successors, in_doubt
from storage.console import case_of
from storage.unit import Unit
from storage.work import Work

T = TypeVar("T")
CHANNEL = "console"
_MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One thing somebody was shown: asked, told, reminded, or a line of their talk."""

    person: str
    notice: str
    about: str
    case_id: str
    at: datetime


class House:
    """One office on one database; `now` is set by who lives in it."""

    def __init__(self, work: Work, office: Office, rules: Rules, calendar: Calendar, now: datetime) -> None:
        self.work = work
        self.office = office
        self.rules = rules
        self.calendar = calendar
        self.now = now
        self._count = 0
        self._seen = 0

    @property
    def desk(self) -> Desk:
        """What handlers are given now."""
        return Desk(self.office, self.rules, self.calendar, self.now)

    def open(self) -> None:
        """Begin a day's work as a started service would: everybody is bound, what recurs has its moment."""

        def opening(unit: Unit) -> None:
            for person in self.office.people.values():
                if person.active:
                    unit.bind(CHANNEL, person.staff_no, person.staff_no)
                else:
                    unit.unbind_everywhere(person.staff_no)
            set_recurring(unit, self.desk)
            for case_id in in_doubt(unit, self.desk):
                ask_successors(unit, self.desk, case_id)

        self.do(opening)

    def do(self, unit: Callable[[Unit], T]) -> T:
        """What one unit of work returns."""
        return self.work.run_sync(unit)

    def say(self, person: str, text: str) -> Answer:
        """Something typed."""
        return self._take(person, "text", text)

    def tap(self, person: str, press: str) -> Answer:
        """A button pressed."""
        return self._take(person, "tap", press)

    def send(self, person: str, name: str) -> Answer:
        """A file sent."""
        file = StoredFile(f"file-{self._count}", name, 1024, f"{self._count:064x}", person)
        self.do(lambda unit: unit.keep_file(file))
        told: Mapping[str, Json] = {"id": file.id, "name": name, "size": file.size, "sha256": file.sha256}
        return self._take(person, "file", "", told)

    def _take(
        self,
        person: str,
        what: Literal["text", "tap", "file"],
        text: str,
        file: Mapping[str, Json] | None = None,
    ) -> Answer:
        self._count += 1
        inbound, desk = Inbound(CHANNEL, f"e{self._count}", person, what, text, file), self.desk
        try:
            return self.do(lambda unit: on_inbound(unit, desk, inbound))
        except Refused as caught:
            refusal = caught
        return self.do(lambda unit: on_refused(unit, desk, inbound, refusal))

    def draft(self, person: str) -> Draft | None:
        """What the person is in the middle of saying."""
        return self.do(lambda unit: unit.draft(person))

    def case(self, case_id: str) -> Case:
        """The case as it stands."""
        return self.do(lambda unit: unit.case(case_id))

    def card(self, case_id: str, person: str) -> Card | None:
        """The case's card as the person sees it."""
        return self.do(lambda unit: Copies(unit, self.desk).card(case_id, person))

    def away(self) -> frozenset[str]:
        """Who is known to be away now."""
        return self.do(lambda unit: unit.away(self.now, slot_at(self.now, self.calendar)))

    def last_buttons(self, person: str) -> tuple[Button, ...]:
        """The buttons of the last thing the person was told."""
        message = self.do(lambda unit: _last_message(unit, person))
        return tuple(button for row in message.buttons for button in row) if message is not None else ()

    def news(self) -> tuple[Line, ...]:
        """What has been shown to people since it was last asked."""
        return self.do(self._news)

    def _news(self, unit: Unit) -> tuple[Line, ...]:
        rows = unit.db.rows(
            "SELECT id, person, notice, about, case_id, created_at FROM outbox WHERE id > :seen ORDER BY id",
            seen=self._seen,
        )
        if rows:
            self._seen = rows[-1]["id"]
        return tuple(
            Line(row["person"], row["notice"], row["about"], row["case_id"], unit.db.moment(row["created_at"]))
            for row in rows
        )

    def next_timer(self) -> datetime | None:
        """When the next timer is due."""
        return self.do(lambda unit: unit.next_timer_at())

    def ring(self) -> int:
        """Carry out everything that is due, each in a unit of its own; returns how many were."""
        done = 0
        while done < _MOST_AT_ONCE and self.do(self._carry_out):
            done += 1
        return done

    def _carry_out(self, unit: Unit) -> bool:
        for timer in unit.due_timers(self.now, 1):
            on_timer(unit, self.desk, timer)
            return True
        return False


def _last_message(unit: Unit, person: str) -> Message | None:
    lines = unit.console_messages(person, limit=1)
    if not lines or lines[-1].direction == "in" or case_of(lines[-1].body):
        return None
    return from_plain(Message, lines[-1].body)
