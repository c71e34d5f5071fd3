"""Leave asked for by word of mouth or by phone first: who may have agreed, and when (口头或电话请假)."""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.approval.assign import assign
from flows.approval.route import forecast
from flows.deadlines.due import moment_of
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import DECIDING, Rule, Step


@dataclass(frozen=True, slots=True)
class OralApproval:
    """Parameters of `oral_approval`: the fields that say who agreed and when, the step by which that person confirms
    it (`confirmed_at`), and the step at which the form is made up for (`later`), after which the ordinary route runs.
    """

    approver: str
    given_at: str
    confirmed_at: str
    later: str


@check("oral_approval", OralApproval)
def oral_approval(rule: Rule, params: OralApproval, request: Request) -> tuple[Finding, ...]:
    """Only who could grant the leave on its ordinary route, or a higher post, can have granted it by word of mouth."""
    if not applies(rule, request.values) or request.step in (params.confirmed_at, params.later):
        return ()
    lacking = tuple(name for name in (params.approver, params.given_at) if absent(request.values.get(name)))
    if lacking:
        names = "、".join(request.procedure.field_by_id[name].name for name in lacking)
        text = f"先口头或电话请假的，请写明{names}。"
        return (Finding(rule.entry, "refuse", text, rule.cite, lacking),)
    given = moment_of(request.values.get(params.given_at), request.facts.calendar, request.facts.now)
    if given is not None and given.date() > request.facts.now.date():
        text = "口头批准的时间不能晚于现在，请核对。"
        return (Finding(rule.entry, "refuse", text, rule.cite, (params.given_at,)),)
    named = str(request.values[params.approver])
    entitled = _entitled(params, request)
    if named in entitled:
        return (reason(rule),)
    names = "、".join(request.facts.office.name_of(who) for who in entitled)
    who = f"按审批权限应由{names}批准" if names else "按审批权限没有这位领导"
    text = f"{request.facts.office.name_of(named)}不能口头批准这次请假，{who}，请核对口头批准人。"
    return (Finding(rule.entry, "refuse", text, rule.cite, (params.approver,)),)


def _entitled(params: OralApproval, request: Request) -> tuple[str, ...]:
    """Staff numbers of those who decide last on the ordinary route, then of the holders of higher posts."""
    last = _last_level(params, request)
    if last is None:
        return ()
    facts = request.facts
    asks = assign(request.procedure, last, request.applicant, facts).asks
    people = [number for ask in asks for number in (ask.for_, ask.person) if number]
    ladder = facts.pack.hierarchy
    above = ladder[ladder.index(last.actor) + 1 :] if last.actor in ladder else ()
    people += [person.staff_no for post in above for person in facts.office.holders(post)]
    return tuple(number for number in dict.fromkeys(people) if number != request.applicant)


def _last_level(params: OralApproval, request: Request) -> Step | None:
    """The last deciding step after the form was made up for."""
    deciding = [step for step in _after(params.later, request) if step.kind in DECIDING]
    return deciding[-1] if deciding else None


def _after(step: str, request: Request) -> Iterator[Step]:
    passed = False
    for item in forecast(request.procedure, request.values):
        if passed:
            yield item
        passed = passed or item.id == step
