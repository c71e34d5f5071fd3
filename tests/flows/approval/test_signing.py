"""Several people at one step: 或签, 会签, 依次, 过半, 三分之二, and what everybody sees of it."""

from dataclasses import replace

import pytest

from flows.approval.card import buttons_for, card_of
from flows.approval.signing import needed
from flows.errors import AlreadyDone, NotYourTurn, OwnCase, ReasonNeeded, StaleButton
from flows.procedure.model import Procedure
from tests.flows.approval.parts import OFFICE, Walk, branch, facts_at, procedure_of, step, with_posts

LEADERS = ["D01", "D02", "D03"]


def signed(sign: str) -> Procedure:
    """A step of the three leaders that decides in that way, then one of the director alone."""
    return procedure_of(step("here", "office_leader", "countersign", sign=sign), step("after", "director"))


def walk(sign: str) -> Walk:
    return Walk(signed(sign), {}, facts=facts_at(office=replace(OFFICE, in_charge={})))


@pytest.mark.parametrize(
    ("sign", "total", "expected"),
    [
        ("any", 5, 1),
        ("all", 5, 5),
        ("in_order", 5, 5),
        ("majority", 4, 3),
        ("majority", 5, 3),
        ("two_thirds", 3, 2),
        ("two_thirds", 4, 3),
        ("two_thirds", 9, 6),
    ],
)
def test_how_many_must_agree(sign: str, total: int, expected: int) -> None:
    assert needed(sign, total) == expected


@pytest.mark.parametrize("sign", ["any", "all", "majority", "two_thirds"])
def test_all_are_asked_at_once_each_with_one_card(sign: str) -> None:
    made = walk(sign)
    assert made.waiting == LEADERS
    assert [notice.to for notice in made.notices if notice.kind == "ask"] == LEADERS


def test_either_of_several_decides_and_the_others_see_who_did() -> None:
    made = walk("any").agree("D02")
    assert made.at_step == "after"
    note = card_of(made.pack, made.procedure, made.case, "D03", made.facts).note
    assert note == "已由他人处理：柳青于11月23日(周一)10:00同意"
    with pytest.raises(AlreadyDone) as late:
        made.act("agree", "D03", step="here")
    assert (late.value.by, late.value.mine) == ("D02", False)


def test_countersigning_passes_when_the_last_one_agrees() -> None:
    made = walk("all").agree("D03", "D01")
    assert (made.waiting, made.at_step) == (["D02"], "here")
    assert made.agree("D02").at_step == "after"


def test_each_countersigner_signs_once() -> None:
    made = walk("all").agree("D03")
    with pytest.raises(AlreadyDone) as twice:
        made.act("agree", "D03")
    assert twice.value.mine


def test_a_countersigner_signs_for_themselves_alone() -> None:
    made = walk("all")
    other = next(visit.index for visit in made.case.visits if visit.asked("D02"))
    with pytest.raises(NotYourTurn):
        made.act("agree", "D03", visit=other)


@pytest.mark.parametrize("sign", ["all", "in_order"])
def test_one_refusal_ends_it_where_the_step_says_nothing_else(sign: str) -> None:
    made = walk(sign).agree("D01").act("refuse", "D02", reason="条件不具备")
    assert (made.case.state, made.waiting) == ("refused", [])


def test_one_refusal_goes_where_the_step_says() -> None:
    there = (branch("desk", ("decision", "eq", "refuse")), branch("after"))
    made = procedure_of(
        step("here", "office_leader", "countersign", sign="all", next=there),
        step("desk", "attendance_clerk", to="end_approved"),
        step("after", "director"),
    )
    refused = Walk(made, {}).act("refuse", "D02", reason="条件不具备")
    assert (refused.at_step, refused.waiting) == ("desk", ["S04"])
    with pytest.raises(StaleButton):
        refused.act("agree", "D01", visit=1)


def test_one_return_gives_it_back_at_once() -> None:
    made = walk("majority").act("send_back", "D02", reason="请补充")
    assert (made.case.state, made.waiting) == ("returned", [])


def test_in_order_asks_one_after_another() -> None:
    made = walk("in_order")
    asked = [made.waiting]
    for leader in LEADERS:
        asked.append(made.agree(leader).waiting)
    assert asked == [["D01"], ["D02"], ["D03"], ["D01"]]
    assert made.at_step == "after"


def test_in_order_a_stand_in_comes_in_when_the_turn_comes() -> None:
    office = replace(OFFICE, stand_ins={"D02": "S01"})
    made = Walk(signed("in_order"), {}, facts=facts_at(office=office))
    made.at("2026-11-23T11:00", away=("D02",)).agree("D01")
    assert made.waiting == ["S01"]
    assert made.agree("S01").waiting == ["D03"]
    assert made.case.visits[2].done_for == "D02"


def test_a_majority_passes_without_the_rest_whose_cards_end() -> None:
    made = walk("majority").agree("D02", "D03")
    assert made.at_step == "after"
    with pytest.raises(StaleButton):
        made.act("agree", "D01", visit=1)


def test_a_ratio_is_refused_when_it_can_no_longer_be_reached() -> None:
    made = walk("two_thirds").act("refuse", "D02", reason="不妥")
    assert (made.case.state, made.waiting) == ("pending", ["D01", "D03"])
    assert made.act("refuse", "D03", reason="不妥").case.state == "refused"


def test_a_vote_against_is_seen_by_the_others() -> None:
    made = walk("two_thirds").act("refuse", "D02", reason="不妥")
    assert card_of(made.pack, made.procedure, made.case, "D01", made.facts).note.endswith("不同意：不妥")


def test_the_applicant_is_left_out_of_those_who_decide_together() -> None:
    made = Walk(signed("all"), {}, "D02")
    assert made.waiting == ["D01", "D03"]
    with pytest.raises(OwnCase):
        made.act("agree", "D02", step="here")


def test_a_single_holder_decides_alone_whatever_the_mode() -> None:
    made = Walk(procedure_of(step("here", "director", "countersign", sign="all")), {})
    assert made.agree("D01").case.state == "approved"


def test_all_holders_are_asked_not_only_those_of_the_section() -> None:
    office = with_posts(OFFICE, "W03", "staff", "checker")
    office = with_posts(office, "I02", "staff", "checker")
    made = Walk(procedure_of(step("here", "checker", "countersign", sign="all")), {}, facts=facts_at(office=office))
    assert made.waiting == ["I02", "W03"]


@pytest.mark.parametrize("kind", ["review", "countersign"])
def test_a_reserved_opinion_passes_it_on_and_everybody_after_sees_it(kind: str) -> None:
    made = Walk(procedure_of(step("here", "section_chief", kind), step("after", "director")), {})
    made.act("reserve", "W01", reason="预算偏紧")
    assert made.at_step == "after"
    card = card_of(made.pack, made.procedure, made.case, "D01", made.facts)
    assert card.note == "石磊于11月23日(周一)10:00保留意见：预算偏紧"
    assert card.route[1].opinion == "保留意见：预算偏紧"


def test_a_reserved_opinion_needs_words_and_a_step_that_only_advises() -> None:
    made = Walk(procedure_of(step("here", "section_chief", "review"), step("after", "director", "sign")), {})
    with pytest.raises(ReasonNeeded):
        made.act("reserve", "W01", reason=" ")
    made.agree("W01")
    with pytest.raises(Exception, match="要明确表态"):
        made.act("reserve", "D01", reason="再想想")


def test_everybody_asked_has_the_buttons_until_it_is_decided() -> None:
    made = walk("all").agree("D01")
    rows = {who: buttons_for(made.case, made.procedure, who, made.facts) for who in LEADERS}
    agree = {who: "同意" in [button.label for row in rows[who] for button in row] for who in LEADERS}
    assert agree == {"D01": False, "D02": True, "D03": True}


def test_a_step_is_done_only_when_all_who_must_have_signed() -> None:
    made = walk("all").agree("D01", "D02")
    assert "here" not in made.case.done_steps()
    assert "here" in made.agree("D03").case.done_steps()


def test_an_opinion_of_an_earlier_step_stays_in_sight() -> None:
    steps = (step("one", "section_chief", "review"), step("two", "seal_keeper", "review"), step("after", "director"))
    made = Walk(procedure_of(*steps), {}).act("reserve", "W01", reason="预算偏紧").agree("S03")
    note = card_of(made.pack, made.procedure, made.case, "D01", made.facts).note
    assert note.split("\n") == ["尹小红于11月23日(周一)10:00同意", "石磊保留意见：预算偏紧"]


@pytest.mark.parametrize("sign", ["all", "majority", "two_thirds"])
def test_who_was_added_beside_signs_for_nobody_else(sign: str) -> None:
    """An opinion given last of those asked so far is no signature: the others are still waited for."""
    made = walk(sign).act("add_sign", "D01", to="W01", place="beside").agree("D03")
    made.act("agree", "W01")
    assert (made.at_step, made.waiting) == ("here", ["D01", "D02"])
    made.agree("D02")
    assert (made.at_step, made.waiting[0]) == (("here", "D01") if sign == "all" else ("after", "D01"))


def test_after_who_was_added_beside_the_next_in_order_is_asked_as_themselves() -> None:
    made = walk("in_order").act("add_sign", "D01", to="W01", place="beside").agree("D01")
    assert made.waiting == ["W01"]
    made.act("agree", "W01")
    assert (made.at_step, made.waiting) == ("here", ["D02"])
    assert made.case.visits[-1].kind == "countersign"
    made.agree("D02", "D03")
    assert made.at_step == "after"
