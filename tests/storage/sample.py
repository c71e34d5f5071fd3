"""Small cases made by hand, so that storage is tested without the engine that will use it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.approval.case import Case, Entry
from flows.approval.fold import apply, opened
from flows.approval.outcome import Effects, LeaveKept, LedgerEntry, Notice, Outcome
from flows.calendar import Slot
from flows.procedure.model import Json
from storage.unit import Unit

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
LIU, WANG, LI, ZHAO = "F021", "F020", "F002", "F022"
MORNING, AFTERNOON = Slot.parse("2026-11-24 am"), Slot.parse("2026-11-24 pm")
DUE = datetime(2026, 11, 24, 17, 30, tzinfo=ZONE)


@dataclass(frozen=True)
class Line:
    """An act to be written into a journal."""

    act: str
    actor: str
    data: Mapping[str, Json]


def entered(*people: str, kind: str = "approve", due: datetime | None = None) -> Line:
    """Somebody is asked at a step."""
    asks: list[Json] = [[person, "section_chief", ""] for person in people]
    data: dict[str, Json] = {"step": f"{kind}_step", "kind": kind, "post": "section_chief", "asks": asks}
    return Line("entered", LIU, data | {"due": due.isoformat() if due else None})


def done(person: str, visit: int, *, decision: str = "agree", reason: str = "") -> Line:
    """Somebody decides a visit."""
    return Line("done", person, {"visit": visit, "decision": decision, "reason": reason})


def ended(person: str, state: str, reason: str = "") -> Line:
    """The case ends."""
    return Line("ended", person, {"state": state, "reason": reason})


def file(
    unit: Unit,
    *lines: Line,
    notices: tuple[Notice, ...] = (),
    effects: Effects | None = None,
    at: datetime = NOW,
    applicant: str = LIU,
    reason: str = "家中有事",
) -> Case:
    """File a case and keep it with these lines after the first."""
    number = unit.new_case("QJ", at)
    values: dict[str, Json] = {"leave_type": "事假", "start_at": "2026-11-24 am", "reason": reason, "days": 0.5}
    data: dict[str, Json] = {
        "no": number.no,
        "code": number.code,
        "pack": "futian-office",
        "pack_version": "v1",
        "procedure": "leave_request",
        "applicant": applicant,
        "values": values,
        "clauses": ["futian-office/leave_request/rule/r01"],
    }
    first = Entry(1, at, applicant, "filed", data)
    case, entries = _written(opened(number.id, first), lines, at)
    unit.keep(Outcome(case, (first, *entries), notices, effects or Effects()))
    return case


def go_on(
    unit: Unit,
    case: Case,
    *lines: Line,
    notices: tuple[Notice, ...] = (),
    effects: Effects | None = None,
    at: datetime = NOW + timedelta(minutes=5),
) -> Case:
    """Keep further lines of a case."""
    after, entries = _written(case, lines, at)
    unit.keep(Outcome(after, entries, notices, effects or Effects()))
    return after


def _written(case: Case, lines: tuple[Line, ...], at: datetime) -> tuple[Case, tuple[Entry, ...]]:
    entries: list[Entry] = []
    for line in lines:
        entry = Entry(case.revision + 1, at, line.actor, line.act, line.data)
        case = apply(case, entry)
        entries.append(entry)
    return case, tuple(entries)


def leave(
    status: str = "reserved", *slots: Slot, person: str = LIU, days: float = 0.5, returned: bool = False
) -> LeaveKept:
    """A leave over these half days (by default one morning)."""
    taken = slots or (MORNING,)
    kept = LeaveKept(person, "事假", taken[0], taken[-1], days, "reserved", taken, returned=returned)
    match status:
        case "settled":
            return LeaveKept(person, "事假", kept.start, kept.end, days, "settled", taken, returned=returned)
        case "void":
            return LeaveKept(person, "事假", kept.start, kept.end, days, "void", (), returned=returned)
        case _:
            return kept


def reserve(days: float = 0.5, person: str = LIU) -> LedgerEntry:
    """The line that reserves days."""
    return LedgerEntry(person, "事假", 2026, "reserve", days, 0)


def settle(days: float = 0.5, person: str = LIU) -> LedgerEntry:
    """The line that turns reserved days into used ones."""
    return LedgerEntry(person, "事假", 2026, "settle", -days, days)


def ask(person: str, visit: int, role: str = "approver") -> Notice:
    """Somebody is to be shown a card to act on."""
    return Notice(person, "ask", "approve_step", "keeper" if role == "keeper" else "approver", visit)


def tell(person: str, text: str = "已通过") -> Notice:
    """Somebody is told a sentence."""
    return Notice(person, "tell", "approved", "copy", text=text)
