"""委托: in force for its days and matters, never in a chain or a circle; who is away is stood in for while waiting."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.approval.delegation import check, form, objection, order_of, overlap, words_of
from flows.approval.run import Run
from flows.approval.stand_in import ask_stand_ins
from flows.errors import NotYourTurn, Refused
from flows.people import Delegation
from tests.flows.approval.parts import DAY, MORNING, NOW, OFFICE, Walk, pack, procedure_of, step, without_person

MON, TUE, WED, THU = (date(2026, 11, day) for day in (23, 24, 25, 26))
PROCEDURES = tuple(pack().procedures.values())


def order(principal: str, delegate: str, start: date = MON, end: date = WED, *procedures: str) -> Delegation:
    return Delegation(principal, delegate, start, end, procedures)


@pytest.mark.parametrize(
    ("new", "standing", "word"),
    [
        (order("D01", "D01"), (), "本人"),
        (order("D01", "D02", WED, MON), (), "早于"),
        (order("D01", "D02", MON, date(2027, 11, 25)), (), "一年"),
        (order("D01", "D03"), (order("D01", "D02", WED, THU),), "已委托柳青"),
        (order("D01", "D02"), (order("D02", "D03"),), "已把同样的事项委托给关山"),
        (order("D01", "D02"), (order("D02", "D01"),), "已把同样的事项委托给高远"),
        (order("D02", "D03"), (order("D01", "D02"),), "不能转委托"),
        (order("D01", "D03"), (order("D01", "D02", THU, THU),), ""),
        (order("D01", "D03", MON, WED, "seal_use"), (order("D01", "D02", MON, WED, "leave_request"),), ""),
        (order("D01", "D03", MON, WED, "seal_use"), (order("D01", "D02"),), "已委托柳青"),
        (order("D01", "D02"), (order("D02", "D03", THU, THU),), ""),
    ],
)
def test_what_cannot_be_ordered(new: Delegation, standing: tuple[Delegation, ...], word: str) -> None:
    why = objection(new, standing, OFFICE.name_of)
    assert word in why
    assert bool(word) is bool(why)


PEOPLE = st.sampled_from(["D01", "D02", "D03", "S01"])
ORDERS = st.builds(
    order,
    PEOPLE,
    PEOPLE,
    st.sampled_from([MON, TUE, WED]),
    st.sampled_from([TUE, WED, THU]),
    *([st.sampled_from(["leave_request", "seal_use"])]),
)


@given(st.lists(ORDERS, max_size=12))
def test_whatever_is_ordered_nobody_ever_passes_on_what_was_ordered_of_them(wanted: list[Delegation]) -> None:
    standing: list[Delegation] = []
    for each in wanted:
        if not objection(each, standing, OFFICE.name_of):
            standing.append(each)
    for one in standing:
        assert not [other for other in standing if other.principal == one.delegate and overlap(one, other)]
        assert not [o for o in standing if o is not one and o.principal == one.principal and overlap(one, o)]


def test_an_order_is_given_for_days_to_come_and_to_somebody_who_works_here() -> None:
    with pytest.raises(Refused, match="过去"):
        check(order("D01", "D02"), (), OFFICE, TUE)
    with pytest.raises(Refused, match="不在职"):
        check(order("D01", "D02"), (), without_person(OFFICE, "D02"), MON)
    check(order("D01", "D02"), (), OFFICE, MON)


def test_a_form_gives_an_order_for_everything_or_for_one_kind() -> None:
    values = {"delegate": "D02", "start": "2026-11-23", "end": "2026-11-25", "kind": "全部事项"}
    assert order_of("D01", values, PROCEDURES) == order("D01", "D02")
    assert words_of(order("D01", "D02"), PROCEDURES) == "11月23日(周一)至11月25日(周三)，全部事项"
    chosen = {**values, "kind": pack().procedures["seal_use"].name}
    assert order_of("D01", chosen, PROCEDURES).procedures == ("seal_use",)
    assert chosen["kind"] in form(PROCEDURES).field_by_id["kind"].choices


def test_who_waits_when_the_order_comes_is_joined_by_the_delegate_and_both_may_act() -> None:
    for actor, stamp in (("D03", "D02"), ("D02", "")):
        walk = Walk("leave_request", DAY).agree("W01")
        walk.at("2026-11-23T11:00", office=replace(OFFICE, delegations=(order("D02", "D03"),)))
        run = Run(walk.case, walk.procedure, walk.facts, "D02")
        assert [ask.person for ask in ask_stand_ins(run, walk.case.visits[-1])] == ["D03"]
        walk._take(run.outcome())
        assert [(notice.to, notice.kind) for notice in walk.notices] == [("D03", "ask")]
        assert walk.asked == ("D02", "D03")
        walk.act("agree", actor)
        assert walk.case.visits[2].done_for == stamp
        assert [bool(walk.told("D02"))] == [bool(stamp)]


def test_nobody_is_asked_twice_and_a_step_of_the_persons_own_stays_with_them() -> None:
    office = replace(OFFICE, delegations=(order("D02", "D03"),))
    walk = Walk("leave_request", DAY).agree("W01").at("2026-11-23T11:00", office=office)
    run = Run(walk.case, walk.procedure, walk.facts, "D02")
    ask_stand_ins(run, walk.case.visits[-1])
    assert ask_stand_ins(run, run.case.visits[-1]) == ()
    own = Walk(procedure_of(step("own", "deputy_director_in_charge", personal=True)), {})
    own.at("2026-11-23T11:00", office=office)
    assert ask_stand_ins(Run(own.case, own.procedure, own.facts, "D02"), own.case.visits[-1]) == ()


@pytest.mark.parametrize(("allowed", "asked"), [((), ("D02",)), (("made",), ("D03",))])
def test_an_office_may_let_stand_ins_take_personal_steps(allowed: tuple[str, ...], asked: tuple[str, ...]) -> None:
    office = replace(OFFICE, stand_ins={"D02": "D03"}, stand_in_allowed=frozenset(allowed))
    facts = replace(Walk("leave_request", MORNING).facts, office=office, away=frozenset({"D02"}))
    walk = Walk(procedure_of(step("own", "deputy_director_in_charge", personal=True)), {}, facts=facts)
    assert walk.asked == asked


def test_the_order_ended_the_delegate_is_out_and_the_principal_back() -> None:
    office = replace(OFFICE, delegations=(order("D02", "D03", MON, MON),))
    walk = Walk("leave_request", DAY, facts=replace(Walk("leave_request", MORNING).facts, office=office)).agree("W01")
    assert walk.asked == ("D03",)
    walk.at("2026-11-24T09:00")
    with pytest.raises(NotYourTurn):
        walk.act("agree", "D03")
    walk.act("agree", "D02")
    assert walk.case.state == "approved"


def test_a_copy_goes_to_whom_the_office_names_when_approved() -> None:
    office = replace(OFFICE, copy_to={"leave_request": ("S02", "W02")})
    walk = Walk("leave_request", MORNING, facts=replace(Walk("leave_request", MORNING).facts, office=office))
    assert walk.told("S02") == []
    walk.agree("W01")
    assert walk.told("S02") == ["于凡的事假申请（QJ-2026-0001）已通过，抄送您知悉。"]
    assert [n.role for n in walk.notices if n.to == "S02" and n.kind == "update"] == ["copy"]
    assert datetime.date(NOW) == MON
