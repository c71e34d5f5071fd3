"""Routes: the registers' five rules of running a procedure."""

from dataclasses import replace

import pytest

from flows.approval import route
from flows.errors import NoRoute
from flows.procedure.model import Json, Procedure, Test, Values
from tests.flows.approval.parts import Walk, branch, goto, pack, procedure_of, step


def names(procedure: Procedure, values: Values | None = None) -> list[str]:
    """The ids of the steps if everybody agrees."""
    return [item.id for item in route.forecast(procedure, values or {})]


def test_steps_run_in_the_listed_order() -> None:
    assert names(procedure_of(step("a", "x"), step("b", "x"))) == ["submit", "a", "b"]


@pytest.mark.parametrize(("size", "expected"), [(1, ["submit", "b"]), (5, ["submit", "a", "b"])])
def test_a_step_whose_condition_does_not_hold_is_skipped_for_the_one_listed_after_it(
    size: int, expected: list[str]
) -> None:
    made = procedure_of(step("a", "x", only_if=(Test("size", "gt", 3),)), step("b", "x"))
    assert names(made, {"size": size}) == expected


def test_a_skipped_last_step_is_the_end() -> None:
    made = procedure_of(step("a", "x"), step("b", "x", only_if=(Test("size", "present"),)))
    assert route.following(made, made.step_by_id["a"], {}) == route.END


def test_a_goto_to_a_step_that_does_not_apply_goes_to_the_one_listed_after_it() -> None:
    skipped = step("b", "x", only_if=(Test("size", "present"),))
    made = procedure_of(step("a", "x", to="b"), skipped, step("c", "x"))
    assert names(made) == ["submit", "a", "c"]


def test_the_first_step_may_be_one_further_down() -> None:
    made = procedure_of(step("a", "x"))
    first = step("early", "x", only_if=(Test("size", "present"),))
    assert route.first(replace(made, steps=(first, *made.steps)), {}).id == "submit"


def test_a_procedure_none_of_whose_steps_applies_has_no_route() -> None:
    only = step("a", "x", only_if=(Test("size", "present"),))
    made = replace(procedure_of(), steps=(only,))
    with pytest.raises(NoRoute):
        route.first(made, {})


@pytest.mark.parametrize(
    ("values", "then"),
    [({"size": 1}, "small"), ({"size": 9}, "large"), ({"size": 5}, "rest"), ({}, "rest")],
)
def test_the_first_branch_that_holds_decides(values: dict[str, Json], then: str) -> None:
    small, large = branch("small", ("size", "lt", 3)), branch("large", ("size", "gt", 7))
    also = branch("large", ("size", "lt", 3))
    made = procedure_of(
        step("here", "x", next=(small, also, large, branch("rest"))),
        step("small", "x", to="end_approved"),
        step("large", "x", to="end_approved"),
        step("rest", "x"),
    )
    assert names(made, values)[2] == then


def test_no_branch_holding_is_a_gap_and_says_where() -> None:
    here = step("here", "x", next=(branch("there", ("size", "gt", 3)),))
    made = procedure_of(here, step("there", "x"))
    with pytest.raises(NoRoute) as gap:
        route.forecast(made, {"size": 3})
    assert (gap.value.step, gap.value.entries) == ("here", ("futian-office/made/step/here",))


@pytest.mark.parametrize(
    ("decision", "ends"),
    [("refuse", goto("end_refused")), ("send_back", goto("send_back")), ("agree", route.END)],
)
def test_without_a_branch_of_its_own_a_decision_follows_the_default(decision: str, ends: object) -> None:
    made = procedure_of(step("a", "x"))
    assert route.following(made, made.step_by_id["a"], {}, decision) == ends


def test_a_branch_on_the_decision_goes_before_the_default() -> None:
    appeal = branch("higher", ("decision", "eq", "refuse"))
    made = procedure_of(step("a", "x", next=(appeal, branch("end_approved"))), step("higher", "y"))
    assert route.following(made, made.step_by_id["a"], {}, "refuse") == goto("higher")
    assert route.following(made, made.step_by_id["a"], {}, "send_back") == goto("send_back")
    assert route.following(made, made.step_by_id["a"], {}) == route.END


def test_a_branch_that_always_holds_is_for_those_who_agree() -> None:
    made = procedure_of(step("a", "x", to="b"), step("b", "x"))
    assert route.following(made, made.step_by_id["a"], {}, "refuse") == goto("end_refused")


def test_a_route_that_comes_round_again_is_shown_once() -> None:
    made = procedure_of(step("a", "x"), step("b", "x", to="a"))
    assert names(made) == ["submit", "a", "b"]


def ended(*steps: tuple[str, str], end: str = "") -> str:
    """How a case stands after these (id, kind) steps by people of different posts were done."""
    posts = {"a": "section_chief", "b": "director", "c": "seal_keeper", "d": "secretariat"}
    made = [step(name, posts[name], kind) for name, kind in steps]
    if end:
        made[-1] = step(steps[-1][0], posts[steps[-1][0]], steps[-1][1], to=end)
    actors = {"a": "W01", "b": "D01", "c": "S03", "d": "S02"}
    walk = Walk(procedure_of(*made), {})
    for name, kind in steps:
        walk.act("agree" if kind in ("approve", "review", "confirm") else "execute", actors[name])
    return walk.case.state


@pytest.mark.parametrize(
    ("steps", "end", "state"),
    [
        ((("a", "approve"),), "", "approved"),
        ((("a", "approve"), ("c", "register")), "", "closed"),
        ((("a", "approve"), ("c", "execute")), "", "closed"),
        ((("a", "approve"), ("c", "archive")), "", "closed"),
        ((("a", "approve"), ("c", "give_back")), "", "closed"),
        ((("a", "approve"), ("c", "issue")), "", "closed"),
        ((("a", "approve"), ("c", "notify")), "", "approved"),
        ((("a", "approve"), ("b", "confirm")), "", "approved"),
        ((("c", "register"), ("a", "approve")), "", "approved"),
        ((("c", "register"),), "", "closed"),
        ((("c", "notify"),), "", "closed"),
        ((("a", "approve"), ("c", "register")), "end_approved", "closed"),
        ((("a", "approve"),), "end_approved", "approved"),
        ((("a", "approve"),), "end_closed", "closed"),
        ((("a", "approve"), ("c", "notify")), "end_refused", "refused"),
    ],
)
def test_how_a_case_ends_follows_from_what_was_done_after_the_last_decision(
    steps: tuple[tuple[str, str], ...], end: str, state: str
) -> None:
    assert ended(*steps, end=end) == state


def test_nothing_left_but_carrying_out_is_approved_already() -> None:
    made = procedure_of(step("a", "section_chief"), step("b", "director"), step("c", "seal_keeper", "register"))
    walk = Walk(made, {})
    assert [walk.case.state, walk.agree("W01").case.state, walk.agree("D01").case.state] == [
        "pending",
        "pending",
        "approved",
    ]
    assert walk.told("W02") == ["您的试办申请（QJ-2026-0001）已通过。"]


def test_a_route_that_leads_to_a_refusal_is_never_approved_on_its_way() -> None:
    made = procedure_of(step("a", "section_chief"), step("tell", "seal_keeper", "notify", to="end_refused"))
    walk = Walk(made, {}).agree("W01")
    assert (walk.case.state, walk.told("W02")) == ("pending", [])
    assert walk.agree("S03").case.state == "refused"


def test_send_back_as_a_branch_returns_the_case() -> None:
    walk = Walk(procedure_of(step("a", "section_chief", to="send_back")), {}).agree("W01")
    assert walk.case.state == "returned"


@pytest.mark.parametrize(
    ("rank", "days", "expected"),
    [
        ("工作人员", 0.5, ["chief_approve", "record"]),
        ("工作人员", 1, ["chief_opinion", "leader_approve", "record"]),
        ("工作人员", 1.5, ["chief_opinion", "leader_opinion", "director_approve", "record"]),
        ("科室负责人", 1, ["leader_approve", "file", "record"]),
        ("科室负责人", 1.5, ["leader_opinion", "director_approve", "file", "record"]),
        ("副主任", 0.5, ["director_approve", "file", "record"]),
        ("主任", 3, ["district_leader_approve", "file", "record"]),
    ],
)
def test_the_ladders_of_a_leave(rank: str, days: float, expected: list[str]) -> None:
    leave = pack().procedures["leave_request"]
    path = names(leave, {"applicant_rank": rank, "duration_days": days})
    assert path == ["submit", *expected, "report_back", "confirm_return"]


@pytest.mark.parametrize(
    ("seal", "importance", "decides"),
    [
        ("区委印章", "其他事项", "committee"),
        ("区政府印章", "重要文件", "government"),
        ("区委办公室印章", "重要文件", "director"),
        ("证明专用章", "其他事项", "leader"),
    ],
)
def test_the_seal_and_the_weight_of_the_paper_choose_who_decides(seal: str, importance: str, decides: str) -> None:
    path = names(pack().procedures["seal_use"], {"seal": seal, "importance": importance})
    assert path == ["submit", decides, "check", "stamp"]
