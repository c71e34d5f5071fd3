"""The summary before filing: the form, what follows from it, and who would be asked and why."""

from dataclasses import replace

import pytest

from flows.approval.preview import Preview, Stop
from flows.cards import Fact, Message, RouteLine
from flows.conversation.summary import summary
from flows.people import Assignment
from flows.procedure.findings import Finding
from flows.procedure.model import Step, Values
from tests.flows.conversation.forms import LEAVE, OFFICE, SEAL, Talk, draft_of, labels

FILLED: Values = {"leave_type": "事假", "start_at": "2026-11-24 am", "end_at": "2026-11-24 pm", "reason": "去医院"}
FULL: Values = {**FILLED, "applicant_rank": "工作人员", "duration_days": 1}
FIGURES: Values = {"days": 1, "workdays": 1.0, "year_used_after": 6, "last_day": "2026-11-24", "back_on": "2026-11-25"}
STOPS = (
    Stop(Step("submit", "填请假单", "staff", "submit"), Assignment(()), ("刘洋",), "工作人员", "", ()),
    Stop(
        Step("chief_opinion", "科室负责人提意见", "section_chief", "review"),
        Assignment(()),
        ("王芳",),
        "科室负责人（科长）",
        "工作人员一天及以内：科长提意见，分管领导批",
        ("futian-office/leave_request/rule/r02",),
    ),
)
LATE = Finding("futian-office/leave_request/rule/r12", "warn", "请记得期满销假。", ("考勤制度(四)句2",))
EVIDENCE = Finding(
    "futian-office/leave_request/rule/r10",
    "refuse",
    "病假超过 3 天要附医生证明。",
    ("考勤制度(六)句1",),
    ("medical_certificate",),
)
OVERLAP = Finding("", "refuse", "这段时间已经请过假，请改期。")


def _summary(
    values: Values = FULL,
    *,
    figures: Values = FIGURES,
    findings: tuple[Finding, ...] = (),
    stops: tuple[Stop, ...] = STOPS,
    missing: tuple[str, ...] = (),
    gap: str = "",
) -> Message:
    looked_at = Preview(values, figures, findings, stops, missing, gap)
    return summary(LEAVE, draft_of(LEAVE, values), looked_at, OFFICE)


def _lines(message: Message) -> list[tuple[str, str]]:
    return [(fact.label, fact.text) for fact in message.summary]


def test_a_leave_at_a_glance() -> None:
    message = _summary()
    assert message.text == "请核对“请假（事假/病假）”，没有问题请提交。"
    assert _lines(message) == [
        ("申请人职级", "工作人员"),
        ("假别", "事假"),
        ("开始", "11月24日(周二)上午"),
        ("结束", "11月24日(周二)下午"),
        ("事由", "去医院"),
        ("请假时长", "1 天（1 个工作日）"),
        ("今年事假", "已用 5 天，批准后 6 天"),
        ("最后一天", "11月24日(周二)"),
        ("返岗", "11月25日(周三)"),
    ]
    assert labels(message) == [["提交申请", "修改"], ["取消"]]
    assert message.tone == "neutral"


def test_the_route_names_who_is_to_come_and_why() -> None:
    assert _summary().route == (
        RouteLine(
            "王芳",
            "科室负责人（科长）",
            "科室负责人提意见",
            "to_come",
            why="工作人员一天及以内：科长提意见，分管领导批",
            clauses=("futian-office/leave_request/rule/r02",),
        ),
    )


def test_a_step_without_a_rule_behind_it_is_not_explained_by_its_own_name() -> None:
    stop = replace(STOPS[1], why="科室负责人提意见", clauses=())
    assert [line.why for line in _summary(stops=(STOPS[0], stop)).route] == [""]


def test_a_route_that_begins_with_somebody_else_names_them_first() -> None:
    assert len(_summary(stops=STOPS[1:]).route) == 1


def test_warnings_carry_their_clause_and_stop_nothing() -> None:
    message = _summary(findings=(LATE,))
    assert message.warnings == (Fact("提示", "请记得期满销假。", ("futian-office/leave_request/rule/r12",)),)
    assert labels(message)[0] == ["提交申请", "修改"]


def test_a_reason_is_no_warning() -> None:
    assert _summary(findings=(replace(LATE, weight="reason"),)).warnings == ()


def test_a_refusal_leaves_change_and_cancel() -> None:
    message = _summary(findings=(OVERLAP, LATE))
    assert labels(message) == [["修改"], ["取消"]]
    assert message.warnings[0] == Fact("不能提交", "这段时间已经请过假，请改期。")
    assert [fact.label for fact in message.warnings] == ["不能提交", "提示"]
    assert message.text == "现在还不能提交，请按下面的说明修改，或取消。"
    assert message.tone == "refused"


def test_what_a_rule_asks_for_can_be_filled_at_once() -> None:
    sick: Values = {**FULL, "leave_type": "病假"}
    message = _summary(sick, findings=(EVIDENCE,))
    assert message.text == "还需要填写“医生证明”，才能提交。"
    assert labels(message)[:2] == [["填写医生证明"], ["修改"]]
    assert message.buttons[0][0].press == "draft:1:fill:7"
    assert ("医生证明", "未填") in _lines(message)
    assert message.warnings[0].clauses == ("futian-office/leave_request/rule/r10",)


def test_the_fill_button_asks_for_that_line() -> None:
    talk = Talk(LEAVE).say("病假", "今天", "今天", "发烧", "跳过")
    assert talk.draft is not None
    message = summary(LEAVE, talk.draft, Preview(talk.values, {}, (EVIDENCE,), (), ()), OFFICE)
    talk.press(message.buttons[0][0].press.removeprefix("draft:"))
    assert talk.stage == "changing medical_certificate"


def test_a_missing_line_can_be_filled() -> None:
    message = _summary({**FULL, "reason": ""}, missing=("reason",))
    assert message.text == "还需要填写“事由”，才能提交。"
    assert labels(message)[0] == ["填写事由"]


def test_what_cannot_be_worked_out_is_no_line_to_fill() -> None:
    message = _summary(FILLED, missing=("duration_days",), figures={})
    assert message.text == "“时长(天)”还算不出来，请核对已填的内容，修改后再提交。"
    assert labels(message) == [["修改"], ["取消"]]


def test_a_gap_of_the_regulation_is_said() -> None:
    message = _summary(gap="submit", stops=())
    assert "没有写明由谁审批" in message.text
    assert labels(message) == [["修改"], ["取消"]]


def test_after_a_talk_the_step_back_is_offered() -> None:
    talk = Talk(LEAVE).say("事假", "今天", "今天", "家事")
    assert talk.draft is not None
    message = summary(LEAVE, talk.draft, Preview(talk.values, {}, (), STOPS, ()), OFFICE)
    assert labels(message)[-1] == ["上一步", "取消"]


@pytest.mark.parametrize(
    ("figures", "line"),
    [
        ({"days": 7, "workdays": 5.0}, ("请假时长", "7 天（5 个工作日）")),
        ({"days": 0.5}, ("请假时长", "0.5 天")),
        ({"days": 2, "remaining": 5, "entitlement": 10}, ("剩余天数", "应休 10 天，还剩 5 天，批准后剩 3 天")),
        ({"days": 6, "remaining": 5}, ("剩余天数", "还剩 5 天")),
        ({"days": 0.5, "year_used_after": 0.5}, ("今年事假", "已用 0 天，批准后 0.5 天")),
    ],
)
def test_figures_are_told_in_words(figures: Values, line: tuple[str, str]) -> None:
    assert line in _lines(_summary(figures=figures))


def test_without_figures_nothing_is_made_up() -> None:
    assert [label for label, _ in _lines(_summary(figures={}))][-1] == "事由"


def test_a_file_can_be_opened_and_an_outcome_is_not_asked_for() -> None:
    values: Values = {
        "seal": "区委印章",
        "document": {"id": "u1", "name": "函.pdf", "size": 1},
        "copies": 2,
        "handler": "F021",
        "check_result": "相符",
    }
    message = summary(SEAL, draft_of(SEAL, values), Preview(values, {}, (), (), ()), OFFICE)
    assert Fact("用印文件", "函.pdf", file="u1") in message.summary
    assert _lines(message)[-1] == ("经办人", "刘洋")
