"""The time a leave takes, in half-day slots on the working calendar.

Whole days and half days are slots as they stand. A leave by the clock is turned into slots: every morning or
afternoon it touches, or one slot where the office hours in it come to no more than the setting d1 (four) allows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.calendar import Calendar, Slot, after, slots
from flows.procedure.model import Json, Procedure, Values

NOON = time(13, 0)
LONGEST_DAYS = 400
HOURS_OF_ONE_SLOT = 4.0


@dataclass(frozen=True, slots=True)
class Span:
    """From the first half day to the last; `slots` are the working ones, `days` counts them, `natural_days` all."""

    first: Slot
    last: Slot
    slots: tuple[Slot, ...]
    days: float
    natural_days: float

    def by_year(self) -> Iterator[tuple[int, float]]:
        """The working days of each year the span touches."""
        for year in dict.fromkeys(slot.day.year for slot in self.slots):
            share = sum(slot.day.year == year for slot in self.slots) / len(self.slots)
            yield year, share * self.days


@dataclass(frozen=True, slots=True)
class _Moment:
    """A value of a leave's beginning or end: a day, a half day or a clock time."""

    day: date
    half: str = ""
    clock: time | None = None


def read_moment(value: Json) -> _Moment | None:
    """The moment a canonical value stands for, or None where it is none."""
    if not isinstance(value, str) or len(value) < 10:
        return None
    try:
        day = date.fromisoformat(value[:10])
        rest = value[10:].strip().lstrip("T")
        if rest in ("", "am", "pm"):
            return _Moment(day, rest)
        return _Moment(day, clock=time.fromisoformat(rest[:5]))
    except ValueError:
        return None


def _first_slot(moment: _Moment, calendar: Calendar) -> Slot:
    if moment.clock is None:
        return Slot(moment.day, "pm" if moment.half == "pm" else "am")
    return Slot(moment.day, "am" if moment.clock < calendar.hours.am[1] else "pm")


def _last_slot(moment: _Moment, calendar: Calendar) -> Slot:
    if moment.clock is None:
        return Slot(moment.day, "am" if moment.half == "am" else "pm")
    return Slot(moment.day, "am" if moment.clock <= calendar.hours.pm[0] else "pm")


def span_of(
    procedure: Procedure, values: Values, calendar: Calendar, *, one_slot: float = HOURS_OF_ONE_SLOT
) -> Span | None:
    """The span the values name, or None where they name none (unfilled, unreadable, reversed or absurdly long)."""
    params = procedure.family_params
    start = read_moment(values.get(str(params.get("start", ""))))
    if start is None:
        return None
    if "days" in params:
        return _counted(start.day, values.get(str(params["days"])), calendar)
    end = read_moment(values.get(str(params.get("end", ""))))
    if end is None:
        return None
    first, last = _first_slot(start, calendar), _last_slot(end, calendar)
    if not _in_order(start, end, first, last) or (last.day - first.day).days > LONGEST_DAYS:
        return None
    working = calendar.working_slots(first, last)
    if start.clock is not None or end.clock is not None:
        working = _by_clock(start, end, working, calendar, one_slot)
    natural = sum(1 for _ in slots(first, last)) / 2
    return Span(first, last, working, len(working) / 2, natural)


def _in_order(start: _Moment, end: _Moment, first: Slot, last: Slot) -> bool:
    if start.day == end.day and start.clock is not None and end.clock is not None:
        return start.clock < end.clock
    return first <= last


def _by_clock(
    start: _Moment, end: _Moment, working: tuple[Slot, ...], calendar: Calendar, one_slot: float
) -> tuple[Slot, ...]:
    begins = datetime.combine(start.day, start.clock) if start.clock else calendar.begins(_first_slot(start, calendar))
    ends = datetime.combine(end.day, end.clock) if end.clock else calendar.ends(_last_slot(end, calendar))
    shares = {slot: _overlap(begins, ends, slot, calendar) for slot in working}
    touched = tuple(slot for slot, share in shares.items() if share > timedelta())
    if not touched:
        return ()
    total = sum(shares.values(), timedelta())
    if total <= timedelta(hours=one_slot):
        return (max(touched, key=lambda slot: shares[slot]),)
    return touched


def _overlap(begins: datetime, ends: datetime, slot: Slot, calendar: Calendar) -> timedelta:
    shared = min(ends, calendar.ends(slot)) - max(begins, calendar.begins(slot))
    return max(shared, timedelta())


def _counted(start: date, days: Json, calendar: Calendar) -> Span | None:
    """A leave given by its first day and a number of working days: rest days and holidays come on top."""
    if isinstance(days, bool) or not isinstance(days, (int, float)) or not 0 < days <= LONGEST_DAYS:
        return None
    taken: list[Slot] = []
    slot = Slot(start, "am")
    while len(taken) < round(days * 2):
        if calendar.is_workday(slot.day):
            taken.append(slot)
        slot = after(slot)
    first, last = taken[0], taken[-1]
    natural = sum(1 for _ in slots(first, last)) / 2
    return Span(first, last, tuple(taken), len(taken) / 2, natural)


def back_on(span: Span, calendar: Calendar) -> Slot:
    """The first working half day after the span."""
    return calendar.next_slot(span.last)


def slot_of(moment: datetime, *, noon: time = NOON) -> Slot:
    """The half of its day a moment lies in."""
    return Slot(moment.date(), "am" if moment.time() < noon else "pm")
