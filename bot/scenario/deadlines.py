"""When something was due, as a scenario names it: by a step, or by the rule that sets its deadline."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from flows.approval.case import Case
from flows.deadlines.ahead import still_to_come
from flows.facts import Facts
from flows.families.checks import ReturnDue
from flows.families.deadline_checks import step_due_by
from flows.families.meeting_order import RemindsPeople, reminder_due
from flows.procedure.model import Pack, Procedure


def due_differences(case: Case, procedure: Procedure, facts: Facts, expected: Mapping[str, Any]) -> list[str]:
    """What differs from the due dates expected, a sentence each."""
    wrong = []
    to_come = {step.id: due for step, due in still_to_come(procedure, case, facts)}
    passed = [*(visit.step for visit in case.visits), *to_come]
    for about, value in expected.items():
        step = step_of(procedure, facts.pack, about, passed)
        visits = [visit for visit in case.visits if visit.step == step and visit.due_at is not None]
        got = visits[-1].due_at if visits else to_come.get(step) or _reminded_by(case, procedure, facts, about)
        text = str(value)
        shown = "" if got is None else got.strftime("%Y-%m-%d") if len(text) == 10 else got.strftime("%Y-%m-%d %H:%M")
        if shown != text.replace("T", " "):
            wrong.append(f"{about}: expected {text}, got {shown or 'none'}")
    return wrong


def _reminded_by(case: Case, procedure: Procedure, facts: Facts, about: str) -> datetime | None:
    """By when the people a rule names are reminded of a meeting, where it is such a rule."""
    rule = procedure.rule_by_id.get(about.rpartition("/")[2])
    found = [item.params for item in rule.checks if isinstance(item.params, RemindsPeople)] if rule is not None else []
    return reminder_due(found[0], case.values, facts) if found else None


def step_of(own: Procedure, pack: Pack, about: str, passed: Collection[str] = ()) -> str:
    """The step meant: named itself, or the one whose deadline the rule of that ledger id sets.

    The rule may be one of the procedure by which a leave is returned from; of several steps the first passed is meant.
    """
    *_, owner, _, name = ("", "", *about.split("/"))[-3:]
    procedure = pack.procedures.get(owner, own)
    rule = procedure.rule_by_id.get(name) if "/rule/" in about else None
    if "/recurring/" in about or (rule is not None and step_due_by(rule)):
        return step_due_by(rule, passed) if rule is not None else about
    if rule is not None and any(isinstance(item.params, RemindsPeople) for item in rule.checks):
        return about
    sets = [item.params for item in rule.checks if isinstance(item.params, ReturnDue)] if rule is not None else []
    if not sets:
        return name
    if procedure is not own:
        return sets[0].at
    back = (s.id for s in procedure.steps if s.deadline is not None and s.deadline.anchor.name == "leave_end")
    return next(back, name)
