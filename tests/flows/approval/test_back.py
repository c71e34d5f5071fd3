"""退回 to an earlier step, both ways of going on after a repair, and 取回 of one's own decision."""

from dataclasses import replace

import pytest

from flows.approval.back import earlier_steps, may_take_back
from flows.errors import AlreadyClosed, NotYourTurn, OnHold, ReasonNeeded, Refused, TooLate
from flows.procedure.model import Field, Procedure, Test
from tests.flows.approval.parts import DAY, MORNING, Walk, procedure_of, step


def three(*, after_repair: str = "again") -> Procedure:
    """The section's head, the clerk's opinion, then the director, who may send it back."""
    return procedure_of(
        step("one", "section_chief", "review"),
        step("two", "attendance_clerk", "review"),
        step("three", "director", "sign", after_repair=after_repair),
        step("four", "seal_keeper", "execute"),
    )


def at_three(**more: str) -> Walk:
    return Walk(three(**more), {}).agree("W01", "S04")


def test_back_to_an_earlier_step_and_on_from_there() -> None:
    made = at_three().act("send_back", "D01", to="one", reason="意见请写明")
    assert (made.at_step, made.waiting, made.case.state) == ("one", ["W01"], "pending")
    assert made.told("W02") == ["于凡的试办申请（QJ-2026-0001）被高远退回到“one”：意见请写明。"]
    steps = [made.agree(who).at_step for who in ("W01", "S04", "D01")]
    assert steps == ["two", "three", "four"]


def test_back_to_an_earlier_step_and_straight_to_who_sent_it_back() -> None:
    made = at_three(after_repair="returner").act("send_back", "D01", to="one", reason="意见请写明")
    assert made.agree("W01").at_step == "three"


def test_only_to_a_step_that_was_done() -> None:
    made = at_three()
    assert [item.id for item in earlier_steps(made.case, made.procedure, made.case.visits[-1])] == ["one", "two"]
    for name in ("four", "three", "submit", "nowhere"):
        with pytest.raises(Refused, match="可以退回到：one、two"):
            made.act("send_back", "D01", to=name, reason="x")
    with pytest.raises(ReasonNeeded):
        made.act("send_back", "D01", to="one")


def test_the_first_to_decide_can_only_send_it_to_the_applicant() -> None:
    with pytest.raises(Refused, match="只能退回申请人"):
        Walk(three(), {}).act("send_back", "W01", to="two", reason="x")


def test_an_approved_leave_sent_back_is_reserved_again() -> None:
    made = Walk("leave_request", MORNING).agree("W01")
    step_before = made.case.visits[1].step
    made.act("send_back", "S04", to=step_before, reason="时间有误")
    assert made.case.state == "pending"
    assert [(line.reserved, line.used) for line in made.outcome.effects.ledger] == [(0.5, -0.5)]
    assert [(line.reserved, line.used) for line in made.agree("W01").outcome.effects.ledger] == [(-0.5, 0.5)]


@pytest.mark.parametrize(("after_repair", "next_step"), [("again", "one"), ("returner", "three")])
def test_after_the_applicants_repair(after_repair: str, next_step: str) -> None:
    made = at_three(after_repair=after_repair).act("send_back", "D01", reason="请补充")
    assert made.case.state == "returned"
    made.resubmit({})
    assert (made.at_step, made.case.state) == (next_step, "pending")
    rest = {"one": ("W01", "S04", "D01"), "three": ("D01",)}[next_step]
    assert made.agree(*rest).at_step == "four"


def test_straight_back_only_where_the_repaired_route_is_decided_up_to_there() -> None:
    large = step("large", "deputy_director_in_charge", "review")
    made = procedure_of(
        step("one", "section_chief", "review"),
        replace(large, only_if=(Test("size", "gt", 3),)),
        step("three", "director", "sign", after_repair="returner"),
        fields=(Field("size", "数量", "number", True, ask="多少？"),),
    )
    walk = Walk(made, {"size": 1}).agree("W01").act("send_back", "D01", reason="数量不对")
    assert walk.resubmit({"size": 5}).at_step == "one"


def test_taken_back_the_step_is_open_again_and_what_came_of_it_ends() -> None:
    made = Walk(three(), {}).agree("W01")
    assert may_take_back(made.case, made.procedure, "W01")
    made.act("take_back", "W01")
    assert (made.at_step, made.waiting) == ("one", ["W01"])
    assert made.told("S04") == ["于凡的试办申请（QJ-2026-0001）：石磊取回了刚才的决定，将重新办理。"]
    assert [entry.act for entry in made.entries][-2:] == ["taken_back", "entered"]
    with pytest.raises(NotYourTurn):
        made.act("agree", "S04")
    assert made.agree("W01", "S04").at_step == "three"


def test_once_the_next_one_has_acted_it_stands() -> None:
    made = at_three()
    assert not may_take_back(made.case, made.procedure, "W01")
    with pytest.raises(TooLate, match="下一步已经有人办理"):
        made.act("take_back", "W01")


@pytest.mark.parametrize("act", ["transfer", "add_sign"])
def test_handing_over_and_adding_are_acts_of_the_next_one(act: str) -> None:
    made = Walk(procedure_of(step("one", "section_chief", "review"), step("two", "deputy_director")), {})
    made.agree("W01").act(act, "D02", to="D03")
    with pytest.raises(TooLate):
        made.act("take_back", "W01")


def test_a_question_is_no_act_of_the_next_one() -> None:
    made = Walk(three(), {}).agree("W01").act("ask", "S04", to="W02", reason="哪天？")
    assert made.act("take_back", "W01").waiting == ["W01"]


def test_who_has_decided_nothing_takes_nothing_back() -> None:
    with pytest.raises(NotYourTurn):
        at_three().act("take_back", "W03")


def test_work_carried_out_is_not_taken_back() -> None:
    made = Walk(
        procedure_of(
            step("one", "section_chief"), step("work", "seal_keeper", "execute"), step("end", "director", "notify")
        ),
        {},
    )
    made.agree("W01", "S03")
    with pytest.raises(TooLate, match="办理"):
        made.act("take_back", "S03")


def test_an_act_for_several_posts_is_taken_back_as_one() -> None:
    made = Walk(
        procedure_of(step("one", "section_chief", "review"), step("two", "section_chief"), step("three", "director")),
        {},
    )
    made.act("agree", "W01")
    assert made.at_step == "three"
    made.act("take_back", "W01")
    assert made.at_step == "one"
    assert made.case.done_steps() == {"submit"}


def test_a_leave_approved_is_reserved_again_and_the_applicant_hears_of_it() -> None:
    made = Walk("leave_request", MORNING).agree("W01")
    states = [made.case.state, made.act("take_back", "W01").case.state]
    assert states == ["approved", "pending"]
    assert [(line.reserved, line.used) for line in made.outcome.effects.ledger] == [(0.5, -0.5)]
    kept = made.outcome.effects.leave
    assert kept is not None
    assert kept.status == "reserved"
    assert len(made.told("W02")) == 1


def test_a_return_is_taken_back_before_it_is_handed_in_again() -> None:
    made = Walk("leave_request", DAY).agree("W01").act("send_back", "D02", reason="改期")
    assert [(line.reserved, line.used) for line in made.outcome.effects.ledger] == [(-1, 0)]
    made.act("take_back", "D02")
    assert (made.case.state, made.waiting) == ("pending", ["D02"])
    assert [(line.reserved, line.used) for line in made.outcome.effects.ledger] == [(1, 0)]


def test_an_approval_with_nobody_next_stands() -> None:
    made = Walk(procedure_of(step("one", "section_chief")), {}).agree("W01")
    assert made.case.state == "approved"
    with pytest.raises(TooLate, match="已经批准生效"):
        made.act("take_back", "W01")


def test_an_ended_case_is_not_opened_again() -> None:
    made = Walk(three(), {}).act("refuse", "W01", reason="不妥")
    with pytest.raises(AlreadyClosed):
        made.act("take_back", "W01")


def test_nothing_is_taken_back_on_hold() -> None:
    made = Walk(three(), {}).agree("W01").act("hold", "S04", reason="核实")
    assert not may_take_back(made.case, made.procedure, "W01")
    with pytest.raises((OnHold, TooLate)):
        made.act("take_back", "W01")


def test_of_several_deciding_together_one_takes_back_their_own() -> None:
    made = Walk(
        procedure_of(step("here", "office_leader", "countersign", sign="all"), step("after", "seal_keeper", "review")),
        {},
    )
    made.agree("D01", "D02").act("take_back", "D01")
    assert sorted(made.waiting) == ["D01", "D03"]
    made.agree("D03", "D01")
    assert made.at_step == "after"
    made.act("take_back", "D02")
    assert made.waiting == ["D02"]
    assert made.agree("D02").at_step == "after"


def test_a_majority_taken_back_asks_those_left_out_again() -> None:
    made = Walk(
        procedure_of(
            step("here", "office_leader", "countersign", sign="majority"), step("after", "seal_keeper", "review")
        ),
        {},
    )
    made.agree("D01", "D02")
    assert made.at_step == "after"
    made.act("take_back", "D02")
    assert sorted(made.waiting) == ["D02", "D03"]
    assert made.agree("D03").at_step == "after"


def test_in_order_it_is_taken_back_until_the_next_has_signed() -> None:
    made = Walk(
        procedure_of(
            step("here", "office_leader", "countersign", sign="in_order"), step("after", "seal_keeper", "review")
        ),
        {},
    )
    made.agree("D01").act("take_back", "D01")
    assert made.waiting == ["D01"]
    made.agree("D01", "D02")
    with pytest.raises(TooLate):
        made.act("take_back", "D01")
    assert made.agree("D03").at_step == "after"
