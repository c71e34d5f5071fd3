"""Checks of the order in which people decide."""

from dataclasses import dataclass

from flows.approval.route import forecast
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.findings import Finding
from flows.procedure.model import Rule


@dataclass(frozen=True, slots=True)
class LevelByLevel:
    """Parameters of `level_by_level`: the steps of which none is taken before those that come earlier on the route."""

    at: tuple[str, ...]


@check("level_by_level", LevelByLevel)
def level_by_level(rule: Rule, params: LevelByLevel, request: Request) -> tuple[Finding, ...]:
    """At filing the rule is why the levels follow one another; a level that would be passed over is refused."""
    if not applies(rule, request.values):
        return ()
    levels = [step for step in forecast(request.procedure, request.values) if step.id in params.at]
    here = next((step for step in levels if step.id == request.step), None)
    if here is None:
        return (reason(rule),) if levels and request.step not in params.at else ()
    left = [step.name for step in levels[: levels.index(here)] if step.id not in request.done]
    if not left:
        return ()
    text = f"要逐级审批：“{'、'.join(left)}”还没有办，不能先办“{here.name}”，请等前面的批了再办。"
    return (Finding(rule.entry, "refuse", text, rule.cite),)
