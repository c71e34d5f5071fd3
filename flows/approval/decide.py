"""Who may do what to a case now, and what follows from it.

A decision is compared with the case as it stands and the actor is checked again at that moment: second tap, second
device, forwarded card, stale card, withdrawn case and revoked post each have their own refusal (design section 5).
"""

from collections.abc import Callable, Mapping

from flows.approval import route, words
from flows.approval.act import Act as Act
from flows.approval.added import add_sign, look
from flows.approval.applicant import urge, withdraw
from flows.approval.assign import assign
from flows.approval.back import send_back_to, take_back
from flows.approval.cancel import answer_cancel, cancel
from flows.approval.case import EXTEND, HANDOVER, Case, Visit
from flows.approval.extension import answer_extension, extend
from flows.approval.handover import answer_handover
from flows.approval.hold import hold, lift
from flows.approval.meeting import ACTS as MEETING_ACTS
from flows.approval.onward import leave_over, move_on
from flows.approval.oral import oral, oral_of
from flows.approval.outcome import Outcome
from flows.approval.question import answer, ask
from flows.approval.remark import comment, copy_to, supplement
from flows.approval.run import Run, outcome_fields, role_of
from flows.approval.signing import verdict
from flows.approval.takes_over import TAKES_OVER, answer_taking_over
from flows.approval.transfer import transfer
from flows.approval.turn import may_act, refuse_held, turn_of
from flows.approval.units import answer_unit
from flows.errors import (
    AlreadyClosed,
    AlreadyDone,
    BrokenRule,
    Incomplete,
    NotYourTurn,
    ReasonNeeded,
    Refused,
    StaleButton,
)
from flows.facts import Facts
from flows.families import family_of
from flows.families.duty import UNIT
from flows.families.worked_out import Doing, worked_out
from flows.procedure.checks import Request, examine
from flows.procedure.condition import absent
from flows.procedure.findings import Finding, refusals
from flows.procedure.model import DECIDING, Field, Json, Pack, Procedure, Rule, Step, Values

DECISIONS: Mapping[str, str] = {
    "agree": "agree",
    "reserve": "agree",
    "confirm": "agree",
    "execute": "done",
    "report_return": "done",
    "refuse": "refuse",
    "send_back": "send_back",
}


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
    if visit.extra == "return":
        raise Refused(f"假满返岗请点卡片上的“销假”，或发送“销假 {case.code}”。")
    if visit.extra in _BESIDE:
        return _BESIDE[visit.extra](case, procedure, visit, act, facts)
    step = procedure.step_by_id[visit.step]
    if step.seat == "speakers" and visit.asked(act.actor) is None:
        _refuse_chair_first(case, pack, procedure, act, facts)
    ask = may_act(case, visit, procedure, act.actor, facts)
    refuse_held(case, facts.office)
    decision = _decision(act, step, procedure)
    if (decision in ("refuse", "send_back") or act.verb == "reserve") and not act.reason.strip():
        raise ReasonNeeded("请写明理由。")
    if act.to and decision == "send_back":
        return send_back_to(case, procedure, visit, ask, act, facts)
    recorded = recorded_values(procedure, step, act, case, decision, facts)
    if decision in ("agree", "done"):
        known = {**case.values, **recorded}
        words_given, done = act.reason.strip(), case.done_steps()
        doing = Doing(procedure, known, case.applicant, facts, act.actor, words_given, done)
        recorded |= worked_out(step.id, doing)
    clauses = _examined(case, pack, procedure, step, {**case.values, **recorded}, facts, decision, act.reason)
    run = Run(case, procedure, facts, act.actor)
    said = oral_of(case, visit, act.actor)
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
            **({"reserved": True} if act.verb == "reserve" else {}),
            **({"oral": said.at.isoformat()} if said is not None and decision == "agree" else {}),
        },
    )
    run.findings = clauses
    run.tell((ask.for_,), step.id, words.in_your_place(procedure, run.case, facts.office, run.case.visits[visit.index]))
    if decision in ("refuse", "send_back"):
        _turned_down(run, procedure, step, visit.index, decision, act.reason.strip())
    else:
        move_on(run, visit.index, by=act.actor if decision == "agree" else "")
    return run.outcome()


def _turned_down(run: Run, procedure: Procedure, step: Step, visit: int, decision: str, reason: str) -> None:
    """A refusal or a return takes the case where the step says; a vote against in a ratio may not decide yet."""
    if decision == "refuse" and verdict(run.case, run.case.visits[visit]) == "open":
        return
    run.affect("done", step, decision)
    goto = route.following(procedure, step, run.case.values, decision)
    if goto.kind == "end_refused" and decision == "refuse":
        run.refuse(reason)
    elif goto.kind == "send_back":
        run.send_back(reason)
    else:
        leave_over(run, run.case.visits[visit])
        run.advance(goto)


def _decision(act: Act, step: Step, procedure: Procedure) -> str:
    """The word the journal keeps.

    Raises:
        Refused: the verb does not fit a step of this kind.
    """
    if not fits(act.verb, step, procedure):
        raise Refused(_does_not_fit(act.verb, step), entries=(procedure.entry("step", step.id),))
    return "agree" if step.kind == "issue" and act.verb == "execute" else DECISIONS[act.verb]


def fits(verb: str, step: Step, procedure: Procedure) -> bool:
    """Whether the verb is one for a step of this kind.

    What is decided is agreed to or refused, what is carried out is done; a return from a leave is reported and
    confirmed, nothing else; nobody sends their own act back to themselves.
    """
    decides = step.kind in DECIDING or step.kind == "confirm"
    if step.seat and decides and step.kind != "instruct":
        return verb in ("agree", "confirm") and step.seat != "voters"
    match verb:
        case "agree":
            return decides or step.kind == "issue"
        case "reserve":
            return step.kind in ("review", "countersign") and not step.after_return
        case "confirm":
            return decides
        case "execute":
            return not decides
        case "report_return":
            return step.after_return and step.kind == "submit"
        case "refuse":
            return (decides or step.kind == "issue") and not step.after_return
        case _:
            return step.kind != "submit" and step.actor != procedure.initiator and not step.after_return


def _does_not_fit(verb: str, step: Step) -> str:
    if step.seat == "voters":
        return "会上逐项表决：请点卡片上各项的同意、反对或缓议，或发送“表决 码 序号 同意”。"
    if step.seat and step.kind != "instruct":
        return f"“{step.name}”是会上发言，说完点一下即可；表决在后面逐项进行。"
    if verb == "reserve":
        return f"“{step.name}”这一步要明确表态，不能保留意见；审核和会签才可以。"
    if step.after_return and verb in ("refuse", "send_back"):
        return "销假只作确认；时间有出入的，请先与本人核对，再请考勤员登记。"
    if step.kind in DECIDING or step.kind == "confirm":
        return f"“{step.name}”这一步要表态，请点卡片上的按钮，或发送“同意”“不同意”加本件的码。"
    if verb in ("refuse", "send_back") and step.kind == "submit":
        return f"“{step.name}”由本人办理，没有可退回的；如不再需要，可以撤回。"
    back = "" if verb == "send_back" else "；内容有问题可以退回修改"
    return f"“{step.name}”这一步是办理，不作审批，请点卡片上的“{step.button or words.KINDS[step.kind]}”{back}。"


def _visit_meant(case: Case, procedure: Procedure, act: Act, pack: Pack, facts: Facts) -> Visit:
    """The open visit the act is about.

    Raises:
        AlreadyDone: it was decided before. AlreadyClosed: the case has ended. StaleButton: it was made void.
        NotYourTurn, BrokenRule: it is not open (yet); a rule that demands an earlier decision is named.
    """
    named = _named_visit(case, procedure, act, facts)
    if named is not None and named.status == "open":
        return named
    if named is not None and named.status == "done" and named.done_at is not None:
        mine = act.actor in (named.done_by, named.done_for)
        if mine or not case.ended:
            raise AlreadyDone(named.done_by, named.done_at, mine=mine)
    if case.ended or case.state == "returned":
        raise AlreadyClosed(case.state)
    if named is not None:
        _refuse_paused(case, named, act, facts)
        raise StaleButton("这张卡片已经失效，请看最新的一张。")
    step = procedure.step_by_id.get(act.step)
    if step is not None:
        _refuse_too_early(case, pack, procedure, step, facts)
    raise NotYourTurn("这一步现在不在您这里。", entries=(procedure.entry("step", act.step),) if step else ())


def _refuse_paused(case: Case, named: Visit, act: Act, facts: Facts) -> None:
    """A card whose step waits for somebody asked to look first.

    Raises:
        NotYourTurn: it is so.
    """
    first = [v for v in case.visits if v.of == named.index and v.place == "before" and v.status == "open"]
    if first and named.asked(act.actor):
        names = "、".join(facts.office.name_of(ask.person) for ask in first[0].asks)
        raise NotYourTurn(f"已请{names}先看，看过之后会再请您办理。")


def _named_visit(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Visit | None:
    if act.visit >= 0:
        return next((visit for visit in case.visits if visit.index == act.visit), None)
    if act.step:
        own = [visit for visit in case.visits_of_round() if visit.step == act.step]
        mine = turn_of(case, procedure, act.actor, facts)
        return mine if mine in own else own[-1] if own else None
    if case.open_visit is not None:
        return turn_of(case, procedure, act.actor, facts) or _just_done_by(case, act) or case.open_visit
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


def _refuse_chair_first(case: Case, pack: Pack, procedure: Procedure, act: Act, facts: Facts) -> None:
    """The chair has a step of their own to speak at, after the others.

    Raises:
        BrokenRule: the rule that says so.
    """
    for step in procedure.steps:
        if step.seat == "chair" and step.kind == "review" and _assigned_to(procedure, step, case, facts) == {act.actor}:
            _refuse_too_early(case, pack, procedure, step, facts)


def _assigned_to(procedure: Procedure, step: Step, case: Case, facts: Facts) -> set[str]:
    """Staff numbers of who would be asked at the step now."""
    return {ask.person for ask in assign(procedure, step, case.applicant, facts, case.values).asks}


def recorded_values(
    procedure: Procedure, step: Step, act: Act, case: Case, decision: str, facts: Facts
) -> dict[str, Json]:
    """The outcome fields the act records, defaults and what the family knows filled in.

    Raises:
        Incomplete: the step must record something that is missing.
    """
    fields = outcome_fields(procedure, step)
    known = {item.id for item in fields} | set(act.set)
    recorded: dict[str, Json] = {key: value for key, value in act.set.items() if key in known}
    recorded |= _opinion(fields, recorded, decision)
    if decision in ("refuse", "send_back"):
        return recorded
    for item in fields:
        if absent(recorded.get(item.id)) and item.default:
            recorded[item.id] = case.values.get(item.default)
    recorded.update(family_of(procedure).fill_in(procedure, step, case, recorded, facts))
    lacking = tuple(item.id for item in fields if item.required and absent(recorded.get(item.id)))
    if lacking:
        names = "、".join(procedure.field_by_id[item].name for item in lacking)
        raise Incomplete(lacking, sentence=f"请先填：{names}。", entries=(procedure.entry("step", step.id),))
    return recorded


def _opinion(fields: tuple[Field, ...], recorded: Values, decision: str) -> dict[str, Json]:
    """An opinion in the decision's own word where nobody wrote another: 同意 or 不同意."""
    word = {"agree": "同意", "refuse": "不同意"}.get(decision, "")
    return {item.id: word for item in fields if word in item.choices and absent(recorded.get(item.id))}


def _examined(
    case: Case, pack: Pack, procedure: Procedure, step: Step, values: Values, facts: Facts, decision: str, reason: str
) -> tuple[Finding, ...]:
    """What the rules of this step find; a refusal stops an agreement or an execution.

    Raises:
        BrokenRule: a rule demands something first.
    """
    own = family_of(procedure).examine_at(procedure, step, case, values, facts)
    found = (*own, *_at_step(case, pack, procedure, step, values, facts, reason))
    refused = refusals(found)
    if refused and decision not in ("refuse", "send_back"):
        raise BrokenRule(refused)
    return tuple(finding for finding in found if finding.weight == "reason")


def _at_step(
    case: Case, pack: Pack, procedure: Procedure, step: Step, values: Values, facts: Facts, reason: str = ""
) -> tuple[Finding, ...]:
    outcomes = {item.id for item in outcome_fields(procedure, step)}
    rules = tuple(rule for rule in procedure.rules if _bound_to(rule, step.id, outcomes))
    if not rules:
        return ()
    taken = tuple(visit.step for visit in case.visits_of_round() if visit.status == "done")
    rest = tuple(item.id for item in route.ahead(procedure, step, values))
    request = Request(
        pack, procedure, values, facts, case.applicant, (*taken, *rest), step.id, case.done_steps(), reason, acting=True
    )
    return examine(request, rules)


def _bound_to(rule: Rule, step: str, outcomes: set[str]) -> bool:
    """Whether the rule speaks when this step is acted on: it names the step, or reads what the step records."""
    if any(_speaks_at(item.params, step) for item in rule.checks):
        return True
    return any(test.field in outcomes for test in rule.when)


def _speaks_at(params: object, step: str) -> bool:
    at = getattr(params, "at", "")
    return step in at if isinstance(at, tuple) else at == step


_SPECIAL: Mapping[str, Callable[[Case, Procedure, Act, Facts], Outcome]] = {
    "withdraw": withdraw,
    "urge": urge,
    "cancel": cancel,
    "extend": extend,
    "transfer": transfer,
    "add_sign": add_sign,
    "take_back": take_back,
    "hold": hold,
    "lift": lift,
    "ask": ask,
    "answer": answer,
    "comment": comment,
    "supplement": supplement,
    "copy_to": copy_to,
    "oral": oral,
    **MEETING_ACTS,
}
_BESIDE: Mapping[str, Callable[[Case, Procedure, Visit, Act, Facts], Outcome]] = {
    "cancel": answer_cancel,
    EXTEND: answer_extension,
    "add_sign": look,
    HANDOVER: answer_handover,
    TAKES_OVER: answer_taking_over,
    UNIT: answer_unit,
}
"""How a visit that no step asked for is decided, by its `extra`."""
