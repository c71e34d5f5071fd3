"""Checks of leave: what is due, and what other leave forfeits it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flows.calendar import slot_text
from flows.facts import Facts
from flows.families.checks import asked_span, weight_of
from flows.families.entitlement import (
    Entitlement,
    due_days,
    in_force,
    lacking_dates,
    missing_need,
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
from flows.procedure.model import Json, Procedure, Rule, Values


@check("entitlement", Entitlement)
def entitlement(rule: Rule, params: Entitlement, request: Request) -> tuple[Finding, ...]:
    """What is due by the rule, and whether the days asked for lie within it."""
    if not applies(rule, request.values):
        return ()
    taken = asked_span(request)
    if taken is None:
        return (reason(rule),)
    due, left = due_and_left(params, request.values, request.facts, taken)
    figures: dict[str, Json] = {"entitlement": due, "remaining": left}
    refused = _needs(rule, params, request, taken) or _amount(rule, params, request, taken, due, left)
    if refused is not None:
        text, asks_for = refused
        return (Finding(rule.entry, weight_of(rule, request), text, rule.cite, asks_for, figures),)
    said = f"按规定可休 {due:g} 天" + (f"，本次之前还剩 {left:g} 天" if params.per_year else "")
    return (Finding(rule.entry, "reason", said, rule.cite, figures=figures),)


def due_and_left(params: Entitlement, values: Values, facts: Facts, taken: Span) -> tuple[float, float]:
    """The days due by the rule, and how many of them are left before this request."""
    due = due_days(params, values, facts)
    if params.per_year:
        return due, due - used_in(facts.leaves, params.types, taken.first.day.year, params.target)
    return due, 0.0 if taken_before(params, facts, taken.first.day) is not None else due


_Refusal = tuple[str, tuple[str, ...]]


def _needs(rule: Rule, params: Entitlement, request: Request, taken: Span) -> _Refusal | None:
    """What must hold for the leave to be due at all, and does not: a sentence and the fields to fill."""
    values, facts = request.values, request.facts
    if not in_force(params.setting, facts):
        return f"本单位已停用“{rule.statement}”，没有这项假期，请改报其他假别。", ()
    need = missing_need(params, values)
    if need is not None:
        return need.say, tuple(name for name in need.asks_for if absent(values.get(name)))
    names = {field.id: field.name for field in request.procedure.fields}
    lacking = lacking_dates(params, values)
    if lacking:
        return f"请先填：{'、'.join(names[name] for name in lacking)}。", lacking
    if outside(params, values, taken.first.day, taken.last.day):
        begin, end = params.within
        return f"时间须在“{names[begin]}”与“{names[end]}”之间，请改时间。", ()
    if params.proof is not None and proof_late(params.proof, values, facts.now.date()):
        return params.proof.say, ()
    band = unmet_band(params, values, facts)
    if band is None:
        return None
    fields = tuple(test.field for test in band.needs)
    unfilled = tuple(name for name in fields if absent(values.get(name)))
    next_step = "请补填。" if unfilled else "目前不符合，没有这项假期。"
    return f"这一档要先满足“{'、'.join(names[name] for name in fields)}”，{next_step}", unfilled


def _amount(rule: Rule, params: Entitlement, request: Request, taken: Span, due: float, left: float) -> _Refusal | None:
    """Why the days asked for are not within what is due and left."""
    before = taken_before(params, request.facts, taken.first.day)
    if before is not None:
        years = "每年" if params.every_years == 1 else f"每 {params.every_years} 年"
        said = f"{before.start.day.year} 年{slot_text(before.start)}起已休过（{before.case_no or '已登记'}）"
        return f"{years}一次，{said}，本次不能再休。", ()
    if due <= 0:
        return "按规定还没有这项假期，请核对工龄等情况，或改报事假。", ()
    if taken.days > left:
        used = f"，今年已用 {due - left:g} 天" if left != due else ""
        over = f"按规定可休 {due:g} 天{used}，本次报 {taken.days:g} 天"
        return f"{over}，{f'请改为不超过 {left:g} 天' if left > 0 else '今年不能再休'}。", ()
    least = shortest(params, request.values)
    if taken.days < least:
        return f"按规定给 {least:g} 至 {due:g} 天，本次报 {taken.days:g} 天，请核对。", ()
    return None


@dataclass(frozen=True, slots=True)
class Forfeits:
    """Parameters of `forfeits`: more than (or from) so many days of these kinds in the year, and a leave is lost.

    A request of a kind the forfeit is `against` (none named: any) is refused then; a request of `types` that brings
    the year over the limit is only told what it costs (`costs`).
    """

    types: tuple[str, ...]
    over: float
    op: Literal["gt", "ge"]
    forfeits: str
    against: tuple[str, ...] = ()


@check("forfeits", Forfeits)
def forfeits(rule: Rule, params: Forfeits, request: Request) -> tuple[Finding, ...]:
    """The year's days of the other kinds against the limit."""
    taken = asked_span(request)
    kind = kind_of(request.procedure, request.values)
    if taken is None or kind in params.types or not applies(rule, request.values):
        return ()
    used = used_in(request.facts.leaves, params.types, taken.first.day.year)
    if (params.against and kind not in params.against) or not _beyond(used, params):
        return ()
    said = f"今年{'、'.join(params.types)}已累计 {used:g} 天，当年不再有{params.forfeits}，本次不能报。"
    return (Finding(rule.entry, weight_of(rule, request), said, rule.cite),)


def kind_of(procedure: Procedure, values: Values) -> str:
    """The kind of leave asked for."""
    return str(values.get(str(procedure.family_params.get("type", "")), ""))


def _beyond(total: float, params: Forfeits) -> bool:
    return total > params.over if params.op == "gt" else total >= params.over


def costs(kind: str, year: int, days: float, facts: Facts) -> tuple[Finding, ...]:
    """Warnings of what a leave of that kind costs: the forfeits of the pack it brings the year over the limit of."""
    found = []
    for rule, params in _all_forfeits(facts):
        used = used_in(facts.leaves, params.types, year)
        if kind in params.types and _beyond(used + days, params) and not _beyond(used, params):
            said = f"批准后 {year} 年{'、'.join(params.types)}累计 {used + days:g} 天，当年不再有{params.forfeits}。"
            found.append(Finding(rule.entry, "warn", said, rule.cite))
    return tuple(found)


def _all_forfeits(facts: Facts) -> Iterator[tuple[Rule, Forfeits]]:
    return (
        (rule, item.params)
        for procedure in facts.pack.procedures.values()
        for rule in procedure.rules
        for item in rule.checks
        if isinstance(item.params, Forfeits)
    )


@dataclass(frozen=True, slots=True)
class SameYear:
    """`same_year` has no parameters: days off come on top of the leave, which should end in the year it begins."""


@check("same_year", SameYear)
def same_year(rule: Rule, params: SameYear, request: Request) -> tuple[Finding, ...]:
    """A leave that runs into the next year is pointed out; where days off come on top the rule is why."""
    taken = asked_span(request)
    if taken is None or not applies(rule, request.values):
        return ()
    if taken.first.day.year == taken.last.day.year:
        off = taken.natural_days - taken.days
        return (reason(rule, f"假期中的 {off:g} 天休息日和节假日另加，不占假期天数"),) if off > 0 else ()
    text = f"假期跨到 {taken.last.day.year} 年，原则上当年休完，请核对。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)
