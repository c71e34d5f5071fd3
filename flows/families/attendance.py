"""Attendance: how lateness adds up to absence, and what absence costs."""

from dataclasses import dataclass
from datetime import date

from flows.calendar import day_text
from flows.facts import AttendanceEvent, Facts
from flows.families.entitlement import date_of, number
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Rule, Values

ABSENCE = "缺勤"


@dataclass(frozen=True, slots=True)
class CountsAs:
    """Parameters of `counts_as`: an event of these kinds of so many minutes counts once; so many make an absence.

    `setting` names the office's own number of minutes.
    """

    kinds: tuple[str, ...]
    minutes: float
    per: int
    setting: str = ""


@check("counts_as", CountsAs)
def counts_as(rule: Rule, params: CountsAs, request: Request) -> tuple[Finding, ...]:
    """How lateness adds up once this event is registered."""
    values, facts = request.values, request.facts
    kind = str(values.get("event", ""))
    if not applies(rule, values) or kind not in params.kinds:
        return ()
    figures = counts(params, values, facts)
    least = _least(params, facts)
    minutes = number(values.get("minutes"))
    if minutes is None:
        said = f"没有填分钟数，按 1 次计；今年{kind}计 {figures['late_count']} 次"
    elif minutes < least:
        said = f"不满 {least:g} 分钟，不计次；今年{kind}已计 {figures['late_count']} 次"
    else:
        said = f"今年{kind}计 {figures['late_count']} 次，{params.per} 次折 1 个缺勤"
    return (Finding(rule.entry, "reason", said, rule.cite, figures=figures),)


def counts(params: CountsAs, values: Values, facts: Facts) -> dict[str, Json]:
    """The figures of the year with this event: counted lateness (or early leaving) and the absences so far."""
    this = event_of(values, facts)
    kind = this.event if this.event in params.kinds else params.kinds[0]
    year = _within(this, facts, date(this.date.year, 1, 1), date(this.date.year, 12, 31))
    late = sum(_counts(event, params, facts) for event in year if event.event == kind)
    return {"late_count": late, "absence_count": absences(params, year, facts), "on": this.date.isoformat()}


def event_of(values: Values, facts: Facts) -> AttendanceEvent:
    """The event being registered; without a date it is today's."""
    on = date_of(values.get("date")) or facts.now.date()
    return AttendanceEvent(
        str(values.get("person", "")), str(values.get("event", "")), on, number(values.get("minutes"))
    )


def _within(this: AttendanceEvent, facts: Facts, first: date, last: date) -> tuple[AttendanceEvent, ...]:
    return tuple(event for event in (*facts.attendance, this) if first <= event.date <= last)


def _least(params: CountsAs, facts: Facts) -> float:
    settled = number(facts.setting(params.setting))
    return params.minutes if settled is None else settled


def _counts(event: AttendanceEvent, params: CountsAs, facts: Facts) -> bool:
    return event.minutes is None or event.minutes >= _least(params, facts)


def absences(params: CountsAs, events: tuple[AttendanceEvent, ...], facts: Facts) -> int:
    """The absences among the events: those registered as such, and those that lateness makes."""
    made = 0
    for kind in params.kinds:
        made += sum(_counts(event, params, facts) for event in events if event.event == kind) // params.per
    return made + sum(event.event == ABSENCE for event in events)


@dataclass(frozen=True, slots=True)
class BonusLoss:
    """Parameters of `bonus_loss`: so many absences in half a year, or more than so many in the year, cost a bonus.

    Where the setting `period` says `year`, the half year's number is counted over the whole year.
    """

    half_year: int
    year_over: int
    period: str = ""


@check("bonus_loss", BonusLoss)
def bonus_loss(rule: Rule, params: BonusLoss, request: Request) -> tuple[Finding, ...]:
    """Warn when this event reaches a consequence the text names."""
    counting = counting_of(request.procedure)
    if counting is None or not applies(rule, request.values):
        return ()
    facts, this = request.facts, event_of(request.values, request.facts)
    whole = request.facts.setting(params.period) == "year"
    year = _within(this, facts, date(this.date.year, 1, 1), date(this.date.year, 12, 31))
    half = absences(counting, year if whole else _half_of(this, facts), facts)
    total = absences(counting, year, facts)
    found = []
    if half >= params.half_year:
        found.append(f"{'今年' if whole else '本半年'}缺勤已 {half} 次，按规定取消半年奖金，请核对后报主任。")
    if total > params.year_over:
        found.append(f"今年缺勤已 {total} 次，按规定取消年终奖金并按纪律处理，请核对后报主任。")
    return tuple(Finding(rule.entry, "warn", said, rule.cite) for said in found)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """`office_hours` has no parameters: coming late and leaving early are measured by the office's own hours."""


@check("office_hours", OfficeHours)
def office_hours(rule: Rule, params: OfficeHours, request: Request) -> tuple[Finding, ...]:
    """The rule says by which hours it is measured; an event of a day off is pointed out."""
    if not applies(rule, request.values):
        return ()
    calendar, day = request.facts.calendar, event_of(request.values, request.facts).date
    if not calendar.is_workday(day):
        return (Finding(rule.entry, "warn", f"{day_text(day)}不是工作日，没有作息时间，请核对日期。", rule.cite),)
    (opens, noon), (afternoon, closes) = calendar.hours.am, calendar.hours.pm
    said = f"按机关作息计：上午 {opens:%H:%M}–{noon:%H:%M}，下午 {afternoon:%H:%M}–{closes:%H:%M}"
    return (reason(rule, said),)


def _half_of(this: AttendanceEvent, facts: Facts) -> tuple[AttendanceEvent, ...]:
    year = this.date.year
    if this.date.month <= 6:
        return _within(this, facts, date(year, 1, 1), date(year, 6, 30))
    return _within(this, facts, date(year, 7, 1), date(year, 12, 31))


def counting_of(procedure: Procedure) -> CountsAs | None:
    """How the procedure counts lateness, if a rule of it says."""
    return next(
        (item.params for rule in procedure.rules for item in rule.checks if isinstance(item.params, CountsAs)), None
    )
