"""Why a request is refused or returned."""

from dataclasses import replace

import pytest

from flows.conversation.reason import read_reason, reason_question, stock_reasons
from flows.errors import BadAnswer, ReasonNeeded
from tests.flows.conversation.forms import LEAVE, SEAL, labels

PLAIN = replace(LEAVE, family="office")


@pytest.mark.parametrize("verb", ["refuse", "send_back", "withdraw", "cancel", "hold", "unheard_of"])
@pytest.mark.parametrize("procedure", [LEAVE, SEAL, PLAIN])
def test_there_are_four_reasons_for_every_act(verb: str, procedure: object) -> None:
    reasons = stock_reasons(verb, procedure if procedure is SEAL else LEAVE if procedure is LEAVE else PLAIN)
    assert len(set(reasons)) == 4
    assert [read_reason(reason) for reason in reasons] == list(reasons)


def test_reasons_fit_the_family_and_the_act() -> None:
    kinds = {stock_reasons(verb, procedure) for verb in ("refuse", "send_back") for procedure in (LEAVE, SEAL, PLAIN)}
    assert len(kinds) == 6


def test_the_question_offers_them_own_words_and_a_way_out() -> None:
    message = reason_question("refuse", SEAL, 7)
    reasons = list(stock_reasons("refuse", SEAL))
    assert labels(message) == [reasons[:2], reasons[2:], ["取消"]]
    assert [button.press for row in message.buttons for button in row] == [
        "reason:7:0",
        "reason:7:1",
        "reason:7:2",
        "reason:7:3",
        "reason:7:cancel",
    ]
    assert "不同意" in message.text
    assert "自己写的理由" in message.text
    assert "退回修改" in reason_question("send_back", SEAL, 7).text


def test_a_reason_is_kept_as_written() -> None:
    assert read_reason("  请改到\n下周 ") == "请改到\n下周"
    assert read_reason("忙" * 2000) == "忙" * 2000


@pytest.mark.parametrize("text", ["", "  ", "。", "\u200b"])
def test_an_empty_reason_is_no_reason(text: str) -> None:
    with pytest.raises(ReasonNeeded, match="请写明理由"):
        read_reason(text)


def test_a_reason_has_an_end() -> None:
    with pytest.raises(BadAnswer, match="最多2000个字，现在有5000个字"):
        read_reason("忙" * 5000)
