"""The small office's cars in the last full week of November."""

from collections.abc import Iterable
from datetime import date, datetime

from bot.channels.console_facade import PersonLine
from flows.calendar import Calendar
from flows.cards import FleetWeek
from flows.facts import Trip
from flows.families.fleet_week import monday_of, week_of
from flows.people import Office, Person, Post, Vehicle

CARS = (
    Vehicle("云溪一号", "轿车", 5, inspected_until=date(2026, 11, 26)),
    Vehicle("云溪二号", "商务车", 7),
    Vehicle("云溪三号", "中巴", 19),
)


def at(day: int, hour: int) -> datetime:
    """That hour of a day of November, local."""
    return datetime(2026, 11, day, hour)  # noqa: DTZ001


TRIPS = (
    Trip("t1", "YC-1", "云溪一号", "F030", "F021", at(24, 9), at(24, 11), "back", "市政府"),
    Trip("t2", "YC-2", "云溪一号", "F030", "F020", at(24, 14), at(24, 17), "out", "区人民医院南门停车场"),
    Trip("t3", "YC-3", "云溪三号", "F030", "F010", at(26, 7), at(28, 18), "booked", "省城"),
)


def small_week(people: Iterable[PersonLine], day: date) -> FleetWeek:
    """The week that holds the day, seen by somebody two of the trips concern."""
    staff = {line.staff_no: Person(line.staff_no, line.name, line.section, (Post("staff"),)) for line in people}
    week = [trip for trip in TRIPS if monday_of(trip.start.date()) == monday_of(day)]
    office = Office("小办公室", staff, vehicles=CARS)
    return week_of(day, week, office, Calendar(), at(24, 15), frozenset({"t1", "t2"}))
