"""The week of the office's cars, as a board in the dispatcher's room shows it: each car's trips, day by day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flows.calendar import Calendar
from flows.cards import CarWeek, FleetWeek, TripMark
from flows.facts import Trip
from flows.people import Office, Vehicle

DAYS = 7
_NAMES = "一二三四五六日"
_DAY = 24 * 60


def monday_of(day: date) -> date:
    """The Monday of that day's week."""
    return day - timedelta(days=day.weekday())


def week_of(
    day: date,
    trips: Sequence[Trip],
    office: Office,
    calendar: Calendar,
    now: datetime,
    theirs: frozenset[str] = frozenset(),
) -> FleetWeek:
    """The week that holds the day, cars in the office's order, a car it does not list (any more) behind them.

    `now` is local; a car that is out past its time is taken until then. Where the trips of the cases `theirs` go is
    told, of others only who has the car and when.
    """
    monday = monday_of(day)
    dates = tuple(monday + timedelta(days=index) for index in range(DAYS))
    listed = {car.name: car for car in office.vehicles}
    names = dict.fromkeys([*listed, *(trip.vehicle for trip in trips)])
    return FleetWeek(
        monday,
        f"{_short(dates[0])}{_until(dates[0], dates[-1])}用车",
        tuple(f"周{_NAMES[index]} {one.month}/{one.day}" for index, one in enumerate(dates)),
        tuple(index for index, one in enumerate(dates) if not calendar.is_workday(one)),
        tuple(
            _car(name, listed.get(name), dates, [trip for trip in trips if trip.vehicle == name], office, now, theirs)
            for name in names
        ),
        len(trips),
        dates.index(now.date()) if now.date() in dates else -1,
    )


def _car(
    name: str,
    car: Vehicle | None,
    dates: Sequence[date],
    trips: Sequence[Trip],
    office: Office,
    now: datetime,
    theirs: frozenset[str],
) -> CarWeek:
    days = tuple(
        tuple(mark for trip in trips for mark in _marks(trip, day, office, now, told=trip.case_id in theirs))
        for day in dates
    )
    return CarWeek(name, _about(car), days, _lapses(car, dates))


def _marks(trip: Trip, day: date, office: Office, now: datetime, *, told: bool) -> tuple[TripMark, ...]:
    """The trip as it stands on that day; nothing where it does not touch it."""
    midnight = datetime.combine(day, time())
    until = max(trip.end, now) if trip.status == "out" else trip.end
    begins, ends = max(trip.start, midnight), min(until, midnight + timedelta(days=1))
    if begins >= ends or trip.status == "void":
        return ()
    who = office.name_of(trip.requester) if trip.requester else "他人"
    about = f"{who} {trip.destination}".strip() if told else who
    mark = TripMark(
        _span(trip.start, until, day),
        _minutes(begins - midnight),
        _minutes(ends - midnight),
        about,
        trip.status,
        trip.case_id if told else "",
    )
    return (mark,)


def _minutes(length: timedelta) -> int:
    return min(int(length / timedelta(minutes=1)), _DAY)


def _span(start: datetime, end: datetime, day: date) -> str:
    """The time of that day: 08:30–12:00, 08:30起, 至12:00 or 全天."""
    begins, ends = start.date() == day, end.date() == day
    if begins and ends:
        return f"{start:%H:%M}–{end:%H:%M}"
    return f"{start:%H:%M}起" if begins else f"至{end:%H:%M}" if ends else "全天"


def _about(car: Vehicle | None) -> str:
    parts = (car.kind, f"{car.seats}座" if car.seats else "") if car is not None else ()
    return " ".join(part for part in parts if part)


def _lapses(car: Vehicle | None, dates: Sequence[date]) -> tuple[str, ...]:
    """What of the car has lapsed or lapses in that week."""
    limits = ((car.inspected_until, "年检"), (car.insured_until, "保险")) if car is not None else ()
    return tuple(
        f"{what}{'已于' if until < dates[0] else ''}{_short(until)}到期"
        for until, what in limits
        if until is not None and until <= dates[-1]
    )


def _until(first: date, last: date) -> str:
    return f"–{last.day}日" if last.month == first.month else f"–{_short(last)}"


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"
