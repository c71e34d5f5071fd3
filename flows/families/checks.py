"""Checks any family may use: filing in time, evidence, an earlier decision, circumstances that refuse."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from flows.approval.assign import natural
from flows.calendar import day_text, slot_text
from flows.facts import Facts
from flows.families.span import Span, back_on, counted, requested
from flows.families.told import fits_length, length_of
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.condition import absent, holds
from flows.procedure.findings import Finding, Weight
from flows.procedure.model import DECIDING, Rule, Test

Measure = Literal["days", "natural_days"]


def weight_of(rule: Rule, request: Request) -> Weight:
    """How a broken rule weighs: a soft one warns unless the office has settled that it blocks."""
    if not rule.soft:
        return "refuse"
    return "refuse" if request.facts.setting("soft_as") == "block" else "warn"


def asked_span(request: Request) -> Span | None:
    """The time the request takes, if it names one."""
    return requested(request.procedure, request.values, request.facts)


@dataclass(frozen=True, slots=True)
class EvidenceAbove:
    """Parameters of `evidence_above`: a file is needed where the measure is over so many days.

    `setting` names the office's word (natural or workday) that goes before `measure`.
    """

    evidence: str
    over: float
    measure: Measure = "days"
    setting: str = ""


@check("evidence_above", EvidenceAbove)
def evidence_above(rule: Rule, params: EvidenceAbove, request: Request) -> tuple[Finding, ...]:
    """Longer than allowed without evidence: the evidence is asked for."""
    taken = asked_span(request)
    if taken is None or not applies(rule, request.values):
        return ()
    settled = {"natural": True, "workday": False}.get(str(request.facts.setting(params.setting)))
    by_nature = params.measure == "natural_days" if settled is None else settled
    length = counted(taken, natural=by_nature)
    if length <= params.over:
        return ()
    field = request.procedure.field_by_id[params.evidence]
    said = f"{'连休息日共' if by_nature else '共'} {length:g} 天，超过 {params.over:g} 天"
    if not absent(request.values.get(params.evidence)):
        return (reason(rule, f"{said}，已附{field.name}"),)
    text = f"{said}要附{field.name}，请上传后再提交。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite, (params.evidence,)),)


@dataclass(frozen=True, slots=True)
class FileBefore:
    """Parameters of `file_before`: filed before the leave's first half day ends, or (`ahead`) before it begins.

    The rule's own exception may be filed after the fact, up to the day back and as many working days more as the
    setting `grace` says (none unless it is a number), with `exempt` as the reason; `unless` names circumstances
    that are only pointed out.
    """

    ahead: bool = False
    unless: tuple[Test, ...] = ()
    grace: str = ""
    exempt: str = ""


@check("file_before", FileBefore)
def file_before(rule: Rule, params: FileBefore, request: Request) -> tuple[Finding, ...]:
    """Filed after the fact: refused, or accepted by the rule's own exception and then said to rest on it."""
    taken = asked_span(request)
    if taken is None or not taken.slots or not holds(rule.when, request.values):
        return ()
    calendar, now = request.facts.calendar, request.facts.now.replace(tzinfo=None)
    limit = calendar.begins(taken.slots[0]) if params.ahead else calendar.ends(taken.slots[0])
    if now < limit:
        return ()
    if rule.except_ and holds(rule.except_, request.values):
        return _after_the_fact(rule, params, taken, request.facts)
    begins = slot_text(taken.slots[0])
    if params.unless and holds(params.unless, request.values):
        return (Finding(rule.entry, "warn", f"假期自{begins}起，未能提前报告，请在事由里说明。", rule.cite),)
    text = f"假期自{begins}起，须事先提出；请改为以后的时间，或向审批人说明后改报适用的假别。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)


def _after_the_fact(rule: Rule, params: FileBefore, taken: Span, facts: Facts) -> tuple[Finding, ...]:
    named = reason(rule, params.exempt)
    last = _last_day_to_file(params, taken, facts)
    if facts.now.date() <= last:
        return (named,)
    late = f"补单最迟应在{day_text(last)}办，现在已晚，请在事由里说明。"
    return (named, Finding(rule.entry, "warn", late, rule.cite))


def _last_day_to_file(params: FileBefore, taken: Span, facts: Facts) -> date:
    back = back_on(taken, facts.calendar).day
    more = facts.setting(params.grace)
    extra = int(more) if isinstance(more, (int, float)) and not isinstance(more, bool) else 0
    return facts.calendar.add_workdays(back, extra)


@dataclass(frozen=True, slots=True)
class DecidedBefore:
    """Parameters of `decided_before`: nobody acts at `at` before one of these steps was done.

    `unless` names the circumstances in which no decision is needed.
    """

    steps: tuple[str, ...]
    at: str
    unless: tuple[Test, ...] = ()


@check("decided_before", DecidedBefore)
def decided_before(rule: Rule, params: DecidedBefore, request: Request) -> tuple[Finding, ...]:
    """Acting without the decision the text demands is refused; at filing the rule has nothing to say."""
    if request.step != params.at or not applies(rule, request.values):
        return ()
    if request.done & set(params.steps) or (params.unless and holds(params.unless, request.values)):
        return ()
    names = "、".join(
        request.procedure.step_by_id[step].name
        for step in params.steps
        if step in request.path or len(params.steps) == 1
    )
    wanted = f"还没有“{names}”" if names else "还没有领导批准"
    text = f"{wanted}，不能办理“{request.procedure.step_by_id[params.at].name}”，请等批准后再办。"
    return (Finding(rule.entry, "refuse", text, rule.cite),)


@dataclass(frozen=True, slots=True)
class NotOwnDecision:
    """`not_own_decision` has no parameters: the engine sends a case of one's own to the next higher post."""


@check("not_own_decision", NotOwnDecision)
def not_own_decision(rule: Rule, params: NotOwnDecision, request: Request) -> tuple[Finding, ...]:
    """The rule is why a step the applicant would decide goes to somebody else."""
    raised = [
        step.name
        for step in (request.procedure.step_by_id[name] for name in request.path)
        if step.kind in DECIDING | {"confirm"}
        and step.actor != request.procedure.initiator
        and any(p.staff_no == request.applicant for p in natural(request.facts.office, step.actor, request.applicant))
    ]
    if not raised or not applies(rule, request.values):
        return ()
    return (reason(rule, f"本人不能审批自己的申请，“{'、'.join(raised)}”由他人办理"),)


@dataclass(frozen=True, slots=True)
class FormFilled:
    """Parameters of `form_filled`: the lines of the form that the rule demands."""

    fields: tuple[str, ...]


@check("form_filled", FormFilled)
def form_filled(rule: Rule, params: FormFilled, request: Request) -> tuple[Finding, ...]:
    """The rule is why these lines are asked for."""
    lacking = tuple(name for name in params.fields if absent(request.values.get(name)))
    if not lacking or not applies(rule, request.values):
        return ()
    names = "、".join(request.procedure.field_by_id[name].name for name in lacking)
    return (Finding(rule.entry, "refuse", f"还缺：{names}，请补齐后再提交。", rule.cite, lacking),)


@dataclass(frozen=True, slots=True)
class RefuseWhen:
    """Parameters of `refuse_when`: the circumstances that refuse (`if`), and what the person is told."""

    if_: tuple[Test, ...]
    say: str


@check("refuse_when", RefuseWhen)
def refuse_when(rule: Rule, params: RefuseWhen, request: Request) -> tuple[Finding, ...]:
    """The circumstances hold: refused in the rule's own words."""
    if not applies(rule, request.values) or not holds(params.if_, request.values):
        return ()
    return (Finding(rule.entry, weight_of(rule, request), params.say, rule.cite),)


@dataclass(frozen=True, slots=True)
class Tells:
    """Parameters of `tells`: who is told, for requests of at least `from_days` and fewer than `under_days`.

    Where `one_is_enough`, the first of the names with somebody who is here; else all of them.
    """

    who: tuple[str, ...]
    from_days: float | None = None
    under_days: float | None = None
    one_is_enough: bool = False


@check("tells", Tells)
def tells(rule: Rule, params: Tells, request: Request) -> tuple[Finding, ...]:
    """The rule is why these people are told (flows.families.told does the telling)."""
    if not applies(rule, request.values):
        return ()
    days = length_of(request.procedure, request.values, request.facts)
    return (reason(rule),) if fits_length(params, days) else ()


@dataclass(frozen=True, slots=True)
class ReturnDue:
    """Parameters of `return_due`: the return from a leave is due on the first working day after it.

    `at` is the step that reports it: nobody comes back from a leave that has not begun. `counts_as` is what the time
    past the leave is.
    """

    at: str = ""
    counts_as: str = "缺勤"


@check("return_due", ReturnDue)
def return_due(rule: Rule, params: ReturnDue, request: Request) -> tuple[Finding, ...]:
    """The rule is why the return is due on that day; reporting it before the leave begins is refused."""
    taken = asked_span(request)
    if taken is None or not taken.slots or not applies(rule, request.values):
        return ()
    begins = request.facts.calendar.begins(taken.slots[0])
    if params.at and request.step == params.at and request.facts.now.replace(tzinfo=None) < begins:
        text = f"假期自{slot_text(taken.slots[0])}起，还没有开始，不用销假；不再休的请申请撤销。"
        return (Finding(rule.entry, "refuse", text, rule.cite),)
    back = back_on(taken, request.facts.calendar)
    return (reason(rule, f"假满后{slot_text(back)}返岗，当天销假；逾期未销的时间算{params.counts_as}"),)
