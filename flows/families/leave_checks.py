"""Checks of leave: what is due, what other leave forfeits it, and how lateness adds up to absence."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from flows.calendar import slot_text
from flows.facts import AttendanceEvent, Facts
from flows.families.checks import span, weight_of
from flows.families.entitlement import (
    Entitlement,
    date_of,
    due_days,
    lacking_dates,
    missing_need,
    number,
    outside,
    proof_late,
    shortest,
    taken_before,
    unmet_band,
    used_in,
)
from flows.families.span import Span
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Rule, Values


@check("entitlement", Entitlement)
def entitlement(rule: Rule, params: Entitlement, request: Request) -> tuple[Finding, ...]:
    """What is due by the rule, and whether the days asked for lie within it."""
    if not applies(rule, request.values):
        return ()
    taken = span(request)
    if taken is None:
        return (reason(rule),)
    due = due_days(params, request.values)
    left = due - used_this_year(params, request.facts, taken)
    figures = {"entitlement": due, "remaining": left}
    refused = _needs(rule, params, request, taken) or _amount(rule, params, request, taken, due, left)
    if refused is not None:
        return (refused,)
    said = f"按规定可休 {due:g} 天" + (f"，本次之前还剩 {left:g} 天" if params.per_year else "")
    return (Finding(rule.entry, "reason", said, rule.cite, figures=figures),)


def used_this_year(params: Entitlement, facts: Facts, taken: Span) -> float:
    """Days of the kind already taken in the leave's year, where the rule counts by the year."""
    return used_in(facts.leaves, params.types, taken.first.day.year, params.target) if params.per_year else 0.0


def _refusal(rule: Rule, request: Request, text: str, asks_for: tuple[str, ...] = ()) -> Finding:
    return Finding(rule.entry, weight_of(rule, request), text, rule.cite, asks_for)


def _needs(rule: Rule, params: Entitlement, request: Request, taken: Span) -> Finding | None:
    values = request.values
    need = missing_need(params, values)
    if need is not None:
        unfilled = tuple(name for name in need.asks_for if absent(values.get(name)))
        return _refusal(rule, request, need.say, unfilled)
    lacking = lacking_dates(params, values)
    if lacking:
        names = "、".join(request.procedure.field_by_id[name].name for name in lacking)
        return _refusal(rule, request, f"请先填：{names}。", lacking)
    if outside(params, values, taken.first.day, taken.last.day):
        begin, end = (request.procedure.field_by_id[name].name for name in params.within)
        return _refusal(rule, request, f"时间须在“{begin}”与“{end}”之间，请改时间。")
    if params.proof is not None and proof_late(params.proof, values, request.facts.now.date()):
        return _refusal(rule, request, params.proof.say)
    band = unmet_band(params, values)
    if band is not None:
        fields = tuple(test.field for test in band.needs)
        unfilled = tuple(name for name in fields if absent(values.get(name)))
        names = "、".join(request.procedure.field_by_id[name].name for name in fields)
        said = f"这一档要先满足“{names}”，" + ("请补填。" if unfilled else "目前不符合，没有这项假期。")
        return _refusal(rule, request, said, unfilled)
    return None


def _amount(rule: Rule, params: Entitlement, request: Request, taken: Span, due: float, left: float) -> Finding | None:
    before = taken_before(params, request.facts, taken.first.day)
    if before is not None:
        years = "每年" if params.every_years == 1 else f"每 {params.every_years} 年"
        text = f"{years}一次，{slot_text(before.start)}起已休过（{before.case_no}），本次不能再休。"
        return _refusal(rule, request, text)
    if due <= 0:
        return _refusal(rule, request, "按规定还没有这项假期，请核对工龄等情况，或改报事假。")
    if taken.days > left:
        used = f"，今年已用 {due - left:g} 天" if left != due else ""
        return _refusal(
            rule, request, f"按规定可休 {due:g} 天{used}，本次报 {taken.days:g} 天，请改为不超过 {max(left, 0):g} 天。"
        )
    least = shortest(params, request.values)
    if taken.days < least:
        return _refusal(rule, request, f"按规定给 {least:g} 至 {due:g} 天，本次报 {taken.days:g} 天，请核对。")
    return None


@dataclass(frozen=True, slots=True)
class Forfeits:
    """Parameters of `forfeits`: so many days of these kinds in the year and this leave is lost.

    A request of one of these kinds that brings the year over the limit is warned; a request of a kind the forfeit
    is `against` (none named: any other kind) is refused.
    """

    types: tuple[str, ...]
    over: float
    op: Literal["gt", "ge"]
    forfeits: str
    against: tuple[str, ...] = ()


@check("forfeits", Forfeits)
def forfeits(rule: Rule, params: Forfeits, request: Request) -> tuple[Finding, ...]:
    """The year's days of the other kinds against the limit."""
    taken = span(request)
    if taken is None:
        return ()
    year = taken.first.day.year
    used = used_in(request.facts.leaves, params.types, year)
    if _kind(request) in params.types:
        total = used + taken.days
        if not _beyond(total, params) or _beyond(used, params):
            return ()
        said = f"批准后今年{'、'.join(params.types)}累计 {total:g} 天，当年不再有{params.forfeits}。"
        return (Finding(rule.entry, "warn", said, rule.cite),)
    spared = bool(params.against) and _kind(request) not in params.against
    if spared or not applies(rule, request.values) or not _beyond(used, params):
        return ()
    said = f"今年{'、'.join(params.types)}已累计 {used:g} 天，当年不再有{params.forfeits}，本次不能报。"
    return (_refusal(rule, request, said),)


def _kind(request: Request) -> str:
    return str(request.values.get(str(request.procedure.family_params.get("type", "")), ""))


def _beyond(total: float, params: Forfeits) -> bool:
    return total > params.over if params.op == "gt" else total >= params.over


@dataclass(frozen=True, slots=True)
class SameYear:
    """`same_year` has no parameters: the leave should end in the year it begins."""


@check("same_year", SameYear)
def same_year(rule: Rule, params: SameYear, request: Request) -> tuple[Finding, ...]:
    """A leave that runs into the next year is pointed out."""
    taken = span(request)
    if taken is None or not applies(rule, request.values) or taken.first.day.year == taken.last.day.year:
        return ()
    text = f"假期跨到 {taken.last.day.year} 年，原则上当年休完，请核对。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)


@dataclass(frozen=True, slots=True)
class CountsAs:
    """Parameters of `counts_as`: an event of these kinds of so many minutes counts once; so many make an absence."""

    kinds: tuple[str, ...]
    minutes: float
    per: int


@check("counts_as", CountsAs)
def counts_as(rule: Rule, params: CountsAs, request: Request) -> tuple[Finding, ...]:
    """How lateness adds up once this event is registered."""
    kind = request.values.get("event")
    if not applies(rule, request.values) or kind not in params.kinds:
        return ()
    minutes = number(request.values.get("minutes"))
    counted = counted_events(params, request.values, request.facts, str(kind))
    if minutes is None or minutes < params.minutes:
        said = f"不满 {params.minutes:g} 分钟，不计次；今年{kind}已计 {counted} 次"
    else:
        said = f"今年{kind}计 {counted} 次，{params.per} 次折 1 个缺勤"
    figures = {"late_count": counted, "absence_count": absences(params, request.values, request.facts)}
    return (Finding(rule.entry, "reason", said, rule.cite, figures=figures),)


def _this(values: Values, facts: Facts) -> AttendanceEvent:
    on = date_of(values.get("date")) or facts.now.date()
    return AttendanceEvent(
        str(values.get("person", "")), str(values.get("event", "")), on, number(values.get("minutes"))
    )


def counted_events(params: CountsAs, values: Values, facts: Facts, kind: str) -> int:
    """How many events of the kind count in the year, the one being registered included."""
    events = (*facts.attendance, _this(values, facts))
    return sum(_counts(event, params) for event in events if event.event == kind)


def _counts(event: AttendanceEvent, params: CountsAs) -> bool:
    return event.minutes is None or event.minutes >= params.minutes


def absences(params: CountsAs, values: Values, facts: Facts, *, since: date | None = None) -> int:
    """Absences in the year (or since a day) with those that lateness makes, this event included."""
    events = [e for e in (*facts.attendance, _this(values, facts)) if since is None or e.date >= since]
    made = sum(
        sum(_counts(event, params) for event in events if event.event == kind) // params.per for kind in params.kinds
    )
    return made + sum(event.event == "缺勤" for event in events)


@dataclass(frozen=True, slots=True)
class BonusLoss:
    """Parameters of `bonus_loss`: how many absences in half a year, and how many in the year, cost the bonus."""

    half_year: int
    year_over: int
    kinds: tuple[str, ...]
    minutes: float
    per: int


@check("bonus_loss", BonusLoss)
def bonus_loss(rule: Rule, params: BonusLoss, request: Request) -> tuple[Finding, ...]:
    """Warn when this event reaches a consequence the text names."""
    if not applies(rule, request.values):
        return ()
    counting = CountsAs(params.kinds, params.minutes, params.per)
    on = _this(request.values, request.facts).date
    half = absences(counting, request.values, request.facts, since=date(on.year, 1 if on.month <= 6 else 7, 1))
    year = absences(counting, request.values, request.facts)
    found = []
    if half >= params.half_year:
        found.append(f"本半年缺勤已 {half} 次，按规定取消半年奖金，请核对后报主任。")
    if year > params.year_over:
        found.append(f"今年缺勤已 {year} 次，按规定取消年终奖金并按纪律处理，请核对后报主任。")
    return tuple(Finding(rule.entry, "warn", said, rule.cite) for said in found)
