"""Cases as a list, one a line: what was asked for, how it went and how long it took."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.approval import words
from flows.approval.case import Case, Visit
from flows.cards import RegisterBook
from flows.conversation.reading import show
from flows.people import Office
from flows.procedure.condition import absent
from flows.procedure.model import Field, Procedure
from handlers.gather import bound
from handlers.ports import Desk, Unit

TITLE = "申请清单"
COLUMNS = (
    "编号",
    "事项",
    "申请人",
    "工号",
    "科室",
    "提交时间",
    "状态",
    "办理过程",
    "办结时间",
    "历时(天)",
    "申请天数",
    "内容",
)
EVERY = 1_000_000
"""More cases than an office files in its life."""
_ENDS = frozenset({"ended", "withdrawn", "cancelled"})
_SAID = {"agree": "同意", "refuse": "不同意", "send_back": "退回修改", "done": "已办"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: of one procedure (empty: every one), filed from the first day to the last."""

    procedure: str = ""
    first: date = date.min
    last: date = date.max


def case_book(unit: Unit, desk: Desk, wanted: Wanted, *, private: bool = False) -> RegisterBook:
    """The cases as a book, in the order they were filed; lines only approvers may read stand in it if `private`."""
    zone = desk.now.tzinfo
    first = max(wanted.first, date(1970, 1, 1))
    last = min(wanted.last, date(9000, 1, 1))
    found = unit.search(
        "",
        procedures=(wanted.procedure,) if wanted.procedure else (),
        states=(),
        applicant="",
        since=datetime.combine(first, time(), zone),
        until=datetime.combine(last + timedelta(days=1), time(), zone),
        limit=EVERY,
    )
    rows = tuple(_row(unit, desk, case, private=private) for case in reversed(found))
    return RegisterBook(TITLE, COLUMNS, rows, frozenset())


def _row(unit: Unit, desk: Desk, case: Case, *, private: bool) -> tuple[str | float, ...]:
    procedure = procedure_of(desk, case)
    person = desk.office.people.get(case.applicant)
    until = ended_at(unit, case)
    days = _days(case, procedure)
    return (
        case.no,
        procedure.name if procedure is not None else case.procedure,
        desk.office.name_of(case.applicant),
        case.applicant,
        person.section if person is not None else "",
        moment(case.filed_at),
        words.STATES[case.state] + ("（挂起）" if case.held else ""),
        "；".join(steps_of(case, procedure, desk.office)),
        moment(until) if until is not None else "",
        ((until or desk.now).date() - case.filed_at.date()).days,
        days if days is not None else "",
        "；".join(_form(case, procedure, desk.office, private=private)),
    )


def procedure_of(desk: Desk, case: Case) -> Procedure | None:
    """The procedure the case runs on; None where this release no longer knows it."""
    try:
        return bound(desk, case).procedure
    except KeyError:
        return None


def moment(at: datetime) -> str:
    """A moment as it stands in lists: 2026-11-24 09:05."""
    return f"{at:%Y-%m-%d %H:%M}"


def ended_at(unit: Unit, case: Case) -> datetime | None:
    """When the case ended; what was said afterwards does not count."""
    if not case.ended:
        return None
    return max((entry.at for entry in unit.journal(case.id) if entry.act in _ENDS), default=None)


def steps_of(case: Case, procedure: Procedure | None, office: Office) -> Iterator[str]:
    """Every step that was done or waits: what, who and when; opinions are not told."""
    for visit in case.visits:
        if visit.kind == "submit" or visit.status == "ended":
            continue
        what = words.errand(procedure, visit) if procedure is not None else words.KINDS.get(visit.kind, visit.step)
        yield f"{what}：{_how(visit, office)}"


def _how(visit: Visit, office: Office) -> str:
    if visit.status == "open":
        names = "、".join(office.name_of(ask.person) for ask in visit.asks)
        return f"待{names}（{moment(visit.entered_at)}起）"
    said = "保留意见" if visit.reserved else _SAID.get(visit.decision, visit.decision)
    at = f" {moment(visit.done_at)}" if visit.done_at is not None else ""
    return f"{words.decided_by(office, visit.done_by, visit.done_for)} {said}{at}"


def _days(case: Case, procedure: Procedure | None) -> float | None:
    """How many days were asked for, where the form counts them."""
    for field in procedure.fields if procedure is not None else ():
        value = case.values.get(field.id)
        counts = field.computed == "leave_days" or field.slot == "days"
        if counts and isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
    return None


def _form(case: Case, procedure: Procedure | None, office: Office, *, private: bool) -> Iterator[str]:
    for field in procedure.fields if procedure is not None else ():
        if not absent(case.values.get(field.id)) and (private or not field.private):
            yield f"{field.name}：{_said(field, case, office)}"


def _said(field: Field, case: Case, office: Office) -> str:
    return " ".join(show(field, case.values[field.id], office).split())
