"""问一下 and 答复: who asks whom, and that nothing of the route changes."""

import pytest

from flows.approval.card import card_of
from flows.approval.question import waiting_for
from flows.errors import AlreadyClosed, NotYourTurn, ReasonNeeded, Refused, TooLate
from tests.flows.approval.parts import DAY, Walk


def asked(by: str = "W01", to: str = "W02") -> Walk:
    return Walk("leave_request", DAY).act("ask", by, to=to, reason="谁接手？")


def test_the_asked_hear_the_question_with_a_way_to_answer() -> None:
    made = asked()
    (notice,) = made.notices
    assert (notice.to, notice.kind, [button.label for button in notice.buttons]) == ("W02", "tell", ["答复"])
    assert "石磊问：谁接手？" in notice.text
    assert made.case.open_visit == made.case.visits[1]


def test_the_answer_comes_back_to_who_asked() -> None:
    made = asked().act("answer", "W02", reason="卫国接手")
    assert [(notice.to, notice.text) for notice in made.notices] == [
        ("W01", "于凡的事假申请（QJ-2026-0001）：于凡答复“谁接手？”：卫国接手")
    ]
    assert (made.waiting, waiting_for(made.case, "W02")) == (["W01"], None)


def test_an_open_question_stands_on_the_card_until_it_is_answered() -> None:
    made = asked()
    line = "石磊问于凡：谁接手？"
    assert line in card_of(made.pack, made.procedure, made.case, "D02", made.facts).note
    made.act("answer", "W02", reason="卫国")
    assert line not in card_of(made.pack, made.procedure, made.case, "D02", made.facts).note


def test_somebody_outside_is_asked_and_may_answer_but_not_decide() -> None:
    made = asked(to="I02")
    with pytest.raises(NotYourTurn):
        made.act("agree", "I02")
    assert made.act("answer", "I02", reason="可以").case.questions[0].answer == "可以"


def test_the_applicant_asks_and_who_was_asked_asks_back() -> None:
    assert asked(by="W02", to="W01").case.questions[0].to == "W01"
    assert asked(to="I02").act("ask", "I02", to="W01", reason="指哪天？").case.questions[1].by == "I02"


def test_a_stranger_asks_nothing() -> None:
    with pytest.raises(NotYourTurn):
        asked(by="I02")


@pytest.mark.parametrize(("to", "words"), [("X99", "没有找到"), ("", "没有找到"), ("W01", "不用问自己")])
def test_whom_one_cannot_ask(to: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        asked(to=to)


def test_words_are_needed() -> None:
    made = Walk("leave_request", DAY)
    with pytest.raises(ReasonNeeded):
        made.act("ask", "W01", to="W02", reason=" ")
    with pytest.raises(ReasonNeeded):
        asked().act("answer", "W02", reason="")


def test_several_questions_are_answered_by_number_or_the_oldest_first() -> None:
    made = asked().act("ask", "W01", to="W02", reason="几点走？")
    made.act("answer", "W02", visit=2, reason="九点")
    made.act("answer", "W02", reason="卫国")
    assert [item.answer for item in made.case.questions] == ["卫国", "九点"]
    with pytest.raises(NotYourTurn):
        made.act("answer", "W02", reason="再说")
    with pytest.raises(TooLate):
        made.act("answer", "W02", visit=1, reason="再说")


def test_another_persons_question_is_not_answered() -> None:
    with pytest.raises(NotYourTurn):
        asked().act("answer", "W03", visit=1, reason="我来答")


def test_questions_go_on_while_the_case_is_held_or_returned_and_end_with_it() -> None:
    made = asked().act("hold", "W01", reason="等答复").act("answer", "W02", reason="卫国")
    made.act("lift", "W01").act("ask", "W01", to="W02", reason="还有吗？").act("withdraw", "W02")
    with pytest.raises(AlreadyClosed):
        made.act("answer", "W02", reason="没有")
    with pytest.raises(AlreadyClosed):
        made.act("ask", "W01", to="W02", reason="x")
