"""加签 before, after and beside: who is asked when, what their opinion does, and who may not be added."""

import pytest

from flows.approval.card import card_of
from flows.errors import NotYourTurn, OnHold, ReasonNeeded, Refused
from flows.procedure.model import Record
from tests.flows.approval.parts import OFFICE, SEALING, Walk, procedure_of, step, without_person


def two_steps() -> Walk:
    """The section's head (石磊) is asked, then the director."""
    return Walk(procedure_of(step("here", "section_chief", "review"), step("after", "director", "sign")), {})


def added(place: str = "", *, to: str = "S01") -> Walk:
    return two_steps().act("add_sign", "W01", to=to, place=place, reason="请把关")


def test_before_is_the_default_and_the_signers_own_asking_comes_back() -> None:
    made = added()
    assert made.waiting == ["S01"]
    with pytest.raises(NotYourTurn, match="先看"):
        made.act("agree", "W01")
    with pytest.raises(NotYourTurn, match="先看"):
        made.act("agree", "W01", visit=1)
    made.act("agree", "S01")
    assert (made.waiting, made.at_step) == (["W01"], "here")
    assert made.told("W01") == ["于凡的试办申请（QJ-2026-0001）：章平已看，同意。"]
    assert made.agree("W01").waiting == ["D01"]


def test_an_added_signer_reviews_whatever_the_step_is() -> None:
    made = Walk("seal_use", {**SEALING, "importance": "重要文件"}).act("add_sign", "D01", to="S01")
    assert [(visit.kind, visit.extra) for visit in made.case.visits if visit.status == "open"] == [
        ("review", "add_sign")
    ]
    assert made.case.done_steps() == {"submit"}
    assert made.agree("S01").at_step == "director"


def test_beside_waits_for_both_in_any_order() -> None:
    for order in (("S01", "W01"), ("W01", "S01")):
        made = added("beside")
        assert sorted(made.waiting) == ["S01", "W01"]
        made.act("agree", order[0])
        assert made.waiting == [order[1]]
        made.act("agree", order[1])
        assert made.waiting == ["D01"]


def test_after_is_asked_once_the_signer_has_agreed() -> None:
    made = added("after")
    assert made.waiting == ["W01"]
    assert made.act("agree", "W01").waiting == ["S01"]
    assert made.act("agree", "S01").waiting == ["D01"]


def test_nobody_looks_after_a_refusal() -> None:
    assert added("after").act("refuse", "W01", reason="不妥").case.state == "refused"


@pytest.mark.parametrize("place", ["before", "beside", "after"])
def test_a_no_of_the_added_one_goes_back_to_who_asked_them(place: str) -> None:
    made = added(place)
    if place == "after":
        made.act("agree", "W01")
    with pytest.raises(ReasonNeeded):
        made.act("refuse", "S01")
    made.act("refuse", "S01", reason="条款不清")
    assert (made.case.state, made.waiting) == ("pending", ["W01"])
    assert "不同意：条款不清" in card_of(made.pack, made.procedure, made.case, "W01", made.facts).note
    made.at("2026-11-23T10:30").agree("W01")
    assert made.waiting == ["D01"]
    assert "章平不同意：条款不清" in card_of(made.pack, made.procedure, made.case, "D01", made.facts).note


def test_a_no_after_the_signer_agreed_beside_opens_the_step_again() -> None:
    made = added("beside").act("agree", "W01").act("refuse", "S01", reason="条款不清")
    assert (made.waiting, "here" in made.case.done_steps()) == (["W01"], False)


def test_an_added_signer_sends_nothing_back_and_carries_nothing_out() -> None:
    made = added()
    for verb in ("send_back", "execute"):
        with pytest.raises(Refused, match="只提意见"):
            made.act(verb, "S01", reason="x")


def test_an_added_signer_may_have_somebody_look_before_them_only() -> None:
    made = added()
    with pytest.raises(Refused, match="先看"):
        made.act("add_sign", "S01", to="I01", place="beside")
    made.act("add_sign", "S01", to="I01")
    waits = [made.waiting]
    for who in ("I01", "S01", "W01"):
        waits.append(made.act("agree", who).waiting)
    assert waits == [["I01"], ["S01"], ["W01"], ["D01"]]


@pytest.mark.parametrize(
    ("to", "words"),
    [("W02", "申请人"), ("W01", "已经在办"), ("X99", "没有找到"), ("S04", "不在岗")],
)
def test_who_cannot_be_added(to: str, words: str) -> None:
    made = two_steps().at("2026-11-23T11:00", away=("S04",))
    with pytest.raises(Refused, match=words):
        made.act("add_sign", "W01", to=to)
    assert made.waiting == ["W01"]


def test_nobody_is_added_twice_nor_to_work_that_is_no_decision() -> None:
    made = added("beside")
    with pytest.raises(Refused, match="已经在办"):
        made.act("add_sign", "W01", to="S01")
    after = added("after")
    with pytest.raises(Refused, match="不用重复"):
        after.act("add_sign", "W01", to="S01", place="after")
    keeper = Walk(procedure_of(step("work", "attendance_clerk", "execute")), {})
    with pytest.raises(Refused, match="不能加签"):
        keeper.act("add_sign", "S04", to="S01")


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(Refused, match="加签只能"):
        added("above")


def test_several_deciding_together_go_on_while_one_has_somebody_look_first() -> None:
    made = Walk(procedure_of(step("here", "office_leader", "countersign", sign="all"), step("after", "director")), {})
    made.act("add_sign", "D02", to="S01")
    assert sorted(made.waiting) == ["D01", "D03", "S01"]
    made.act("agree", "D01").act("agree", "D03")
    assert made.waiting == ["S01"]
    assert made.act("agree", "S01").waiting == ["D02"]
    assert made.act("agree", "D02").at_step == "after"


def test_either_of_several_waits_as_a_whole_while_somebody_looks_first() -> None:
    made = Walk(procedure_of(step("here", "deputy_director", "review"), step("after", "director")), {}, "S02")
    office_wide = made.waiting
    made.act("add_sign", office_wide[0], to="S01")
    assert made.waiting == ["S01"]
    assert made.act("agree", "S01").waiting == office_wide


def test_on_hold_nobody_is_added_and_nobody_looks() -> None:
    made = added().act("hold", "S01", reason="核实")
    with pytest.raises(OnHold):
        made.act("agree", "S01")
    with pytest.raises(OnHold):
        made.act("add_sign", "S01", to="I01")


@pytest.mark.parametrize("place", ["before", "beside"])
def test_an_added_signer_who_has_not_looked_is_taken_back(place: str) -> None:
    made = added(place).act("take_back", "W01")
    assert made.waiting == ["W01"]
    assert made.told("S01") == ["于凡的试办申请（QJ-2026-0001）：石磊取回了加签，您不用再看。"]
    with pytest.raises(NotYourTurn):
        made.act("agree", "S01")
    assert made.agree("W01").waiting == ["D01"]


def test_an_added_signer_who_left_does_not_stop_the_case() -> None:
    made = added().at("2026-11-23T11:00", office=without_person(OFFICE, "S01"))
    with pytest.raises(NotYourTurn):
        made.act("agree", "S01")
    assert made.act("take_back", "W01").agree("W01").waiting == ["D01"]


def test_the_register_names_who_did_the_step_not_who_looked_beside() -> None:
    record = Record("attendance", {"by": "actor"})
    made = Walk(procedure_of(step("here", "section_chief", "review", records=record)), {})
    made.act("add_sign", "W01", to="S01", place="beside").act("agree", "S01")
    made.at("2026-11-23T10:30").agree("W01")
    (row,) = made.outcome.effects.rows
    assert row.row["by"] == "石磊"
