"""延期: a deadline put off once the post the text names agrees, never beyond the text's limit.

Asking decides nothing: the consent is a small visit beside the route, the day asked for stands at the head of its
reason. Once agreed to, the day is kept in the case and the step that is open gets its new deadline.
"""

from dataclasses import replace
from datetime import date

from flows.approval import words
from flows.approval.act import Act
from flows.approval.assign import assign
from flows.approval.case import EXTEND, Case, Visit
from flows.approval.outcome import Effects, Outcome, Timer
from flows.approval.run import Run
from flows.approval.turn import may_act, refuse_held
from flows.calendar import day_text
from flows.deadlines.due import count_from
from flows.errors import AlreadyClosed, BrokenRule, NotYourTurn, ReasonNeeded, Refused, TooLate
from flows.facts import Facts
from flows.families.extension_checks import Extension, extension_of
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Rule, Step

_ABSENT = "规定没有写续假，请另报一件请假，从原假期满的次日起；审批人会看到原来的假。"
_NONE = "规定没有写本事项可以延期，请按原来的期限办理。"


def extend(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Ask for the deadline to be put off to the day in `set` (`until`), with the reason.

    Raises:
        Refused: one of its kinds; nothing has happened then.
    """
    found = extension_of(procedure)
    if found is None:
        raise Refused(_ABSENT if procedure.family == "leave" else _NONE)
    rule, params = found
    _refuse_if_not_theirs(case, act, facts)
    until = _day_asked(act)
    _refuse_if_beyond(case, rule, params, until, facts)
    reason = act.reason.strip()
    run = Run(case, procedure, facts, act.actor)
    step = Step(EXTEND, words.EXTRAS[EXTEND], params.post, "approve")
    assignment = assign(procedure, step, case.applicant, facts, case.values)
    run.ask_beside(
        "entered", replace(step, id=params.step), assignment, EXTEND, f"{until.isoformat()} {reason}".strip()
    )
    run.write("noted", {"clauses": [rule.entry]})
    names = "、".join(words.called(facts.office, ask.person) for ask in assignment.asks)
    return run.outcome(answer=f"已请{names}批准延期到{day_text(until)}；批准之前仍按原期限办。")


def may_extend(case: Case, procedure: Procedure, viewer: str) -> bool:
    """Whether the viewer may ask for more time now."""
    if extension_of(procedure) is None or case.ended or case.held or case.state == "returned":
        return False
    asked_for = any(visit.extra == EXTEND and visit.status == "open" for visit in case.visits)
    return not asked_for and viewer in (case.applicant, *_dealing(case))


def _dealing(case: Case) -> frozenset[str]:
    open_now = (visit for visit in case.visits if visit.status == "open" and not visit.extra)
    return frozenset(ask.person for visit in open_now for ask in visit.asks)


def _refuse_if_not_theirs(case: Case, act: Act, facts: Facts) -> None:
    if case.ended or case.state == "returned":
        raise AlreadyClosed(case.state)
    refuse_held(case, facts.office)
    if act.actor not in (case.applicant, *_dealing(case)):
        raise NotYourTurn("只有登记本件的人和正在办理的人可以申请延期。")
    if any(visit.extra == EXTEND and visit.status == "open" for visit in case.visits):
        raise TooLate("延期已经提出，正等批准，不用重复提出。")


def _day_asked(act: Act) -> date:
    try:
        return date.fromisoformat(str(act.set.get("until") or "")[:10])
    except ValueError:
        raise ReasonNeeded("请写明延到哪一天和理由，例如：延期 8f3k 12月31日 还要核实。") from None


def _refuse_if_beyond(case: Case, rule: Rule, params: Extension, until: date, facts: Facts) -> None:
    """Stop an extension past the last day the text admits.

    Raises:
        BrokenRule: it is. TooLate: the day is over.
    """
    start = params.start(case, facts)
    last = count_from(start, params.most, facts.calendar).date() if start is not None else None
    if last is not None and until > last:
        text = f"最多延到{day_text(last)}，不能延到{day_text(until)}，请改一个日期再提出。"
        raise BrokenRule((Finding(rule.entry, "refuse", text, rule.cite),))
    if until < facts.now.date():
        raise TooLate("要延到的日期已经过了，请写今天以后的日期。")


def answer_extension(case: Case, procedure: Procedure, visit: Visit, act: Act, facts: Facts) -> Outcome:
    """The extension agreed to, or not; only the deadline changes.

    Raises:
        Refused: the actor is not asked, or gave no reason for a refusal.
    """
    ask = may_act(case, visit, procedure, act.actor, facts)
    refuse_held(case, facts.office)
    if act.verb not in ("agree", "confirm", "refuse"):
        raise Refused("这里请答复延期，请选“同意延期”或“不同意延期”。")
    reason, agreed = act.reason.strip(), act.verb != "refuse"
    if not agreed and not reason:
        raise ReasonNeeded("请写明不同意延期的理由。")
    run = Run(case, procedure, facts, act.actor)
    where: dict[str, Json] = {"visit": visit.index, "step": visit.step}
    run.write("done", {**where, "decision": "agree" if agreed else "refuse", "for": ask.for_, "reason": reason})
    until = visit.reason.partition(" ")[0]
    if agreed:
        _put_off(run, until)
    said = f"已同意延期到{day_text(date.fromisoformat(until))}" if agreed else f"不同意延期：{reason}"
    who = words.called(facts.office, act.actor)
    waiting = tuple(other.person for v in case.visits if v.status == "open" for other in v.asks)
    text = f"{words.title(procedure, case, facts.office)}（{case.no}）：{who}{said}。"
    run.tell((case.applicant, *waiting), EXTEND, text)
    return run.outcome(answer=f"{said}。")


def _put_off(run: Run, until: str) -> None:
    """Keep the day, and give the steps that are open their new deadline."""
    found = extension_of(run.procedure)
    assert found is not None
    run.write("changed", {"set": {found[1].field: until}})
    for visit in run.case.visits:
        step = run.procedure.step_by_id.get(visit.step)
        if visit.status != "open" or visit.extra or step is None:
            continue
        due = run.due(step)
        if due is not None and due != visit.due_at:
            run.write("rescheduled", {"visit": visit.index, "due": due.isoformat()})
            run.effects += Effects(timers=(Timer(due, "due", visit.index),))
