"""Checks of topics: what a meeting alone decides, what is too late for the next one, what is only pointed out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flows.approval.case import Case
from flows.calendar import moment_text
from flows.deadlines.due import moment_of
from flows.families.checks import weight_of
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Rule


@dataclass(frozen=True, slots=True)
class Collective:
    """Parameters of `collective`: the meeting (in words) that alone decides what the rule speaks about."""

    body: str


@check("collective", Collective)
def collective(rule: Rule, params: Collective, request: Request) -> tuple[Finding, ...]:
    """The rule is why nobody decides this by themselves."""
    if not applies(rule, request.values):
        return ()
    return (reason(rule, f"须由{params.body}集体决定：{rule.statement}"),)


@dataclass(frozen=True, slots=True)
class AgendaFixed:
    """Parameters of `agenda_fixed`: the procedure of the meetings whose agenda stands, and the step that fixes it."""

    meeting: str
    fixed_by: str


@check("agenda_fixed", AgendaFixed)
def agenda_fixed(rule: Rule, params: AgendaFixed, request: Request) -> tuple[Finding, ...]:
    """A topic that comes while the next meeting's agenda is fixed is too late for it."""
    if not applies(rule, request.values) or request.procedure.place_of[request.step] != 0:
        return ()
    for case, start in to_come(params.meeting, request):
        if params.fixed_by in case.done_steps():
            text = (
                f"{moment_text(start)}的会议议程已经定下，不再增加议题；"
                "请报下一次会议，重大紧急、确有必要的请改选临时性议题，由主任审定。"
            )
            return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)
    return ()


def to_come(meeting: str, request: Request) -> Iterator[tuple[Case, datetime]]:
    """The meetings of that procedure that have been called and have not begun, the next one first."""
    facts = request.facts
    procedure = facts.pack.procedures.get(meeting)
    field = str(procedure.family_params.get("start", "")) if procedure is not None else ""
    found = (
        (case, start)
        for case in facts.meetings
        for start in [moment_of(case.values.get(field), facts.calendar, facts.now)]
        if case.procedure == meeting and start is not None and start > facts.now
    )
    return iter(sorted(found, key=lambda one: (one[1], one[0].no)))


@dataclass(frozen=True, slots=True)
class PapersAhead:
    """Parameters of `papers_ahead`: the meeting, and the setting with how many working days ahead its papers are in."""

    meeting: str
    setting: str


@check("papers_ahead", PapersAhead)
def papers_ahead(rule: Rule, params: PapersAhead, request: Request) -> tuple[Finding, ...]:
    """The rule is why papers are wanted before the meeting; with less time than the office wants it is pointed out."""
    if not applies(rule, request.values):
        return ()
    facts = request.facts
    settled = facts.setting(params.setting)
    days = int(settled) if isinstance(settled, (int, float)) else 0
    for _, start in to_come(params.meeting, request):
        last = facts.calendar.add_workdays(start.date(), -days)
        if facts.now.date() > last:
            text = f"会议在{moment_text(start)}，材料应提前 {days} 个工作日送到，时间已经不足，请尽快送齐。"
            return (Finding(rule.entry, "warn", text, rule.cite),)
        break
    return (reason(rule, f"材料会前 {days} 个工作日送到"),)


@dataclass(frozen=True, slots=True)
class UrgentOnly:
    """Parameters of `urgent_only`: the line that says how a topic comes late, and when a matter of a meeting may.

    `line` is of whatever form is looked at (the rule may be refused in another procedure than its own).
    """

    line: str
    usual: str
    urgent: str


@check("urgent_only", UrgentOnly)
def urgent_only(rule: Rule, params: UrgentOnly, request: Request) -> tuple[Finding, ...]:
    """What a meeting alone decides is added late in an emergency only."""
    said = request.values.get(params.line)
    if absent(said) or said in (params.usual, params.urgent):
        return ()
    own = request.procedure.rules
    if not any(isinstance(c.params, Collective) and applies(r, request.values) for r in own for c in r.checks):
        return ()
    text = f"属三重一大的事项，只有{params.urgent}才能临时加题；请报下一次会议，或改选“{params.urgent}”并说明情况。"
    return (Finding(rule.entry, "refuse", text, rule.cite),)


@dataclass(frozen=True, slots=True)
class NotBefore:
    """Parameters of `not_before`: the step that is a part of the meeting, and the field with when the meeting is."""

    at: str
    field: str


@check("not_before", NotBefore)
def not_before(rule: Rule, params: NotBefore, request: Request) -> tuple[Finding, ...]:
    """Views are given at the meeting: asked for one by one before it they would stand in its place."""
    start = moment_of(request.values.get(params.field), request.facts.calendar, request.facts.now)
    if request.step != params.at or start is None or request.facts.now >= start or not applies(rule, request.values):
        return ()
    text = f"会议在{moment_text(start)}开，开会前不能用传签、逐个征求意见代替，请在会上表态。"
    return (Finding(rule.entry, "refuse", text, rule.cite),)
