"""The short official sentences people are told about a case."""

from collections.abc import Mapping
from datetime import datetime

from flows.approval.case import Case, Question, Visit
from flows.calendar import moment_text
from flows.conversation.reading import show
from flows.people import Office
from flows.procedure.model import Procedure, Step

STATES: Mapping[str, str] = {
    "pending": "待审批",
    "returned": "已退回修改",
    "approved": "已通过",
    "closed": "已办结",
    "refused": "未通过",
    "withdrawn": "已撤回",
    "cancelled": "已撤销",
}
KINDS: Mapping[str, str] = {
    "submit": "提交",
    "review": "审核",
    "countersign": "会签",
    "approve": "审批",
    "sign": "签字",
    "issue": "签发",
    "instruct": "批示",
    "register": "登记",
    "execute": "办理",
    "notify": "告知",
    "archive": "归档",
    "give_back": "归还",
    "confirm": "确认",
}


EXTRAS: Mapping[str, str] = {
    "cancel": "同意撤销",
    "extend": "同意延期",
    "add_sign": "审看（加签）",
    "return": "销假",
    "takes_over": "同意代为负责",
    "handover": "确认接班",
    "unit": "报送值班表",
}
"""What is asked at a visit no step of the procedure asked for."""


def errand(procedure: Procedure, visit: Visit) -> str:
    """What a visit waits for, in a few characters: the step's name, or what was asked beside the route."""
    if visit.extra:
        return EXTRAS.get(visit.extra, visit.extra)
    step = procedure.step_by_id.get(visit.step)
    return step.name if step is not None else KINDS.get(visit.kind, visit.step)


def short_name(procedure: Procedure) -> str:
    """The procedure's name without what stands in brackets."""
    return procedure.name.split("（", maxsplit=1)[0].removesuffix("申请")


def matter(procedure: Procedure, case: Case) -> str:
    """What is asked for, in a few characters: 事假, 年休假, 用印."""
    field = titled_by(procedure, case)
    return str(case.values[field]) if field else short_name(procedure)


def titled_by(procedure: Procedure, case: Case) -> str:
    """The field that names the case: the first of the title's fields that is filled with text; empty if none is."""
    filled = (field for field in procedure.title_fields if isinstance(case.values.get(field), str))
    return next((field for field in filled if case.values[field]), "")


def title(procedure: Procedure, case: Case, office: Office) -> str:
    """The case as people call it: 刘洋的事假申请."""
    return f"{office.name_of(case.applicant)}的{matter(procedure, case)}申请"


def own(procedure: Procedure, case: Case) -> str:
    """The case as its applicant hears of it: 您的事假申请（QJ-2026-0001）."""
    return f"您的{matter(procedure, case)}申请（{case.no}）"


def refused(procedure: Procedure, case: Case, office: Office, actor: str, reason: str) -> str:
    """What the applicant hears of a refusal: who, why, and what can be done."""
    return f"{own(procedure, case)}未通过：{called(office, actor)}不同意，理由：{reason}。如需再报，可再次提交。"


def returned(procedure: Procedure, case: Case, office: Office, actor: str, reason: str) -> str:
    """What the applicant hears of a return: who, why, and that everything filled in is kept."""
    return (
        f"{own(procedure, case)}被{called(office, actor)}退回修改：{reason}。"
        f"已填各项都保留，点“改好再交”或发送“重交 {case.code}”。"
    )


def approved(procedure: Procedure, case: Case) -> str:
    """What the applicant hears when the last decision was yes."""
    return f"{own(procedure, case)}已通过。"


def closed(procedure: Procedure, case: Case) -> str:
    """What the applicant hears when nothing is left to do."""
    return f"{own(procedure, case)}已办结。"


def withdrawn(procedure: Procedure, case: Case, office: Office) -> str:
    """What those asked hear of a withdrawal: nothing is left for them to do."""
    return f"{title(procedure, case, office)}（{case.no}）已由申请人撤回，无需处理。"


def cancelled(procedure: Procedure, case: Case, office: Office) -> str:
    """What everybody concerned hears when an approved case was undone."""
    return f"{title(procedure, case, office)}（{case.no}）批准后已撤销，不再办理。"


def own_cancelled(procedure: Procedure, case: Case) -> str:
    """What the applicant hears when the cancellation was agreed to."""
    return f"{own(procedure, case)}已撤销。"


def cancel_refused(procedure: Procedure, case: Case, office: Office, actor: str, reason: str) -> str:
    """What the applicant hears when the cancellation was not agreed to."""
    return f"{own(procedure, case)}没有撤销：{called(office, actor)}不同意，理由：{reason}。本件仍然有效。"


def _this(procedure: Procedure, case: Case, office: Office) -> str:
    return f"{title(procedure, case, office)}（{case.no}）"


def looked(procedure: Procedure, case: Case, office: Office, visit: Visit) -> str:
    """What somebody hears when the one they asked to look has looked."""
    return f"{_this(procedure, case, office)}：{called(office, visit.done_by)}已看，{opinion(visit)}。"


def opinion(visit: Visit) -> str:
    """What was said at a visit: 同意, 保留意见：…, 不同意：…."""
    said = {"agree": "同意", "refuse": "不同意", "send_back": "退回", "done": "已办"}.get(visit.decision, "")
    if visit.reserved:
        said = "保留意见"
    return f"{said}：{visit.reason}" if visit.reason else said


def held(procedure: Procedure, case: Case, office: Office, actor: str, reason: str) -> str:
    """What is said when a case is stopped."""
    return f"{_this(procedure, case, office)}已由{called(office, actor)}挂起：{reason}。恢复后再办。"


def lifted(procedure: Procedure, case: Case, office: Office, actor: str) -> str:
    """What is said when a stopped case goes on."""
    return f"{_this(procedure, case, office)}已由{called(office, actor)}恢复，请接着办理。"


def asked(procedure: Procedure, case: Case, office: Office, question: Question) -> str:
    """What somebody reads who is asked about a case."""
    who = called(office, question.by)
    return f"{_this(procedure, case, office)}：{who}问：{question.text} 请点“答复”，或发送“答复 {case.code} 内容”。"


def answered(procedure: Procedure, case: Case, office: Office, question: Question) -> str:
    """What who asked reads once the answer is there."""
    who = called(office, question.to)
    return f"{_this(procedure, case, office)}：{who}答复“{question.text}”：{question.answer}"


def stepped_back(procedure: Procedure, case: Case, office: Office, actor: str, step: Step, reason: str) -> str:
    """What is said when a case went back to an earlier step."""
    return f"{_this(procedure, case, office)}被{called(office, actor)}退回到“{step.name}”：{reason}。"


def taken_back(procedure: Procedure, case: Case, office: Office, actor: str) -> str:
    """What is said to whom a decision taken back had reached."""
    return f"{_this(procedure, case, office)}：{called(office, actor)}取回了刚才的决定，将重新办理。"


def remarked(procedure: Procedure, case: Case, office: Office, actor: str, what: str, said: str) -> str:
    """What those who deal with a case hear of a remark or of further material."""
    return f"{called(office, actor)}在{title(procedure, case, office)}（{case.no}）{what}：{said}"


def copied(procedure: Procedure, case: Case, office: Office, actor: str) -> str:
    """What somebody hears who is shown a case."""
    return f"{called(office, actor)}把{title(procedure, case, office)}（{case.no}）抄送给您，请知悉。"


def in_your_place(procedure: Procedure, case: Case, office: Office, visit: Visit) -> str:
    """What a principal hears of what was decided in their place."""
    return f"{called(office, visit.done_by)}代您办理了{_this(procedure, case, office)}：{opinion(visit)}。"


def oral_noted(procedure: Procedure, case: Case, office: Office, actor: str, at: datetime) -> str:
    """What a leader hears whose oral approval was written down."""
    who = called(office, actor)
    said = f"{who}补记：您于{moment_text(at)}口头同意{_this(procedure, case, office)}。"
    return f"{said}是的话请点“同意”确认，确认后才算批准。"


def put_on_file(procedure: Procedure, case: Case, office: Office, state: str) -> str:
    """What those hear to whom every request of a kind is copied."""
    return f"{_this(procedure, case, office)}{STATES[state]}，抄送您知悉。"


def look_taken_back(procedure: Procedure, case: Case, office: Office, actor: str) -> str:
    """What somebody hears who was asked to look and need not any more."""
    return f"{_this(procedure, case, office)}：{called(office, actor)}取回了加签，您不用再看。"


_TOLD = frozenset({"date", "datetime", "text", "person"})
_SHORT = 60
"""Characters of what is told in passing."""


def step_done(procedure: Procedure, case: Case, office: Office, step: Step) -> str:
    """What somebody is told when a step was done that concerns them."""
    told = _particulars(procedure, case, office, step)
    return f"{_this(procedure, case, office)}：{step.name}已办，{told}请知悉。"


def _particulars(procedure: Procedure, case: Case, office: Office, step: Step) -> str:
    """What the step settled, then what was asked for, in short."""
    settled = [field for field in procedure.fields if field.recorded_by == step.id and field.type in _TOLD]
    wanted = [field for field in procedure.fields if not field.outcome and field.type in ("date", "datetime", "text")]
    parts = [
        f"{field.name}{show(field, value, office)}"
        for field in (*settled, *wanted)
        for value in [case.values.get(field.id)]
        if isinstance(value, str) and value and len(value) <= _SHORT
    ]
    return "，".join(parts) + "，" if parts else ""


def called(office: Office, staff_no: str) -> str:
    """The person as the office says it: 周建国主任; the number where nobody is known by it."""
    person = office.people.get(staff_no)
    return person.called if person else staff_no


def decided_by(office: Office, by: str, for_: str) -> str:
    """Who decided, with whom they stood in for: 李慧敏 代 郑海涛."""
    return f"{office.name_of(by)} 代 {office.name_of(for_)}" if for_ else office.name_of(by)


def nudge(procedure: Procedure, case: Case, office: Office, visit: Visit) -> str:
    """A reminder of a visit that waits."""
    since, what = moment_text(visit.entered_at), errand(procedure, visit)
    return f"{title(procedure, case, office)}（{case.no}）自{since}起等您{what}，请办理。"
