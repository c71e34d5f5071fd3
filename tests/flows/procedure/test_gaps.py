"""Gaps and contradictions are found wherever somebody makes one: every branch dropped, every rule bent."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from flows.procedure.checks import Path, applies
from flows.procedure.gaps import Explorer, flaws
from flows.procedure.model import DECIDING, Branch, Check, Goto, Procedure, Rule, Step, Values
from storage.packs import load_packs

PROCEDURES = [procedure for pack in load_packs().values() for procedure in pack.procedures.values()]
NAMES = [f"{procedure.pack}/{procedure.id}" for procedure in PROCEDURES]


def with_step(procedure: Procedure, step: Step) -> Procedure:
    return replace(procedure, steps=tuple(step if old.id == step.id else old for old in procedure.steps))


def with_rule(procedure: Procedure, rule: Rule) -> Procedure:
    return replace(procedure, rules=tuple(rule if old.id == rule.id else old for old in procedure.rules))


def conditional(procedure: Procedure) -> Iterator[tuple[Step, int]]:
    """Every branch that is the only way for some combination: all of a step's branches have conditions."""
    for step in procedure.steps:
        if step.next and all(branch.when for branch in step.next) and "decision" not in str(step.next):
            yield from ((step, at) for at in range(len(step.next)))


@pytest.mark.parametrize("procedure", PROCEDURES, ids=NAMES)
def test_a_procedure_of_a_pack_leaves_nothing_open(procedure: Procedure) -> None:
    assert [flaw.text for flaw in flaws(procedure) if flaw.kind in ("gap", "contradiction", "overlap")] == []


@pytest.mark.parametrize("procedure", PROCEDURES, ids=NAMES)
def test_every_branch_that_is_dropped_is_missed(procedure: Procedure) -> None:
    for step, at in conditional(procedure):
        rest = tuple(branch for place, branch in enumerate(step.next) if place != at)
        found = flaws(with_step(procedure, replace(step, next=rest)))
        if rest:
            assert any(flaw.entry == procedure.entry("step", step.id) and flaw.kind == "gap" for flaw in found), at


@pytest.mark.parametrize("procedure", PROCEDURES, ids=NAMES)
def test_every_route_rule_that_is_bent_contradicts_the_steps(procedure: Procedure) -> None:
    """A rule that demands its steps the other way round is on no route."""
    for rule in procedure.rules:
        for check in rule.checks:
            if isinstance(check.params, Path) and len(check.params.steps) > 1:
                bent = Check(check.name, Path(tuple(reversed(check.params.steps))))
                found = flaws(with_rule(procedure, replace(rule, checks=(bent,))))
                kinds = {flaw.kind for flaw in found if rule.entry in (flaw.entry, flaw.other)}
                assert kinds & {"contradiction", "overlap"}, rule.id


def test_two_rules_for_the_same_case_overlap() -> None:
    leave = next(procedure for procedure in PROCEDURES if procedure.id == "leave_request")
    half, day = leave.rule_by_id["r01"], leave.rule_by_id["r02"]
    found = flaws(with_rule(leave, replace(day, when=half.when)))
    assert [(flaw.kind, flaw.entry, flaw.other) for flaw in found if flaw.kind == "overlap"] == [
        ("overlap", day.entry, half.entry)
    ]


def test_a_condition_nothing_can_fulfil_is_pointed_out() -> None:
    leave = next(procedure for procedure in PROCEDURES if procedure.id == "leave_request")
    rule = leave.rule_by_id["r01"]
    twice = replace(rule, when=(*rule.when, *leave.rule_by_id["r03"].when))
    assert ("never_applies", rule.entry) in {(flaw.kind, flaw.entry) for flaw in flaws(with_rule(leave, twice))}


def test_a_step_no_request_reaches_is_pointed_out() -> None:
    leave = next(procedure for procedure in PROCEDURES if procedure.id == "leave_request")
    chief = replace(leave.step_by_id["chief_approve"], next=(Branch(Goto("end_approved")),))
    skipped = with_step(leave, chief)
    other = replace(skipped.step_by_id["leader_approve"], next=(Branch(Goto("step", "file")),))
    skipped = with_step(skipped, other)
    director = replace(skipped.step_by_id["director_approve"], next=(Branch(Goto("end_approved")),))
    skipped = with_step(
        with_step(skipped, director), replace(skipped.step_by_id["file"], next=(Branch(Goto("end_approved")),))
    )
    assert ("never_reached", leave.entry("step", "record")) in {(flaw.kind, flaw.entry) for flaw in flaws(skipped)}


UNDECIDED_BY_THE_TEXT = {
    "tax-office/seal_request": ("is_dispatch", "是"),
    "futian-office/asset_inventory": ("action", "清点"),
    "party-office/fixed_asset": ("change", "增加"),
    "party-office/reform_meeting": ("important", "否"),
    "school-office/visitor": ("host_needed", "否"),
}
"""Only where the text says so: an issued document is stamped without a form (流程六·1填单审批/1).

Things are counted and entered into the books by those who keep them (公物管理制度(五)句1, (28) (五)1), who visits
nobody in particular asks nobody (四(三)1·操作2), a reform meeting on nothing important is the reform office's own
((13) 一2).
"""


@pytest.mark.parametrize("procedure", PROCEDURES, ids=NAMES)
def test_no_way_is_granted_without_somebody_deciding(procedure: Procedure) -> None:
    """What needs a decision by its steps is let through beside them only where the text says so."""
    field, value = UNDECIDED_BY_THE_TEXT.get(f"{procedure.pack}/{procedure.id}", ("", None))
    if not any(step.kind in DECIDING for step in procedure.steps):
        return
    for way in Explorer(procedure).ways():
        if way.end is not None and way.end.kind == "end_approved" and way.agreed:
            decided = any(procedure.step_by_id[step].kind in DECIDING for step in way.path)
            decided = decided or bool(field and way.known.get(field) == value)
            assert decided or exempted(procedure, way.known, way.path[1:]), way.known


def exempted(procedure: Procedure, known: Values, steps: tuple[str, ...]) -> bool:
    """Whether a route rule that speaks about these values alone names exactly these steps (免签批)."""
    return any(
        rule.enforce == "route" and rule.when and applies(rule, known) and check.params == Path(steps)
        for rule in procedure.rules
        for check in rule.checks
    )
