"""The week of the office's cars, for everybody of the office: who has which car when."""

from datetime import date, timedelta

from flows.cards import Button, FleetWeek, Message
from flows.errors import Refused, StaleButton
from flows.families.car import gives_cars
from flows.families.fleet_week import DAYS, monday_of, week_of
from handlers.events import Answer
from handlers.gather import procedures_of
from handlers.ports import Desk, Unit
from handlers.press import Press

_EARLIEST, _LATEST = date(2000, 1, 3), date(2199, 12, 23)


def has_cars(desk: Desk) -> bool:
    """Whether the office gives cars."""
    return bool(_given_by(desk))


def _given_by(desk: Desk) -> str:
    """The procedure that gives cars (empty: none)."""
    return next((procedure.id for _, procedure in procedures_of(desk) if gives_cars(procedure)), "")


def week(unit: Unit, desk: Desk, viewer: str, day: date) -> FleetWeek:
    """The week that holds the day as the viewer may know it.

    Raises:
        Refused: the office gives no cars.
    """
    if not has_cars(desk):
        raise Refused("本单位还没有启用用车，请联系办公室管理员。")
    monday = monday_of(min(max(day, _EARLIEST), _LATEST))
    trips = unit.trips_between(monday, monday + timedelta(days=DAYS - 1))
    everything = viewer == desk.office.administrator
    theirs = frozenset(
        trip.case_id for trip in trips if trip.case_no and (everything or viewer in unit.concerned(trip.case_id))
    )
    return week_of(monday, trips, desk.office, desk.calendar, desk.now.replace(tzinfo=None), theirs)


def show_week(unit: Unit, desk: Desk, person: str, day: date) -> Answer:
    """The week as a picture, with the weeks beside it a tap away."""
    shown = week(unit, desk, person, day)
    before, after = (shown.monday + timedelta(days=days) for days in (-DAYS, DAYS))
    buttons = (
        Button("上一周", f"fleet:{before.isoformat()}"),
        Button("下一周", f"fleet:{after.isoformat()}"),
        Button("要用车", f"start:{_given_by(desk)}"),
    )
    unit.say(person, Message(text=_words(shown), picture=shown, buttons=(buttons,)))
    return Answer()


def _words(shown: FleetWeek) -> str:
    """The picture in a sentence, for whoever cannot see it."""
    free = [car.name for car in shown.cars if not any(car.days)]
    rest = f"整周空着：{'、'.join(free)}。" if free else ""
    return f"{shown.title}：{len(shown.cars)} 辆车，{shown.trips} 单。{rest}"


def on_week(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """Another week.

    Raises:
        StaleButton: the button names no day.
    """
    try:
        day = date.fromisoformat(press.parts[0])
    except ValueError:
        raise StaleButton("没有这个按钮，请看最新的一条。") from None
    return show_week(unit, desk, person, day)
