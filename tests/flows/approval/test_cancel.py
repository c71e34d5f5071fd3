"""撤销 after approval: the last approver agrees, what followed is taken back; a refusal leaves the case as it was."""

from dataclasses import replace

import pytest

from flows.approval.card import buttons_for, card_of
from flows.errors import AlreadyClosed, AlreadyDone, NotYourTurn, OnHold, ReasonNeeded, Refused, TooLate
from flows.people import Delegation
from tests.flows.approval.parts import DAY, MORNING, NOW, OFFICE, SEALING, Walk, step, with_posts, without_person
from tests.flows.approval.parts import procedure_of as made

WHY = "计划有变"


def approved(values: object = MORNING) -> Walk:
    """Half a day's leave, agreed to by the section's head; the attendance clerk is asked."""
    walk = Walk("leave_request", values)  # type: ignore[arg-type]
    return walk.agree("W01") if values is MORNING else walk.agree("W01", "D02")


def asked(values: object = MORNING) -> Walk:
    return approved(values).act("cancel", "W02", reason=WHY)


def labels(walk: Walk, viewer: str) -> list[str]:
    rows = buttons_for(walk.case, walk.procedure, viewer, walk.facts)
    return [button.label for row in rows for button in row if button.label != "更多"]


def test_the_last_approver_is_asked_and_the_case_stands_until_then() -> None:
    walk = asked()
    assert (walk.asked, walk.case.state) == (("W01",), "approved")
    assert "等石磊同意" in walk.outcome.answer
    assert card_of(walk.pack, walk.procedure, walk.case, "W01", walk.facts).note == f"申请人要求撤销：{WHY}"
    assert labels(walk, "W01") == ["同意撤销", "不同意撤销"]
    assert labels(walk, "W02") == ["催办"]


def test_the_last_approver_is_asked_not_those_before() -> None:
    assert asked(DAY).asked == ("D02",)


def test_once_agreed_the_case_is_cancelled_and_everybody_concerned_hears_of_it() -> None:
    walk = asked().act("agree", "W01")
    assert walk.case.state == "cancelled"
    assert walk.told("S04") == ["于凡的事假申请（QJ-2026-0001）批准后已撤销，不再办理。"]
    assert walk.told("W02") == ["您的事假申请（QJ-2026-0001）已撤销。"]
    assert walk.told("W01") == []
    assert [(line.kind, line.used) for line in walk.outcome.effects.ledger] == [("correct", -0.5)]
    kept = walk.outcome.effects.leave
    assert kept is not None
    assert kept.status == "void"
    with pytest.raises(AlreadyClosed):
        walk.act("execute", "S04", step="record")


def test_a_row_written_before_is_struck_out_and_keeps_its_words() -> None:
    walk = approved().agree("S04").act("cancel", "W02", reason=WHY).act("agree", "W01")
    (row,) = walk.outcome.effects.rows
    assert (row.register, row.key, dict(row.row), row.amends) == ("attendance", "c1:record", {"status": "void"}, True)


def test_a_refusal_needs_its_reason_and_leaves_the_case_as_it_was() -> None:
    walk = asked()
    with pytest.raises(ReasonNeeded):
        walk.act("refuse", "W01")
    walk.act("refuse", "W01", reason="当天另有安排")
    assert (walk.case.state, walk.at_step, walk.asked) == ("approved", "record", ("S04",))
    assert walk.told("W02") == ["您的事假申请（QJ-2026-0001）没有撤销：石磊不同意，理由：当天另有安排。本件仍然有效。"]
    assert walk.outcome.effects.ledger == ()
    walk.agree("S04")
    assert walk.case.state == "approved"


def test_nothing_is_carried_out_while_the_consent_is_waited_for() -> None:
    walk = asked()
    with pytest.raises(OnHold):
        walk.act("execute", "S04", step="record")
    assert labels(walk, "S04") == []


def test_somebody_else_neither_asks_nor_agrees() -> None:
    with pytest.raises(NotYourTurn):
        approved().act("cancel", "W03", reason=WHY)
    for stranger in ("W02", "D02", "S04"):
        with pytest.raises(Refused):
            asked().act("agree", stranger)


def test_a_reason_is_needed_and_it_is_asked_once() -> None:
    with pytest.raises(ReasonNeeded):
        approved().act("cancel", "W02", reason=" ")
    with pytest.raises(TooLate, match="正等石磊同意"):
        asked().act("cancel", "W02", reason=WHY)


def test_the_second_tap_has_no_effect() -> None:
    walk = asked()
    visit = walk.case.visits[-1].index
    walk.act("refuse", "W01", visit=visit, reason="不行")
    with pytest.raises(AlreadyDone):
        walk.act("agree", "W01", visit=visit)


def test_what_is_not_approved_is_withdrawn_and_what_has_ended_stays() -> None:
    with pytest.raises(TooLate, match="撤回 a2b3"):
        Walk("leave_request", MORNING).act("cancel", "W02", reason=WHY)
    with pytest.raises(TooLate, match="撤销 a2b3"):
        approved().act("withdraw", "W02")
    with pytest.raises(AlreadyClosed):
        asked().act("agree", "W01").act("cancel", "W02", reason=WHY)


def test_a_leave_that_has_begun_is_reported_back_instead() -> None:
    walk = approved().at("2026-11-25T08:29")
    walk.act("cancel", "W02", reason=WHY)
    walk.at("2026-11-25T08:31")
    with pytest.raises(TooLate, match="假期已经开始"):
        walk.act("agree", "W01")
    assert walk.case.state == "approved"
    walk.act("refuse", "W01", reason="已经休了")
    assert walk.case.state == "approved"


def test_what_was_stamped_is_not_undone() -> None:
    walk = Walk("seal_use", SEALING).agree("D02")
    walk.act("agree", "S03", record={"check_result": "相符"})
    assert walk.case.state == "approved"
    assert "撤销" in labels(walk, "W02")
    walk.agree("S03")
    with pytest.raises(AlreadyClosed):
        walk.act("cancel", "W02", reason=WHY)


def test_what_was_carried_out_says_with_whom_to_speak() -> None:
    walk = Walk(made(step("ok", "section_chief"), step("send", "secretariat", "execute"), step("end", "staff")), {})
    walk.agree("W01", "S02")
    walk.case = replace(walk.case, state="approved")
    with pytest.raises(TooLate, match="请直接与文静联系"):
        walk.act("cancel", "W02", reason=WHY)


def test_who_decided_for_somebody_asks_the_principal_and_the_stand_in_while_away() -> None:
    office = replace(OFFICE, stand_ins={"D02": "D03"})
    walk = Walk("leave_request", DAY).at("2026-11-23T10:00", away=("D02",), office=office)
    walk.agree("W01", "D03").act("cancel", "W02", reason=WHY)
    assert walk.asked == ("D03",)
    assert walk.case.visits[-1].asks[0].for_ == "D02"
    walk.at("2026-11-24T09:00", away=()).act("agree", "D02")
    assert (walk.case.state, walk.case.visits[-1].done_for) == ("cancelled", "")


def test_a_delegate_agrees_in_the_principals_place() -> None:
    order = Delegation("D02", "D03", NOW.date(), NOW.date())
    walk = asked(DAY).at("2026-11-23T11:00", office=replace(OFFICE, delegations=(order,)))
    walk.act("agree", "D03")
    assert (walk.case.state, walk.case.visits[-1].done_for) == ("cancelled", "D02")


def test_an_approver_who_left_is_followed_by_who_holds_the_post_now() -> None:
    office = with_posts(without_person(OFFICE, "W01"), "W03", "staff", "section_chief")
    walk = approved().at("2026-11-23T11:00", office=office).act("cancel", "W02", reason=WHY)
    assert walk.asked == ("W03",)


def test_where_only_the_filers_own_act_decided_it_is_undone_at_once() -> None:
    own = made(step("own", "staff", "sign"), step("file", "secretariat", "register"))
    walk = Walk(own, {})
    walk.agree("W02")
    assert walk.case.state == "approved"
    walk.act("cancel", "W02", reason=WHY)
    assert (walk.case.state, walk.told("S02")) == (
        "cancelled",
        ["于凡的试办申请（QJ-2026-0001）批准后已撤销，不再办理。"],
    )
