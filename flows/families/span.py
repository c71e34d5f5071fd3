"""The time a leave takes, in half-day slots on the working calendar.

Whole days and half days are slots as they stand. A leave by the clock is turned into slots: every morning or
afternoon it touches, or one slot where the office hours in it come to no more than the pack's setting allows (d1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from flows.calendar import Calendar, Slot, after, slots
from flows.facts import Facts
from flows.families.referring import as_leave
from flows.procedure.model import Json, Procedure, Values

LONGEST_DAYS = 366
HOURS_OF_ONE_SLOT = 4.0


@dataclass(frozen=True, slots=True)
class Span:
    """From the first half day to the last; `slots` are the working ones, `days` counts them, `natural_days` all.

    `mid` marks a leave by the clock that ends inside its last half day: one is back in that same half day.
    """

    first: Slot
    last: Slot
    slots: tuple[Slot, ...]
    days: float
    natural_days: float
    mid: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A value of a leave's beginning or end: a day, a half day (`am`, `pm`) or a clock time."""

    day: date
    half: str = ""
    clock: time | None = None


def read_moment(value: Json) -> Moment | None:
    """The moment a canonical value stands for, or None where it is none."""
    if not isinstance(value, str) or len(value) < 10:
        return None
    try:
        day = date.fromisoformat(value[:10])
        rest = value[10:].strip().lstrip("T")
        if rest in ("", "am", "pm"):
            return Moment(day, rest)
        return Moment(day, clock=time.fromisoformat(rest[:5]))
    except ValueError:
        return None


def _first_slot(moment: Moment, calendar: Calendar) -> Slot:
    if moment.clock is None:
        return Slot(moment.day, "pm" if moment.half == "pm" else "am")
    return Slot(moment.day, "am" if moment.clock < calendar.hours.am[1] else "pm")


def _last_slot(moment: Moment, calendar: Calendar) -> Slot:
    if moment.clock is None:
        return Slot(moment.day, "am" if moment.half == "am" else "pm")
    return Slot(moment.day, "am" if moment.clock <= calendar.hours.pm[0] else "pm")


def requested(procedure: Procedure, values: Values, facts: Facts) -> Span | None:
    """The span the values ask for, counted as this office has settled it; None as with `span_of`.

    A request that refers to an earlier leave asks for that one, to its new last day where it is extended.
    """
    procedure, values = as_leave(procedure, values, facts)
    hours = facts.setting(str(procedure.family_params.get("one_slot", "")))
    settled = isinstance(hours, (int, float)) and not isinstance(hours, bool)
    one_slot = float(str(hours)) if settled else HOURS_OF_ONE_SLOT
    return span_of(procedure, values, facts.calendar, one_slot=one_slot)


def span_of(
    procedure: Procedure, values: Values, calendar: Calendar, *, one_slot: float = HOURS_OF_ONE_SLOT
) -> Span | None:
    """The span the values name, or None where they name none (unfilled, unreadable, reversed or absurdly long).

    The procedure's family parameters name the fields: `start` with `end`, or `start` with a number of `days`.
    """
    params = procedure.family_params
    start, end = values.get(str(params.get("start", ""))), values.get(str(params.get("end", "")))
    if "days" in params:
        first = read_moment(start)
        return _of_so_many(first.day, values.get(str(params["days"])), calendar) if first is not None else None
    return _between(start, end, calendar, one_slot) if isinstance(start, str) and isinstance(end, str) else None


@lru_cache(maxsize=1024)
def _between(from_: str, to: str, calendar: Calendar, one_slot: float) -> Span | None:
    """The span from one canonical value to another: every check of a request asks for the same."""
    start, end = read_moment(from_), read_moment(to)
    if start is None or end is None or not _in_order(start, end, calendar):
        return None
    if (end.day - start.day).days >= LONGEST_DAYS:
        return None
    if start.clock is None and end.clock is None:
        first, last = _first_slot(start, calendar), _last_slot(end, calendar)
        working = calendar.working_slots(first, last)
        return Span(first, last, working, len(working) / 2, natural_days(first, last))
    return _by_clock(start, end, calendar, one_slot)


def natural_days(first: Slot, last: Slot) -> float:
    """The days from the first half day to the last, rest days included."""
    return sum(1 for _ in slots(first, last)) / 2


def _in_order(start: Moment, end: Moment, calendar: Calendar) -> bool:
    if start.day == end.day and start.clock is not None and end.clock is not None:
        return start.clock < end.clock
    return _first_slot(start, calendar) <= _last_slot(end, calendar)


def _by_clock(start: Moment, end: Moment, calendar: Calendar, one_slot: float) -> Span:
    first, last = _first_slot(start, calendar), _last_slot(end, calendar)
    begins = datetime.combine(start.day, start.clock) if start.clock else calendar.begins(first)
    ends = datetime.combine(end.day, end.clock) if end.clock else calendar.ends(last)
    shares = {slot: _overlap(begins, ends, slot, calendar) for slot in slots(first, last)}
    touched = [slot for slot, share in shares.items() if share > timedelta()]
    if not touched:
        return Span(first, last, (), 0.0, natural_days(first, last))
    first, last = touched[0], touched[-1]
    taken = tuple(slot for slot in touched if calendar.is_workday(slot.day))
    natural = natural_days(first, last)
    if taken and sum((shares[slot] for slot in taken), timedelta()) <= timedelta(hours=one_slot):
        taken = (max(taken, key=lambda slot: shares[slot]),)
        natural = 0.5 if first.day == last.day else natural
    return Span(first, last, taken, len(taken) / 2, natural, mid=ends < calendar.ends(last))


def _overlap(begins: datetime, ends: datetime, slot: Slot, calendar: Calendar) -> timedelta:
    shared = min(ends, calendar.ends(slot)) - max(begins, calendar.begins(slot))
    return max(shared, timedelta())


def _of_so_many(start: date, days: Json, calendar: Calendar) -> Span | None:
    """A leave given by its first day and a number of working days: rest days and holidays come on top."""
    if not counted_in_halves(days) or not 0 < float(str(days)) <= LONGEST_DAYS:
        return None
    taken: list[Slot] = []
    slot = Slot(start, "am")
    while len(taken) < float(str(days)) * 2:
        if calendar.is_workday(slot.day):
            taken.append(slot)
        slot = after(slot)
    return Span(taken[0], taken[-1], tuple(taken), len(taken) / 2, natural_days(taken[0], taken[-1]))


def counted_in_halves(days: Json) -> bool:
    """Whether the value is a number of days in whole or half days."""
    return isinstance(days, (int, float)) and not isinstance(days, bool) and float(days * 2).is_integer()


def back_on(span: Span, calendar: Calendar) -> Slot:
    """The first working half day after the span, or its last one where the span ends inside it."""
    if span.mid and calendar.is_workday(span.last.day):
        return span.last
    return calendar.next_slot(span.last)


def counts_naturally(procedure: Procedure, facts: Facts) -> bool:
    """Whether this office counts the leave in natural days; a leave given by its working days never is."""
    if "days" in procedure.family_params:
        return False
    count = facts.setting("day_count") or facts.setting(str(procedure.family_params.get("day_count", "")))
    return count == "natural"


def counted(span: Span, *, natural: bool) -> float:
    """The days of the span in that count."""
    return span.natural_days if natural else span.days


def by_year(span: Span, *, natural: bool) -> Mapping[int, float]:
    """The days of the span in each year it touches, in that count; they add up to `counted`."""
    if not natural:
        return _halves_by_year(span.slots)
    if span.natural_days != natural_days(span.first, span.last):
        return {span.first.day.year: span.natural_days}
    return _halves_by_year(tuple(slots(span.first, span.last)))


def _halves_by_year(taken: tuple[Slot, ...]) -> Mapping[int, float]:
    years = dict.fromkeys(slot.day.year for slot in taken)
    return {year: sum(slot.day.year == year for slot in taken) / 2 for year in years}
