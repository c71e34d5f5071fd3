"""The next statutory holiday: its name, its days off, and the working days that lead up to it."""

from dataclasses import dataclass
from datetime import date, timedelta

from flows.calendar import Calendar
from flows.procedure.model import Json

WORKING_DAYS_BEFORE = 3
"""So many last working days before a holiday are the eve of it."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A statutory holiday: its name, its first day off and how many days off in a row."""

    name: str
    first: date
    days: int


def day_at(value: Json) -> date | None:
    """The day a text begins with (2026-11-23 白班); None where it begins with none."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def next_holiday(after: date, calendar: Calendar) -> Holiday | None:
    """The first holiday that begins after that day; one that is under way is not the next."""
    names = dict(calendar.names)
    off = {day for day in names if not calendar.is_workday(day)}
    first = min((day for day in off if day > after and day - timedelta(days=1) not in off), default=None)
    if first is None:
        return None
    last = first
    while last + timedelta(days=1) in off:
        last += timedelta(days=1)
    return Holiday(names[first], first, (last - first).days + 1)


def on_holiday_eve(day: date, calendar: Calendar) -> bool:
    """Whether no more than the last three working days lie between that day and the next holiday."""
    coming = next_holiday(day, calendar)
    if coming is None:
        return False
    span = (day + timedelta(days=n) for n in range((coming.first - day).days))
    return sum(calendar.is_workday(item) for item in span) <= WORKING_DAYS_BEFORE
