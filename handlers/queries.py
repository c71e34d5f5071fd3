"""What a person may look at: cards, boxes, case pages, registers and the working calendar.

Lists and cards ask the same permission function as the acts (`handlers.gather.may_see`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import ceil
from typing import get_args

from flows.approval import words
from flows.approval.added import PLACES
from flows.approval.batch import flags
from flows.approval.card import card_of, form_of, overdue, state_text
from flows.approval.case import Case, Entry
from flows.approval.privacy import hidden_files
from flows.calendar import Half, Slot, days, moment_text
from flows.cards import Card, CaseLine, CasePage, ClauseText, LogLine, RegisterBook, RegisterPage
from flows.conversation.wording import shortened
from flows.errors import UnknownCase
from flows.facts import Facts
from flows.families import family_of
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Register
from handlers.books import book_of, cell_text, registers_of, struck
from handlers.gather import Bound, bound, facts_for, facts_of, procedures_of, seen
from handlers.ports import Box, Desk, Unit
from handlers.refusals import item_of

PAGE = 8
ROWS = 20
_FACT = 40  # characters of one fact on a line of a box
BOXES: tuple[Box, ...] = get_args(Box)
BOX_NAMES: Mapping[Box, str] = {
    "to_approve": "待我审批",
    "to_handle": "待我办理",
    "mine": "我发起的",
    "done": "我已审批",
    "copied": "抄送我的",
}


@dataclass(frozen=True, slots=True)
class BoxPage:
    """One page of a box, with how many there are in all."""

    lines: tuple[CaseLine, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class DayView:
    """One day of the month: worked or not, the holiday's name, one's own leave and who else of the section is away."""

    day: date
    kind: str
    name: str
    provisional: bool
    own: str
    away: tuple[str, ...]


def card_for(unit: Unit, desk: Desk, case_id: str, viewer: str) -> Card:
    """The case's card as this viewer sees it now.

    Raises:
        UnknownCase: there is none, or not for this viewer.
    """
    return _card(unit, desk, seen(unit, desk, case_id, viewer), viewer)


def _card(unit: Unit, desk: Desk, found: Bound, viewer: str) -> Card:
    facts = facts_of(unit, desk, found)
    return card_of(found.pack, found.procedure, found.case, viewer, facts, warned(found, facts))


def warned(found: Bound, facts: Facts) -> tuple[Finding, ...]:
    """What was pointed out when the request was filed and still is."""
    every = flags(found.case, found.pack, found.procedure, facts)
    return tuple(finding for finding in every if finding.weight == "warn")


def case_page(unit: Unit, desk: Desk, case_id: str, viewer: str) -> CasePage:
    """The case in full: card, official form, history and the clauses it rests on.

    Raises:
        UnknownCase: there is none, or not for this viewer.
    """
    found = seen(unit, desk, case_id, viewer)
    unit.mark_read(case_id, viewer, desk.now)
    facts = facts_of(unit, desk, found)
    log = log_of(unit.journal(case_id), found, desk)
    return CasePage(
        card=_card(unit, desk, found, viewer),
        form=form_of(found.case, found.procedure, viewer, facts),
        log=log,
        clauses=clauses_of(found),
    )


def clauses_of(found: Bound) -> tuple[ClauseText, ...]:
    """The clauses a case rests on: every rule that fired and the steps it has passed."""
    steps = tuple(found.procedure.entry("step", visit.step) for visit in found.case.visits_of_round())
    entries = dict.fromkeys((*found.case.clauses, *steps))
    texts = (clause_text(entry, found) for entry in entries)
    return tuple(text for text in texts if text is not None)


def clause_text(entry: str, found: Bound) -> ClauseText | None:
    """What stands behind a ledger id: the clause path and the rule in our words."""
    item = item_of(entry, (found.pack,))
    if item is None or not item.cite:
        return None
    said = getattr(item, "statement", "") or getattr(item, "name", "")
    return ClauseText(entry, "；".join(item.cite), said)


_ACTS: Mapping[str, str] = {
    "filed": "提交申请",
    "resubmitted": "重新提交",
    "withdrawn": "撤回申请",
    "sent_back": "退回申请人修改",
    "cancel_asked": "申请撤销",
    "cancelled": "撤销",
    "held": "挂起",
    "lifted": "恢复",
    "urged": "催办",
    "commented": "留言",
    "supplemented": "补充材料",
    "oral_noted": "补记口头同意",
    "succeeded": "原经办人已调离或不在该岗位，改请现任办理",
}
_DECISIONS: Mapping[str, str] = {"agree": "同意", "refuse": "不同意", "send_back": "退回修改", "done": "办理"}


def log_of(entries: tuple[Entry, ...], found: Bound, desk: Desk) -> tuple[LogLine, ...]:
    """The history line by line; what was said after the end is marked as such."""
    lines: list[LogLine] = []
    ended = False
    for entry in entries:
        line = _log_line(entry, found, desk)
        if line is not None:
            lines.append(replace(line, after_end=ended))
        ended = ended or entry.act in ("withdrawn", "cancelled", "ended")
    return tuple(lines)


def _log_line(entry: Entry, found: Bound, desk: Desk) -> LogLine | None:
    who = desk.office.name_of(entry.actor) if entry.actor != "system" else "系统"
    at = moment_text(entry.at)
    if entry.act == "entered":
        return None
    if entry.act == "done":
        return _done_line(entry, found, who, at, desk)
    if entry.act == "ended":
        return LogLine(at, "系统", words.STATES.get(str(entry.data.get("state")), "结束"))
    if entry.act == "overdue":
        step = found.procedure.step_by_id.get(str(entry.data.get("step")))
        return LogLine(at, "系统", f"“{step.name}”超过期限") if step is not None else None
    if entry.act in _PASSED:
        return LogLine(at, who, _passed(entry, found, desk))
    if entry.act == "copied":
        return LogLine(at, who, f"抄送{_names(entry, desk)}")
    said = _ACTS.get(entry.act)
    reason = entry.data.get("reason") or entry.data.get("text")
    file = entry.data.get("file")
    known = file if isinstance(file, dict) else {}
    line = LogLine(at, who, f"{said}：{reason}" if reason else said or "")
    return replace(line, file=str(known.get("id", "")), file_name=str(known.get("name", ""))) if said else None


_PASSED = frozenset({"transferred", "signer_added", "asked", "answered", "taken_back", "stepped_back"})


def _passed(entry: Entry, found: Bound, desk: Desk) -> str:
    """What somebody did with a step beside deciding it: handed it over, had somebody look, asked, took back."""
    to = str(entry.data.get("to", ""))
    name, reason = desk.office.name_of(to), str(entry.data.get("reason") or "")
    because = f"：{reason}" if reason else ""
    match entry.act:
        case "transferred":
            return f"转交{name}{because}"
        case "signer_added":
            return f"请{name}{PLACES.get(str(entry.data.get('place')), '看')}（加签）{because}"
        case "asked":
            return f"问{name}：{entry.data.get('question')}"
        case "answered":
            return f"答复{name}：{entry.data.get('answer')}"
        case "taken_back":
            return "取回自己的决定"
        case _:
            return f"退回到“{found.procedure.step_by_id[to].name}”"


def _names(entry: Entry, desk: Desk) -> str:
    people = entry.data.get("to")
    return "、".join(desk.office.name_of(str(person)) for person in people) if isinstance(people, list) else ""


def _done_line(entry: Entry, found: Bound, who: str, at: str, desk: Desk) -> LogLine | None:
    step = found.procedure.step_by_id.get(str(entry.data.get("step")))
    if step is None or (step.kind == "submit" and not step.after_return):
        return None
    principal = entry.data.get("for")
    if isinstance(principal, str) and principal:
        who = f"{who} 代 {desk.office.name_of(principal)}"
    said = "保留意见" if entry.data.get("reserved") else _DECISIONS.get(str(entry.data.get("decision")), "")
    visit = next((item for item in found.case.visits if item.index == entry.data.get("visit")), None)
    what = words.errand(found.procedure, visit) if visit is not None else step.name
    reason = entry.data.get("reason")
    merged = "（同一人连任，一并办理）" if entry.data.get("merged") else ""
    oral = entry.data.get("oral")
    merged += f"（{moment_text(datetime.fromisoformat(oral))}口头同意，现确认）" if isinstance(oral, str) else ""
    return LogLine(at, who, f"{what}：{said}{'，' + str(reason) if reason else ''}{merged}")


def counts(unit: Unit, viewer: str) -> Mapping[Box, int]:
    """How many cases there are in each of the viewer's boxes."""
    return {box: unit.count(box, viewer) for box in BOXES}


def box_page(unit: Unit, desk: Desk, box: Box, viewer: str, page: int) -> BoxPage:
    """One page of the viewer's box; a page past the end is the last one."""
    total = unit.count(box, viewer)
    pages = max(1, ceil(total / PAGE))
    page = min(max(page, 1), pages)
    cases = unit.box(box, viewer, offset=(page - 1) * PAGE, limit=PAGE)
    lines = tuple(line_of(unit, desk, case, viewer) for case in cases)
    if box == "copied":
        unread = unit.unread(viewer)
        lines = tuple(replace(line, unread=line.case_id in unread) for line in lines)
    return BoxPage(lines, page, pages, total)


def line_of(unit: Unit, desk: Desk, case: Case, viewer: str) -> CaseLine:
    """One line of a box."""
    found = bound(desk, case)
    facts = facts_of(unit, desk, found)
    card = card_of(found.pack, found.procedure, case, viewer, facts, warned(found, facts))
    late = overdue(case, desk.now)
    since = case.open_visit.entered_at if case.open_visit is not None and not case.ended else case.filed_at
    return CaseLine(
        case_id=case.id,
        no=case.no,
        code=case.code,
        title=words.title(found.procedure, case, desk.office),
        fact="，".join(shortened(fact.text, _FACT) for fact in card.facts[:2]),
        state_text=state_text(case, found.procedure, viewer, facts),
        tone=card.tone,
        at=moment_text(since),
        overdue=late,
        flagged=bool(card.warnings),
    )


def may_read(desk: Desk, register: Register, viewer: str) -> bool:
    """Whether the viewer holds a post that may read the register."""
    person = desk.office.people.get(viewer)
    if person is None:
        return False
    return viewer == desk.office.administrator or any(person.holds(post) for post in register.readers)


def registers_for(desk: Desk, viewer: str) -> tuple[Register, ...]:
    """The registers this viewer may read."""
    return tuple(register for register in registers_of(desk) if may_read(desk, register, viewer))


def _register(desk: Desk, register_id: str, viewer: str) -> Register:
    register = next((item for item in registers_for(desk, viewer) if item.id == register_id), None)
    if register is None:
        raise UnknownCase("没有找到这本登记簿，或您的岗位不能查看。")
    return register


def register_book(unit: Unit, desk: Desk, register_id: str, viewer: str) -> RegisterBook:
    """The whole register, oldest first.

    Raises:
        UnknownCase: there is no such register, or not for this viewer.
    """
    return book_of(unit, _register(desk, register_id, viewer))


def register_page(unit: Unit, desk: Desk, register_id: str, viewer: str, page: int) -> RegisterPage:
    """One page of a register, newest first.

    Raises:
        UnknownCase: there is no such register, or not for this viewer.
    """
    register = _register(desk, register_id, viewer)
    pages = max(1, ceil(unit.register_size(register_id) / ROWS))
    page = min(max(page, 1), pages)
    rows = unit.register(register_id, offset=(page - 1) * ROWS, limit=ROWS)
    shown = tuple(tuple(cell_text(row.row.get(column)) for column, _ in register.columns) for row in rows)
    labels = tuple(label for _, label in register.columns)
    return RegisterPage(register.id, register.title, labels, shown, struck(rows), page, pages, "；".join(register.cite))


def month(unit: Unit, desk: Desk, viewer: str, first: date, last: date) -> tuple[DayView, ...]:
    """Every day of the month: worked or not, one's own leave, and who else of the section is away."""
    person = desk.office.person(viewer)
    pack = desk.rules.current[next(iter(desk.rules.current))]
    facts = facts_for(unit, desk, pack, viewer)
    others = tuple(other.staff_no for other in desk.office.section(person.section) if other.staff_no != viewer)
    absences = tuple(leave for leave in unit.leaves_between(others, first, last) if leave.status == "settled")
    names = dict(desk.calendar.names)
    views = []
    for day in days(first, last):
        halves: tuple[Half, ...] = ("am", "pm")
        own = [half for half in halves if any(Slot(day, half) in leave.slots for leave in facts.leaves)]
        away = [leave.person for leave in absences if any(Slot(day, half) in leave.slots for half in halves)]
        kind = "makeup" if day in desk.calendar.work else "work" if desk.calendar.is_workday(day) else "off"
        views.append(
            DayView(
                day=day,
                kind=kind,
                name=names.get(day, ""),
                provisional=desk.calendar.provisional(day),
                own={("am", "pm"): "请假", ("am",): "上午请假", ("pm",): "下午请假"}.get(tuple(own), ""),
                away=tuple(dict.fromkeys(desk.office.name_of(who) for who in away)),
            )
        )
    return tuple(views)


def procedures_for(desk: Desk, viewer: str) -> tuple[Procedure, ...]:
    """The procedures this viewer usually starts: those open to all staff and those of their own posts."""
    person = desk.office.person(viewer)
    return tuple(
        procedure
        for _, procedure in procedures_of(desk)
        if procedure.initiator == "staff" or person.holds(procedure.initiator)
    )


def of_family(desk: Desk, viewer: str, family: str) -> tuple[Procedure, ...]:
    """The family's procedures the viewer usually starts; where there are none, all the office runs."""
    usual = tuple(procedure for procedure in procedures_for(desk, viewer) if procedure.family == family)
    return usual or tuple(procedure for _, procedure in procedures_of(desk) if procedure.family == family)


def file_for(unit: Unit, desk: Desk, file_id: str, viewer: str) -> str:
    """The file's id, if this viewer may open it: its owner, or anybody concerned with its case.

    Raises:
        UnknownCase: there is none, or not for this viewer.
    """
    kept = unit.file(file_id)
    if kept is None:
        raise UnknownCase("没有找到这个附件。")
    if kept.owner != viewer:
        if not kept.case_id:
            raise UnknownCase("没有找到这个附件。")
        found = seen(unit, desk, kept.case_id, viewer)
        if kept.id in hidden_files(found.case, found.procedure, viewer):
            raise UnknownCase("这个附件只有本人和审批人可以打开。")
    return kept.id


def preview_figures(unit: Unit, desk: Desk, found: Bound) -> Mapping[str, Json]:
    """The computed figures of a case as they stand now."""
    facts = facts_of(unit, desk, found)
    person = desk.office.person(found.case.applicant)
    return family_of(found.procedure).figures(found.procedure, found.case.values, person, facts)
