"""留言, 补充材料, 抄送: said beside the route, told to the right people, deciding nothing."""

import pytest

from flows.approval.card import card_of
from flows.approval.menu import choices_for
from flows.errors import AlreadyClosed, NotYourTurn, ReasonNeeded, Refused, TooLate
from flows.procedure.model import Json
from tests.flows.approval.parts import DAY, OFFICE, Walk, without_person

PAPER: dict[str, Json] = {"id": "f1", "name": "病历.pdf", "size": 10}


def waiting() -> Walk:
    """A day's leave: the section's head has agreed, the deputy is asked."""
    return Walk("leave_request", DAY).agree("W01")


def closed() -> Walk:
    return waiting().act("refuse", "D02", reason="工作紧")


def decided(walk: Walk) -> tuple[object, ...]:
    case = walk.case
    return (case.state, case.visits, case.values, case.round)


def test_a_comment_is_told_to_the_applicant_and_to_who_is_asked() -> None:
    walk = waiting()
    before = decided(walk)
    walk.act("comment", "W01", reason="下周有检查")
    assert decided(walk) == before
    said = "石磊在于凡的事假申请（QJ-2026-0001）留言：下周有检查"
    assert (walk.told("W02"), walk.told("D02"), walk.told("W01")) == ([said], [said], [])


def test_after_the_end_a_comment_is_told_to_nobody_and_changes_nothing() -> None:
    walk = closed()
    before = decided(walk)
    walk.act("comment", "W02", reason="知道了")
    assert decided(walk) == before
    assert walk.notices == []
    assert [entry.act for entry in walk.outcome.entries] == ["commented"]
    assert "已经结束" in walk.outcome.answer


def test_nothing_said_is_no_remark() -> None:
    for verb in ("comment", "supplement"):
        with pytest.raises(ReasonNeeded):
            waiting().act(verb, "W02", reason="  ")


def test_material_is_told_to_who_is_asked_and_to_who_decided_and_stands_on_the_card() -> None:
    walk = waiting().act("supplement", "W02", reason="补上病历", record={"file": PAPER})
    said = "于凡在于凡的事假申请（QJ-2026-0001）补充材料：补上病历，附件 病历.pdf"
    assert (walk.told("D02"), walk.told("W01"), walk.told("W02")) == ([said], [said], [])
    fact = card_of(walk.pack, walk.procedure, walk.case, "D02", walk.facts).facts[-1]
    assert (fact.label, fact.file, fact.text.endswith("补上病历")) == ("补充", "f1", True)
    assert walk.case.state == "pending"


def test_only_the_last_three_materials_stand_on_the_card() -> None:
    walk = waiting()
    for number in range(5):
        walk.act("supplement", "W02", reason=f"第{number}份")
    facts = card_of(walk.pack, walk.procedure, walk.case, "D02", walk.facts).facts
    assert [fact.text[-1:] + fact.text[-3:-1] for fact in facts if fact.label == "补充"] == ["份第2", "份第3", "份第4"]


def test_only_the_applicant_adds_material_and_only_while_it_is_read() -> None:
    with pytest.raises(NotYourTurn):
        waiting().act("supplement", "W01", reason="x")
    with pytest.raises(AlreadyClosed):
        closed().act("supplement", "W02", reason="x")
    with pytest.raises(TooLate, match="改好再交"):
        waiting().act("send_back", "D02", reason="再写").act("supplement", "W02", reason="x")


def test_a_copy_goes_to_each_person_once_who_may_then_look() -> None:
    walk = waiting().act("copy_to", "W01", record={"to": ["W03", "S01", "W03"]})
    said = "石磊把于凡的事假申请（QJ-2026-0001）抄送给您，请知悉。"
    assert (walk.told("W03"), walk.told("S01")) == ([said], [said])
    assert [(n.to, n.role) for n in walk.notices if n.kind == "update"] == [("W03", "copy"), ("S01", "copy")]
    assert walk.outcome.answer == "已抄送卫国、章平。"


def test_an_ended_case_may_still_be_copied() -> None:
    walk = closed()
    before = decided(walk)
    assert decided(walk.act("copy_to", "W02", record={"to": ["W03"]})) == before


def test_a_stranger_copies_nothing_and_nobody_unknown_is_copied_to() -> None:
    with pytest.raises(NotYourTurn):
        waiting().act("copy_to", "I02", record={"to": ["W03"]})
    with pytest.raises(ReasonNeeded):
        waiting().act("copy_to", "W02")
    walk = waiting().at("2026-11-23T11:00", office=without_person(OFFICE, "W03"))
    for person in ("W03", "X99"):
        with pytest.raises(Refused, match="不在职"):
            walk.act("copy_to", "W02", record={"to": [person]})
    with pytest.raises(Refused, match="最多"):
        waiting().act("copy_to", "W02", record={"to": [f"X{n}" for n in range(21)]})


@pytest.mark.parametrize(
    ("viewer", "labels"),
    [
        ("W02", ["为什么", "留言", "补充材料", "抄送", "复制"]),
        ("D02", ["为什么", "留言", "抄送"]),
        ("A00", ["为什么", "留言"]),
    ],
)
def test_more_offers_what_would_be_taken(viewer: str, labels: list[str]) -> None:
    walk = waiting()
    offered = [choice.label for choice in choices_for(walk.case, walk.procedure, viewer, walk.facts)]
    assert [label for label in offered if label in ("为什么", "留言", "补充材料", "抄送", "复制")] == labels
