"""Checks of what a leave form must say: whom the text covers, who takes over the work, what paper goes with it."""

from dataclasses import dataclass

from flows.calendar import slot_text
from flows.deadlines.due import moment_of
from flows.families.checks import asked_span, weight_of
from flows.procedure.checks import Request, applies, check
from flows.procedure.condition import absent, holds
from flows.procedure.findings import Finding
from flows.procedure.model import Procedure, Rule, Values


@dataclass(frozen=True, slots=True)
class NotFor:
    """Parameters of `not_for`: holders of these posts do not file here; `say` tells them where to go instead."""

    posts: tuple[str, ...]
    say: str


@check("not_for", NotFor)
def not_for(rule: Rule, params: NotFor, request: Request) -> tuple[Finding, ...]:
    """Somebody the text does not cover is refused and told where to go."""
    person = request.facts.office.people.get(request.applicant)
    if person is None or not applies(rule, request.values) or not any(person.holds(post) for post in params.posts):
        return ()
    return (Finding(rule.entry, weight_of(rule, request), params.say, rule.cite),)


@dataclass(frozen=True, slots=True)
class WorkHandedOver:
    """Parameters of `work_handed_over`: the field that names who takes over, and the one that says how it was done."""

    person: str
    handover: str


@check("work_handed_over", WorkHandedOver)
def work_handed_over(rule: Rule, params: WorkHandedOver, request: Request) -> tuple[Finding, ...]:
    """One colleague, here and not the applicant, takes over; somebody on leave at that time is pointed out."""
    lacking = tuple(name for name in (params.person, params.handover) if absent(request.values.get(name)))
    if not applies(rule, request.values):
        return ()
    if lacking:
        names = "、".join(request.procedure.field_by_id[name].name for name in lacking)
        text = f"请假要定一名同志代为负责并交接工作，请先填：{names}。"
        return (Finding(rule.entry, weight_of(rule, request), text, rule.cite, lacking),)
    named = str(request.values[params.person])
    person = request.facts.office.people.get(named)
    if person is None or not person.active or named == request.applicant:
        text = "代为负责的要是在岗的另一位同志，请改填。"
        return (Finding(rule.entry, weight_of(rule, request), text, rule.cite, (params.person,)),)
    return _away_then(rule, named, request)


def _away_then(rule: Rule, named: str, request: Request) -> tuple[Finding, ...]:
    taken = asked_span(request)
    if taken is None:
        return ()
    for leave in request.facts.others_away:
        if leave.person == named and leave.start <= taken.last and taken.first <= leave.end:
            name = request.facts.office.name_of(named)
            text = f"{name}自{slot_text(leave.start)}起也请假（{leave.type}），请另定一名同志，或在交接里写明安排。"
            return (Finding(rule.entry, "warn", text, rule.cite),)
    return ()


@dataclass(frozen=True, slots=True)
class Proof:
    """Parameters of `proof`: the paper that goes with the request, and `at`, the later step by which it may follow.

    It may follow where the rule's own exception holds, unless the office has settled `first` to `setting`; then it is
    wanted at the filing like any other.
    """

    evidence: str
    at: str = ""
    setting: str = ""


@check("proof", Proof)
def proof(rule: Rule, params: Proof, request: Request) -> tuple[Finding, ...]:
    """Without its paper the request is refused at filing, or where it may follow, at the step by which it is due."""
    if not absent(request.values.get(params.evidence)) or not holds(rule.when, request.values):
        return ()
    field = request.procedure.field_by_id[params.evidence]
    later = bool(params.at) and not applies(rule, request.values)
    if later and request.facts.setting(params.setting) != "first" and request.step != params.at:
        step = request.procedure.step_by_id[params.at].name
        return (Finding(rule.entry, "warn", f"{field.name}可以后补，最迟在“{step}”时附上。", rule.cite),)
    text = f"要附{field.name}，请上传后再提交。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite, (params.evidence,)),)


def papers_due(procedure: Procedure, step: str, values: Values) -> tuple[str, ...]:
    """The fields of papers that had to be there by the step and are not."""
    return tuple(
        item.params.evidence
        for rule in procedure.rules
        for item in rule.checks
        if isinstance(item.params, Proof) and item.params.at == step
        if holds(rule.when, values) and absent(values.get(item.params.evidence))
    )


@dataclass(frozen=True, slots=True)
class AskedBeforehand:
    """Parameters of `asked_beforehand`: the field with the moment before which the request has to be made."""

    field: str


@check("asked_beforehand", AskedBeforehand)
def asked_beforehand(rule: Rule, params: AskedBeforehand, request: Request) -> tuple[Finding, ...]:
    """A request made at or after the moment is refused; where the moment is a day, after that day."""
    value = request.values.get(params.field)
    if not applies(rule, request.values) or not isinstance(value, str):
        return ()
    moment = moment_of(value, request.facts.calendar, request.facts.now)
    name = request.procedure.field_by_id[params.field].name
    if moment is None or request.facts.now < moment:
        return ()
    text = f"{name}已过，会后补请不算请假，请直接向主任说明。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)


@dataclass(frozen=True, slots=True)
class PointsOut:
    """Parameters of `points_out`: what people are told wherever the rule applies."""

    say: str


@check("points_out", PointsOut)
def points_out(rule: Rule, params: PointsOut, request: Request) -> tuple[Finding, ...]:
    """A word of warning that stops nothing."""
    return (Finding(rule.entry, "warn", params.say, rule.cite),) if applies(rule, request.values) else ()


@dataclass(frozen=True, slots=True)
class LateFiling:
    """`late_filing` has no parameters: a leave that has begun when it is filed is pointed out."""


@check("late_filing", LateFiling)
def late_filing(rule: Rule, params: LateFiling, request: Request) -> tuple[Finding, ...]:
    """Filed after the leave's first half day has begun and without an earlier word: the approvers should know."""
    taken = asked_span(request)
    if taken is None or not taken.slots or not applies(rule, request.values):
        return ()
    if request.facts.now.replace(tzinfo=None) < request.facts.calendar.ends(taken.slots[0]):
        return ()
    begins = slot_text(taken.slots[0])
    text = f"假期自{begins}起，提出时已经开始；事先口头或电话批准过的，请在“是否先口头或电话请假”里选“是”。"
    return (Finding(rule.entry, "warn", text, rule.cite),)
