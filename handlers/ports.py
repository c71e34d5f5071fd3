"""What handlers need of the world, as protocols; `storage` happens to fit them and `bot.assemble` joins them.

A `Unit` is one unit of work: everything written through it becomes true together, or not at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, TypeVar

from flows.approval.case import Case, Entry
from flows.approval.outcome import Outcome, RegisterRow
from flows.calendar import Calendar, Slot
from flows.cards import Message
from flows.conversation.draft import Draft
from flows.facts import AttendanceEvent, LeaveTaken, SealStatus, Trip
from flows.people import Delegation, Office
from flows.procedure.model import Pack, Values
from flows.records import CaseNumber, DueTimer, OpenAsk, StoredFile, StoredRow

T = TypeVar("T")
Box = Literal["to_approve", "to_handle", "mine", "done", "copied"]


class Unit(Protocol):
    """One unit of work over everything the office keeps."""

    def first_time(self, key: str, at: datetime) -> bool:
        """Whether this event key is new; it is kept from now on."""
        ...

    def answered(self, key: str) -> str:
        """What the event was answered when it came first (empty: nothing)."""
        ...

    def remember_answer(self, key: str, answer: str) -> None:
        """Keep what an event was answered, for its duplicates."""
        ...

    def draft(self, person: str) -> Draft | None:
        """What the person is in the middle of saying."""
        ...

    def keep_draft(self, person: str, draft: Draft) -> None:
        """Keep the draft in place of the person's earlier one."""
        ...

    def drop_draft(self, person: str) -> None:
        """Forget the person's draft."""
        ...

    def new_case(self, prefix: str, at: datetime) -> CaseNumber:
        """The next number of that prefix and year."""
        ...

    def case(self, case_id: str) -> Case:
        """The case, locked until the unit ends.

        Raises:
            UnknownCase: there is none of that id.
        """
        ...

    def case_as_it_stands(self, case_id: str) -> Case:
        """The case to be looked at, not locked: nothing is decided on it.

        Raises:
            UnknownCase: there is none of that id.
        """
        ...

    def open_cases(self, procedures: tuple[str, ...]) -> tuple[Case, ...]:
        """The newest pending and approved cases of these procedures, at most a few hundred."""
        ...

    def cases_by(self, people: tuple[str, ...], procedures: tuple[str, ...]) -> tuple[Case, ...]:
        """The newest cases of these procedures that these people filed, in any state, at most a few hundred."""
        ...

    def find_case(self, word: str) -> Case | None:
        """The case of that code or number, whatever its letters' case."""
        ...

    def journal(self, case_id: str) -> tuple[Entry, ...]:
        """The case's journal from its first line."""
        ...

    def keep(self, outcome: Outcome) -> None:
        """Keep the outcome: journal, projection, timers, ledger, registers, leave and notices.

        Raises:
            AlreadyDone: somebody kept another outcome of the same revision first.
        """
        ...

    def keep_rows(self, rows: tuple[RegisterRow, ...], case_id: str, at: datetime) -> None:
        """Write register rows outside a case's outcome."""
        ...

    def say(self, person: str, message: Message, *, key: str = "", case_id: str = "", about: str = "") -> None:
        """Put one message to a person into the outbox; the same non-empty key is said only once."""
        ...

    def show(self, person: str, case_id: str) -> None:
        """Show the case's card once more at the end of the person's conversation, as a copy that stays current."""
        ...

    def leaves_of(self, person: str, *, without: tuple[str, ...] = ()) -> tuple[LeaveTaken, ...]:
        """The person's leaves that are not void, the cases `without` left out."""
        ...

    def going_on(self, applicant: str) -> tuple[Case, ...]:
        """The applicant's own cases that have not ended, newest first."""
        ...

    def leaves_between(self, people: tuple[str, ...], first: date, last: date) -> tuple[LeaveTaken, ...]:
        """Approved or pending leaves of these people that touch the days from first to last."""
        ...

    def away(self, at: datetime, slot: Slot | None) -> frozenset[str]:
        """Staff numbers of everybody on approved leave in that slot (None: outside office hours nobody is)."""
        ...

    def delegations(self, on: date) -> tuple[Delegation, ...]:
        """The orders given in chat that have not ended by that day."""
        ...

    def keep_delegation(self, order: Delegation, at: datetime) -> None:
        """Enter an order to decide in somebody's place."""
        ...

    def end_delegation(self, order_id: str, at: datetime) -> None:
        """Take such an order back."""
        ...

    def seals(self) -> Mapping[str, SealStatus]:
        """Seals that are suspended or lent, by name."""
        ...

    def attendance(self, person: str, year: int, *, without: str = "") -> tuple[AttendanceEvent, ...]:
        """The person's attendance events of that year (leave excluded), the case `without` left out."""
        ...

    def trips_between(self, first: date, last: date, *, without: str = "") -> tuple[Trip, ...]:
        """Trips that are not void and touch these days, the case `without` left out."""
        ...

    def trip_named(self, case_no: str) -> tuple[Trip, ...]:
        """The trip of the case of that number, unless it is void."""
        ...

    def odometers(self) -> Mapping[str, float]:
        """The last odometer reading by car."""
        ...

    def litres(self, month: str, *, without: str = "") -> Mapping[str, float]:
        """Litres of fuel by car in that month (2026-11), fuel of long trips and of one case excepted."""
        ...

    def box(self, box: Box, person: str, *, offset: int, limit: int) -> tuple[Case, ...]:
        """One page of a box; waiting boxes sort overdue, then deadline, then age, the others newest first."""
        ...

    def count(self, box: Box, person: str) -> int:
        """How many cases are in the box."""
        ...

    def open_asks(self) -> tuple[OpenAsk, ...]:
        """Everybody whom a case waits for now, by case."""
        ...

    def search(
        self,
        viewer: str,
        *,
        procedures: tuple[str, ...],
        states: tuple[str, ...],
        applicant: str,
        since: datetime,
        until: datetime,
        limit: int,
    ) -> tuple[Case, ...]:
        """The newest cases filed from `since` until before `until` that concern the viewer (empty: every case)."""
        ...

    def concerned(self, case_id: str) -> frozenset[str]:
        """Everybody who has or had something to do with the case: applicant, asked, acted, told."""
        ...

    def mark_read(self, case_id: str, person: str, at: datetime) -> None:
        """Note that somebody the case was told to has opened it."""
        ...

    def unread(self, person: str) -> frozenset[str]:
        """Ids of the cases told to the person who has not opened them since."""
        ...

    def register(self, register: str, *, offset: int, limit: int) -> tuple[StoredRow, ...]:
        """One page of a register, newest first."""
        ...

    def register_size(self, register: str) -> int:
        """How many rows the register has."""
        ...

    def rows_of_days(self, register: str, first: str, last: str, *, without: str = "") -> tuple[Values, ...]:
        """The cells of the rows that stand and are of the days from first to last (2026-11-01)."""
        ...

    def row(self, register: str, key: str) -> StoredRow | None:
        """The row of that key that stands now."""
        ...

    def file(self, file_id: str) -> StoredFile | None:
        """What is known of an upload."""
        ...

    def copy_file(self, file_id: str) -> str:
        """The id of a second entry for the same upload, tied to no case yet."""
        ...

    def attach(self, file_id: str, case_id: str) -> None:
        """Tie an upload to its case."""
        ...

    def log_access(self, person: str, what: str, at: datetime) -> None:
        """Keep that somebody tried what they may not: time, person and id, never content."""
        ...

    def nudged_at(self, case_id: str) -> tuple[datetime, ...]:
        """When the applicant pressed 催办 on this case."""
        ...

    def set_recurring(self, entry: str, due_at: datetime) -> None:
        """Set the next moment of something that recurs, by its ledger id; a moment set before is moved."""
        ...

    def recurring(self) -> Mapping[str, datetime]:
        """The next moment of everything that recurs, by ledger id."""
        ...

    def cases_of_day(self, procedure: str, at: datetime) -> tuple[Case, ...]:
        """The procedure's cases filed or changed on the day of `at`, oldest first."""
        ...

    def due_timers(self, now: datetime, limit: int) -> tuple[DueTimer, ...]:
        """Timers due by now, claimed for this unit."""
        ...

    def end_timer(self, timer_id: int) -> None:
        """The timer has done its work."""
        ...


class Work(Protocol):
    """Runs units of work."""

    async def run(self, unit: Callable[[Unit], T]) -> T:
        """What the function returns, once everything it wrote is durable."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The moment, aware, in the office's zone."""
        ...


@dataclass(frozen=True)
class Rules:
    """The packs in force and every earlier version a case still runs on."""

    current: Mapping[str, Pack]
    versions: Mapping[tuple[str, str], Pack]

    def of_case(self, case: Case) -> Pack:
        """The pack version the case was filed under."""
        return self.versions.get((case.pack, case.pack_version)) or self.current[case.pack]


@dataclass(frozen=True)
class Desk:
    """What every handler is given besides the unit: office, rules, calendar and the moment."""

    office: Office
    rules: Rules
    calendar: Calendar
    now: datetime
