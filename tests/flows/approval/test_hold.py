"""挂起 and 恢复: who may, and that nothing moves in between."""

import pytest

from flows.errors import AlreadyClosed, NotYourTurn, OnHold, ReasonNeeded, TooLate
from tests.flows.approval.parts import DAY, SEALING, Walk


def held(by: str = "W01") -> Walk:
    return Walk("leave_request", DAY).act("hold", by, reason="时间核实中")


@pytest.mark.parametrize("by", ["W01", "A00"])
def test_who_is_asked_and_the_administrator_may(by: str) -> None:
    made = held(by)
    assert (made.case.held, made.case.held_why, made.case.state) == (by, "时间核实中", "pending")
    assert len(made.told("W02")) == 1


@pytest.mark.parametrize("by", ["W02", "D02", "W03"])
def test_others_may_not(by: str) -> None:
    with pytest.raises(NotYourTurn, match="只有正在办理的人"):
        held(by)
    with pytest.raises(NotYourTurn):
        held().act("lift", by)


def test_a_reason_is_asked_for() -> None:
    with pytest.raises(ReasonNeeded):
        Walk("leave_request", DAY).act("hold", "W01", reason=" ")


@pytest.mark.parametrize("verb", ["agree", "refuse", "send_back", "transfer", "add_sign", "reserve"])
def test_no_decision_on_hold(verb: str) -> None:
    made = held()
    with pytest.raises(OnHold, match="石磊挂起：时间核实中"):
        made.act(verb, "W01", reason="x", to="S01")
    assert made.case.done_steps() == {"submit"}


def test_no_execution_on_hold() -> None:
    made = Walk("seal_use", SEALING).agree("D02").act("agree", "S03", record={"check_result": "相符"})
    made.act("hold", "S03", reason="正文缺页")
    with pytest.raises(OnHold):
        made.act("execute", "S03")


def test_lifted_it_goes_on_where_it_was() -> None:
    made = held().act("lift", "W01")
    assert (made.case.held, made.case.held_why, made.waiting) == ("", "", ["W01"])
    assert made.agree("W01").waiting == ["D02"]


def test_the_administrator_lifts_what_another_held() -> None:
    assert held().act("lift", "A00").case.held == ""


def test_held_twice_and_lifted_twice() -> None:
    made = held()
    with pytest.raises(OnHold):
        made.act("hold", "A00", reason="x")
    made.act("lift", "W01")
    with pytest.raises(TooLate):
        made.act("lift", "W01")


def test_nothing_is_held_that_nobody_works_on() -> None:
    returned = Walk("leave_request", DAY).act("send_back", "W01", reason="x")
    with pytest.raises(AlreadyClosed):
        returned.act("hold", "A00", reason="x")


def test_the_applicant_takes_a_held_case_back() -> None:
    assert held().act("withdraw", "W02").case.state == "withdrawn"
