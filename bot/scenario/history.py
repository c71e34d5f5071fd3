"""What had happened before a scenario begins, made true in its database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

from bot.scenario.reading import CannotPlay, Scenario, known, moment, number_of, plain, values_of
from flows.approval.decide import Act, act_on
from flows.approval.filing import file_case
from flows.approval.outcome import LeaveKept, RegisterRow
from flows.approval.run import role_of
from flows.calendar import Slot
from flows.deadlines.timetable import next_at
from flows.facts import Trip
from flows.families.referring import referring_fields
from flows.procedure.model import Json, Pack
from flows.records import CaseNumber
from handlers.gather import CONSENTS, bound, facts_for, facts_of
from handlers.ports import Desk
from handlers.recurring import items
from storage.unit import Unit
from storage.vehicles import COSTS, FUEL

HISTORY_KEYS = {
    "leave": frozenset({"kind", "person", "type", "start", "end", "days", "target"}),
    "attendance": frozenset({"kind", "person", "event", "date", "minutes"}),
    "seal": frozenset({"kind", "seal", "status", "since", "to"}),
    "booking": frozenset({"kind", "vehicle", "start", "end", "person", "driver"}),
    "vehicle": frozenset({"kind", "vehicle", "month", "litres", "odometer"}),
    "recurring": frozenset({"kind", "item", "due"}),
    "register": frozenset({"kind", "register", "row"}),
    "consent": frozenset({"kind", "rule", "by", "person", "at"}),
    "case": frozenset({"kind", "case", "procedure", "by", "at", "values", "done"}),
}
DONE_KEYS = frozenset({"step", "by", "at", "decision", "set"})


def make_true(unit: Unit, scenario: Scenario, desk: Desk) -> Mapping[str, CaseNumber]:
    """Insert every fact of the scenario's history; the numbers of its earlier cases by the names they go by.

    Raises:
        CannotPlay: a kind of fact that cannot be inserted yet.
    """
    earlier: dict[str, CaseNumber] = {}
    for item in scenario.history:
        kind = str(item.get("kind", ""))
        if kind == "roster":
            continue
        if kind not in HISTORY_KEYS:
            raise CannotPlay(f"history of kind `{kind}` cannot be played yet")
        known(item, HISTORY_KEYS[kind], f"history of kind `{kind}`")
        if kind == "leave":
            _leave(unit, scenario, desk, item)
        elif kind == "attendance":
            _attendance(unit, scenario, item)
        elif kind == "seal":
            _seal(unit, scenario, item)
        elif kind == "booking":
            _booking(unit, scenario, item)
        elif kind == "vehicle":
            _vehicle(unit, scenario, item)
        elif kind == "recurring":
            _recurring(unit, scenario, desk, item)
        elif kind == "register":
            row = {key: plain(value) for key, value in item["row"].items()}
            unit.keep_rows((RegisterRow(str(item["register"]), "", row),), "", scenario.now)
        elif kind == "consent":
            _consent(unit, scenario, item)
        else:
            earlier[str(item.get("case", ""))] = _case(unit, scenario, desk, item, earlier)
    return earlier


def naming(values: Mapping[str, Json], pack: Pack, earlier: Mapping[str, CaseNumber]) -> dict[str, Json]:
    """The values with an earlier case's name, where a field refers to one, as that case's number."""
    named = (
        procedure.family_params.get(key, "") for key in ("trip", "prior") for procedure in pack.procedures.values()
    )
    fields = referring_fields(pack) | {str(field) for field in named}
    return {
        key: earlier[value].no if key in fields and isinstance(value, str) and value in earlier else value
        for key, value in values.items()
    }


def _slot(value: Any, *, end: bool) -> Slot:
    text = str(plain(value))
    if text.endswith((" am", " pm")):
        return Slot.parse(text)
    if len(text) == 10:
        return Slot(date.fromisoformat(text), "pm" if end else "am")
    return Slot(date.fromisoformat(text[:10]), "am" if text[11:13] < "13" else "pm")


def _leave(unit: Unit, scenario: Scenario, desk: Desk, item: Mapping[str, Any]) -> None:
    first, last = _slot(item["start"], end=False), _slot(item["end"], end=True)
    slots = desk.calendar.working_slots(first, last)
    leave = LeaveKept(
        person=number_of(scenario, item["person"]),
        type=item["type"],
        start=first,
        end=last,
        days=float(item.get("days", len(slots) / 2)),
        status="settled",
        slots=slots,
        target=str(item.get("target", "")),
        returned=last.day < scenario.now.date(),
    )
    unit.add_leave(leave, scenario.now)


def _attendance(unit: Unit, scenario: Scenario, item: Mapping[str, Any]) -> None:
    minutes = float(item["minutes"]) if "minutes" in item else None
    day = date.fromisoformat(str(item["date"]))
    unit.add_attendance(number_of(scenario, item["person"]), item["event"], day, at=scenario.now, minutes=minutes)


def _seal(unit: Unit, scenario: Scenario, item: Mapping[str, Any]) -> None:
    zone: Any = scenario.now.tzinfo
    since = moment(str(item["since"])[:10], zone)
    unit.set_seal_status(item["seal"], item["status"], since, to=str(item.get("to", "")))


def _booking(unit: Unit, scenario: Scenario, item: Mapping[str, Any]) -> None:
    zone: Any = scenario.now.tzinfo
    start, end = (moment(item[key], zone).replace(tzinfo=None) for key in ("start", "end"))
    car = scenario.office.vehicle(item["vehicle"])
    usual = car.driver if car is not None else ""
    driver = number_of(scenario, item["driver"]) if "driver" in item else usual
    requester = number_of(scenario, item["person"]) if "person" in item else ""
    back = end <= scenario.now.replace(tzinfo=None)
    status: Literal["back", "booked"] = "back" if back else "booked"
    unit.add_trip(Trip("", "", item["vehicle"], driver, requester, start, end, status))


def _vehicle(unit: Unit, scenario: Scenario, item: Mapping[str, Any]) -> None:
    if "odometer" in item:
        unit.set_odometer(item["vehicle"], float(item["odometer"]))
    if "litres" in item:
        cells = {"date": f"{item['month']}-01", "vehicle": item["vehicle"], "kind": FUEL, "litres": item["litres"]}
        unit.keep_rows((RegisterRow(COSTS, "", cells),), "", scenario.now)


def _consent(unit: Unit, scenario: Scenario, item: Mapping[str, Any]) -> None:
    zone: Any = scenario.now.tzinfo
    who, by = number_of(scenario, item["person"]), number_of(scenario, item["by"])
    at = moment(item["at"], zone)
    row = {"rule": str(item["rule"]), "person": who, "by": by, "at": at.isoformat()}
    unit.keep_rows((RegisterRow(CONSENTS, "", row),), "", at)


def _recurring(unit: Unit, scenario: Scenario, desk: Desk, item: Mapping[str, Any]) -> None:
    """The next moment of something that recurs: as given, or the item's own on the day given."""
    zone: Any = scenario.now.tzinfo
    found = next((known_item for _, known_item in items(desk) if known_item.entry == item["item"]), None)
    if found is None:
        raise CannotPlay(f"{item['item']} is no recurring item of a pack yet")
    at = moment(item["due"], zone)
    whole_day = len(str(plain(item["due"]))) == 10
    due = next_at(found, at - timedelta(seconds=1), desk.calendar) if whole_day else at
    unit.set_recurring(found.entry, due or at)


def _case(
    unit: Unit, scenario: Scenario, desk: Desk, item: Mapping[str, Any], earlier: Mapping[str, CaseNumber]
) -> CaseNumber:
    """An earlier case, filed and acted on at its own times."""
    zone: Any = scenario.now.tzinfo
    pack = desk.rules.current[scenario.pack]
    procedure = pack.procedures.get(item["procedure"])
    if procedure is None:
        raise CannotPlay(f"{scenario.pack}/{item['procedure']} is not an executable procedure yet")
    who = number_of(scenario, item["by"])
    then = replace(desk, now=moment(item["at"], zone))
    said = {key: plain(value) for key, value in (item.get("values") or {}).items()}
    values = naming(values_of(scenario, procedure, said), pack, earlier)
    number = unit.new_case(procedure.prefix, then.now)
    facts = facts_for(unit, then, pack, who, values=values, family=procedure.family)
    unit.keep(file_case(pack, procedure, values, who, facts, case_id=number.id, no=number.no, code=number.code))
    for done in item.get("done") or ():
        known(done, DONE_KEYS, "`done` of an earlier case")
        then = replace(desk, now=moment(done["at"], zone))
        found = bound(then, unit.case(number.id))
        facts = facts_of(unit, then, found)
        step = procedure.step_by_id.get(done["step"])
        if step is None:
            raise CannotPlay(f"{item['procedure']} has no step `{done['step']}`")
        verb = str(done.get("decision") or ("agree" if role_of(step.kind) == "approver" else "execute"))
        said = {key: plain(value) for key, value in (done.get("set") or {}).items()}
        recorded = values_of(scenario, procedure, said)
        entered = any(visit.step == step.id for visit in found.case.visits_of_round())
        # A neighbouring step of the same person is one act, whichever of the two the history names.
        named = step.id if entered else ""
        act = Act(verb, number_of(scenario, done["by"]), step=named, reason="按历史", set=recorded)
        unit.keep(act_on(found.case, found.pack, found.procedure, act, facts))
    return number
