"""催办: once per case and working day, to everybody who is asked and here, and to nobody else."""

import pytest

from flows.errors import AlreadyClosed, NotYourTurn, OnHold, TooLate, TooSoon
from tests.flows.approval.parts import DAY, MORNING, Walk, procedure_of, step


def nudged(walk: Walk) -> list[str]:
    return [notice.to for notice in walk.notices if notice.kind == "nudge"]


def test_everybody_of_several_signers_who_has_not_signed_is_reached() -> None:
    walk = Walk(procedure_of(step("all", "office_leader", "countersign", sign="all")), {})
    walk.act("agree", "D02").act("urge", "W02")
    assert sorted(nudged(walk)) == ["D01", "D03"]
    assert "下次可催时间：11月24日(周二)08:30" in walk.outcome.answer


def test_who_is_away_is_not_nudged_and_all_away_is_said() -> None:
    walk = Walk(procedure_of(step("all", "office_leader", "countersign", sign="all")), {})
    walk.at("2026-11-23T10:00", away=("D01",)).act("urge", "W02")
    assert sorted(nudged(walk)) == ["D02", "D03"]
    with pytest.raises(TooLate, match="不在岗"):
        Walk("leave_request", DAY).at("2026-11-23T10:00", away=("W01",)).act("urge", "W02")


@pytest.mark.parametrize(
    ("pressed", "again", "allowed"),
    [
        ("2026-11-23T09:00", "2026-11-23T17:00", False),
        ("2026-11-23T09:00", "2026-11-24T00:01", True),
        ("2026-11-27T16:00", "2026-11-28T10:00", False),
        ("2026-11-27T16:00", "2026-11-30T08:00", True),
        ("2026-11-28T10:00", "2026-11-28T11:00", False),
        ("2026-11-28T10:00", "2026-11-30T08:31", True),
    ],
)
def test_once_a_working_day(pressed: str, again: str, allowed: bool) -> None:
    walk = Walk("leave_request", DAY).at(pressed).act("urge", "W02").at(again)
    if allowed:
        assert nudged(walk.act("urge", "W02")) == ["W01"]
    else:
        with pytest.raises(TooSoon, match="下次可催时间"):
            walk.act("urge", "W02")


def test_a_consent_waited_for_is_what_is_pressed_for() -> None:
    walk = Walk("leave_request", MORNING).agree("W01").act("cancel", "W02", reason="改期").act("urge", "W02")
    assert nudged(walk) == ["W01"]
    assert "等您同意撤销" in walk.notices[0].text


def test_what_cannot_be_pressed() -> None:
    with pytest.raises(NotYourTurn):
        Walk("leave_request", DAY).act("urge", "W01")
    with pytest.raises(AlreadyClosed):
        Walk("leave_request", DAY).act("withdraw", "W02").act("urge", "W02")
    with pytest.raises(OnHold):
        Walk("leave_request", DAY).act("hold", "W01", reason="核对").act("urge", "W02")
    with pytest.raises(TooLate, match="您本人"):
        Walk("leave_request", MORNING).agree("W01", "S04").act("urge", "W02")
