"""What a car costs: the trip behind a bill, the fuel of the month, quotes before a dear repair."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from flows.calendar import day_text
from flows.facts import Facts, Trip
from flows.families.checks import weight_of
from flows.families.entitlement import number
from flows.procedure.checks import Request, applies, check, passes, reason
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Rule, Values

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def usual_car(staff_no: str, facts: Facts) -> str:
    """The car the person usually drives (empty: none, or more than one)."""
    cars = [car.name for car in facts.office.vehicles if car.driver == staff_no]
    return cars[0] if len(cars) == 1 else ""


def known_trip(procedure: Procedure, values: Values, applicant: str, facts: Facts) -> Trip | None:
    """The approved trip a bill names: by its number, or by a day on which the applicant drove or travelled."""
    said = values.get(str(procedure.family_params.get("trip", "")))
    if not isinstance(said, str) or not said.strip():
        return None
    word = said.strip().upper()
    by_number = [trip for trip in facts.trips if trip.case_no and trip.case_no.upper() in word]
    return next(iter(by_number or [trip for trip in facts.trips if _of_day(trip, word, applicant)]), None)


def _day_in(word: str) -> date | None:
    """The first day the text names (2026-11-20), if it is one."""
    found = _DATE.search(word)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _of_day(trip: Trip, word: str, applicant: str) -> bool:
    day = _day_in(word)
    if day is None or not trip.start.date() <= day <= trip.end.date():
        return False
    return not trip.driver or applicant in (trip.driver, trip.requester)


def cost_figures(procedure: Procedure, values: Values, applicant: str, facts: Facts) -> dict[str, Json]:
    """When a bill's money was spent, litres of the month with it, and the quotes a repair has and needs."""
    found: dict[str, Json] = {}
    if "trip" in procedure.family_params:
        trip = known_trip(procedure, values, applicant, facts)
        said = _day_in(str(values.get(str(procedure.family_params["trip"])) or ""))
        spent = trip.start.date() if trip is not None else said or facts.now.date()
        found |= {"spent_on": spent.isoformat(), "long_trip": "是" if trip is not None and trip.long else "否"}
    for rule in procedure.rules:
        for item in rule.checks:
            if isinstance(item.params, FuelQuota) and applies(rule, values):
                litres = month_litres(procedure, item.params, values, applicant, facts)
                found |= {} if litres is None else {"month_litres": litres}
            if isinstance(item.params, Quotes) and applies(rule, values):
                found |= {"quotes_have": count_of(values.get(item.params.field)), "quotes_needed": item.params.least}
    return found


@dataclass(frozen=True, slots=True)
class ApprovedTrip:
    """`approved_trip` has no parameters: the bill belongs to a trip somebody approved."""


@check("approved_trip", ApprovedTrip)
def approved_trip(rule: Rule, params: ApprovedTrip, request: Request) -> tuple[Finding, ...]:
    """A bill without an approved trip behind it is not paid."""
    if not applies(rule, request.values) or _trip(request) is not None:
        return ()
    text = "没有找到对应的批准出车记录，这笔费用不能报销；请写出车单编号（如 YC-2026-0001）或出车日期。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)


def _trip(request: Request) -> Trip | None:
    return known_trip(request.procedure, request.values, request.applicant, request.facts)


@dataclass(frozen=True, slots=True)
class SettledWithin:
    """Parameters of `settled_within`: so many working days after the car came back."""

    workdays: int


@check("settled_within", SettledWithin)
def settled_within(rule: Rule, params: SettledWithin, request: Request) -> tuple[Finding, ...]:
    """A bill handed in later than that after the trip is refused."""
    trip = _trip(request) if applies(rule, request.values) else None
    if trip is None:
        return ()
    last = request.facts.calendar.add_workdays(trip.end.date(), params.workdays)
    if request.facts.now.date() <= last:
        return ()
    back = day_text(trip.end.date())
    text = f"这趟车{back}回来，费用应在 {params.workdays} 个工作日内（到{day_text(last)}）报，现已过期；请向主管说明。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)


@dataclass(frozen=True, slots=True)
class OfficialTrip:
    """Parameters of `official_trip`: the kinds of use that are the office's own business."""

    kinds: tuple[str, ...]


@check("official_trip", OfficialTrip)
def official_trip(rule: Rule, params: OfficialTrip, request: Request) -> tuple[Finding, ...]:
    """A bill of a trip that was not on the office's business is pointed out, or refused where the office says so."""
    if not applies(rule, request.values):
        return ()
    trip = _trip(request)
    if trip is not None and (not trip.use_kind or trip.use_kind in params.kinds):
        return ()
    why = f"这趟车是{trip.use_kind}" if trip is not None else "没有对应的公差出车记录"
    text = f"{why}，这类费用原则上不报；确属公差的请在提交前写对出车单。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)


@dataclass(frozen=True, slots=True)
class FuelQuota:
    """Parameters of `fuel_quota`: litres a car may take in a month; `litres` and `vehicle` are fields of the bill."""

    over: float
    litres: str
    vehicle: str = "vehicle"


def month_litres(procedure: Procedure, params: FuelQuota, values: Values, applicant: str, facts: Facts) -> float | None:
    """The car's litres of the month with this bill; fuel of a long trip does not count (None: the car is not known)."""
    car = values.get(params.vehicle)
    if not isinstance(car, str) or not car:
        return None
    trip = known_trip(procedure, values, applicant, facts)
    now = 0.0 if trip is not None and trip.long else number(values.get(params.litres)) or 0.0
    return facts.litres.get(car, 0.0) + now


@check("fuel_quota", FuelQuota)
def fuel_quota(rule: Rule, params: FuelQuota, request: Request) -> tuple[Finding, ...]:
    """More fuel in the month than the car's quota is pointed out."""
    if not applies(rule, request.values):
        return ()
    litres = month_litres(request.procedure, params, request.values, request.applicant, request.facts)
    if litres is None or litres <= params.over:
        return ()
    car = request.values[params.vehicle]
    text = f"{car}本月加油累计 {litres:g} 升，超过定额 {params.over:g} 升；确需多用的请另批补助燃油。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)


@dataclass(frozen=True, slots=True)
class Quotes:
    """Parameters of `quotes`: at least so many files in the field before the step is done."""

    field: str
    least: int
    at: str


@check("quotes", Quotes)
def quotes(rule: Rule, params: Quotes, request: Request) -> tuple[Finding, ...]:
    """Too few quotes: the step is refused; at filing the rule has nothing to say."""
    if request.step != params.at or not applies(rule, request.values):
        return ()
    have = count_of(request.values.get(params.field))
    if have >= params.least:
        return (reason(rule, f"已有 {have} 家报价"),)
    name = request.procedure.field_by_id[params.field].name
    text = f"{name}要 {params.least} 家以上，现有 {have} 家，请补齐后再报。"
    return (Finding(rule.entry, "refuse", text, rule.cite, (params.field,)),)


def count_of(value: Json) -> int:
    """How many files a value holds."""
    return 0 if absent(value) else len(value) if isinstance(value, list) else 1


@dataclass(frozen=True, slots=True)
class PathBeyond:
    """Parameters of `path_beyond`: where the field's number is over the limit (`op`), the route passes these steps."""

    field: str
    limit: float
    op: Literal["gt", "ge"]
    steps: tuple[str, ...]


@check("path_beyond", PathBeyond)
def path_beyond(rule: Rule, params: PathBeyond, request: Request) -> tuple[Finding, ...]:
    """Beyond the limit the rule is why the route goes there; a route that does not is refused."""
    value = number(request.values.get(params.field))
    beyond = value is not None and (value > params.limit if params.op == "gt" else value >= params.limit)
    if not beyond or not applies(rule, request.values):
        return ()
    if passes(request.path, params.steps):
        return (reason(rule),)
    text = f"这件事的审批路线与规定不符：{rule.statement}。请联系办公室管理员。"
    return (Finding(rule.entry, "refuse", text, rule.cite),)
