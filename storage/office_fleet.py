"""The cars and drivers an office lists in office.yaml.

vehicles: [{name, kind, seats, driver, licence, inspected_until, insured_until}]     drivers: {staff number: class}
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from flows.families.fleet import MAY_DRIVE
from flows.people import Person, Vehicle
from storage.office_rows import read_date
from storage.pack_form import Form, suggestion, unique_values
from storage.pack_tree import Node
from storage.problems import Problems

_LARGEST = 60


def read_vehicles(head: Form, people: Mapping[str, Person], problems: Problems) -> tuple[Vehicle, ...]:
    """The office's cars in its order."""
    nodes = head.nodes("vehicles")
    unique_values(nodes, "name", problems, "车辆")
    return tuple(_vehicle(node, people, problems) for node in nodes)


def _vehicle(node: Node, people: Mapping[str, Person], problems: Problems) -> Vehicle:
    form = Form(node, problems, "车辆")
    name = form.text("name")
    form.what = f"车辆 {name}"
    driver = form.word("driver", required=False)
    if driver:
        _known(driver, form, "driver", people)
    vehicle = Vehicle(
        name=name,
        kind=form.text("kind", required=False),
        seats=_seats(form),
        driver=driver,
        licence=form.one_of("licence", tuple(MAY_DRIVE), required=False),
        inspected_until=_until(form, "inspected_until"),
        insured_until=_until(form, "insured_until"),
    )
    form.close()
    return vehicle


def _seats(form: Form) -> int:
    seats = form.number("seats", required=True)
    if seats is not None and (seats != int(seats) or not 2 <= seats <= _LARGEST):
        form.wrong(
            form.items["seats"], f"{form.what}的座位数 {seats:g} 不对", f"写含司机在内的核定座位数，2 至 {_LARGEST}"
        )
        return 0
    return int(seats or 0)


def _until(form: Form, key: str) -> date | None:
    text = form.text(key, required=False)
    found = read_date(text) if text else None
    if text and found is None:
        form.wrong(form.items[key], f"{form.what}的「{key}: {text}」不是日期", "写成 '2027-03-31'，即有效期的最后一天")
    return found


def _known(number: str, form: Form, key: str, people: Mapping[str, Person]) -> None:
    person = people.get(number)
    if person is None or not person.active:
        near = suggestion(number, tuple(people)) if person is None else "换成在职的人"
        form.wrong(form.items[key], f"{form.what}：没有工号 {number} 的在职人员", near)


def read_licences(head: Form, people: Mapping[str, Person]) -> Mapping[str, str]:
    """The drivers' licence classes by staff number."""
    form = head.form("drivers", "drivers")
    found: dict[str, str] = {}
    for number in form.items if form is not None else ():
        if form is None:
            break
        _known(number, form, number, people)
        found[number] = form.one_of(number, tuple(MAY_DRIVE))
    return MappingProxyType(found)
