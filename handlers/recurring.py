"""What recurs: each item's next moment is a timer without a case; when it comes, whoever does it is told.

After a time the service was down an item missed several times is told once, and goes on from now.
"""

from collections.abc import Iterator
from datetime import datetime

from flows.approval.assign import natural, stand_in_of
from flows.cards import Message
from flows.deadlines.timetable import as_set, next_at
from flows.families.tallies import TALLIES, OfCases, OfStock
from flows.procedure.model import Pack, Recurring, Values
from flows.records import DueTimer
from handlers.gather import facts_for
from handlers.ports import Desk, Unit

NEWEST = 2000


def items(desk: Desk) -> Iterator[tuple[Pack, Recurring]]:
    """What recurs in the packs this office runs; an item of a procedure another pack rules here is left out."""
    ruling = set(desk.office.packs.values())
    for pack in desk.rules.current.values():
        for item in pack.recurring if pack.id in ruling else ():
            procedure = pack.procedures.get(item.procedure)
            rules = desk.office.pack_of(procedure.family if procedure else "")
            if procedure is None or rules == pack.id:
                yield pack, as_set(item, desk.office.rhythms)


def set_recurring(unit: Unit, desk: Desk) -> None:
    """Set the next moment of every item that has none yet."""
    known = unit.recurring()
    for _, item in items(desk):
        due = next_at(item, desk.now, desk.calendar)
        if due is not None and item.entry not in known:
            unit.set_recurring(item.entry, due)


def on_recurring(unit: Unit, desk: Desk, timer: DueTimer) -> None:
    """Tell whoever does the item that it is due, with what it counts, and set its next moment."""
    unit.end_timer(timer.id)
    found = next(((pack, item) for pack, item in items(desk) if item.entry == timer.kind), None)
    if found is None:
        return
    pack, item = found
    text = f"例行事项：{item.name}。"
    if item.counts:
        text = f"{text}{TALLIES[item.counts].words(tally(unit, pack, item, timer.due_at))}"
    text = f"{text}依据：{'、'.join(item.cite)}。"
    for person in _told(desk, unit, pack, item):
        unit.say(person, Message(text=text), key=f"{item.entry}:{timer.due_at.isoformat()}", about=item.entry)
    due = next_at(item, max(desk.now, timer.due_at), desk.calendar)
    if due is not None:
        unit.set_recurring(item.entry, due)


def tally(unit: Unit, pack: Pack, item: Recurring, at: datetime) -> Values:
    """What the item counts on that day, or in its month."""
    procedure, counted = pack.procedures[item.procedure], TALLIES[item.counts]
    if isinstance(counted, OfCases):
        return dict(counted.figures(procedure, unit.cases_of_day(procedure.id, at), at.date()))
    if isinstance(counted, OfStock):
        return dict(counted.figures(_rows(unit, counted.counts), _rows(unit, counted.issues)))
    month = f"{at:%Y-%m}"
    rows = unit.rows_of_days(str(procedure.family_params.get("register", "")), f"{month}-01", f"{month}-31")
    return dict(counted.figures(rows, month))


def _rows(unit: Unit, register: str) -> tuple[Values, ...]:
    """The newest rows of the register that stand."""
    return tuple(row.row for row in unit.register(register, offset=0, limit=NEWEST) if not row.superseded)


def _told(desk: Desk, unit: Unit, pack: Pack, item: Recurring) -> tuple[str, ...]:
    """Those who do it, or their stand-ins where they are away, or the administrator."""
    facts = facts_for(unit, desk, pack, "")
    holders = tuple(person.staff_no for person in natural(desk.office, item.actor, ""))
    here = tuple(who if who not in facts.away else stand_in_of(who, facts) for who in holders)
    named = tuple(dict.fromkeys(who for who in here if who)) or (desk.office.administrator,)
    return tuple(who for who in named if who)
