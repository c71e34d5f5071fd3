"""转交: to whom, what changes, and who may act afterwards."""

from dataclasses import replace

import pytest

from flows.approval.card import card_of
from flows.approval.transfer import receivers
from flows.errors import AlreadyClosed, NotYourTurn, OnHold, Refused, StaleButton
from tests.flows.approval.parts import (
    DAY,
    OFFICE,
    SEALING,
    Walk,
    facts_at,
    procedure_of,
    step,
    with_posts,
    without_person,
)


def at_deputy() -> Walk:
    """A day's leave the section's head agreed to; the deputy in charge (柳青) is asked."""
    return Walk("leave_request", DAY).agree("W01")


def test_another_holder_of_the_post_takes_over_and_the_giver_is_out() -> None:
    made = at_deputy().act("transfer", "D02", to="D03", reason="下午调研")
    assert made.waiting == ["D03"]
    assert [(notice.to, notice.kind) for notice in made.notices] == [("D03", "ask")]
    with pytest.raises(NotYourTurn, match="已转交"):
        made.act("agree", "D02")
    made.agree("D03")
    visit = made.case.visits[2]
    assert (visit.done_by, visit.done_for) == ("D03", "D02")


def test_the_route_says_who_handed_it_over() -> None:
    made = at_deputy().act("transfer", "D02", to="D03")
    assert "关山（柳青转交）" in [
        line.name for line in card_of(made.pack, made.procedure, made.case, "W02", made.facts).route
    ]


def test_the_reminders_begin_anew_with_the_one_who_takes_over() -> None:
    made = at_deputy()
    before = next(timer.due_at for timer in made.outcome.effects.timers if timer.kind == "nudge")
    made.at("2026-11-23T16:00").act("transfer", "D02", to="D03")
    (after,) = made.outcome.effects.timers
    assert (after.kind, after.visit, after.due_at > before) == ("nudge", 2, True)


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("D02", "柳青本来就在办"),
        ("W02", "申请人本人"),
        ("W01", "只能转交给"),
        ("X99", "没有找到要转交的人"),
        ("", "没有找到要转交的人"),
    ],
)
def test_not_to_just_anybody(to: str, words: str) -> None:
    made = at_deputy()
    with pytest.raises(Refused, match=words):
        made.act("transfer", "D02", to=to)
    assert made.waiting == ["D02"]


def test_to_somebody_above_or_to_the_registered_stand_in() -> None:
    office = replace(OFFICE, stand_ins={"D02": "S01"})
    made = Walk("leave_request", DAY, facts=facts_at(office=office)).agree("W01")
    visit = made.case.visits[2]
    able = {person.staff_no for person in receivers(made.case, made.procedure, visit, visit.asks[0], made.facts)}
    assert able == {"D01", "D03", "Q01", "S01"}
    assert made.act("transfer", "D02", to="S01").agree("S01").case.visits[2].done_for == "D02"


def test_not_to_somebody_away_or_gone() -> None:
    made = at_deputy().at("2026-11-23T11:00", away=("D03",))
    with pytest.raises(Refused, match="不在岗"):
        made.act("transfer", "D02", to="D03")
    made.at("2026-11-23T11:00", away=(), office=without_person(OFFICE, "D03"))
    with pytest.raises(Refused, match="没有找到"):
        made.act("transfer", "D02", to="D03")


def test_who_lost_the_post_after_the_transfer_may_not_act() -> None:
    made = at_deputy().act("transfer", "D02", to="D03")
    made.at("2026-11-23T11:00", office=with_posts(OFFICE, "D03", "staff"))
    with pytest.raises(NotYourTurn):
        made.act("agree", "D03")


def test_only_who_is_asked_hands_over_and_only_once() -> None:
    made = at_deputy()
    with pytest.raises(NotYourTurn):
        made.act("transfer", "D03", to="D01")
    made.act("transfer", "D02", to="D03")
    with pytest.raises(NotYourTurn):
        made.act("transfer", "D02", to="D01")
    assert made.act("transfer", "D03", to="D01").waiting == ["D01"]


def test_one_of_several_hands_over_and_the_others_stay() -> None:
    made = Walk(procedure_of(step("here", "office_leader", "review", sign="all"), step("after", "director")), {})
    office = with_posts(OFFICE, "S01", "section_chief", "office_leader")
    made.at("2026-11-23T11:00", office=office).act("transfer", "D02", to="S01")
    assert made.waiting == ["D01", "S01", "D03"]
    made.agree("D01", "S01", "D03")
    assert made.at_step == "after"


def test_who_signs_beside_the_giver_does_not_sign_twice() -> None:
    made = Walk(procedure_of(step("here", "office_leader", "countersign", sign="all")), {})
    with pytest.raises(Refused, match="本来就在办"):
        made.act("transfer", "D02", to="D03")
    made.agree("D03")
    with pytest.raises(Refused, match="本来就在办"):
        made.act("transfer", "D02", to="D03")


def test_the_applicants_own_act_is_not_handed_over() -> None:
    made = Walk(procedure_of(step("own", "staff", "confirm")), {})
    with pytest.raises(Refused, match="申请人本人"):
        made.act("transfer", "W02", to="W03")


def test_a_step_that_needs_the_person_stays_with_a_holder_of_the_post() -> None:
    office = replace(OFFICE, stand_ins={"D02": "S01"})
    made = Walk(procedure_of(step("here", "deputy_director", personal=True)), {}, facts=facts_at(office=office))
    with pytest.raises(Refused, match="只能转交给"):
        made.act("transfer", "D02", to="S01")


def test_a_held_or_ended_case_is_not_handed_over() -> None:
    made = at_deputy().act("hold", "D02", reason="核实")
    with pytest.raises(OnHold):
        made.act("transfer", "D02", to="D03")
    made.act("lift", "D02").act("refuse", "D02", reason="不妥")
    with pytest.raises(AlreadyClosed):
        made.act("transfer", "D02", to="D03")


def test_an_old_card_hands_nothing_over() -> None:
    made = at_deputy().agree("D02")
    with pytest.raises(StaleButton):
        made.act("transfer", "D02", visit=2, to="D03")


def test_a_keeper_hands_over_to_another_keeper() -> None:
    office = with_posts(OFFICE, "S04", "staff", "attendance_clerk", "seal_keeper")
    office = replace(office, desk={"seal_keeper": "S03"})
    made = Walk("seal_use", SEALING, facts=facts_at(office=office)).agree("D02")
    assert made.waiting == ["S03"]
    assert made.act("transfer", "S03", to="S04").waiting == ["S04"]
