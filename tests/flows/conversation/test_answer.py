"""Whole talks: lines said, and where the talk then stands."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.conversation.answer import Said, answer, is_talk_word
from flows.errors import Refused, StaleButton
from flows.procedure.model import Json, Values
from tests.flows.conversation.forms import CALENDAR, FILE, LEAVE, NOW, OFFICE, SEAL, Talk, draft_of, labels

FILLED: Values = {"leave_type": "事假", "start_at": "2026-11-24 pm", "end_at": "2026-11-24 pm", "reason": "去医院"}
SICK: Values = {**FILLED, "leave_type": "病假", "medical_certificate": dict(FILE)}


def test_a_leave_told_in_words() -> None:
    talk = Talk(LEAVE)
    stages = [talk.say(line).stage for line in ("事假", "明天下午", "当天下午", "去医院")]
    assert stages == ["asking start_at", "asking end_at", "asking reason", "summary"]
    assert talk.values == FILLED
    assert talk.turn.event == "changed"
    assert talk.turn.messages == ()


def test_a_leave_told_by_buttons() -> None:
    talk = Talk(LEAVE).say("[事假]", "[11月24日(周二)下午]", "[11月24日(周二)下午]", "去医院")
    assert (talk.stage, dict(talk.values)) == ("summary", dict(FILLED))


def test_a_whole_day_by_button() -> None:
    talk = Talk(LEAVE).say("事假", "[11月24日(周二)全天]", "[11月25日(周三)全天]")
    assert (talk.values["start_at"], talk.values["end_at"]) == ("2026-11-24", "2026-11-25")


def test_a_seal_with_its_file() -> None:
    talk = Talk(SEAL).say("区委办", FILE, "三份", "本人")
    assert talk.stage == "summary"
    assert talk.values == {"seal": "区委办公室印章", "document": dict(FILE), "copies": 3, "handler": "F021"}


def test_sick_leave_asks_for_the_certificate_and_takes_none() -> None:
    lines = ("病假", "今天", "今天", "发烧")
    assert Talk(LEAVE).say(*lines).stage == "asking medical_certificate"
    for word in ("跳过", "没有", "[跳过]"):
        talk = Talk(LEAVE).say(*lines, word)
        assert talk.stage == "summary"
        assert "medical_certificate" not in talk.values
    assert Talk(LEAVE).say(*lines, FILE).values["medical_certificate"] == dict(FILE)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["年假"], "里没有“年假”"),
        (["事假", "看情况"], "看不出是哪一天"),
        (["事假", "25日", "11月24日"], "在开始（11月25日(周三)）之前"),
        (["事假", "今天", "今天", ""], "没有收到内容"),
        (["事假", "今天", "今天", "去" * 5000], "最多2000个字，现在有5000个字"),
        (["跳过"], "必须填写，不能跳过"),
        (["上一步"], "已经是第一个问题"),
    ],
)
def test_a_bad_answer_leaves_the_question_standing(lines: list[str], told: str) -> None:
    talk = Talk(LEAVE).say(*lines[:-1])
    before, buttons = talk.draft, labels(talk.message)
    talk.say(lines[-1])
    assert told in talk.message.text
    assert (talk.draft, labels(talk.message)) == (before, buttons)
    assert (talk.message.tone, talk.turn.event) == ("refused", "")


def test_nothing_is_an_answer_where_one_is_required() -> None:
    assert Talk(LEAVE).say("事假", "今天", "今天", "无").values["reason"] == "无"


def test_a_file_nobody_asked_for_is_told_so() -> None:
    assert "这里不用上传文件" in Talk(LEAVE).say(FILE).message.text
    assert "没有要上传的文件" in Talk(LEAVE, FILLED).say(FILE).message.text


@pytest.mark.parametrize("back", ["上一步", "返回", "[上一步]"])
def test_back_asks_the_question_before_again(back: str) -> None:
    talk = Talk(LEAVE).say("事假", "明天", back)
    assert talk.stage == "asking start_at"
    assert dict(talk.values) == {"leave_type": "事假"}
    assert talk.say("后天").stage == "asking end_at"


def test_back_goes_all_the_way() -> None:
    talk = Talk(LEAVE).say("事假", "明天", "明天", "上一步", "上一步", "上一步")
    assert (talk.stage, dict(talk.values)) == ("asking leave_type", {})
    assert labels(talk.message)[-1] == ["取消"]


def test_back_from_the_summary() -> None:
    assert Talk(LEAVE).say("事假", "明天", "明天", "家事", "上一步").stage == "asking reason"


def test_back_past_a_skipped_question_asks_it_again() -> None:
    assert Talk(LEAVE).say("病假", "今天", "今天", "发烧", "跳过", "上一步").stage == "asking medical_certificate"


def test_back_at_a_summary_without_questions_offers_the_lines() -> None:
    assert Talk(LEAVE, FILLED).say("上一步").stage == "changing"


@pytest.mark.parametrize("word", ["取消", "算了", "不请了。", "[取消]"])
def test_cancel_at_any_question(word: str) -> None:
    talk = Talk(LEAVE).say("事假", word)
    assert (talk.stage, talk.turn.event) == ("gone", "cancelled")
    assert talk.message.text == "好的，已取消，没有提交。"


def test_cancel_of_a_repair_leaves_the_returned_case() -> None:
    draft = replace(draft_of(LEAVE, FILLED), case_id="c1")
    turn = answer(LEAVE, draft, Said("取消"), OFFICE, CALENDAR, NOW)
    assert turn.draft is None
    assert "退回的申请仍在" in turn.messages[0].text


@pytest.mark.parametrize("word", ["提交", "提交申请", "确认", "好的", "OK", "是"])
def test_submit(word: str) -> None:
    talk = Talk(LEAVE, FILLED).say(word)
    assert (talk.turn.event, talk.stage) == ("submit", "summary")


def test_submit_by_button_leaves_the_draft_as_it_was() -> None:
    draft = draft_of(LEAVE, FILLED)
    turn = answer(LEAVE, draft, Said(press=f"{draft.turn}:submit"), OFFICE, CALENDAR, NOW)
    assert (turn.draft, turn.event) == (draft, "submit")


def test_other_words_at_the_summary_are_told_what_would_do() -> None:
    talk = Talk(LEAVE, FILLED).say("怎么样")
    assert (talk.stage, talk.turn.event) == ("summary", "")
    assert "“提交”“修改”或“取消”" in talk.message.text


def test_change_shows_the_lines_with_what_they_say() -> None:
    talk = Talk(LEAVE, {**FILLED, "reason": "陪家人去医院" * 10}).say("修改")
    assert labels(talk.message) == [
        ["1 假别：事假"],
        ["2 开始：11月24日(周二)下午"],
        ["3 结束：11月24日(周二)下午"],
        ["4 事由：陪家人去医院陪家人去医院陪家人去医院陪家…"],
        ["上一步", "取消"],
    ]
    assert talk.message.buttons[3][0].press == "draft:2:line:4"


@pytest.mark.parametrize(
    "lines",
    [["修改", "4"], ["修改", "事由"], ["修改", "第四项"], ["修改 事由"], ["改事由"], ["把事由改一下", "修改", "4"]],
)
def test_a_line_is_changed_and_the_summary_comes_back(lines: list[str]) -> None:
    talk = Talk(LEAVE, FILLED).say(*lines)
    assert talk.stage == "changing reason"
    assert "现在填的是：去医院" in talk.message.text
    talk.say("看牙")
    assert (talk.stage, talk.values["reason"], talk.turn.event) == ("summary", "看牙", "changed")
    assert talk.draft is not None
    assert talk.draft.trail == ()


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("事由改成看牙", "reason", "看牙"),
        ("把结束改为11月26日", "end_at", "2026-11-26"),
        ("请把假别改成急病", "leave_type", "急病"),
    ],
)
def test_a_line_is_changed_in_one_sentence(said: str, field: str, value: Json) -> None:
    assert Talk(LEAVE, FILLED).say(said).values[field] == value


def test_a_change_in_one_sentence_is_read_as_strictly_as_an_answer() -> None:
    talk = Talk(LEAVE, FILLED).say("开始改成看情况")
    assert talk.stage == "summary"
    assert "看不出是哪一天" in talk.message.text


def test_an_unknown_line_is_told_the_lines() -> None:
    talk = Talk(LEAVE, FILLED).say("修改", "地址")
    assert talk.stage == "changing"
    assert "1 假别、2 开始、3 结束、4 事由" in talk.message.text


def test_back_from_a_line_changes_nothing() -> None:
    talk = Talk(LEAVE, FILLED).say("修改", "4", "上一步")
    assert talk.stage == "changing"
    assert talk.say("上一步").stage == "summary"
    assert talk.values == FILLED


def test_what_does_not_apply_any_more_is_dropped() -> None:
    talk = Talk(LEAVE, SICK).say("修改", "1", "事假")
    assert talk.stage == "summary"
    assert "medical_certificate" not in talk.values
    assert [message.text for message in talk.turn.messages] == ["“医生证明”不再适用，已去掉。"]


def test_what_newly_applies_is_asked() -> None:
    talk = Talk(LEAVE, FILLED).say("修改", "1", "病假")
    assert talk.stage == "asking medical_certificate"
    assert talk.say(FILE).stage == "summary"


def test_a_beginning_moved_past_its_end_asks_for_the_end_again() -> None:
    talk = Talk(LEAVE, FILLED).say("修改", "2", "11月25日")
    assert talk.stage == "asking end_at"
    assert talk.message.text.startswith("“结束”与新填的内容不符，请重新填写。")
    assert talk.say("当天").values["end_at"] == "2026-11-25"


def test_a_beginning_moved_before_its_end_keeps_it() -> None:
    talk = Talk(LEAVE, FILLED).say("修改", "2", "11月24日上午")
    assert (talk.stage, talk.values["end_at"]) == ("summary", "2026-11-24 pm")


def test_an_optional_line_may_be_emptied() -> None:
    talk = Talk(LEAVE, SICK).say("修改", "5", "[跳过]")
    assert talk.stage == "summary"
    assert "medical_certificate" not in talk.values


def test_a_line_a_rule_asks_for_is_filled_from_the_summary() -> None:
    talk = Talk(LEAVE).say("病假", "今天", "今天", "发烧", "跳过")
    turn = talk.press(f"{talk.draft.turn}:fill:7" if talk.draft else "")
    assert talk.stage == "changing medical_certificate"
    assert turn.messages[0].expects == "file"
    assert talk.say(FILE).values["medical_certificate"] == dict(FILE)


def test_changing_while_questions_are_open_goes_on_with_them() -> None:
    talk = Talk(LEAVE).say("事假", "明天", "修改", "1", "急病")
    assert (talk.stage, talk.values["leave_type"]) == ("asking end_at", "急病")


def test_every_question_has_a_turn_of_its_own() -> None:
    talk, turns = Talk(LEAVE), []
    for line in ("事假", "明天", "明天", "家事", "修改", "4", "看牙"):
        assert talk.draft is not None
        turns.append(talk.draft.turn)
        talk.say(line)
    assert turns == [1, 2, 3, 4, 5, 6, 7]


STALE = [
    "1:pick:1",
    "2:submit",
    "2:line:1",
    "2:fill:1",
    "2:change",
    "2:pick:",
    "2:pick:1",
    "3:back",
    ":",
    "2:",
    "x:pick:1",
    "2:skip",
    "2",
]


@pytest.mark.parametrize("press", STALE)
def test_a_button_that_is_not_this_questions_is_stale(press: str) -> None:
    talk = Talk(LEAVE).say("事假")
    before = talk.draft
    with pytest.raises(StaleButton, match="已经失效"):
        talk.press(press)
    assert talk.draft == before


@pytest.mark.parametrize("press", ["1:pick:0", "1:pick:4", "1:pick:x", "1:pick:²", "1:pick:-1", "1:pick:99999"])
def test_a_choice_that_is_not_there_is_stale(press: str) -> None:
    with pytest.raises(StaleButton):
        Talk(LEAVE).press(press)


def test_a_person_who_is_not_there_is_stale() -> None:
    with pytest.raises(StaleButton):
        Talk(SEAL, {"seal": "区委印章", "document": {"id": "u"}, "copies": 1}).press("1:pick:X9")


def test_a_draft_that_asks_for_a_reason_takes_no_answer() -> None:
    with pytest.raises(StaleButton):
        answer(LEAVE, replace(draft_of(LEAVE), stage="reason"), Said("好"), OFFICE, CALENDAR, NOW)


def test_a_date_button_pressed_a_day_late_is_the_day_it_showed() -> None:
    talk = Talk(LEAVE).say("事假")
    talk.now = NOW + timedelta(days=1)
    assert talk.say("[11月24日(周二)下午]").values["start_at"] == "2026-11-24 pm"


def test_a_choice_goes_before_a_word_that_steers_the_talk() -> None:
    fields = (replace(LEAVE.field_by_id["leave_type"], choices=("取消", "保留")),)
    assert Talk(replace(LEAVE, fields=fields)).say("取消").values == {"leave_type": "取消"}


def test_words_that_steer_a_talk() -> None:
    assert is_talk_word(" 提交。", "submit")
    assert is_talk_word("ＯＫ", "submit")
    assert not is_talk_word("提交材料", "submit")
    assert not is_talk_word("上一步", "submit")
    assert not is_talk_word("好" * 5000, "submit")


_WORDS = st.sampled_from(
    [
        "事假",
        "病假",
        "明天",
        "明天下午",
        "24日",
        "当天",
        "去医院",
        "上一步",
        "修改",
        "跳过",
        "没有",
        "1",
        "2",
        "4",
        "事由",
        "事由改成看牙",
        "开始改成后天",
        "",
    ]
)
_PRESSES = st.builds(
    lambda turn, rest: f"{turn}:{rest}",
    st.integers(0, 12),
    st.sampled_from(["pick:1", "pick:2026-11-24.am", "back", "skip", "change", "line:2", "fill:7"]),
)


@settings(max_examples=300)
@given(
    st.lists(
        st.one_of(
            _WORDS.map(Said),
            st.text().map(Said),
            _PRESSES.map(lambda press: Said(press=press)),
            st.just(Said(file=FILE)),
        ),
        max_size=12,
    )
)
def test_nothing_anybody_says_raises_anything_but_a_refusal(lines: list[Said]) -> None:
    draft = draft_of(LEAVE)
    for said in lines:
        try:
            turn = answer(LEAVE, draft, said, OFFICE, CALENDAR, NOW)
        except Refused as refused:
            assert refused.sentence  # noqa: PT017
            continue
        if turn.draft is None or turn.event == "submit":
            return
        assert turn.draft.turn - draft.turn in (0, 1)
        assert turn.messages or turn.draft.stage == "summary"
        assert set(turn.draft.trail) <= set(LEAVE.field_by_id)
        draft = turn.draft
        if draft.stage == "summary":
            filled = {"leave_type", "start_at", "end_at", "reason"}
            assert filled <= draft.values.keys()
