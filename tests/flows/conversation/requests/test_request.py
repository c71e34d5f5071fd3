"""What is understood of one sentence, and of chat that asks for nothing."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conversation.dates import kept
from flows.conversation.requests.request import FILED, LONGEST, Request, read_request
from flows.procedure.model import Json

MONDAY = date(2026, 11, 23)
HERE = Path(__file__).parent
CHAT = (HERE / "chat.txt").read_text("utf-8").splitlines()
ASKED = [line.split(" ", 1) for line in (HERE / "intents.txt").read_text("utf-8").splitlines()]
ALPHABET = sorted({*"".join(CHAT), *"".join(text for _, text in ASKED), *"０３壹《》“”(/.-~"})


def read(text: str, *names: str) -> Request:
    return read_request(text, MONDAY, frozenset(names))


def slots(text: str, *wanted: str) -> tuple[Json, ...]:
    request = read(text)
    return tuple(request.slots.get(slot) for slot in wanted)


@pytest.mark.parametrize("line", CHAT)
def test_chat_files_nothing(line: str) -> None:
    assert read(line).intent not in FILED


@pytest.mark.parametrize(("intent", "text"), ASKED)
def test_what_is_asked_for_is_heard(intent: str, text: str) -> None:
    assert read(text).intent == intent


@given(st.text(ALPHABET, max_size=60) | st.text(max_size=60))
def test_whatever_is_said_has_an_answer(text: str) -> None:
    request = read(text, "王强")
    assert request.intent in (*FILED, "mine", "inbox", "none")
    for slot in ("start", "end", "meeting_date", "deadline"):
        assert slot not in request.slots or kept(request.slots[slot]) is not None


def test_there_are_a_hundred_lines_of_chat() -> None:
    assert len(set(CHAT)) >= 100


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("下周三到周五年假", "2026-12-02", "2026-12-04"),
        ("下周五到周一请事假", "2026-12-04", "2026-12-07"),
        ("5月6号请年假", "2027-05-06", "2027-05-06"),
        ("明早8点到10点请事假", "2026-11-24 08:00", "2026-11-24 10:00"),
        ("3号请年假", "2026-12-03", "2026-12-03"),
        ("28号请年假", "2026-11-28", "2026-11-28"),
        ("下下周一二请年假", "2026-12-07", "2026-12-08"),
        ("３０号请年假", "2026-11-30", "2026-11-30"),
        ("元旦前一天请年假", "2026-12-31", "2026-12-31"),
        ("明天十四点三十到十五点一刻请事假", "2026-11-24 14:30", "2026-11-24 15:15"),
        ("12月30日到1月2日请年假", "2026-12-30", "2027-01-02"),
        ("11月30日到2号请年假", "2026-11-30", "2026-12-02"),
        ("下午2点到8点请事假", "2026-11-23 14:00", "2026-11-23 20:00"),
    ],
)
def test_times_that_libraries_misread(text: str, start: str, end: str) -> None:
    assert slots(text, "start", "end") == (start, end)


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("查一下下周六的值班表", "date", "2026-12-05"),
        ("查一下周六的值班表", "date", "2026-11-28"),
        ("今晚谁值班", "shift", "night"),
        ("上会 职称评审办法 办公会 月底前", "deadline", "2026-11-30"),
        ("公章 成绩单 叁份 不急", "copies", 3),
        ("公章 成绩单 叁份 不急", "urgent", False),
        ("公章 成绩单 叁份 急", "urgent", True),
        ("用车去税务局 明天9点 不用司机", "driver_needed", False),
        ("用车去税务局 明天9点 需要司机", "driver_needed", True),
        ("今天下午用车，去市教育局，就我和小李", "passengers", 2),
        ("后天一整天请假", "days", 1),
        ("12月1号起请一天半事假", "days", 1.5),
        ("毕业证书盖钢印，120份", "copies", 120),
        ("用车一个半小时，明天9点去机场", "duration_h", 1.5),
        ("用车三刻钟，明天9点去机场", "duration_h", 0.75),
        ("盖公章一份，在职证明", "copies", 1),
        ("明天9点用车去市第一人民医院，一个人", "passengers", 1),
    ],
)
def test_words_that_are_easily_taken_for_something_else(text: str, slot: str, value: Json) -> None:
    assert slots(text, slot) == (value,)


@pytest.mark.parametrize("text", ["120份毕业证书盖钢印", "公章一份，在职证明"])
def test_copies_are_no_dates(text: str) -> None:
    assert "start" not in read(text).slots
    assert not read(text).trouble


@pytest.mark.parametrize("text", ["补请11月18日的病假", "补交18号的病假一天"])
def test_the_past_is_meant_where_it_is_said(text: str) -> None:
    assert slots(text, "start") == ("2026-11-18",)


@pytest.mark.parametrize(
    ("text", "intent", "rest"),
    [
        ("明天请一天事假，另外后天上午派车去市府", "leave", "后天上午派车去市府"),
        ("盖公章2份，劳动合同。明天下午请半天假", "seal", "明天下午请半天假"),
        ("明天请一天事假；下周三再请一天年假", "leave", "下周三再请一天年假"),
        ("明天下午请半天假，后天上午9点派车去机场", "leave", "后天上午9点派车去机场"),
    ],
)
def test_of_two_requests_the_first_is_read_and_the_second_told(text: str, intent: str, rest: str) -> None:
    request = read(text)
    assert (request.intent, request.second) == (intent, rest)


@pytest.mark.parametrize("text", ["明天请一天事假，去派出所盖章", "明天下午请半天事假去医院", "《用车协议》盖公章2份"])
def test_a_purpose_or_a_title_is_no_second_request(text: str) -> None:
    assert read(text).second == ""


def test_a_date_that_no_calendar_has_is_told() -> None:
    request = read("2月30日请一天事假")
    assert "start" not in request.slots
    assert "2月没有30日" in request.trouble


def test_a_colleague_by_name_is_spoken_about_and_oneself_asks() -> None:
    assert read("陆子涵明天请假", "陆子涵").intent == "none"
    assert read("我是陆子涵，明天请假一天", "陆子涵").intent == "leave"


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("明天请假一天，不对，是后天", "start", "2026-11-25"),
        ("请年假下周一到周三，不对，到周四", "end", "2026-12-03"),
        ("明天下午请假，说错了，上午", "start", "2026-11-24 am"),
        ("后天上午九点用车去开发区，不对，是大后天", "start", "2026-11-26 09:00"),
        ("用车明天去市府，不对，去区政府，9点", "destination", "区政府"),
        ("盖公章3份，不对，是4份，《合同》", "copies", 4),
        ("请年假，不对，事假，后天", "type", "personal"),
        ("请假不是明天是后天", "start", "2026-11-25"),
        ("明天请事假一天，不对，两天", "days", 2),
    ],
)
def test_what_is_corrected_counts_as_corrected(text: str, slot: str, value: Json) -> None:
    assert slots(text, slot) == (value,)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("我妹妹下月6号结婚，5号6号想请事假两天", "2026-12-05", "2026-12-06"),
        ("周六值了班，下周一调休", "2026-11-30", "2026-11-30"),
        ("请假申请。类型：年假。开始：12月1日。结束：12月2日。", "2026-12-01", "2026-12-02"),
        ("请公休假，12月16、17、18日", "2026-12-16", "2026-12-18"),
        ("大后天上午、下午都请假", "2026-11-26", "2026-11-26"),
    ],
)
def test_the_days_asked_for_are_told_from_those_told_about(text: str, start: str, end: str) -> None:
    assert slots(text, "start", "end") == (start, end)


@pytest.mark.parametrize("text", ["我的申请", "看看我的申请", "查一下我的申请"])
def test_ones_own_requests_are_asked_for(text: str) -> None:
    assert read(text).intent == "mine"


@pytest.mark.parametrize("text", ["有什么待办吗", "看一下待办", "有没有待我审批的"])
def test_what_waits_is_asked_for(text: str) -> None:
    assert read(text).intent == "inbox"


def test_a_long_message_is_not_read() -> None:
    assert read("明天请一天事假，" * LONGEST).intent == "none"


@pytest.mark.parametrize("text", ["", " ", "\u200b", "请" * LONGEST, "1" * LONGEST, "周" * LONGEST, "（" * LONGEST])
def test_what_says_nothing_files_nothing(text: str) -> None:
    assert read(text).intent == "none"
