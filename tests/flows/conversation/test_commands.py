"""Words that begin something, and lines that only look like it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conversation.commands import FAMILY_WORDS, Command, command
from tests.flows.conversation.forms import LEAVE, SEAL

HOLIDAY = replace(LEAVE, id="vacation_request", name="休假（探亲/年休）", words=("休假", "年假", "请假"))
PROCEDURES = (LEAVE, SEAL)

SAID = [
    ("/start", Command("start")),
    ("/start AB12cd", Command("start", "AB12cd")),
    ("/help", Command("help")),
    ("/LEAVE", Command("leave")),
    ("/leave@banshi_bot 明天下午", Command("leave", rest="明天下午")),
    ("／请", None),
    ("／inbox", Command("inbox")),
    ("/why 8F3K", Command("why", "8f3k")),
    ("/why", Command("why")),
    ("/cancel", Command("cancel")),
    ("/car", Command("car")),
    ("/seal", Command("seal")),
    ("/topic", Command("topic")),
    ("/duty", Command("duty")),
    ("/mine", Command("mine")),
    ("/done", Command("done")),
    ("/cc", Command("cc")),
    ("/procedures", Command("procedures")),
    ("/dance", None),
    ("/", None),
    ("//", None),
    ("/leave-now", None),
    ("用车", Command("car")),
    ("议题", Command("topic")),
    ("值班", Command("duty")),
    ("待办", Command("inbox")),
    ("待办。", Command("inbox")),
    ("我的申请", Command("mine")),
    ("取消", Command("cancel")),
    ("帮助", Command("help")),
    ("办事", Command("procedures")),
    ("盖章", Command("start_procedure", rest="seal_use")),
    ("用印", Command("start_procedure", rest="seal_use")),
    ("用印申请", Command("start_procedure", rest="seal_use")),
    (" 病假 ", Command("start_procedure", rest="leave_request")),
    ("请假", Command("start_procedure", rest="leave_request")),
    ("请假(事假/病假)", Command("start_procedure", rest="leave_request")),
    ("同意 8f3k", Command("agree", "8f3k")),
    ("同意8f3k", Command("agree", "8f3k")),
    ("同意　８Ｆ３Ｋ", Command("agree", "8f3k")),
    ("同意：8f3k", Command("agree", "8f3k")),
    ("不同意 8f3k 工作紧，请改期", Command("refuse", "8f3k", "工作紧，请改期")),
    ("不同意 8f3k", Command("refuse", "8f3k")),
    ("退回 8f3k，附件不全", Command("send_back", "8f3k", "附件不全")),
    ("退回修改 8f3k 附件不全", Command("send_back", "8f3k", "附件不全")),
    ("撤回 8f3k", Command("withdraw", "8f3k")),
    ("重交 8f3k", Command("resubmit", "8f3k")),
    ("再次提交 8f3k", Command("resubmit", "8f3k")),
    ("查看 8f3k", Command("view", "8f3k")),
    ("销假 8f3k", Command("report_return", "8f3k")),
    ("确认 8f3k", Command("confirm", "8f3k")),
    ("盖章 8f3k", Command("execute", "8f3k")),
    ("办理 8f3k", Command("execute", "8f3k")),
    ("催办 8f3k", Command("urge", "8f3k")),
    ("为什么 8f3k", Command("why", "8f3k")),
    ("同意 QJ-2026-0001", Command("agree", "qj-2026-0001")),
    ("不同意 8f3k 理由\n两行（全角）", Command("refuse", "8f3k", "理由\n两行（全角）")),
    ("同意", None),
    ("同意的", None),
    ("同意 abcd", None),
    ("办理2026年的事", None),
    ("办理 2026 年的事", None),
    ("盖章3份", None),
    ("我同意 8f3k", None),
    ("明天下午请半天事假去医院", None),
    ("", None),
    ("  ", None),
    ("请假制度", None),
    ("不同意 8f3k " + "忙" * 5000, None),
]


@pytest.mark.parametrize(("text", "meant"), SAID)
def test_a_line_of_text_is_read(text: str, meant: Command | None) -> None:
    assert command(text, PROCEDURES) == meant


def test_a_word_several_procedures_share_names_their_family() -> None:
    assert command("请假", (LEAVE, HOLIDAY, SEAL)) == Command("leave")
    assert command("年假", (LEAVE, HOLIDAY, SEAL)) == Command("start_procedure", rest="vacation_request")
    other = replace(HOLIDAY, family="office", words=("事假",))
    assert command("事假", (LEAVE, other)) == Command("procedures")
    assert command("事假", (LEAVE, replace(HOLIDAY, words=("事假",)))) == Command("leave")


def test_without_procedures_the_families_words_stand() -> None:
    assert {command(word, ()) for word in FAMILY_WORDS.values()} == {Command(name) for name in FAMILY_WORDS}


@given(st.one_of(st.text(), st.text().map("/{}".format), st.text().map("同意 8f3k{}".format)))
def test_no_text_raises(text: str) -> None:
    found = command(text, PROCEDURES)
    assert found is None or found.name
