"""Deadlines a rule sets for a step, where they depend on the request (普通件当场办，份数多的两天内)."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from flows.facts import Facts
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.condition import absent, holds
from flows.procedure.findings import Finding
from flows.procedure.model import Anchor, Deadline, Procedure, Rule, Step, Test, Values


@dataclass(frozen=True, slots=True)
class DueBy:
    """Parameters of `due_by`: the step and its deadline, where the rule applies.

    `instead_of` are rules of the same procedure whose deadlines this one replaces; `setting` names the office's word
    (natural or workday) on what a day is, `amount_setting` the office's number that goes before the deadline's own
    (nothing where it is none: no deadline), `extended_by` the field with the day the deadline was put off to, `if` when
    it counts so.
    """

    step: str
    deadline: Deadline
    instead_of: tuple[str, ...] = ()
    setting: str = ""
    amount_setting: str = ""
    extended_by: str = ""
    if_: tuple[Test, ...] = ()


@check("due_by", DueBy)
def due_by(rule: Rule, params: DueBy, request: Request) -> tuple[Finding, ...]:
    """The rule is why the step is due then."""
    if params.step not in request.path or not _counts(rule, params, request.values):
        return ()
    if rule.id in _replaced(request.procedure, request.values):
        return ()
    return (reason(rule),)


def deadline_of(procedure: Procedure, step: Step, values: Values, facts: Facts) -> Deadline | None:
    """The step's deadline for these values: the first rule's in force, else the step's own."""
    replaced = _replaced(procedure, values)
    for rule, params in _deadlines(procedure):
        if params.step == step.id and rule.id not in replaced and _counts(rule, params, values):
            if not absent(values.get(params.extended_by)):
                return Deadline(0, "day", Anchor("field", params.extended_by))
            if params.amount_setting:
                return _settled(params, facts)
            unit = {"natural": "day", "workday": "workday"}.get(str(facts.setting(params.setting)))
            return replace(params.deadline, unit=unit) if unit else params.deadline  # type: ignore[arg-type]
    return step.deadline


def _counts(rule: Rule, params: DueBy, values: Values) -> bool:
    return applies(rule, values) and holds(params.if_, values)


def _settled(params: DueBy, facts: Facts) -> Deadline | None:
    amount = facts.setting(params.amount_setting)
    known = isinstance(amount, (int, float)) and not isinstance(amount, bool) and amount > 0
    return replace(params.deadline, amount=float(amount)) if known else None  # type: ignore[arg-type]


def step_due_by(rule: Rule, passed: Collection[str] = ()) -> str:
    """The step whose deadline the rule sets, of several the first of those passed (empty: none)."""
    steps = [item.params.step for item in rule.checks if isinstance(item.params, DueBy)]
    return next((step for step in steps if step in passed), steps[0] if steps else "")


def _deadlines(procedure: Procedure) -> tuple[tuple[Rule, DueBy], ...]:
    return tuple(
        (rule, item.params) for rule in procedure.rules for item in rule.checks if isinstance(item.params, DueBy)
    )


def _replaced(procedure: Procedure, values: Values) -> frozenset[str]:
    """Rules whose deadline gives way to another that applies."""
    return frozenset(
        name for rule, params in _deadlines(procedure) if applies(rule, values) for name in params.instead_of
    )
