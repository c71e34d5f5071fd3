"""撤销: an approved request is undone, once whoever approved it last agrees.

The consent is a small visit beside the route. Until it is given nothing is carried out; a refusal leaves the case as
it was. What was carried out already (stamped, issued, begun) is not undone.
"""

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import Case, Visit
from flows.approval.consent import cancel_visit, consenting, last_approval
from flows.approval.outcome import Outcome
from flows.approval.run import Run
from flows.approval.turn import may_act
from flows.errors import AlreadyClosed, NotYourTurn, OnHold, ReasonNeeded, Refused, TooLate
from flows.facts import Facts
from flows.families import family_of
from flows.procedure.model import Json, Procedure


def may_cancel(case: Case, procedure: Procedure, facts: Facts) -> bool:
    """Whether the applicant may ask for the case to be undone now."""
    try:
        _refuse_if_late(case, procedure, facts)
    except Refused:
        return False
    return True


def _refuse_if_late(case: Case, procedure: Procedure, facts: Facts) -> None:
    """Stop a cancellation that comes too early, too late or twice.

    Raises:
        Refused: one of its kinds, with what can be done instead.
    """
    if case.ended:
        raise AlreadyClosed(case.state)
    if case.state != "approved":
        raise TooLate(f"本件还没有批准，不用撤销；如不再需要，请撤回：发送“撤回 {case.code}”。")
    if case.held:
        raise OnHold("本件已挂起，恢复后才能撤销。")
    asked = cancel_visit(case)
    if asked is not None:
        names = "、".join(words.called(facts.office, ask.person) for ask in asked.asks)
        raise TooLate(f"撤销已经提出，正等{names}同意，不用重复提出。")
    _refuse_if_carried_out(case, procedure, facts)


def _refuse_if_carried_out(case: Case, procedure: Procedure, facts: Facts) -> None:
    why = family_of(procedure).too_late_to_undo(procedure, case, facts)
    if why:
        raise TooLate(why, entries=family_of(procedure).keeps_it(procedure))


def cancel(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Ask the last approver to agree that the approved request is undone; done at once where nobody else decided."""
    if act.actor != case.applicant:
        raise NotYourTurn("只有申请人本人可以撤销。")
    _refuse_if_late(case, procedure, facts)
    reason = act.reason.strip()
    if not reason:
        raise ReasonNeeded("请写明撤销的理由。")
    run = Run(case, procedure, facts, act.actor)
    approved = last_approval(case)
    assignment = consenting(case, procedure, facts)
    if approved is None or not assignment.asks:
        _undo(run, reason)
        return run.outcome(answer="已撤销。")
    run.ask_beside("cancel_asked", procedure.step_by_id[approved.step], assignment, "cancel", reason)
    names = "、".join(words.called(facts.office, ask.person) for ask in assignment.asks)
    return run.outcome(answer=f"已提出撤销，等{names}同意；同意之前本件仍然有效。")


def answer_cancel(case: Case, procedure: Procedure, visit: Visit, act: Act, facts: Facts) -> Outcome:
    """The consent given or refused; a refusal leaves the case as it was."""
    ask = may_act(case, visit, procedure, act.actor, facts)
    if case.held:
        raise OnHold("本件已挂起，恢复后才能继续办理。")
    if act.verb not in ("agree", "confirm", "refuse"):
        raise Refused("申请人要撤销本件，请选“同意撤销”或“不同意撤销”。")
    reason = act.reason.strip()
    agreed = act.verb != "refuse"
    if agreed:
        _refuse_if_carried_out(case, procedure, facts)
    elif not reason:
        raise ReasonNeeded("请写明不同意撤销的理由。")
    run = Run(case, procedure, facts, act.actor)
    decision = "agree" if agreed else "refuse"
    where: dict[str, Json] = {"visit": visit.index, "step": visit.step}
    run.write("done", {**where, "decision": decision, "for": ask.for_, "reason": reason})
    if agreed:
        _undo(run, visit.reason)
        return run.outcome(answer="已同意撤销。")
    kept = words.cancel_refused(procedure, case, facts.office, act.actor, reason)
    run.tell((case.applicant,), "approved", kept)
    return run.outcome(answer="已记为不同意撤销，本件仍然有效。")


def _undo(run: Run, reason: str) -> None:
    """End the case as cancelled, take back what followed from it, and tell everybody it concerned."""
    case, office = run.case, run.facts.office
    people = _concerned(run)
    run.write("cancelled", {"reason": reason})
    run.affect("cancelled")
    run.tell(people, "cancelled", words.cancelled(run.procedure, case, office))
    run.tell((case.applicant,), "cancelled", words.own_cancelled(run.procedure, case))


def _concerned(run: Run) -> tuple[str, ...]:
    """Everybody who acted in this round, is asked now or was told of a step done, the applicant excepted."""
    family = family_of(run.procedure)
    people: list[str] = []
    for visit in run.case.visits_of_round():
        people += [ask.person for ask in visit.asks] if visit.status == "open" else [visit.done_by]
        step = run.procedure.step_by_id.get(visit.step)
        if visit.status == "done" and step is not None and not visit.extra:
            people += family.told(step, run.case, run.procedure, run.facts)
    return tuple(person for person in people if person != run.case.applicant)
