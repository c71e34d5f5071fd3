"""Who may do what to a case now, and what follows from it.

A decision is compared with the case as it stands and the actor is checked again at that moment: second tap, second
device, forwarded card, stale card, withdrawn case and revoked post each have their own refusal (design section 5).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from flows.approval import route, words
from flows.approval.assign import assign
from flows.approval.case import Case, Visit
from flows.approval.outcome import Notice, Outcome
from flows.approval.run import Run, outcome_fields, role_of
from flows.calendar import Slot, moment_text
from flows.errors import (
    AlreadyClosed,
    AlreadyDone,
    BrokenRule,
    Incomplete,
    NotYourTurn,
    OnHold,
    OwnCase,
    ReasonNeeded,
    Refused,
    StaleButton,
    TooLate,
    TooSoon,
)
from flows.facts import Facts
from flows.people import Ask
from flows.procedure.checks import Request, examine
from flows.procedure.condition import absent
from flows.procedure.findings import Finding, refusals
from flows.procedure.model import DECIDING, Json, Pack, Procedure, Rule, Step, Values

DECISIONS: Mapping[str, str] = {
    "agree": "agree",
    "confirm": "agree",
    "execute": "done",
    "report_return": "done",
    "refuse": "refuse",
    "send_back": "send_back",
}


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to a case.

    `visit` is set by a button (it names the very asking it belongs to), `step` by a typed or scripted act; with
    neither, the open step is meant. `set` are the outcome fields recorded with it.
    """

    verb: str
    actor: str
    step: str = ""
    visit: int = -1
    reason: str = ""
    set: Values = field(default_factory=lambda: MappingProxyType({}))


def act_on(case: Case, pack: Pack, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """The case after the act, with everything that follows from it.

    Raises:
        Refused: one of its kinds; nothing has happened then.
    """
    special = _SPECIAL.get(act.verb)
    if special is not None:
        return special(case, procedure, act, facts)
    if act.verb not in DECISIONS:
        raise StaleButton("没有这个操作。")
    return _decide(case, pack, procedure, act, facts)


def _decide(case: Case, pack: Pack, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    visit = _visit_meant(case, procedure, act, pack, facts)
    step = procedure.step_by_id[visit.step]
    ask = may_act(case, visit, procedure, act.actor, facts)
    if case.held:
        raise OnHold("本件已挂起，恢复后才能继续办理。", entries=(procedure.entry("step", step.id),))
    decision = _decision(act, step)
    if decision in ("refuse", "send_back") and not act.reason.strip():
        raise ReasonNeeded("请写明理由。")
    recorded = recorded_values(procedure, step, act, case, decision)
    clauses = _examined(case, pack, procedure, step, {**case.values, **recorded}, facts, decision)
    run = Run(case, procedure, facts, act.actor)
    run.write(
        "done",
        {
            "visit": visit.index,
            "step": step.id,
            "decision": decision,
            "for": ask.for_,
            "reason": act.reason.strip(),
            "set": recorded,
            "clauses": [finding.entry for finding in clauses],
        },
    )
    run.findings = clauses
    run.affect("done", step, decision)
    run.tell_after(step)
    _go_on(run, procedure, step, decision, act)
    return run.outcome()


def _go_on(run: Run, procedure: Procedure, step: Step, decision: str, act: Act) -> None:
    said = "agree" if decision == "done" else decision
    goto = route.following(procedure, step, run.case.values, said)
    if goto.kind == "end_refused" and decision == "refuse":
        run.refuse(act.reason.strip())
    elif goto.kind == "send_back" and decision in ("refuse", "send_back"):
        run.send_back(act.reason.strip())
    else:
        meeting = step.actor in run.facts.office.bodies
        same_act = step.kind in DECIDING and decision == "agree" and not meeting
        run.advance(goto, by=act.actor if same_act else "")


def _decision(act: Act, step: Step) -> str:
    """The word the journal keeps.

    Raises:
        Refused: the verb does not fit a step of this kind.
    """
    decides = step.kind in DECIDING or step.kind in ("confirm", "issue")
    decision = DECISIONS[act.verb]
    if decides:
        return "agree" if decision == "done" else decision
    if decision == "refuse":
        raise Refused("这一步是办理，不作审批；有问题请退回修改或挂起。")
    return "done" if decision == "agree" else decision


def _visit_meant(case: Case, procedure: Procedure, act: Act, pack: Pack, facts: Facts) -> Visit:
    """The open visit the act is about.

    Raises:
        AlreadyDone: it was decided before. AlreadyClosed: the case has ended. StaleButton: it was made void.
        NotYourTurn, BrokenRule: it is not open (yet); a rule that demands an earlier decision is named.
    """
    named = _named_visit(case, act)
    if named is not None and named.status == "open":
        return named
    if named is not None and named.status == "done" and named.done_at is not None:
        mine = act.actor in (named.done_by, named.done_for)
        if mine or not case.ended:
            raise AlreadyDone(named.done_by, named.done_at, mine=mine)
    if case.ended or case.state == "returned":
        raise AlreadyClosed(case.state)
    if named is not None:
        raise StaleButton("这张卡片已经失效，请看最新的一张。")
    step = procedure.step_by_id.get(act.step)
    if step is not None:
        _refuse_too_early(case, pack, procedure, step, facts)
    raise NotYourTurn("这一步现在不在您这里。", entries=(procedure.entry("step", act.step),) if step else ())


def _named_visit(case: Case, act: Act) -> Visit | None:
    if act.visit >= 0:
        return next((visit for visit in case.visits if visit.index == act.visit), None)
    if act.step:
        own = [visit for visit in case.visits_of_round() if visit.step == act.step]
        return own[-1] if own else None
    if case.open_visit is not None:
        waiting = [v for v in case.visits if v.status == "open" and v.asked(act.actor)]
        return waiting[-1] if waiting else _just_done_by(case, act) or case.open_visit
    return _just_done_by(case, act) or (case.visits[-1] if case.visits else None)


def _just_done_by(case: Case, act: Act) -> Visit | None:
    """The last visit this actor has done of the kind the verb is for: their second tap, not a stranger's."""
    done = [v for v in case.visits_of_round() if v.status == "done" and v.done_by == act.actor and v.decision]
    deciding = act.verb in ("agree", "confirm", "refuse", "send_back")
    fitting = [v for v in done if (role_of(v.kind) == "approver") == deciding and not (deciding and v.kind == "submit")]
    return fitting[-1] if fitting else None


def _refuse_too_early(case: Case, pack: Pack, procedure: Procedure, step: Step, facts: Facts) -> None:
    found = refusals(_at_step(case, pack, procedure, step, case.values, facts))
    if found:
        raise BrokenRule(found)


def may_act(case: Case, visit: Visit, procedure: Procedure, actor: str, facts: Facts) -> Ask:
    """As whom the actor may act on the open visit now; checked again at the moment of the act.

    Raises:
        OwnCase: nobody decides their own case. NotYourTurn: the actor is not asked (any more).
    """
    step = procedure.step_by_id.get(visit.step)
    person = facts.office.people.get(actor)
    entries = (procedure.entry("step", visit.step),) if step is not None else ()
    fresh = assign(procedure, step, case.applicant, facts) if step is not None and not visit.extra else None
    now_asked = next((ask for ask in fresh.asks if ask.person == actor), None) if fresh else None
    asked = visit.asked(actor)
    if person is None or not person.active or (asked is None and now_asked is None):
        if step is not None and actor == case.applicant and visit.kind in DECIDING:
            raise OwnCase("本人不能审批自己的申请。", entries=entries)
        raise NotYourTurn("这一步不在您这里，您的点击没有生效。", entries=entries)
    if now_asked is not None:
        return now_asked
    assert asked is not None
    if not _still_entitled(asked, visit, procedure, facts):
        raise NotYourTurn("您已不在这个岗位，这一步不再由您办理。", entries=entries)
    return asked


def _still_entitled(ask: Ask, visit: Visit, procedure: Procedure, facts: Facts) -> bool:
    """Whether somebody asked earlier still holds the post, or stands in for one who does."""
    office = facts.office
    if visit.extra or ask.post == procedure.initiator or office.administrator == ask.person:
        return True
    holder = office.people.get(ask.for_ or ask.person)
    body = office.bodies.get(ask.post)
    if body is not None:
        return body.chair == (ask.for_ or ask.person)
    if holder is None or not holder.holds(ask.post):
        return office.stand_ins.get(ask.post) == ask.person
    if not ask.for_:
        return True
    today = facts.now.date()
    ordered = any(
        order.principal == ask.for_ and order.delegate == ask.person and order.covers(procedure.id, today)
        for order in office.delegations
    )
    return ordered or office.stand_ins.get(ask.for_) == ask.person


def recorded_values(procedure: Procedure, step: Step, act: Act, case: Case, decision: str) -> dict[str, Json]:
    """The outcome fields the act records, defaults filled in.

    Raises:
        Incomplete: the step must record something that is missing.
    """
    fields = outcome_fields(procedure, step)
    known = {item.id for item in fields} | set(act.set)
    recorded: dict[str, Json] = {key: value for key, value in act.set.items() if key in known}
    if decision in ("refuse", "send_back"):
        return recorded
    for item in fields:
        if absent(recorded.get(item.id)) and item.default:
            recorded[item.id] = case.values.get(item.default)
    lacking = tuple(item.id for item in fields if item.required and absent(recorded.get(item.id)))
    if lacking:
        names = "、".join(procedure.field_by_id[item].name for item in lacking)
        raise Incomplete(lacking, sentence=f"请先填：{names}。", entries=(procedure.entry("step", step.id),))
    return recorded


def _examined(
    case: Case, pack: Pack, procedure: Procedure, step: Step, values: Values, facts: Facts, decision: str
) -> tuple[Finding, ...]:
    """What the rules of this step find; a refusal stops an agreement or an execution.

    Raises:
        BrokenRule: a rule demands something first.
    """
    found = _at_step(case, pack, procedure, step, values, facts)
    refused = refusals(found)
    if refused and decision not in ("refuse", "send_back"):
        raise BrokenRule(refused)
    return tuple(finding for finding in found if finding.weight == "reason")


def _at_step(
    case: Case, pack: Pack, procedure: Procedure, step: Step, values: Values, facts: Facts
) -> tuple[Finding, ...]:
    outcomes = {item.id for item in outcome_fields(procedure, step)}
    rules = tuple(rule for rule in procedure.rules if _bound_to(rule, step.id, outcomes))
    if not rules:
        return ()
    taken = tuple(visit.step for visit in case.visits_of_round() if visit.status == "done")
    rest = tuple(item.id for item in route.ahead(procedure, step, values))
    request = Request(
        pack, procedure, values, facts, case.applicant, (*taken, *rest), step.id, frozenset(case.done_steps())
    )
    return examine(request, rules)


def _bound_to(rule: Rule, step: str, outcomes: set[str]) -> bool:
    """Whether the rule speaks when this step is acted on: it names the step, or reads what the step records."""
    if any(getattr(item.params, "at", "") == step for item in rule.checks):
        return True
    return any(test.field in outcomes for test in rule.when)


def _withdraw(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Take the request back before it is decided."""
    if act.actor != case.applicant:
        raise NotYourTurn("只有申请人本人可以撤回。")
    if case.ended:
        raise AlreadyClosed(case.state)
    if case.state == "approved":
        raise TooLate("本件已经批准，不能撤回；如不再需要，请申请撤销。")
    asked = tuple(ask.person for visit in case.visits if visit.status == "open" for ask in visit.asks)
    run = Run(case, procedure, facts, act.actor)
    run.write("withdrawn", {"reason": act.reason.strip()})
    run.affect("withdrawn")
    run.tell(asked, "withdrawn", words.withdrawn(procedure, case, facts.office))
    return run.outcome()


def next_urge(case: Case, facts: Facts) -> datetime | None:
    """When the applicant may press 催办 again: once per case and working day (None: now)."""
    if case.urged_at is None or (
        case.urged_at.date() < facts.now.date() and facts.calendar.is_workday(facts.now.date())
    ):
        return None
    day = facts.calendar.next_workday(facts.now.date())
    return facts.calendar.begins(Slot(day, "am")).replace(tzinfo=facts.now.tzinfo)


def _urge(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Press those who are asked now; people known to be away are not nudged."""
    if act.actor != case.applicant:
        raise NotYourTurn("只有申请人本人可以催办。")
    if case.ended or case.state == "returned":
        raise AlreadyClosed(case.state)
    visit = case.open_visit
    if visit is None or visit.asked(case.applicant):
        raise TooLate("本件现在等的是您本人，不用催办。")
    wait = next_urge(case, facts)
    if wait is not None:
        raise TooSoon(wait, f"本件今天已催办过，下次可催时间：{moment_text(wait)}。")
    step = procedure.step_by_id[visit.step]
    run = Run(case, procedure, facts, act.actor)
    run.write("urged", {"visit": visit.index, "step": visit.step})
    text = words.nudge(procedure, case, facts.office, step)
    for ask in visit.asks:
        if ask.person not in facts.away:
            run.notices.append(Notice(ask.person, "nudge", visit.step, role_of(visit.kind), visit.index, text))
    return run.outcome()


_SPECIAL: Mapping[str, Callable[[Case, Procedure, Act, Facts], Outcome]] = {"withdraw": _withdraw, "urge": _urge}
