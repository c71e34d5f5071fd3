"""Which question comes next and how it is put."""

from dataclasses import replace
from datetime import datetime

import pytest

from flows.conversation.ask import asked_fields, begin, picked_when, question
from flows.procedure.model import Field, Json, Procedure, Test
from tests.flows.conversation.forms import CALENDAR, LEAVE, NOW, OFFICE, PACK, SEAL, TODAY, ZONE, Talk, draft_of, labels


def _ids(procedure: Procedure, values: dict[str, Json]) -> list[str]:
    return [field.id for field in asked_fields(procedure, values)]


def test_what_is_worked_out_recorded_later_or_does_not_apply_is_not_asked() -> None:
    assert _ids(LEAVE, {}) == ["leave_type", "start_at", "end_at", "reason"]
    assert _ids(LEAVE, {"leave_type": "病假"}) == ["leave_type", "start_at", "end_at", "reason", "medical_certificate"]
    assert _ids(SEAL, {}) == ["seal", "document", "copies", "handler"]


def test_an_optional_field_without_a_question_is_not_asked() -> None:
    fields = (
        *SEAL.fields,
        Field("note", "备注", "text", required=False),
        Field("title", "标题", "text", required=True),
    )
    assert _ids(replace(SEAL, fields=fields), {}) == ["seal", "document", "copies", "handler", "title"]


def test_a_new_draft_asks_the_first_open_question() -> None:
    draft = begin(PACK, LEAVE, {"applicant_rank": "工作人员"}, TODAY)
    assert (draft.pack, draft.pack_version, draft.procedure) == ("futian-office", "v1", "leave_request")
    assert (draft.stage, draft.asking, draft.turn, draft.trail) == ("asking", "leave_type", 1, ())
    assert draft.values == {"applicant_rank": "工作人员"}


def test_what_one_message_said_is_not_asked_again() -> None:
    known: dict[str, Json] = {
        "leave_type": "事假",
        "start_at": "2026-11-24 pm",
        "end_at": "2026-11-24 pm",
        "other": 1,
        "reason": "",
    }
    assert draft_of(LEAVE, known).asking == "reason"
    assert draft_of(LEAVE, {**known, "reason": "去医院"}).stage == "summary"
    assert "other" not in draft_of(LEAVE, known).values


def test_known_values_that_do_not_fit_are_not_taken() -> None:
    known: dict[str, Json] = {
        "leave_type": "事假",
        "start_at": "2026-11-25",
        "end_at": "2026-11-24",
        "medical_certificate": {"id": "u"},
    }
    assert dict(draft_of(LEAVE, known).values) == {"leave_type": "事假", "start_at": "2026-11-25"}
    assert draft_of(LEAVE, known).asking == "end_at"


def test_a_known_value_waits_for_the_answer_it_depends_on() -> None:
    assert "medical_certificate" in draft_of(LEAVE, {"medical_certificate": {"id": "u"}}).values


def test_a_question_that_depends_on_what_is_worked_out_keeps_its_answer() -> None:
    over = (Test("duration_days", "gt", 3),)
    fields = tuple(
        replace(field, ask_if=over) if field.id == "medical_certificate" else field for field in LEAVE.fields
    )
    long_leave = replace(LEAVE, fields=fields)
    assert (
        "medical_certificate" in draft_of(long_leave, {"medical_certificate": {"id": "u"}, "duration_days": 2}).values
    )


def test_the_day_of_filing_is_filled_in() -> None:
    fields = (Field("filed_on", "填表日期", "date", required=True, computed="today"), *SEAL.fields)
    assert draft_of(replace(SEAL, fields=fields)).values == {"filed_on": "2026-11-23"}


def test_choices_are_buttons() -> None:
    talk = Talk(LEAVE)
    assert talk.message.text == "请哪一种假？"
    assert labels(talk.message) == [["事假", "病假", "急病"], ["取消"]]
    assert [button.press for button in talk.message.buttons[0]] == [
        "draft:1:pick:1",
        "draft:1:pick:2",
        "draft:1:pick:3",
    ]
    assert talk.message.expects == "choice"


def test_a_beginning_offers_the_half_days_of_the_next_working_days() -> None:
    talk = Talk(LEAVE, now=datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)).say("事假")
    assert labels(talk.message) == [
        ["11月24日(周二)上午", "11月24日(周二)下午", "11月24日(周二)全天"],
        ["11月25日(周三)上午", "11月25日(周三)下午", "11月25日(周三)全天"],
        ["11月27日(周五)上午", "11月27日(周五)下午", "11月27日(周五)全天"],
        ["上一步", "取消"],
    ]
    assert talk.message.expects == "datetime"
    assert "明天下午" in talk.message.text


@pytest.mark.parametrize(
    ("hour", "first"),
    [(12, ["11月24日(周二)下午"]), (18, ["11月25日(周三)上午", "11月25日(周三)下午", "11月25日(周三)全天"])],
)
def test_half_days_that_are_over_are_not_offered(hour: int, first: list[str]) -> None:
    talk = Talk(LEAVE, now=datetime(2026, 11, 24, hour, 0, tzinfo=ZONE)).say("事假")
    assert labels(talk.message)[0] == first


@pytest.mark.parametrize(
    ("start", "offered"),
    [
        (
            "2026-11-24 am",
            [
                ["11月24日(周二)上午", "11月24日(周二)下午"],
                ["11月25日(周三)上午", "11月25日(周三)下午"],
                ["11月27日(周五)上午", "11月27日(周五)下午"],
            ],
        ),
        (
            "2026-11-24 pm",
            [
                ["11月24日(周二)下午"],
                ["11月25日(周三)上午", "11月25日(周三)下午"],
                ["11月27日(周五)上午", "11月27日(周五)下午"],
            ],
        ),
        ("2026-11-24", [["11月24日(周二)全天"], ["11月25日(周三)全天"], ["11月27日(周五)全天"]]),
        ("2026-11-24 21:00", [["11月24日(周二)22:00", "11月24日(周二)23:00"]]),
    ],
)
def test_an_end_is_offered_from_its_beginning(start: str, offered: list[list[str]]) -> None:
    talk = Talk(LEAVE, {"leave_type": "事假", "start_at": start})
    assert labels(talk.message)[:-1] == offered


def _date_form(closing: bool) -> Procedure:
    fields = (
        Field("start_date", "开始", "date", required=True, ask="哪天？"),
        Field("end_date", "结束", "date", required=True, ask="到哪天？"),
    )
    return replace(SEAL, fields=fields if closing else fields[:1])


def test_a_date_offers_the_next_days_by_name() -> None:
    talk = Talk(_date_form(closing=False))
    assert labels(talk.message)[:2] == [
        ["今天 11月23日(周一)", "明天 11月24日(周二)"],
        ["后天 11月25日(周三)", "下周一 11月30日(周一)"],
    ]
    assert Talk(_date_form(closing=False)).say("[下周一 11月30日(周一)]").values == {"start_date": "2026-11-30"}


def test_a_closing_date_is_offered_from_its_opening() -> None:
    talk = Talk(_date_form(closing=True)).say("11月24日")
    assert labels(talk.message)[:-1] == [["11月24日(周二)", "11月25日(周三)"], ["11月27日(周五)"]]


def test_next_monday_is_named_once() -> None:
    sunday = datetime(2026, 11, 29, 10, 0, tzinfo=ZONE)
    assert labels(Talk(_date_form(closing=False), now=sunday).message)[0][1] == "明天 11月30日(周一)"
    assert len(Talk(_date_form(closing=False), now=sunday).message.buttons) == 3


def test_people_of_the_section_are_offered() -> None:
    talk = Talk(SEAL, {"seal": "区委印章", "document": {"id": "u"}, "copies": 1})
    assert labels(talk.message) == [["本人（刘洋）", "王芳(F020)", "赵倩"], ["取消"]]
    assert talk.message.expects == "person"
    assert talk.say("[王芳(F020)]").values["handler"] == "F020"


def test_nobody_is_offered_to_a_stranger() -> None:
    draft = draft_of(SEAL, {"seal": "区委印章", "document": {"id": "u"}, "copies": 1}, person="X1")
    assert labels(question(SEAL, draft, OFFICE, NOW)) == [["取消"]]


def test_a_file_is_to_be_sent() -> None:
    talk = Talk(SEAL).say("1")
    assert (talk.message.expects, labels(talk.message)) == ("file", [["上一步", "取消"]])


def test_an_optional_question_may_be_passed_over() -> None:
    talk = Talk(LEAVE, {"leave_type": "病假", "start_at": "2026-11-24", "end_at": "2026-11-24", "reason": "发烧"})
    assert labels(talk.message) == [["跳过", "取消"]]


def test_hints_are_said_with_the_question() -> None:
    field = replace(SEAL.fields[0], ask="", hint="证明用证明专用章。")
    assert Talk(replace(SEAL, fields=(field,))).message.text == "请填写印章。\n证明用证明专用章。"


def test_a_draft_at_its_summary_asks_nothing() -> None:
    with pytest.raises(ValueError, match="asks nothing"):
        question(
            LEAVE,
            draft_of(LEAVE, {"leave_type": "事假", "start_at": "2026-11-24", "end_at": "2026-11-24", "reason": "x"}),
            OFFICE,
            NOW,
        )


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24.am", "2026-11-24 am"),
        ("2026-11-24.1430", "2026-11-24 14:30"),
        ("x", "x"),
    ],
)
def test_a_date_button_names_its_date(code: str, kept: str) -> None:
    assert picked_when(code) == kept


def test_every_press_code_is_short() -> None:
    for known in ({}, {"leave_type": "事假"}, {"leave_type": "事假", "start_at": "2026-11-24 09:00"}):
        draft = replace(draft_of(LEAVE, known), turn=10**9)
        message = question(LEAVE, draft, OFFICE, NOW, CALENDAR)
        assert all(len(button.press.encode()) <= 64 for row in message.buttons for button in row)
