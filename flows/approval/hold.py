"""挂起 and 恢复: a case is stopped with a reason, which decides nothing, and let go on."""

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import Case
from flows.approval.outcome import Outcome
from flows.approval.run import Run
from flows.approval.turn import turn_of
from flows.errors import AlreadyClosed, NotYourTurn, OnHold, ReasonNeeded, TooLate
from flows.facts import Facts
from flows.people import Ask
from flows.procedure.model import Procedure


def may_hold(case: Case, procedure: Procedure, person: str, facts: Facts) -> bool:
    """Whether the person may stop the case or let it go on: who is asked now, who holds it, the administrator."""
    acts = turn_of(case, procedure, person, facts) is not None
    return acts or person in (facts.office.administrator, case.held)


def _waiting(case: Case) -> tuple[Ask, ...]:
    return tuple(ask for visit in case.visits if visit.status == "open" for ask in visit.asks)


def _may(case: Case, procedure: Procedure, act: Act, facts: Facts, word: str) -> None:
    """Stop who may not.

    Raises:
        AlreadyClosed: the case has ended or is with its applicant. TooLate: nothing waits.
        NotYourTurn: the actor has no say in it now.
    """
    if case.ended or case.state == "returned":
        raise AlreadyClosed(case.state)
    if not _waiting(case):
        raise TooLate(f"本件现在没有在办的步骤，不用{word}。")
    if not may_hold(case, procedure, act.actor, facts):
        raise NotYourTurn(f"只有正在办理的人或办公室管理员可以{word}本件。")


def hold(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Stop the case; it takes no decision and no execution until it is lifted.

    Raises:
        Refused: the actor may not, it is held already, or no reason was given.
    """
    _may(case, procedure, act, facts, "挂起")
    if case.held:
        raise OnHold(f"本件已由{facts.office.name_of(case.held)}挂起，不用再挂。")
    if not act.reason.strip():
        raise ReasonNeeded("请写明挂起的理由。")
    run = Run(case, procedure, facts, act.actor)
    run.write("held", {"reason": act.reason.strip()})
    text = words.held(procedure, case, facts.office, act.actor, act.reason.strip())
    run.tell((case.applicant, *(ask.person for ask in _waiting(case))), "held", text)
    return run.outcome()


def lift(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Let the case go on where it stopped.

    Raises:
        Refused: the actor may not, or it is not held.
    """
    _may(case, procedure, act, facts, "恢复")
    if not case.held:
        raise TooLate("本件没有挂起，不用恢复。")
    run = Run(case, procedure, facts, act.actor)
    run.write("lifted", {"reason": act.reason.strip()})
    text = words.lifted(procedure, case, facts.office, act.actor)
    run.tell((case.applicant, *(ask.person for ask in _waiting(case))), "lifted", text)
    return run.outcome()
