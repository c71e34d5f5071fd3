"""The fleet: when a trip takes place, which cars and drivers are free and fit for it, and what else could be done.

A trip takes from its start up to, but not including, its end; a car that is out and late is taken until it is back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.calendar import day_text, moment_text, slot_text
from flows.conversation.numerals import chinese_integer
from flows.facts import Facts, LeaveTaken, Trip
from flows.families.span import read_moment
from flows.people import Person, Vehicle
from flows.procedure.model import Json

MAY_DRIVE = {
    "A1": frozenset({"A1", "A3", "B1", "B2", "C1", "C2"}),
    "A2": frozenset({"A2", "B1", "B2", "C1", "C2"}),
    "A3": frozenset({"A3", "C1", "C2"}),
    "B1": frozenset({"B1", "C1", "C2"}),
    "B2": frozenset({"B2", "C1", "C2"}),
    "C1": frozenset({"C1", "C2"}),
    "C2": frozenset({"C2"}),
}
"""Which classes a driving licence covers."""
_SMALL, _MIDDLE = 9, 19
_DAYS_AHEAD = 3
_COUNTED = re.compile("([0-9]{1,4}|[零一二两三四五六七八九十百]{1,6}) *(?:人|位|名|个)")
_BETWEEN = re.compile("[、，,;；和及与 ]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request asks of the fleet: from when to when (local), where to, for how many passengers (0: not told)."""

    start: datetime
    end: datetime
    people: int = 0
    destination: str = ""

    @property
    def text(self) -> str:
        """The time as the office writes it: 11月24日(周二)09:00–11:30."""
        last = f"{self.end:%H:%M}" if self.end.date() == self.start.date() else moment_text(self.end)
        return f"{moment_text(self.start)}–{last}"


def local_moment(value: Json, facts: Facts, *, ends: bool = False) -> datetime | None:
    """The local moment a value stands for; a day or half a day begins and ends with the office."""
    read = read_moment(value)
    if read is None:
        return None
    if read.clock is not None:
        return datetime.combine(read.day, read.clock)
    hours = facts.calendar.hours
    edge = (
        (hours.am if read.half == "am" else hours.pm)[1] if ends else hours.of("pm" if read.half == "pm" else "am")[0]
    )
    return datetime.combine(read.day, edge)


def headcount(said: Json) -> int:
    """How many passengers the text names, 0 where it does not say: 综合科6人 is six, 本人 one, 王芳、刘洋 two."""
    if isinstance(said, (int, float)) and not isinstance(said, bool):
        return max(0, int(said))
    text = said.strip() if isinstance(said, str) else ""
    counted = [int(n) if n.isdecimal() else chinese_integer(n) or 0 for n in _COUNTED.findall(text)]
    if counted:
        return sum(counted)
    if text.isdecimal():
        return int(text[:4])
    names = [part for part in _BETWEEN.split(text) if part]
    return len(names) if names and all(len(name) <= 4 for name in names) else 0


def now_local(facts: Facts) -> datetime:
    """The moment without its zone, as trips are kept."""
    return facts.now.replace(tzinfo=None)


def taken_until(trip: Trip, facts: Facts) -> datetime:
    """Until when the car is taken: one that is out past its time is not back yet."""
    return max(trip.end, now_local(facts)) if trip.status == "out" else trip.end


def in_the_way(plan: Plan, facts: Facts) -> tuple[Trip, ...]:
    """The trips promised or under way that overlap the plan, earliest first."""
    return tuple(
        sorted(
            (
                trip
                for trip in facts.trips
                if trip.live and trip.start < plan.end and taken_until(trip, facts) > plan.start
            ),
            key=lambda trip: (trip.start, trip.vehicle),
        )
    )


def licence_for(vehicle: Vehicle) -> str:
    """The licence class the car takes: its own word, else by its seats; empty where neither is said."""
    if vehicle.licence or not vehicle.seats:
        return vehicle.licence
    return "C1" if vehicle.seats <= _SMALL else "B1" if vehicle.seats <= _MIDDLE else "A1"


def unfit(vehicle: Vehicle, plan: Plan) -> str:
    """Why the car cannot make the trip whoever drives it (empty: it can)."""
    if vehicle.seats and plan.people + 1 > vehicle.seats:
        room = vehicle.seats - 1
        return f"{vehicle.name}核定 {vehicle.seats} 座，除司机可坐 {room} 人，本单 {plan.people} 人坐不下"
    for until, what in ((vehicle.inspected_until, "年检"), (vehicle.insured_until, "保险")):
        if until is not None and until < plan.end.date():
            when = "出车前" if until < plan.start.date() else "行程中"
            return f"{vehicle.name}的{what}{day_text(until)}到期，{when}已失效"
    return ""


def taken(vehicle: str, plan: Plan, facts: Facts) -> str:
    """Who has the car then (empty: nobody)."""
    trip = next((trip for trip in in_the_way(plan, facts) if trip.vehicle == vehicle), None)
    return f"{vehicle}{_spoken_for(trip, facts)}，与本单时间重叠" if trip is not None else ""


def _spoken_for(trip: Trip, facts: Facts) -> str:
    who = facts.office.name_of(trip.requester) if trip.requester else "他人"
    number = f"（{trip.case_no}）" if trip.case_no else ""
    return f"{Plan(trip.start, taken_until(trip, facts)).text}已派给{who}{number}"


def wrong_driver(driver: Person, vehicle: Vehicle | None, plan: Plan, post: str, facts: Facts) -> str:
    """Why the person cannot drive the trip (empty: nothing is known against it)."""
    if not driver.active or not driver.holds(post):
        return f"{driver.name}不在驾驶员名册上"
    if driver.staff_no in facts.away and plan.start.date() == facts.now.date():
        return f"{driver.name}今天不在岗"
    if (leave := _leave_of(driver, plan, facts)) is not None:
        until = f"至{slot_text(leave.end)}" if leave.end != leave.start else ""
        return f"{driver.name}{slot_text(leave.start)}{until}请假，不能出车"
    held = facts.office.licences.get(driver.staff_no, "")
    needed = licence_for(vehicle) if vehicle is not None else ""
    if held and needed and needed not in MAY_DRIVE.get(held, frozenset({held})):
        return f"{driver.name}的准驾车型是 {held}，不能开{vehicle.name if vehicle else ''}（要 {needed}）"
    trip = next((trip for trip in in_the_way(plan, facts) if trip.driver == driver.staff_no), None)
    if trip is not None:
        return (
            f"{driver.name}{Plan(trip.start, taken_until(trip, facts)).text}已派出车（{trip.vehicle}），与本单时间重叠"
        )
    return ""


def _leave_of(driver: Person, plan: Plan, facts: Facts) -> LeaveTaken | None:
    """The approved leave of the driver that touches the trip, rest days within it too."""
    calendar = facts.calendar
    return next(
        (
            leave
            for leave in facts.off_duty
            if leave.person == driver.staff_no
            and leave.status == "settled"
            and not leave.returned
            and calendar.begins(leave.start) < plan.end
            and calendar.ends(leave.end) > plan.start
        ),
        None,
    )


def fit_vehicles(plan: Plan, facts: Facts) -> tuple[Vehicle, ...]:
    """The cars that could make the trip and are free, in the office's order."""
    busy = {trip.vehicle for trip in in_the_way(plan, facts)}
    return tuple(car for car in facts.office.vehicles if car.name not in busy and not unfit(car, plan))


def fit_drivers(vehicle: Vehicle | None, plan: Plan, post: str, facts: Facts, without: str = "") -> tuple[Person, ...]:
    """Those who could drive, the car's usual driver first; `without` has said that they cannot."""
    usual = vehicle.driver if vehicle is not None else ""
    drivers = (who for who in facts.office.holders(post) if who.staff_no != without)
    able = (who for who in drivers if not wrong_driver(who, vehicle, plan, post, facts))
    return tuple(sorted(able, key=lambda who: (who.staff_no != usual, who.staff_no)))


def crews(plan: Plan, post: str, facts: Facts, without: str = "") -> Iterator[tuple[Vehicle, Person]]:
    """Each free car with who would drive it."""
    for car in fit_vehicles(plan, facts):
        drivers = fit_drivers(car, plan, post, facts, without)
        if drivers:
            yield car, drivers[0]


def instead(plan: Plan, facts: Facts) -> str:
    """What can be done where no car is free: another time, or a trip that goes the same way."""
    ways = [way for way in (_later(plan, facts), _shared(plan, facts)) if way]
    return "；".join(ways) or "请改时间再报"


def _later(plan: Plan, facts: Facts) -> str:
    """The nearest time from which a car is free for as long."""
    length, last = plan.end - plan.start, plan.start + timedelta(days=_DAYS_AHEAD)
    for start in sorted({taken_until(trip, facts) for trip in facts.trips if trip.live}):
        moved = Plan(start, start + length, plan.people)
        cars = fit_vehicles(moved, facts) if plan.start < start <= last else ()
        if cars:
            return f"{moment_text(start)}起{cars[0].name}有空，可改时间再报"
    return ""


def _shared(plan: Plan, facts: Facts) -> str:
    trip = next(iter(same_way(plan, facts)), None)
    if trip is None:
        return ""
    who = facts.office.name_of(trip.requester) if trip.requester else "他人"
    return f"{who}{moment_text(trip.start)}也去{trip.destination}（{trip.vehicle}），可商量同车"


def same_way(plan: Plan, facts: Facts) -> tuple[Trip, ...]:
    """Trips of the same time that go to the same place and have room."""
    return tuple(
        trip
        for trip in in_the_way(plan, facts)
        if plan.destination
        and trip.destination
        and (trip.destination in plan.destination or plan.destination in trip.destination)
        and _room(trip, facts) >= max(plan.people, 1)
    )


def _room(trip: Trip, facts: Facts) -> int:
    car = facts.office.vehicle(trip.vehicle)
    return car.seats - 1 - max(headcount(trip.passengers), 1) if car is not None and car.seats else 1


def none_free(plan: Plan, facts: Facts) -> str:
    """Why no car of the office can make the trip, with the next step (empty: one can, or the office lists none)."""
    cars = facts.office.vehicles
    if not cars or fit_vehicles(plan, facts):
        return ""
    able = [car for car in cars if not unfit(car, plan)]
    if not able:
        return f"没有能用的车：{unfit(max(cars, key=lambda car: car.seats), plan)}；{_smaller(plan)}。"
    why = "、".join(f"{car.name}{_held(car, plan, facts)}" for car in able[:2])
    return f"{plan.text}没有空车（{why}）；{instead(plan, facts)}。"


def _held(car: Vehicle, plan: Plan, facts: Facts) -> str:
    trip = next(trip for trip in in_the_way(plan, facts) if trip.vehicle == car.name)
    return _spoken_for(trip, facts)


def _smaller(plan: Plan) -> str:
    return "请分几单用车，或与派车人员商量" if plan.people > 1 else "请与派车人员商量"
