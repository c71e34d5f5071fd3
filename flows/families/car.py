"""Cars: who has which car when, who drives it, and what a driver writes down going out and coming back.

A pack's `car` block names the fields and steps: `start end hours passengers destination kind long vehicle driver
requester` are fields (`hours` is how long a trip lasts whose form asks for no end), `post` is the drivers' post,
`dispatch out back` are steps, `odometer` the two readings, `unfit` and `urgent` a field with the value that says so,
`clauses` which rule speaks of an overlap and of the drivers' roster. A procedure without `dispatch` gives no car.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from flows.approval.case import Case
from flows.approval.outcome import Effects, Notice, Timer
from flows.calendar import moment_text
from flows.cards import Fact
from flows.facts import Facts, Trip
from flows.families.base import Family, Offer
from flows.families.car_costs import cost_figures, known_trip, usual_car
from flows.families.entitlement import number
from flows.families.fleet import (
    Plan,
    crews,
    fit_drivers,
    headcount,
    local_moment,
    none_free,
    now_local,
    same_way,
    taken,
    unfit,
    wrong_driver,
)
from flows.families.told import people_named
from flows.people import Person
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Step, Values

LATE_FILING = timedelta(minutes=15)
REMIND_BEFORE = timedelta(minutes=30)
OVERDUE_AFTER = timedelta(minutes=30)
OVERDUE_AGAIN = timedelta(hours=2)
MOST_OVERDUE = 3
EVE, SOON, LATE = "trip_eve", "trip_soon", "trip_late"


def gives_cars(procedure: Procedure) -> bool:
    """Whether the procedure gives a car (a repair or a bill does not)."""
    return "dispatch" in procedure.family_params


def _name(procedure: Procedure, key: str) -> str:
    value = procedure.family_params.get(key)
    return value if isinstance(value, str) else ""


def _steps(procedure: Procedure, key: str) -> tuple[str, ...]:
    value = procedure.family_params.get(key)
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),) if value else ()


def _said(procedure: Procedure, values: Values, key: str) -> Json:
    return values.get(_name(procedure, key))


def says(procedure: Procedure, values: Values, key: str) -> bool:
    """Whether the form says so: the field under the key (`urgent`, `unfit`, `long`) holds the value named there."""
    named = procedure.family_params.get(key)
    return isinstance(named, dict) and values.get(str(named.get("field"))) == named.get("value")


def plan_of(procedure: Procedure, values: Values, facts: Facts) -> Plan | None:
    """The trip a form asks for, or None where its times are not filled in."""
    start = local_moment(_said(procedure, values, "start"), facts)
    if start is None:
        return None
    hours = procedure.family_params.get("hours")
    end = local_moment(_said(procedure, values, "end"), facts, ends=True)
    if end is None and isinstance(hours, (int, float)):
        end = start + timedelta(hours=float(hours))
    if end is None:
        return None
    people = headcount(_said(procedure, values, "passengers"))
    return Plan(start, end, people, str(_said(procedure, values, "destination") or ""))


def trip_of(procedure: Procedure, case: Case, facts: Facts) -> Trip | None:
    """The trip of a case that has been given a car."""
    plan, vehicle = plan_of(procedure, case.values, facts), _said(procedure, case.values, "vehicle")
    if plan is None or not isinstance(vehicle, str) or not vehicle:
        return None
    values = case.values
    readings = procedure.family_params.get("odometer")
    out, back = (readings.get(key) for key in ("out", "in")) if isinstance(readings, dict) else (None, None)
    return Trip(
        case.id,
        case.no,
        vehicle,
        str(_said(procedure, values, "driver") or ""),
        str(_said(procedure, values, "requester") or "") or case.applicant,
        plan.start,
        plan.end,
        destination=plan.destination,
        passengers=str(_said(procedure, values, "passengers") or ""),
        use_kind=str(_said(procedure, values, "kind") or ""),
        long=says(procedure, values, "long"),
        odometer_out=number(values.get(str(out))),
        odometer_in=number(values.get(str(back))),
    )


class CarFamily(Family):
    """What cars add to the engine."""

    def complete(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """The car of a bill, taken from the trip it names or the car the driver usually drives."""
        field = procedure.field_by_id.get("vehicle")
        if gives_cars(procedure) or field is None or field.required or not absent(values.get("vehicle")):
            return {}
        trip = known_trip(procedure, values, applicant.staff_no, facts)
        car = trip.vehicle if trip is not None else usual_car(applicant.staff_no, facts)
        return {"vehicle": car} if car else {}

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """Litres of the month with this bill, quotes there and needed."""
        return cost_figures(procedure, values, applicant.staff_no, facts)

    def examine(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Finding, ...]:
        """A trip that ends before it begins, begins in the past, or finds no car."""
        if not gives_cars(procedure):
            return ()
        plan = plan_of(procedure, values, facts)
        if plan is None:
            return ()
        if plan.end <= plan.start:
            return (_refused("返回时间要晚于出车时间，请改正其中一个。"),)
        if plan.end <= now_local(facts):
            return (_refused("用车时间已经过去，请改为以后的时间。"),)
        if plan.start < now_local(facts) - LATE_FILING and not says(procedure, values, "urgent"):
            text = f"出车时间{moment_text(plan.start)}已过，用车须先填单再出车，请改为以后的时间。"
            return (_finding(procedure, "overlap", text),)
        busy = none_free(plan, facts)
        return (_finding(procedure, "overlap", busy),) if busy else ()

    def fill_in(self, procedure: Procedure, step: Step, case: Case, recorded: Values, facts: Facts) -> dict[str, Json]:
        """The car and driver a dispatcher leaves unsaid: the first free car and who drives it.

        Whether the driver is well is asked anew of whoever is sent now.
        """
        if step.id in _steps(procedure, "dispatch"):
            return {**self._crew(procedure, case, recorded, facts), **_asked_anew(procedure, case)}
        readings = procedure.family_params.get("odometer")
        field = str(readings.get("out")) if isinstance(readings, dict) and step.id == _name(procedure, "out") else ""
        last = facts.odometers.get(str(_said(procedure, case.values, "vehicle")))
        return {field: last} if field and last is not None and absent(recorded.get(field)) else {}

    def _crew(self, procedure: Procedure, case: Case, recorded: Values, facts: Facts) -> dict[str, Json]:
        plan = plan_of(procedure, case.values, facts)
        car_field, driver_field = _name(procedure, "vehicle"), _name(procedure, "driver")
        if plan is None:
            return {}
        post, said, ill = _name(procedure, "post"), recorded.get(car_field), _ill(procedure, case)
        if absent(said):
            crew = next(crews(plan, post, facts, ill), None)
            if crew is None:
                return {}
            given: dict[str, Json] = {car_field: crew[0].name}
            return given if recorded.get(driver_field) else {**given, driver_field: crew[1].staff_no}
        drivers = fit_drivers(facts.office.vehicle(str(said)), plan, post, facts, ill)
        return {driver_field: drivers[0].staff_no} if drivers and absent(recorded.get(driver_field)) else {}

    def examine_at(
        self, procedure: Procedure, step: Step, case: Case, values: Values, facts: Facts
    ) -> tuple[Finding, ...]:
        """At dispatch the car and the driver once more; coming back, the reading against the one going out."""
        if step.id in _steps(procedure, "dispatch"):
            return self._dispatched(procedure, step, case, values, facts)
        if step.id == _name(procedure, "back"):
            return _readings(procedure, values)
        return ()

    def _dispatched(
        self, procedure: Procedure, step: Step, case: Case, values: Values, facts: Facts
    ) -> tuple[Finding, ...]:
        plan, vehicle = plan_of(procedure, values, facts), _said(procedure, values, "vehicle")
        if plan is None:
            return ()
        if not isinstance(vehicle, str) or not vehicle:
            return (_at(procedure, step, none_free(plan, facts) or "请写明派哪一辆车。"),)
        car = facts.office.vehicle(vehicle)
        if facts.office.vehicles and car is None:
            known = "、".join(item.name for item in facts.office.vehicles)
            return (_at(procedure, step, f"本单位没有“{vehicle}”这辆车，请从{known}里选。"),)
        other = _other(procedure, plan, vehicle, facts)
        if said := taken(vehicle, plan, facts):
            return (_at(procedure, step, f"{said}，{other}。", "overlap"),)
        if car is not None and (said := unfit(car, plan)):
            return (_at(procedure, step, f"{said}，{other}。"),)
        return self._driven(procedure, step, case, values, facts)

    def _driven(
        self, procedure: Procedure, step: Step, case: Case, values: Values, facts: Facts
    ) -> tuple[Finding, ...]:
        plan, car = plan_of(procedure, values, facts), facts.office.vehicle(str(_said(procedure, values, "vehicle")))
        who = facts.office.people.get(str(_said(procedure, values, "driver") or ""))
        post = _name(procedure, "post")
        if plan is None or not post:
            return ()
        if who is None:
            return (_at(procedure, step, "请写明由谁驾驶。"),)
        others = [one.name for one in fit_drivers(car, plan, post, facts, who.staff_no)]
        next_step = f"请改派{others[0]}" if others else "请另选驾驶员或改时间"
        if _ill(procedure, case) == who.staff_no:
            return (_at(procedure, step, f"{who.name}已报身体不适，暂缓出车，{next_step}。", "unfit"),)
        said = wrong_driver(who, car, plan, post, facts)
        clause = "overlap" if "重叠" in said else "roster" if "名册" in said else ""
        return (_at(procedure, step, f"{said}，{next_step}。", clause),) if said else ()

    def effects(
        self,
        event: str,
        before: Case,
        after: Case,
        procedure: Procedure,
        facts: Facts,
        step: Step | None,
        decision: str,
    ) -> Effects:
        """The car promised at dispatch, taken out, brought back, or given up again."""
        base = super().effects(event, before, after, procedure, facts, step, decision)
        cars = gives_cars(procedure)
        trip = (trip_of(procedure, after, facts) or trip_of(procedure, before, facts)) if cars else None
        if trip is None:
            return base
        if event in ("returned", "refused", "withdrawn", "cancelled", "reopened"):
            return base + Effects(trip=replace(trip, status="void"))
        if event != "done" or step is None or decision not in ("agree", "done"):
            return base
        if step.id in _steps(procedure, "dispatch"):
            return base + Effects(trip=trip)
        if step.id == _name(procedure, "out"):
            return base + Effects(
                trip=replace(trip, status="void" if says(procedure, after.values, "unfit") else "out")
            )
        if step.id == _name(procedure, "back"):
            back_at = now_local(facts)
            return base + Effects(trip=replace(trip, status="back", end=back_at if back_at > trip.start else trip.end))
        return base

    def timers(self, procedure: Procedure, step: Step, case: Case, visit: int, facts: Facts) -> tuple[Timer, ...]:
        """The driver reminded the working day before and shortly before; the return asked after once it is late."""
        plan = plan_of(procedure, case.values, facts) if gives_cars(procedure) else None
        if plan is None:
            return ()
        now, zone = now_local(facts), facts.now.tzinfo
        moments: dict[str, datetime] = {}
        if step.id == _name(procedure, "out"):
            moments = {EVE: _eve(plan.start, facts), SOON: plan.start - REMIND_BEFORE}
        if step.id == _name(procedure, "back"):
            moments = {LATE: max(plan.end, now) + OVERDUE_AFTER}
        return tuple(Timer(at.replace(tzinfo=zone), kind, visit) for kind, at in moments.items() if at > now)

    def on_timer(
        self,
        kind: str,
        procedure: Procedure,
        step: Step,
        case: Case,
        visit: int,
        facts: Facts,
        given: Mapping[str, Json],
    ) -> Effects | None:
        """The reminder of a trip, whatever the hour: who drives at night is reminded at night."""
        plan = plan_of(procedure, case.values, facts) if kind in (EVE, SOON, LATE) else None
        if plan is None:
            return None
        driver, car = str(_said(procedure, case.values, "driver") or ""), _said(procedure, case.values, "vehicle")
        if kind != LATE:
            when = "就要出车" if kind == SOON else "请准备出车"
            text = f"{when}：{plan.text}，{car}，{plan.destination}（{case.no}），请守时到达。"
            return Effects(notices=(Notice(driver, "nudge", step.id, "keeper", visit, text),))
        count = int(number(given.get("count")) or 0) + 1
        text = f"{car}应于{moment_text(plan.end)}返回，还没有登记回车（{case.no}），请登记或说明。"
        asked = (
            Notice(driver, "nudge", step.id, "keeper", visit, text),
            *self._dispatchers(procedure, step, case, facts),
        )
        again = Timer(facts.now + OVERDUE_AGAIN, LATE, visit, {"count": count})
        return Effects(notices=asked if count == 1 else asked[:1], timers=(again,) if count < MOST_OVERDUE else ())

    def _dispatchers(self, procedure: Procedure, step: Step, case: Case, facts: Facts) -> tuple[Notice, ...]:
        car, driver = (str(_said(procedure, case.values, key) or "") for key in ("vehicle", "driver"))
        text = f"{car}（{facts.office.name_of(driver)}驾驶，{case.no}）过了预计返回时间还没有回车，后面的用车请留意。"
        first = procedure.step_by_id[_steps(procedure, "dispatch")[0]]
        who = people_named(first.actor, facts.office, case.applicant)
        return tuple(Notice(one, "tell", step.id, "copy", text=text) for one in who if one != driver)

    def context(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Fact, ...]:
        """Which cars are free then, and who goes the same way."""
        plan = plan_of(procedure, values, facts) if gives_cars(procedure) else None
        if plan is None or not facts.office.vehicles or _said(procedure, values, "vehicle"):
            return ()
        free = [f"{car.name}（{who.name}）" for car, who in crews(plan, _name(procedure, "post"), facts)]
        found = [Fact("空车", "、".join(free) or "没有空车，可退回申请人改时间")]
        shared = [
            f"{facts.office.name_of(t.requester)}（{t.vehicle}，{moment_text(t.start)}）" for t in same_way(plan, facts)
        ]
        return (*found, Fact("同路", "、".join(shared))) if shared else tuple(found)

    def offers(self, procedure: Procedure, step: Step, case: Case, facts: Facts) -> tuple[Offer, ...]:
        """At dispatch, each free car with its driver as one button."""
        plan = plan_of(procedure, case.values, facts) if step.id in _steps(procedure, "dispatch") else None
        if plan is None:
            return ()
        car_field, driver_field = _name(procedure, "vehicle"), _name(procedure, "driver")
        return tuple(
            Offer(
                str(facts.office.vehicles.index(car)),
                f"派{car.name} · {who.name}",
                {car_field: car.name, driver_field: who.staff_no},
            )
            for car, who in crews(plan, _name(procedure, "post"), facts, _ill(procedure, case))
        )

    def typed(self, procedure: Procedure, step: Step, text: str, facts: Facts) -> tuple[dict[str, Json], str]:
        """The car and the driver named at the beginning of what is typed behind 同意, and the rest of it."""
        if step.id not in _steps(procedure, "dispatch"):
            return {}, text
        found: dict[str, Json] = {}
        cars = [(car.name, car.name) for car in facts.office.vehicles]
        drivers = [(one.name, one.staff_no) for one in facts.office.people.values() if one.active]
        for field, named in ((_name(procedure, "vehicle"), cars), (_name(procedure, "driver"), drivers)):
            for name, value in sorted(named, key=lambda pair: -len(pair[0])):
                if text.startswith(name):
                    found[field], text = value, text.removeprefix(name).lstrip(" ，,。：:、")
                    break
        return found, text


def _ill(procedure: Procedure, case: Case) -> str:
    """The driver of this trip who has said that they cannot drive (empty: nobody)."""
    return str(_said(procedure, case.values, "driver") or "") if says(procedure, case.values, "unfit") else ""


def _asked_anew(procedure: Procedure, case: Case) -> dict[str, Json]:
    named = procedure.family_params.get("unfit")
    return {str(named.get("field")): None} if isinstance(named, dict) and _ill(procedure, case) else {}


def _eve(start: datetime, facts: Facts) -> datetime:
    """Half an hour before the office closes on the last working day before the trip."""
    day = facts.calendar.add_workdays(start.date(), -1)
    return datetime.combine(day, facts.calendar.hours.pm[1]) - REMIND_BEFORE


def _refused(text: str) -> Finding:
    return Finding("", "refuse", text)


def _finding(procedure: Procedure, key: str, text: str) -> Finding:
    """A refusal resting on the rule the pack names under `clauses`, where it names one."""
    named = procedure.family_params.get("clauses")
    rule = procedure.rule_by_id.get(str(named.get(key))) if isinstance(named, dict) else None
    return Finding(rule.entry, "refuse", text, rule.cite) if rule is not None else _refused(text)


def _at(procedure: Procedure, step: Step, text: str, key: str = "") -> Finding:
    """A refusal at a step: by the rule that speaks of it, else by the step itself."""
    found = _finding(procedure, key, text)
    return found if found.entry else Finding(procedure.entry("step", step.id), "refuse", text, step.cite)


def _other(procedure: Procedure, plan: Plan, vehicle: str, facts: Facts) -> str:
    """What to do instead of giving that car."""
    free = [car.name for car, _ in crews(plan, _name(procedure, "post"), facts) if car.name != vehicle]
    return f"请改派{free[0]}" if free else "没有别的空车，请退回申请人改时间"


def _readings(procedure: Procedure, values: Values) -> tuple[Finding, ...]:
    """The odometer never runs backwards."""
    readings = procedure.family_params.get("odometer")
    if not isinstance(readings, dict):
        return ()
    out, back = (number(values.get(str(readings.get(key)))) for key in ("out", "in"))
    if out is None or back is None or back >= out:
        return ()
    return (_refused(f"回车里程 {back:g} 小于出车里程 {out:g}，请核对里程表后重填。"),)
