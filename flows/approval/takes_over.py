"""Whoever an applicant names to take over the work is asked to accept, beside the route (design section 5).

Filing and route do not wait for it; a refusal is told to the applicant and to whoever has the request before them.
"""

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import Case, Visit
from flows.approval.outcome import Outcome
from flows.approval.run import Run
from flows.approval.turn import may_act, refuse_held
from flows.errors import ReasonNeeded, Refused
from flows.facts import Facts
from flows.families import family_of
from flows.people import Ask
from flows.procedure.model import Json, Procedure, Step

TAKES_OVER = "takes_over"
"""The `extra` of the visit that asks; it is told apart from the steps by it."""


def ask_to_take_over(run: Run) -> None:
    """Ask the colleague the request names, unless the same one has accepted in an earlier round."""
    procedure, case = run.procedure, run.case
    person = family_of(procedure).takes_over(procedure, case.values, run.facts)
    if not person or person == case.applicant or _accepted(case, person):
        return
    step = Step(TAKES_OVER, words.EXTRAS[TAKES_OVER], procedure.initiator, "notify")
    asks: list[Json] = [[person, procedure.initiator, ""]]
    entry: dict[str, Json] = {"step": step.id, "kind": step.kind, "post": step.actor, "asks": asks, "extra": TAKES_OVER}
    run.open_visit(step, (Ask(person, procedure.initiator),), entry)


def _accepted(case: Case, person: str) -> bool:
    return any(
        visit.extra == TAKES_OVER and visit.done_by == person and visit.decision == "agree" for visit in case.visits
    )


def answer_taking_over(case: Case, procedure: Procedure, visit: Visit, act: Act, facts: Facts) -> Outcome:
    """The colleague accepts, or cannot; neither decides anything about the request."""
    may_act(case, visit, procedure, act.actor, facts)
    refuse_held(case, facts.office)
    if act.verb not in ("agree", "confirm", "execute", "refuse"):
        raise Refused("申请人请您代为负责工作，请选“同意代为负责”或“不能代”。")
    agreed, reason = act.verb != "refuse", act.reason.strip()
    if not agreed and not reason:
        raise ReasonNeeded("请写明不能代的理由。")
    run = Run(case, procedure, facts, act.actor)
    decision = "agree" if agreed else "refuse"
    run.write("done", {"visit": visit.index, "step": visit.step, "decision": decision, "reason": reason})
    who = words.called(facts.office, act.actor)
    if agreed:
        run.tell((case.applicant,), TAKES_OVER, f"{who}同意在{words.own(procedure, case)}期间代为负责。")
        return run.outcome(answer="已同意代为负责。")
    said = f"{who}不能代为负责：{reason}。"
    run.tell((case.applicant,), TAKES_OVER, f"{words.own(procedure, case)}：{said}请另定一名同志并告知审批人。")
    waiting = tuple(ask.person for other in case.visits if other.status == "open" for ask in other.asks)
    others = tuple(person for person in waiting if person not in (act.actor, case.applicant))
    run.tell(others, TAKES_OVER, f"{words.title(procedure, case, facts.office)}（{case.no}）：{said}")
    return run.outcome(answer="已告知申请人另定同志。")
