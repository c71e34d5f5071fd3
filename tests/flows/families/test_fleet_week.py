"""The week of cars: which day each trip stands on, until when, what lapses, and what is told to whom."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from flows.calendar import Calendar
from flows.cards import FleetWeek, TripMark
from flows.facts import Trip
from flows.families.fleet_week import monday_of, week_of
from flows.people import Office, Person, Post, Vehicle
from flows.plain import from_plain, to_plain

LU, HE = "Y022", "Y023"
PEOPLE = {number: Person(number, name, "办文科", (Post("staff"),)) for number, name in ((LU, "陆子涵"), (HE, "何静"))}
FIRST = Vehicle("一号", "轿车", 5, inspected_until=date(2026, 11, 26), insured_until=date(2026, 11, 20))
OFFICE = Office("某办公室", PEOPLE, vehicles=(FIRST, Vehicle("二号", "", 0)))
YEAR = Calendar(published=frozenset({2026}))


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day}")


NOW = at("25T10:00")
SHORT = Trip("c1", "YC-1", "一号", "", LU, at("24T09:00"), at("24T11:30"), destination="市政府")
LONG = Trip("c2", "YC-2", "二号", "", HE, at("26T07:00"), at("28T18:30"), destination="省城")


def week(*trips: Trip, theirs: tuple[str, ...] = ("c1", "c2"), now: datetime = NOW) -> FleetWeek:
    return week_of(date(2026, 11, 25), trips, OFFICE, YEAR, now, frozenset(theirs))


def marks(shown: FleetWeek, car: int) -> dict[int, TripMark]:
    return {n: mark for n, day in enumerate(shown.cars[car].days) for mark in day}


def test_a_week_is_from_monday_with_its_days_off_and_today() -> None:
    shown = week()
    assert (shown.monday, shown.title) == (date(2026, 11, 23), "11月23日–29日用车")
    assert (shown.days[0], shown.days[6]) == ("周一 11/23", "周日 11/29")
    assert (shown.rest, shown.today, shown.trips) == ((5, 6), 2, 0)
    assert monday_of(date(2026, 11, 29)) == date(2026, 11, 23)
    assert week(now=at("30T10:00")).today == -1
    assert week_of(date(2026, 12, 2), (), OFFICE, YEAR, NOW).title == "11月30日–12月6日用车"


def test_a_trip_stands_on_its_day_with_its_minutes() -> None:
    shown = week(SHORT)
    assert marks(shown, 0) == {1: TripMark("09:00–11:30", 540, 690, "陆子涵 市政府", "booked", "c1")}
    assert shown.trips == 1


def test_a_trip_of_days_stands_on_each_of_them() -> None:
    shown = week(LONG)
    found = marks(shown, 1)
    assert {n: (mark.span, mark.begins, mark.ends) for n, mark in found.items()} == {
        3: ("07:00起", 420, 1440),
        4: ("全天", 0, 1440),
        5: ("至18:30", 0, 1110),
    }
    assert shown.trips == 1


def test_a_trip_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    assert set(marks(week(replace(SHORT, end=at("25T00:00"))), 0)) == {1}


def test_a_car_that_is_out_past_its_time_is_taken_until_now() -> None:
    late = replace(SHORT, status="out")
    found = marks(week(late), 0)
    assert (found[1].span, found[2].span, found[2].ends) == ("09:00起", "至10:00", 600)


def test_of_others_only_who_and_when_is_told() -> None:
    mark = marks(week(SHORT, theirs=()), 0)[1]
    assert (mark.about, mark.case_id) == ("陆子涵", "")


def test_what_was_given_up_is_not_there_and_a_car_no_longer_listed_is() -> None:
    shown = week(replace(SHORT, status="void"), replace(LONG, vehicle="老车"))
    assert [car.name for car in shown.cars] == ["一号", "二号", "老车"]
    assert not marks(shown, 0)
    assert (shown.cars[2].about, len(marks(shown, 2))) == ("", 3)


def test_what_lapses_in_the_week_or_has_lapsed_is_noted() -> None:
    assert week().cars[0].notes == ("年检11月26日到期", "保险已于11月20日到期")
    assert week().cars[1].notes == ()
    before = week_of(date(2026, 11, 18), (), OFFICE, YEAR, NOW)
    assert before.cars[0].notes == ("保险11月20日到期",)


@pytest.mark.parametrize("trips", [(), (SHORT, LONG)])
def test_it_is_kept_plain_and_read_back(trips: tuple[Trip, ...]) -> None:
    shown = week(*trips)
    assert from_plain(FleetWeek, to_plain(shown)) == shown
