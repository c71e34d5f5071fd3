"""When something that recurs is due next: only ever the next moment, never a plan of many."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from croniter import croniter

from flows.calendar import Calendar
from flows.deadlines.holidays import next_holiday
from flows.procedure.model import Recurring

LONGEST_REST = timedelta(days=15)
"""No run of days off is longer, so that a moment moved across one is found by looking back so far."""
_MOST = 1000


def valid(cron: str) -> bool:
    """Whether it is a time of five fields (`L` is the month's last day)."""
    return len(cron.split()) == 5 and bool(croniter.is_valid(cron))


def as_set(item: Recurring, rhythms: Mapping[str, tuple[str, ...]]) -> Recurring:
    """The item with the times the office has set for it, if it has."""
    times = rhythms.get(item.entry)
    return replace(item, cron=times) if times else item


def next_at(item: Recurring, after: datetime, calendar: Calendar) -> datetime | None:
    """The first moment after that one at which the item is due; None where the text leaves the rhythm open."""
    found = [moment for cron in item.cron if (moment := _next_of(cron, item, after, calendar)) is not None]
    return min(found, default=None)


def _next_of(cron: str, item: Recurring, after: datetime, calendar: Calendar) -> datetime | None:
    for raw in _moments(cron, after - LONGEST_REST):
        day = _worked(raw.date(), item, calendar)
        moment = datetime.combine(day, raw.time(), after.tzinfo) if day is not None else None
        if moment is not None and moment > after:
            return moment
    return None


def _moments(cron: str, start: datetime) -> Iterator[datetime]:
    """The moments of the cron from there on, in the clock of the office."""
    running = croniter(cron, start.replace(tzinfo=None))
    for _ in range(_MOST):
        yield running.get_next(datetime)


def _ends_work(day: date, calendar: Calendar) -> bool:
    """Whether it is the last working day before a statutory holiday."""
    coming = next_holiday(day, calendar)
    return coming is not None and calendar.is_workday(day) and calendar.next_workday(day) > coming.first


def _worked(day: date, item: Recurring, calendar: Calendar) -> date | None:
    """The day on which it is done: a day off is left out, or moved as the item says."""
    if item.eve:
        return day if _ends_work(day, calendar) else None
    if calendar.is_workday(day) or not (item.workdays_only or item.shift):
        return day
    if item.workdays_only:
        return None
    step = timedelta(days=1 if item.shift == "next_workday" else -1)
    while not calendar.is_workday(day):
        day += step
    return day
