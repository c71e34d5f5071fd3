"""Checks of how many days of a kind of leave may be taken at once and in a year."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from flows.calendar import slot_text
from flows.facts import Facts
from flows.families.checks import asked_span, weight_of
from flows.families.entitlement import used_in
from flows.families.leave_checks import kind_of
from flows.families.referring import as_leave
from flows.families.span import Span, back_on, by_year, counted, counts_naturally, requested
from flows.procedure.checks import Request, applies, check, examine, reason
from flows.procedure.findings import Finding
from flows.procedure.model import Procedure, Rule, Values


@dataclass(frozen=True, slots=True)
class MaxPerRequest:
    """Parameters of `max_per_request`: so many days of these kinds at most in one request.

    `setting` names the office's word on which kinds count besides, `widened` those kinds by what it may say.
    """

    types: tuple[str, ...]
    days: float
    setting: str = ""
    widened: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class MaxPerYear:
    """Parameters of `max_per_year`: so many days of these kinds at most in a calendar year; else as MaxPerRequest."""

    types: tuple[str, ...]
    days: float
    setting: str = ""
    widened: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


def limited(params: MaxPerRequest | MaxPerYear, facts: Facts) -> tuple[str, ...]:
    """The kinds of leave the limit is about in this office."""
    return (*params.types, *params.widened.get(str(facts.setting(params.setting)), ()))


@check("max_per_request", MaxPerRequest)
def max_per_request(rule: Rule, params: MaxPerRequest, request: Request) -> tuple[Finding, ...]:
    """More days at once than the text allows are refused."""
    taken, kind = asked_span(request), kind_of(request.procedure, request.values)
    if taken is None or kind not in limited(params, request.facts) or not applies(rule, request.values):
        return ()
    natural = counts_naturally(request.procedure, request.facts)
    days = counted(taken, natural=natural)
    if days <= params.days:
        return ()
    how = "连休息日共" if natural and taken.natural_days != taken.days else "共"
    text = f"{kind}一次不超过 {params.days:g} 天，本次{how} {days:g} 天，请缩短时间后再提交。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)


@check("max_per_year", MaxPerYear)
def max_per_year(rule: Rule, params: MaxPerYear, request: Request) -> tuple[Finding, ...]:
    """More days in one of the years it touches than the text allows are refused."""
    taken, kind = asked_span(request), kind_of(request.procedure, request.values)
    kinds = limited(params, request.facts)
    if taken is None or kind not in kinds or not applies(rule, request.values):
        return ()
    shares = by_year(taken, natural=counts_naturally(request.procedure, request.facts))
    texts = (_over_in_year(params, kinds, year, days, request.facts) for year, days in shares.items())
    return tuple(Finding(rule.entry, weight_of(rule, request), text, rule.cite) for text in texts if text)


def _over_in_year(params: MaxPerYear, kinds: tuple[str, ...], year: int, days: float, facts: Facts) -> str:
    left = left_in_year(params, year, facts)
    if days <= left:
        return ""
    used = used_in(facts.leaves, kinds, year)
    said = f"{'、'.join(kinds)}一年不超过 {params.days:g} 天，{year} 年已用 {used:g} 天，本次 {days:g} 天"
    next_step = f"最多还可请 {left:g} 天，请缩短时间" if left else "当年不能再请，确有特殊情况的请向领导说明"
    return f"{said}，{next_step}。"


def left_in_year(params: MaxPerYear, year: int, facts: Facts) -> float:
    """How many days of the limit are left in the year before this request; never less than none."""
    return max(0.0, params.days - used_in(facts.leaves, limited(params, facts), year))


def left_by_limit(procedure: Procedure, values: Values, span: Span, facts: Facts) -> float | None:
    """What is left of the yearly limit that speaks about this kind of leave, in the year it begins; None: no limit."""
    kind = kind_of(procedure, values)
    for rule in procedure.rules:
        for item in rule.checks:
            params = item.params
            if isinstance(params, MaxPerYear) and kind in limited(params, facts) and applies(rule, values):
                return left_in_year(params, span.first.day.year, facts)
    return None


@dataclass(frozen=True, slots=True)
class CountsApart:
    """Parameters of `counts_apart`: the kinds of leave whose limits these days do not fall under."""

    from_: tuple[str, ...]


@check("counts_apart", CountsApart)
def counts_apart(rule: Rule, params: CountsApart, request: Request) -> tuple[Finding, ...]:
    """The rule is why the days are not held against the limits of the other kinds."""
    if not applies(rule, request.values):
        return ()
    kind = kind_of(request.procedure, request.values)
    return (reason(rule, f"{kind}按国家规定执行，天数不计入{'、'.join(params.from_)}的限额"),)


@dataclass(frozen=True, slots=True)
class WithinLimits:
    """Parameters of `within_limits`: the limits of the leave (rule ids) that hold for it with the days on top too."""

    of: tuple[str, ...]


@check("within_limits", WithinLimits)
def within_limits(rule: Rule, params: WithinLimits, request: Request) -> tuple[Finding, ...]:
    """The leave as extended held against its own limits; what they find is theirs."""
    leave, values = as_leave(request.procedure, request.values, request.facts)
    if leave is request.procedure or not applies(rule, request.values):
        return ()
    rules = tuple(own for own in leave.rules if own.id in params.of)
    return examine(replace(request, procedure=leave, values=values), rules)


@dataclass(frozen=True, slots=True)
class BeforeItEnds:
    """`before_it_ends` has no parameters: a leave is extended before its person should be back at work."""


@check("before_it_ends", BeforeItEnds)
def before_it_ends(rule: Rule, params: BeforeItEnds, request: Request) -> tuple[Finding, ...]:
    """Asked for too late, an extension is refused: the time past the leave is absence already."""
    earlier = request.facts.referred
    leave, _ = as_leave(request.procedure, request.values, request.facts)
    if earlier is None or leave is request.procedure or not applies(rule, request.values):
        return ()
    span = requested(leave, earlier.values, request.facts)
    if span is None:
        return ()
    back = back_on(span, request.facts.calendar)
    if request.facts.now.replace(tzinfo=None) < request.facts.calendar.begins(back):
        return ()
    text = f"原假应于{slot_text(back)}返岗，续假要在此之前提出；逾期未续的按旷工记，请先销假并向批准人说明。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)
