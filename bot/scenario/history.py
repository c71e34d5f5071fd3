"""What had happened before a scenario begins, made true in its database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.scenario.reading import CannotPlay, Scenario, moment, plain
from flows.approval.decide import Act, act_on
from flows.approval.filing import file_case
from flows.approval.outcome import LeaveKept
from flows.calendar import Slot
from flows.procedure.model import Json
from handlers.gather import bound, facts_for, facts_of
from handlers.ports import Desk
from storage.unit import Unit

_VERBS = {"agree": "agree", "refuse": "refuse", "send_back": "send_back"}


def make_true(unit: Unit, scenario: Scenario, desk: Desk) -> None:
    """Insert every fact of the scenario's history.

    Raises:
        CannotPlay: a kind of fact that cannot be inserted yet.
    """
    for item in scenario.history:
        kind = item.get("kind")
        if kind == "leave":
            _leave(unit, scenario, desk, item)
        elif kind == "attendance":
            _attendance(unit, scenario, item)
        elif kind == "seal":
            _seal(unit, scenario, item)
        elif kind == "case":
            _case(unit, scenario, desk, item)
        else:
            raise CannotPlay(f"history of kind `{kind}` cannot be played yet")


def _number(scenario: Scenario, name: str) -> str:
    found = scenario.office.by_name(name)
    if not found:
        raise CannotPlay(f"nobody is called {name}")
    return found[0].staff_no


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
        person=_number(scenario, item["person"]),
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
    unit.add_attendance(_number(scenario, item["person"]), item["event"], day, at=scenario.now, minutes=minutes)


def _seal(unit: Unit, scenario: Scenario, item: Mapping[str, Any]) -> None:
    zone: Any = scenario.now.tzinfo
    since = moment(str(item["since"])[:10], zone)
    unit.set_seal_status(item["seal"], item["status"], since, to=str(item.get("to", "")))


def _case(unit: Unit, scenario: Scenario, desk: Desk, item: Mapping[str, Any]) -> None:
    """An earlier case, filed and acted on at its own times."""
    zone: Any = scenario.now.tzinfo
    pack = desk.rules.current[scenario.pack]
    procedure = pack.procedures.get(item["procedure"])
    if procedure is None:
        raise CannotPlay(f"{scenario.pack}/{item['procedure']} is not an executable procedure yet")
    who = _number(scenario, item["by"])
    then = replace(desk, now=moment(item["at"], zone))
    values: dict[str, Json] = {key: plain(value) for key, value in (item.get("values") or {}).items()}
    number = unit.new_case(procedure.prefix, then.now)
    facts = facts_for(unit, then, pack, who, values=values)
    unit.keep(file_case(pack, procedure, values, who, facts, case_id=number.id, no=number.no, code=number.code))
    for done in item.get("done") or ():
        then = replace(desk, now=moment(done["at"], zone))
        found = bound(then, unit.case(number.id))
        facts = facts_of(unit, then, found)
        verb = _VERBS.get(str(done.get("decision", "")), "execute")
        recorded: dict[str, Json] = {key: plain(value) for key, value in (done.get("set") or {}).items()}
        act = Act(verb, _number(scenario, done["by"]), step=done["step"], reason="按历史", set=recorded)
        unit.keep(act_on(found.case, found.pack, found.procedure, act, facts))
