"""What one event decided, as plain values to be kept in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from flows.approval.case import Case, Entry
from flows.calendar import Slot
from flows.cards import Button
from flows.facts import Trip
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure

Kind = Literal["ask", "tell", "nudge", "update"]
Role = Literal["applicant", "approver", "keeper", "copy"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person is shown: an ask (a card to act on), a word told, a nudge, or a card redrawn.

    `role` says which card of the case it is: applicant, approver, keeper or copy. `about` is a step id, a state or
    the ledger id of a deadline's rule. `text` is one Chinese sentence; an ask and an update carry none. `buttons` stand
    under a sentence that wants an answer.
    """

    to: str
    kind: Kind
    about: str
    role: Role = "applicant"
    visit: int = -1
    text: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment to come back to: unique by (case, visit, kind); it ends with its visit."""

    due_at: datetime
    kind: str
    visit: int
    data: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One signed line of the leave ledger, in days: `reserved` and `used` change by these amounts."""

    person: str
    type: str
    year: int
    kind: Literal["reserve", "release", "settle", "correct", "opening"]
    reserved: float
    used: float
    target: str = ""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A row of a register. A row with a `key` already there supersedes it (the old row stays, marked).

    `person` is the staff number of whom the row is about, where it is about somebody (the row itself says names).
    One that `amends` changes the columns it names of the row that stands; where none stands nothing is written.
    """

    register: str
    key: str
    row: Mapping[str, Json]
    person: str = ""
    amends: bool = False


@dataclass(frozen=True, slots=True)
class LeaveKept:
    """The leave of a case as it stands now; replaces what was kept of the case's leave before."""

    person: str
    type: str
    start: Slot
    end: Slot
    days: float
    status: Literal["reserved", "settled", "void"]
    slots: tuple[Slot, ...]
    target: str = ""
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Effects:
    """What a family adds to an outcome: ledger lines, register rows, the leave or trip kept, words to people."""

    ledger: tuple[LedgerEntry, ...] = ()
    rows: tuple[RegisterRow, ...] = ()
    leave: LeaveKept | None = None
    notices: tuple[Notice, ...] = ()
    timers: tuple[Timer, ...] = ()
    elsewhere: "tuple[Elsewhere, ...]" = ()
    trip: Trip | None = None

    def __add__(self, other: "Effects") -> "Effects":
        return Effects(
            self.ledger + other.ledger,
            self.rows + other.rows,
            other.leave or self.leave,
            self.notices + other.notices,
            self.timers + other.timers,
            self.elsewhere + other.elsewhere,
            other.trip or self.trip,
        )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What an event of one case brings about in another (the leave a return refers to).

    `lines` are the journal lines written there, as act and particulars, in order; `effects` follow from them.
    """

    case: Case
    procedure: Procedure
    lines: tuple[tuple[str, Mapping[str, Json]], ...]
    effects: Effects = Effects()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The case after an event and everything that follows from it; nothing of it happened until it is kept.

    `entries` are the new journal lines in order; `opens` names a procedure to be opened with the case's values;
    `also` is what happened to other cases with it.
    """

    case: Case
    entries: tuple[Entry, ...]
    notices: tuple[Notice, ...] = ()
    effects: Effects = Effects()
    findings: tuple[Finding, ...] = ()
    figures: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    opens: str = ""
    answer: str = ""
    also: "tuple[Outcome, ...]" = ()
