"""Cars in the database: nothing is given twice, whoever dispatches at the same moment."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from flows.approval.outcome import RegisterRow
from flows.errors import Refused
from flows.facts import Trip
from storage.unit import Unit
from storage.vehicles import COSTS
from storage.work import Work
from tests.storage.sample import NOW

START = datetime.fromisoformat("2026-11-24 09:00")
HOUR = timedelta(hours=1)


def trip(case: str, start: datetime = START, hours: float = 2, /, *, car: str = "甲车", driver: str = "D1") -> Trip:
    return Trip(case, f"YC-{case}", car, driver, "F021", start, start + HOUR * hours, destination="市政府")


@pytest.mark.parametrize(
    ("start", "hours", "free"),
    [(-2, 2, True), (-2, 2.1, False), (2, 1, True), (1.9, 1, False), (-1, 5, False), (0.5, 0.5, False)],
)
def test_a_car_is_given_once_for_a_time(unit: Unit, start: float, hours: float, free: bool) -> None:
    unit.keep_trip(trip("A"))
    other = trip("B", START + HOUR * start, hours, driver="D2")
    if free:
        unit.keep_trip(other)
    else:
        with pytest.raises(Refused, match="YC-A"):
            unit.keep_trip(other)


def test_a_driver_is_in_one_car_at_a_time(unit: Unit) -> None:
    unit.keep_trip(trip("A"))
    with pytest.raises(Refused, match="驾驶员"):
        unit.keep_trip(trip("B", car="乙车"))
    unit.keep_trip(trip("C", car="乙车", driver="D2"))


@pytest.mark.parametrize("status", ["void", "back"])
def test_a_trip_given_up_or_over_is_in_nobodys_way(unit: Unit, status: str) -> None:
    unit.keep_trip(trip("A"))
    past = replace(trip("A"), status=status)  # type: ignore[arg-type]
    unit.keep_trip(past)
    unit.keep_trip(trip("B"))
    assert unit.trip_named("YC-B") == (trip("B"),)


@pytest.mark.parametrize("second", [trip("B", START + 30 * HOUR), trip("B", START + 30 * HOUR, car="乙车")])
def test_who_is_still_out_does_not_set_out_again(unit: Unit, second: Trip) -> None:
    unit.keep_trip(replace(trip("A"), status="out"))
    unit.keep_trip(second)
    with pytest.raises(Refused, match="YC-A上还没有登记回车"):
        unit.keep_trip(replace(second, status="out"))
    unit.keep_trip(replace(trip("A"), status="back"))
    unit.keep_trip(replace(second, status="out"))
    assert unit.trip_named("YC-B") == (replace(second, status="out"),)


def test_a_trip_is_kept_in_place_of_its_own(unit: Unit) -> None:
    unit.keep_trip(trip("A"))
    moved = replace(trip("A", START + HOUR), odometer_out=100.0, odometer_in=120.5, long=True)
    unit.keep_trip(moved)
    assert unit.trips_between(START.date(), START.date()) == (moved,)
    assert unit.trip_named("YC-A") == (moved,)
    assert unit.odometers() == {"甲车": 120.5}


def test_the_trips_of_some_days_are_those_that_touch_them(unit: Unit) -> None:
    night = trip("A", datetime.fromisoformat("2026-11-23 22:00"), 4)
    out = replace(trip("B", datetime.fromisoformat("2026-11-20 09:00"), car="乙车", driver="D2"), status="out")
    unit.keep_trip(night)
    unit.keep_trip(out)
    unit.keep_trip(trip("C", datetime.fromisoformat("2026-11-25 00:00")))
    found = unit.trips_between(date(2026, 11, 24), date(2026, 11, 24))
    assert [item.case_id for item in found] == ["B", "A"]
    assert [item.case_id for item in unit.trips_between(date(2026, 11, 24), date(2026, 11, 24), without="A")] == ["B"]


def test_the_fuel_of_a_month_is_the_sum_of_its_bills(unit: Unit) -> None:
    def fuel(day: str, litres: float, **more: str) -> RegisterRow:
        return RegisterRow(COSTS, day, {"date": day, "vehicle": "甲车", "kind": "燃油", "litres": litres, **more})

    rows = (fuel("2026-11-01", 60), fuel("2026-11-30", 40.5), fuel("2026-10-31", 9), fuel("2026-12-01", 9))
    unit.keep_rows((*rows, fuel("2026-11-10", 300, long="是"), fuel("2026-11-11", 5, kind="停车")), "", NOW)
    assert unit.litres("2026-11") == {"甲车": 100.5}


def test_two_hundred_dispatchers_at_once_give_no_car_twice(work: Work) -> None:
    attempts = [
        trip(f"N{n}", START + timedelta(minutes=7 * n), 1, car=f"车{n % 3}", driver=f"D{n % 5}") for n in range(200)
    ]

    def giving(wanted: Trip) -> Callable[[Unit], None]:
        return lambda unit: unit.keep_trip(wanted)

    async def everybody() -> list[BaseException | None]:
        return await asyncio.gather(*(work.run(giving(one)) for one in attempts), return_exceptions=True)

    results = asyncio.run(everybody())
    assert all(result is None or isinstance(result, Refused) for result in results)
    kept = work.run_sync(lambda unit: unit.trips_between(date(2026, 11, 23), date(2026, 11, 27)))
    assert 0 < len(kept) == sum(result is None for result in results) < len(attempts)
    for n, one in enumerate(kept):
        for other in kept[n + 1 :]:
            apart = one.end <= other.start or other.end <= one.start
            assert apart or (one.vehicle != other.vehicle and one.driver != other.driver)
