"""What was said, read as the field asked for; and shown as the office writes it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conversation.reading import choices_of, counts, opening_of, pick, read, read_file, show, unit_of
from flows.errors import BadAnswer, Refused
from flows.procedure.model import FIELD_TYPES, Field, Json, Values
from tests.flows.conversation.forms import CALENDAR, FILE, LEAVE, NOW, OFFICE, SEAL

TYPE, START, END, REASON = (LEAVE.field_by_id[name] for name in ("leave_type", "start_at", "end_at", "reason"))
COPIES, HANDLER, DOCUMENT, WHICH = (SEAL.field_by_id[name] for name in ("copies", "handler", "document", "seal"))
NOTE = Field("note", "备注", "text", required=True)
COST = Field("cost", "金额", "money", required=True, max=50000)
LENGTH = Field("days", "天数", "number", required=True, min=0.5, max=366, ask="休几天？")
UNIT = Field("dept", "部门", "dept", required=True)


def said(field: Field, text: str, values: Values | None = None) -> Json:
    """The value read, as 刘洋 says it on Monday 23 November 2026."""
    return read(field, text, office=OFFICE, calendar=CALENDAR, now=NOW, values=values or {}, person="F021")


def bad(field: Field, text: str, values: Values | None = None) -> str:
    """The sentence an answer is refused with."""
    with pytest.raises(BadAnswer) as refused:
        said(field, text, values)
    return refused.value.sentence


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (COPIES, "3", 3),
        (COPIES, "３", 3),
        (COPIES, "三", 3),
        (COPIES, "三份", 3),
        (COPIES, "盖3个", 3),
        (COPIES, "一百二十", 120),
        (LENGTH, "半天", 0.5),
        (LENGTH, "一天半", 1.5),
        (LENGTH, "1.5", 1.5),
        (LENGTH, "3天", 3),
        (COST, "1200", 1200),
        (COST, "1,200.50元", 1200.5),
        (COST, "￥300", 300),
        (COST, "一千二百元", 1200),
        (COST, "3万", 30000),
        (TYPE, "事假", "事假"),
        (TYPE, " 病假 ", "病假"),
        (TYPE, "3", "急病"),
        (TYPE, "第二个", "病假"),
        (TYPE, "急", "急病"),
        (TYPE, "“事假”。", "事假"),
        (WHICH, "区委办", "区委办公室印章"),
        (WHICH, "１", "区委印章"),
        (HANDLER, "本人", "F021"),
        (HANDLER, "我", "F021"),
        (HANDLER, "赵倩", "F022"),
        (HANDLER, "f022", "F022"),
        (HANDLER, "周建国主任", "F001"),
        (HANDLER, "王芳（F031）", "F031"),
        (HANDLER, "Ｆ０２２", "F022"),
        (START, "明天上午", "2026-11-24 am"),
        (START, "11月20日", "2026-11-20"),
        (NOTE, "  去医院 ", "去医院"),
        (NOTE, "去\u200b医院", "去医院"),
        (UNIT, "信息", "信息科"),
        (UNIT, "区建设局", "区建设局"),
    ],
)
def test_a_good_answer_is_kept_in_its_form(field: Field, text: str, value: Json) -> None:
    found = said(field, text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        (NOTE, "", "没有收到内容。请填写备注。"),
        (NOTE, "\u200b \n", "没有收到内容"),
        (NOTE, "。。。", "看不出意思"),
        (NOTE, "去" * 201, "“备注”最多200个字，现在有201个字"),
        (REASON, "去" * 2001, "最多2000个字，现在有2001个字"),
        (COPIES, "很多", "“很多”不是数字，请只发一个数字，例如 3。"),
        (COPIES, "1.5", "要填整数，不能是1.5，例如 3"),
        (COPIES, "0", "“盖印数”不能小于1"),
        (COPIES, "1000", "“盖印数”不能大于999"),
        (COPIES, "-3", "不能小于1"),
        (LENGTH, "0.2", "不能小于0.5"),
        (LENGTH, "367", "不能大于366"),
        (COST, "不少", "不是金额"),
        (COST, "-5", "不能是负数"),
        (COST, "1.234", "最多到分"),
        (COST, "60000", "不能大于50000"),
        (TYPE, "年假", "“假别”里没有“年假”，请选一项或发序号：1 事假、2 病假、3 急病"),
        (TYPE, "4", "里没有“4”"),
        (TYPE, "0", "里没有“0”"),
        (WHICH, "区委", "可以是区委印章、区委办公室印章"),
        (HANDLER, "王芳", "有2位：王芳（办文科，F020）、王芳（信息科，F031）。请发工号"),
        (HANDLER, "李四", "没有找到“李四”"),
        (HANDLER, "老徐", "没有找到“老徐”"),
        (HANDLER, "F099", "没有找到“F099”"),
        (DOCUMENT, "稍后给", "“用印文件”要上传文件"),
        (START, "看情况", "看不出是哪一天"),
    ],
)
def test_a_bad_answer_is_told_what_is_wrong(field: Field, text: str, why: str) -> None:
    assert why in bad(field, text)


@pytest.mark.parametrize("length", [200, 2000])
def test_a_text_of_just_the_length_allowed_is_kept(length: int) -> None:
    assert said(replace(NOTE, long=length == 2000), "去" * length) == "去" * length


@pytest.mark.parametrize(
    ("start", "text"),
    [
        ("2026-11-25", "11月24日"),
        ("2026-11-24 pm", "11月24日上午"),
        ("2026-11-24 14:00", "11月24日13:59"),
        ("2026-11-24 14:00", "14:00"),
    ],
)
def test_an_end_before_its_beginning_is_refused(start: str, text: str) -> None:
    sentence = bad(END, text, {"start_at": start})
    assert "在开始（11月2" in sentence
    assert "不早于开始" in sentence


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        ("2026-11-24 pm", "当天下午", "2026-11-24 pm"),
        ("2026-11-24", "24号", "2026-11-24"),
        ("2026-11-24 am", "24号上午", "2026-11-24 am"),
        ("2026-11-24 14:00", "24号下午", "2026-11-24 pm"),
        ("2026-12-30 am", "1月2日", "2027-01-02"),
    ],
)
def test_an_end_is_read_against_its_beginning(start: str, text: str, end: str) -> None:
    assert said(END, text, {"start_at": start}) == end


@pytest.mark.parametrize(
    ("closing", "opening"),
    [
        ("end_at", "start_at"),
        ("end_at", "depart_at"),
        ("return_at", "leave_at"),
        ("spouse_leave_end", "spouse_leave_start"),
        ("date_to", "date_from"),
    ],
)
def test_the_field_that_opens_a_span_is_known_by_its_id(closing: str, opening: str) -> None:
    field = Field(closing, "结束", "date", required=True)
    assert opening_of(field, {opening: "2026-11-24"}) == opening
    assert opening_of(field, {opening: "以后"}) == ""
    assert opening_of(field, {"other": "2026-11-24"}) == ""


def test_a_file_is_kept_by_id_name_and_size() -> None:
    assert read_file(DOCUMENT, {**FILE, "sha256": "x"}) == {"id": "u1", "name": "报名表.pdf", "size": 2048}


def test_a_file_where_words_are_asked_is_refused() -> None:
    with pytest.raises(BadAnswer, match="这里不用上传文件"):
        read_file(REASON, FILE)


def test_an_offices_seals_may_be_the_choices() -> None:
    field = Field("seal", "印章", "choice", required=True, choices_from="seals")
    assert choices_of(field, OFFICE) == ("单位公章", "合同章")
    assert said(field, "合同") == "合同章"


def test_a_number_counts_things_where_its_least_is_a_whole_one() -> None:
    assert [counts(replace(COPIES, min=least)) for least in (None, 0, 0.5, 1, 1.5, 2)] == [
        False,
        False,
        False,
        True,
        False,
        True,
    ]


def test_an_exact_choice_goes_before_a_number() -> None:
    assert pick("2", ("3", "2", "1")) == (1,)
    assert pick("", ("甲",)) == ()


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (START, "2026-11-24 am", "11月24日(周二)上午"),
        (START, "2026-11-24", "11月24日(周二)"),
        (START, "2026-11-24 14:30", "11月24日(周二)14:30"),
        (LEAVE.field_by_id["duration_days"], 0.5, "0.5 天"),
        (LENGTH, 3.0, "3 天"),
        (COPIES, 3, "3 个"),
        (NOTE, "去医院", "去医院"),
        (COST, 1200, "1,200 元"),
        (COST, 1200.5, "1,200.50 元"),
        (HANDLER, "F022", "赵倩"),
        (HANDLER, "X9", "X9"),
        (DOCUMENT, dict(FILE), "报名表.pdf"),
        (DOCUMENT, {}, "附件"),
        (NOTE, None, "未填"),
        (NOTE, "", "未填"),
        (NOTE, True, "是"),
        (NOTE, False, "否"),
        (HANDLER, ["F022", "F001"], "赵倩、周建国"),
        (START, "以后", "以后"),
        (COPIES, 0, "0 个"),
        (replace(COPIES, ask=""), 1000000, "1000000"),
    ],
)
def test_a_value_is_shown_as_the_office_writes_it(field: Field, value: Json, text: str) -> None:
    assert show(field, value, OFFICE) == text


def test_a_unit_stands_in_the_name_or_the_question() -> None:
    assert [unit_of(field) for field in (LENGTH, COPIES, NOTE)] == ["天", "个", ""]


@given(st.sampled_from(sorted(FIELD_TYPES)), st.text())
def test_no_text_raises_anything_but_a_refusal(kind: str, text: str) -> None:
    field = Field("x", "某项", kind, required=True, choices=("甲", "乙") if kind == "choice" else (), min=1)  # type: ignore[arg-type]
    try:
        value = said(field, text)
    except Refused as refused:
        assert refused.sentence  # noqa: PT017
    else:
        assert show(field, value, OFFICE)


@given(st.integers(1, 999))
def test_a_count_is_shown_and_read_back(value: int) -> None:
    assert said(COPIES, show(COPIES, value, OFFICE)) == value


@given(st.integers(0, 5_000_000))
def test_an_amount_of_money_is_shown_and_read_back(cents: int) -> None:
    value = cents // 100 if cents % 100 == 0 else cents / 100
    assert said(COST, show(COST, value, OFFICE)) == value
