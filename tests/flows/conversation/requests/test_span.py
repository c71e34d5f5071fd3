"""A span said where its beginning is asked for answers both questions."""

import pytest

from tests.flows.conversation.forms import LEAVE, Talk


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("下周三到周五", "2026-12-02", "2026-12-04"),
        ("从明天下午到后天上午", "2026-11-24 pm", "2026-11-25 am"),
        ("明天14点到16点", "2026-11-24 14:00", "2026-11-24 16:00"),
    ],
)
def test_a_span_answers_both_questions(said: str, start: str, end: str) -> None:
    talk = Talk(LEAVE).say("事假", said)
    assert (talk.values["start_at"], talk.values["end_at"]) == (start, end)
    assert talk.message.text.startswith("请写明事由。")


def test_one_step_back_asks_for_the_end_again() -> None:
    talk = Talk(LEAVE).say("事假", "下周三到周五", "上一步")
    assert "end_at" not in talk.values
    assert talk.values["start_at"] == "2026-12-02"


@pytest.mark.parametrize("said", ["明天下午", "下周三"])
def test_a_single_time_answers_one(said: str) -> None:
    talk = Talk(LEAVE).say("事假", said)
    assert "end_at" not in talk.values


def test_a_span_that_ends_before_it_begins_is_refused_and_nothing_kept() -> None:
    talk = Talk(LEAVE).say("事假", "12月8日到2026-12-01")
    assert "start_at" not in talk.values
    assert talk.message.tone == "refused"
