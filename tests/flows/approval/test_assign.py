"""Who is asked at a step: own request, several holders, own case, absence, delegation, empty post."""

from dataclasses import replace
from datetime import date

import pytest

from flows.approval.assign import assign, delegate_of, stand_in_of
from flows.facts import Facts
from flows.people import Ask, Body, Delegation, Office
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

TODAY = date(2026, 11, 23)
CHIEF = "section_chief"


def asked(
    actor: str, applicant: str = "W02", *, kind: str = "approve", facts: Facts | None = None, personal: bool = False
) -> tuple[tuple[Ask, ...], tuple[str, ...]]:
    """Who is asked at a step of that post, and what was arranged."""
    made = procedure_of(step("here", actor, kind, personal=personal))
    found = assign(made, made.step_by_id["here"], applicant, facts or facts_at())
    return found.asks, found.why


def people(*args: str, **more: object) -> list[str]:
    """The staff numbers asked."""
    return [ask.person for ask in asked(*args, **more)[0]]  # type: ignore[arg-type]


def office_with(**changes: object) -> Office:
    return replace(OFFICE, **changes)  # type: ignore[arg-type]


def test_the_filers_own_step_is_theirs_whatever_its_kind() -> None:
    assert asked("staff") == ((Ask("W02", "staff"),), ())


def test_the_head_of_the_applicants_section_is_asked() -> None:
    assert people(CHIEF, "W02") == ["W01"]
    assert people(CHIEF, "I02") == ["I01"]


def test_the_deputy_in_charge_of_the_section_is_asked() -> None:
    assert people("deputy_director_in_charge", "W02") == ["D02"]
    assert people("deputy_director_in_charge", "I02") == ["D03"]


def test_where_nothing_singles_one_out_all_holders_are_asked() -> None:
    assert people("office_leader", "Q03") == ["D01", "D02", "D03"]


def test_who_is_set_for_the_post_goes_before_section_and_charge() -> None:
    facts = facts_at(office=office_with(desk={"deputy_director_in_charge": "D03"}))
    assert people("deputy_director_in_charge", "W02", facts=facts) == ["D03"]


def test_somebody_set_for_a_post_they_do_not_hold_is_not_asked() -> None:
    facts = facts_at(office=office_with(desk={"deputy_director_in_charge": "W03"}))
    assert people("deputy_director_in_charge", "W02", facts=facts) == ["D02"]


def test_a_post_held_for_another_section_answers_for_that_one() -> None:
    facts = facts_at(office=with_posts(OFFICE, "S01", CHIEF, f"{CHIEF}@档案科"))
    archive = replace(OFFICE.people["W03"], section="档案科")
    facts = replace(facts, office=replace(facts.office, people={**facts.office.people, "W03": archive}))
    assert people(CHIEF, "W03", facts=facts) == ["S01"]


def test_the_only_holder_is_asked_whatever_their_section() -> None:
    assert people("attendance_clerk", "W02", kind="register") == ["S04"]


def test_somebody_who_has_left_is_not_asked() -> None:
    facts = facts_at(office=without_person(OFFICE, "W01"))
    assert "W01" not in people(CHIEF, "W02", facts=facts)


@pytest.mark.parametrize(
    ("actor", "applicant", "raised_to"),
    [
        (CHIEF, "W01", Ask("D02", "deputy_director_in_charge")),
        ("deputy_director_in_charge", "D02", Ask("D01", "director")),
        ("director", "D01", Ask("Q01", "district_leader")),
    ],
)
def test_ones_own_case_goes_to_the_next_higher_post(actor: str, applicant: str, raised_to: Ask) -> None:
    assert asked(actor, applicant) == ((raised_to,), ("raised",))


@pytest.mark.parametrize("kind", ["review", "countersign", "approve", "sign", "instruct", "confirm", "issue"])
def test_no_deciding_step_stays_with_the_applicant(kind: str) -> None:
    assert people(CHIEF, "W01", kind=kind) == ["D02"]


@pytest.mark.parametrize("kind", ["register", "execute", "notify", "archive", "give_back"])
def test_what_is_carried_out_may_be_ones_own(kind: str) -> None:
    assert people("seal_keeper", "S03", kind=kind) == ["S03"]


def test_a_post_outside_the_ladder_goes_to_its_other_holders_first() -> None:
    assert people("office_leader", "D02", kind="confirm") == ["D01", "D03"]


def test_the_only_keeper_s_own_check_goes_to_the_head_of_the_section() -> None:
    assert asked("seal_keeper", "S03", kind="review") == ((Ask("S01", CHIEF),), ("raised",))


def test_who_holds_two_rungs_is_passed_over_at_both() -> None:
    facts = facts_at(office=with_posts(OFFICE, "D02", CHIEF, "deputy_director_in_charge"))
    found = assign(
        procedure_of(step("here", CHIEF)), step("here", CHIEF), "D02", replace(facts, office=_move(facts.office))
    )
    assert [ask.person for ask in found.asks] == ["D01"]


def _move(office: Office) -> Office:
    """The deputy heads a section of their own."""
    return replace(office, people={**office.people, "D02": replace(office.people["D02"], section="综合科")})


def test_above_the_top_there_is_the_administrator() -> None:
    assert asked("district_leader", "Q01") == ((Ask("A00", "district_leader"),), ("vacant",))


def test_nobody_is_asked_where_even_the_administrator_is_the_applicant() -> None:
    facts = facts_at(office=office_with(administrator="Q01"))
    assert asked("district_leader", "Q01", facts=facts) == ((), ("vacant",))


def test_an_empty_post_goes_to_its_stand_in_else_to_the_administrator() -> None:
    assert asked("archivist") == ((Ask("A00", "archivist"),), ("vacant",))
    facts = facts_at(office=office_with(stand_ins={"archivist": "S02"}))
    assert asked("archivist", facts=facts) == ((Ask("S02", "archivist"),), ("vacant",))


@pytest.mark.parametrize("gone", ["away", "left", "applicant"])
def test_a_stand_in_for_an_empty_post_who_cannot_act_leaves_it_to_the_administrator(gone: str) -> None:
    office = office_with(stand_ins={"archivist": "S02"})
    if gone == "left":
        office = without_person(office, "S02")
    facts = facts_at(office=office, away=frozenset({"S02"} if gone == "away" else ()))
    assert people("archivist", "S02" if gone == "applicant" else "W02", facts=facts) == ["A00"]


def test_an_empty_post_in_an_office_without_administrator_asks_nobody() -> None:
    assert asked("archivist", facts=facts_at(office=office_with(administrator=""))) == ((), ("vacant",))


def test_an_absent_holder_is_stood_in_for_and_that_is_said() -> None:
    facts = facts_at(office=office_with(stand_ins={"W01": "W03"}), away=frozenset({"W01"}))
    assert asked(CHIEF, facts=facts) == ((Ask("W03", CHIEF, "W01"),), ("stand_in",))


def test_a_stand_in_of_somebody_who_is_here_is_not_asked() -> None:
    assert people(CHIEF, facts=facts_at(office=office_with(stand_ins={"W01": "W03"}))) == ["W01"]


def test_an_absent_stand_in_is_stood_in_for() -> None:
    office = office_with(stand_ins={"W01": "S01", "S01": "S02"})
    facts = facts_at(office=office, away=frozenset({"W01", "S01"}))
    assert asked(CHIEF, facts=facts)[0] == (Ask("S02", CHIEF, "W01"),)


def test_stand_ins_in_a_circle_come_to_an_end() -> None:
    office = office_with(stand_ins={"W01": "S01", "S01": "W01"})
    facts = facts_at(office=office, away=frozenset({"W01", "S01"}))
    assert asked(CHIEF, facts=facts) == ((Ask("W01", CHIEF),), ("waiting",))
    assert stand_in_of("W01", facts) == ""


def test_a_stand_in_never_decides_their_own_case() -> None:
    office = office_with(stand_ins={"W01": "W02", "W02": "W03"})
    facts = facts_at(office=office, away=frozenset({"W01"}))
    assert people(CHIEF, "W02", facts=facts) == ["W03"]
    assert people(CHIEF, "W02", kind="execute", facts=facts) == ["W02"]


def test_without_a_stand_in_an_absent_holder_is_waited_for() -> None:
    assert asked(CHIEF, facts=facts_at(away=frozenset({"W01"}))) == ((Ask("W01", CHIEF),), ("waiting",))


def test_of_several_holders_those_who_are_here_are_enough() -> None:
    facts = facts_at(away=frozenset({"D01"}))
    assert asked("office_leader", "Q03", facts=facts) == (
        (Ask("D02", "office_leader"), Ask("D03", "office_leader")),
        (),
    )


def test_who_is_asked_already_is_not_asked_for_the_absent_one_as_well() -> None:
    facts = facts_at(office=office_with(stand_ins={"D01": "D02"}), away=frozenset({"D01"}))
    assert asked("office_leader", "Q03", facts=facts)[0] == (
        Ask("D02", "office_leader"),
        Ask("D03", "office_leader"),
    )


def test_what_must_be_done_in_person_waits_for_the_person() -> None:
    office = office_with(stand_ins={"W01": "W03"}, delegations=(Delegation("W01", "W03", TODAY, TODAY),))
    facts = facts_at(office=office, away=frozenset({"W01"}))
    assert asked(CHIEF, facts=facts, personal=True) == ((Ask("W01", CHIEF),), ("waiting",))


@pytest.mark.parametrize(
    ("start", "end", "procedures", "who"),
    [
        (23, 23, (), "W03"),
        (20, 30, ("made", "other"), "W03"),
        (16, 22, (), "W01"),
        (24, 30, (), "W01"),
        (20, 30, ("other",), "W01"),
    ],
)
def test_a_delegation_is_in_force_on_its_days_and_for_its_procedures(
    start: int, end: int, procedures: tuple[str, ...], who: str
) -> None:
    order = Delegation("W01", "W03", date(2026, 11, start), date(2026, 11, end), procedures)
    assert people(CHIEF, facts=facts_at(office=office_with(delegations=(order,)))) == [who]


def test_a_delegate_who_is_away_gone_or_the_applicant_decides_nothing() -> None:
    order = Delegation("W01", "W03", TODAY, TODAY)
    office = office_with(delegations=(order,))
    assert people(CHIEF, facts=facts_at(office=office, away=frozenset({"W03"}))) == ["W01"]
    assert people(CHIEF, facts=facts_at(office=without_person(office, "W03"))) == ["W01"]
    assert people(CHIEF, "W03", facts=facts_at(office=office)) == ["W01"]
    assert delegate_of("W01", "made", facts_at(office=office)) == "W03"


def test_the_next_order_counts_where_the_first_cannot() -> None:
    orders = (Delegation("W01", "W02", TODAY, TODAY), Delegation("W01", "W03", TODAY, TODAY))
    assert people(CHIEF, "W02", facts=facts_at(office=office_with(delegations=orders))) == ["W03"]


def test_a_meeting_decides_by_its_chair() -> None:
    assert asked("director_meeting") == ((Ask("D01", "director_meeting"),), ())


def test_a_meeting_whose_chair_has_left_is_an_empty_post() -> None:
    gone = office_with(bodies={"director_meeting": Body("director_meeting", "主任办公会议", "X99")})
    assert asked("director_meeting", facts=facts_at(office=gone)) == ((Ask("A00", "director_meeting"),), ("vacant",))


def test_the_chairs_own_case_before_the_meeting_goes_higher() -> None:
    assert people("director_meeting", "D01") == ["Q01"]


def test_a_case_that_waits_for_somebody_away_is_reported_to_the_administrator() -> None:
    walk = Walk("leave_request", DAY, facts=facts_at(away=frozenset({"W01"})))
    assert walk.asked == ("W01",)
    told = "于凡的事假申请（QJ-2026-0001）停在“科室负责人提意见”：石磊不在岗且没有登记代办人，请安排。"
    assert walk.told("A00") == [told]


def test_an_empty_post_on_the_way_is_reported_to_the_administrator() -> None:
    office = without_person(OFFICE, "S03")
    walk = Walk("seal_use", SEALING, facts=facts_at(office=office)).agree("D02")
    assert walk.asked == ("A00",)
    assert "岗位空缺，请安排。" in walk.told("A00")[0]
