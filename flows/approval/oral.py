"""口头同意: an oral or telephone approval written down afterwards; it counts once the leader's own tap confirms it."""

from datetime import datetime

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import CONSENTS, Case, Oral, Visit
from flows.approval.outcome import Notice, Outcome
from flows.approval.remark import may_copy
from flows.approval.run import Run, role_of
from flows.errors import AlreadyClosed, NotYourTurn, ReasonNeeded, TooLate
from flows.facts import Facts
from flows.procedure.model import DECIDING, Procedure


def oral(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Write down that a leader who is asked now has agreed by word of mouth; the leader is asked to confirm it.

    `act.set` names the leader (`by`) and the moment (`at`).
    """
    if not may_copy(case, act.actor) and act.actor != facts.office.administrator:
        raise NotYourTurn("只有申请人和经办本件的人可以补记口头同意。")
    if case.ended or case.state == "returned":
        raise AlreadyClosed(case.state)
    leader, said = act.set.get("by"), act.set.get("at")
    if not isinstance(leader, str) or not isinstance(said, str):
        raise ReasonNeeded("请写明哪位领导、什么时候口头同意的，例如：口头同意 8f3k 王芳 今天7:40。")
    at = datetime.fromisoformat(said)
    if at > facts.now:
        raise TooLate("口头同意的时间不能晚于现在，请核对。")
    visit = _waiting_for(case, procedure, leader)
    if visit is None:
        raise TooLate(f"本件现在不等{words.called(facts.office, leader)}表态，不用补记。")
    run = Run(case, procedure, facts, act.actor)
    run.write("oral_noted", {"visit": visit.index, "step": visit.step, "by": leader, "said_at": at.isoformat()})
    text = words.oral_noted(procedure, case, facts.office, act.actor, at)
    run.notices.append(Notice(leader, "tell", visit.step, role_of(visit.kind), visit.index, text))
    return run.outcome(answer=f"已补记，等{words.called(facts.office, leader)}本人确认；确认之前还不算批准。")


def _waiting_for(case: Case, procedure: Procedure, leader: str) -> Visit | None:
    """The open deciding visit that waits for the leader; what is said or voted at a meeting is said there."""
    waiting = (v for v in case.visits if v.status == "open" and v.kind in DECIDING and v.extra not in CONSENTS)
    seats = {step.id for step in procedure.steps if step.seat}
    return next((v for v in waiting if v.asked(leader) is not None and v.step not in seats), None)


def oral_of(case: Case, visit: Visit, actor: str) -> Oral | None:
    """What was written down of the actor's own oral approval at the visit, if anything."""
    return next((each for each in reversed(case.orals) if (each.visit, each.by) == (visit.index, actor)), None)
