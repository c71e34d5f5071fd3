"""Two hundred trips dispatched at once by two dispatchers, on PostgreSQL through two services: no car goes twice."""

import asyncio
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from bot.console_desk import CHANNEL
from bot.service import House, Service
from flows.facts import Trip
from flows.people import Person, Post, Vehicle
from flows.procedure.model import Json
from storage.database import open_work
from storage.unit import Unit
from storage.verify import verify
from tests.bot.small_house import LIU, OFFICE, Talk, small_house
from tests.fakes import MovableClock

TRIPS = 200
DISPATCHERS = ("F015", "F016")
DRIVERS = ("F017", "F018", "F019", "F011")
CARS = tuple(Vehicle(f"福办{n}号", "轿车", 5) for n in "一二三")


def with_cars(house: House) -> House:
    """The small office with three cars, four drivers and two dispatchers."""
    posts = {**dict.fromkeys(DISPATCHERS, "vehicle_dispatcher"), **dict.fromkeys(DRIVERS, "driver")}
    more = {
        number: Person(number, f"司{number[2:]}", "秘书科", (Post("staff"), Post(post)), date(2012, 1, 4))
        for number, post in posts.items()
    }

    def bind(unit: Unit) -> None:
        for number in more:
            unit.bind(CHANNEL, number, number)

    house.work.run_sync(bind)
    return replace(house, office=replace(OFFICE, people={**OFFICE.people, **more}, vehicles=CARS))


async def filed(talk: Talk, house: House) -> list[str]:
    """The codes of two hundred trips of an hour, five minutes apart, all waiting to be dispatched."""
    for n in range(TRIPS):
        hour, minute = divmod(6 * 60 + 5 * n, 60)
        await talk.say(LIU, f"明天{hour}:{minute:02}用车1小时去市政府，2人", "提交")
    return house.work.run_sync(lambda unit: [case.code for case in unit.box("mine", LIU, offset=0, limit=TRIPS)])


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_no_car_and_no_driver_goes_twice(
    kind: str, tmp_path: Path, clock: MovableClock, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else ""
    house = with_cars(small_house(tmp_path, clock, url))
    houses = [house, replace(house, work=open_work(url, clock.now, house.settings.zone))] if url else [house]
    services = [Service(one) for one in houses]
    codes = await filed(Talk(services[0], clock), house)
    clock.wait(minutes=1)

    async def dispatch(n: int, code: str) -> None:
        service, car = services[n % len(services)], CARS[n % len(CARS)].name
        await service.console.receive(DISPATCHERS[n % 2], f"d{n}", "text", text=f"同意 {code} {car}")

    await asyncio.gather(*(dispatch(n, code) for n, code in enumerate(codes)))
    trips, states = house.work.run_sync(lambda unit: outcome(unit, codes))
    assert 0 < len(trips) == states.count("approved") < TRIPS == len(states)
    assert states.count("pending") == TRIPS - len(trips)
    for one, other in combinations(trips, 2):
        apart = one.end <= other.start or other.end <= one.start
        assert apart or (one.vehicle != other.vehicle and one.driver != other.driver)
    assert house.work.run_sync(verify).ok
    for each in houses:
        each.work.close()


def outcome(unit: Unit, codes: list[str]) -> tuple[tuple[Trip, ...], list[Json]]:
    """Every trip that stands, and how each request does."""
    found = [unit.find_case(code) for code in codes]
    return unit.trips_between(date(2026, 11, 25), date(2026, 11, 27)), [case.state for case in found if case]
