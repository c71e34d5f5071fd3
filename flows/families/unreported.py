"""Leaving the office without a word before (未报离岗): what the time until the report counts as."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flows.approval.assign import natural
from flows.approval.case import Case
from flows.approval.outcome import Effects, Notice, RegisterRow
from flows.calendar import Calendar, Slot
from flows.deadlines.due import moment_of
from flows.facts import AttendanceEvent, Facts
from flows.families.entitlement import number
from flows.procedure.checks import Request, applies, check
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Rule, Values

ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True)
class Unreported:
    """Parameters of `unreported`: the fields with the time of leaving and of coming back, and what the time counts as.

    So many `minutes` of office hours count; `setting` names the office's own number, `who` is told to look into it.
    """

    leaving: str
    back: str
    minutes: float
    to_the_close: str
    within_the_day: str
    who: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """The time away that nobody was told of: from the leaving until the report, and the kind of absence it is."""

    kind: str
    start: datetime
    end: datetime
    minutes: int


def gap_of(params: Unreported, values: Values, reported: datetime, facts: Facts) -> Gap | None:
    """The time away before the report, where it is long enough to count."""
    left, back = _began(params, values, facts), _ended(params, values, facts)
    if left is None or back is None:
        return None
    until = min(_local(reported, facts), back)
    minutes = open_minutes(left, until, facts.calendar)
    settled = number(facts.setting(params.setting))
    if minutes == 0 or minutes < (params.minutes if settled is None else settled):
        return None
    gone = back >= facts.calendar.ends(Slot(left.date(), "pm"))
    return Gap(params.to_the_close if gone else params.within_the_day, left, until, minutes)


def _began(params: Unreported, values: Values, facts: Facts) -> datetime | None:
    """The beginning of the time away, in the office's clock; of a whole day its opening."""
    value = values.get(params.leaving)
    whole = isinstance(value, str) and len(value) == 10
    moment = moment_of(f"{value} am" if whole else value, facts.calendar, facts.now)
    return _local(moment, facts) if moment is not None else None


def _ended(params: Unreported, values: Values, facts: Facts) -> datetime | None:
    """Its end; of a half day the close of that."""
    value = values.get(params.back)
    moment = moment_of(value, facts.calendar, facts.now)
    if moment is None:
        return None
    half = isinstance(value, str) and value.endswith(("am", "pm"))
    return facts.calendar.ends(Slot.parse(str(value))) if half else _local(moment, facts)


def open_minutes(start: datetime, end: datetime, calendar: Calendar) -> int:
    """The minutes of office hours between two moments of the office's clock."""
    first, last = Slot(start.date(), "am"), Slot(end.date(), "pm")
    stretches = ((calendar.begins(slot), calendar.ends(slot)) for slot in calendar.working_slots(first, last))
    seconds = sum(max(0.0, (min(end, closes) - max(start, opens)).total_seconds()) for opens, closes in stretches)
    return int(seconds // 60)


@check("unreported", Unreported)
def unreported(rule: Rule, params: Unreported, request: Request) -> tuple[Finding, ...]:
    """A report made after the leaving: what the time until now counts as is pointed out."""
    gap = gap_of(params, request.values, request.facts.now, request.facts)
    if gap is None or not applies(rule, request.values):
        return ()
    text = f"离开前没有报告，{gap.start:%H:%M}至{gap.end:%H:%M}共 {gap.minutes} 分钟先记为{gap.kind}，由考勤员核实。"
    return (Finding(rule.entry, "warn", text, rule.cite),)


def unreported_effects(procedure: Procedure, case: Case, facts: Facts) -> Effects:
    """The row to be confirmed, and a word to who confirms it; a report corrected meanwhile strikes it out."""
    for rule, params in _rules(procedure):
        if applies(rule, case.values):
            return _noted(rule, params, case, facts)
    return Effects()


def _rules(procedure: Procedure) -> Iterator[tuple[Rule, Unreported]]:
    return (
        (rule, item.params) for rule in procedure.rules for item in rule.checks if isinstance(item.params, Unreported)
    )


def _noted(rule: Rule, params: Unreported, case: Case, facts: Facts) -> Effects:
    left = _began(params, case.values, facts)
    if left is None:
        return Effects()
    key = row_key(case.applicant, left.date())
    gap = gap_of(params, case.values, case.filed_at, facts)
    if gap is None:
        return Effects(rows=(RegisterRow(ATTENDANCE, key, {"status": "void"}, case.applicant, amends=True),))
    row: dict[str, Json] = {
        "person": facts.office.name_of(case.applicant),
        "event": gap.kind,
        "from": f"{gap.start:%Y-%m-%d %H:%M}",
        "to": f"{gap.end:%Y-%m-%d %H:%M}",
        "minutes": gap.minutes,
        "status": "to_confirm",
    }
    name = facts.office.name_of(case.applicant)
    text = f"{name} {gap.start:%H:%M}离开时没有报告，{gap.minutes} 分钟先记为{gap.kind}，请核实后登记考勤。"
    told = natural(facts.office, params.who, case.applicant)
    notices = tuple(Notice(p.staff_no, "tell", rule.entry, "copy", text=text) for p in told)
    return Effects(rows=(RegisterRow(ATTENDANCE, key, row, case.applicant),), notices=notices)


def confirmed(event: AttendanceEvent, facts: Facts) -> Effects:
    """What was noted of a day gives way to an event of the kind that the attendance clerk registers for it."""
    noted = (params for procedure in facts.pack.procedures.values() for _, params in _rules(procedure))
    if not any(event.event in (params.to_the_close, params.within_the_day) for params in noted):
        return Effects()
    key = row_key(event.person, event.date)
    return Effects(rows=(RegisterRow(ATTENDANCE, key, {"status": "void"}, event.person, amends=True),))


def row_key(person: str, day: date) -> str:
    """The key of the row about a day's time away without a report."""
    return f"unreported:{person}:{day.isoformat()}"


def _local(moment: datetime, facts: Facts) -> datetime:
    return moment.astimezone(facts.now.tzinfo).replace(tzinfo=None)
