"""Handing a duty matter to the next shift: whoever comes on is asked for it, and signs that they have taken it over.

The matter goes on at the same step; once taken over it is the newcomer's, the steps of the duty officer included.
"""

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import HANDOVER, Case, Visit, plain_asks
from flows.approval.outcome import Outcome
from flows.approval.run import Run
from flows.approval.turn import may_act, refuse_held
from flows.errors import ReasonNeeded, Refused
from flows.facts import Facts
from flows.families import family_of
from flows.people import Ask
from flows.procedure.model import Json, Procedure, Step

NUDGE_HOURS = 0.5


def ask_to_sign(run: Run, visit: Visit, giver: str, to: str) -> None:
    """Ask the newcomer to sign for what they were handed."""
    step = Step(HANDOVER, words.EXTRAS[HANDOVER], visit.post, "notify", nudge_hours=NUDGE_HOURS, any_hour=())
    asks: list[Json] = [[to, visit.post, ""]]
    entry: dict[str, Json] = {
        "step": HANDOVER, "kind": step.kind, "post": step.actor, "asks": asks,
        "extra": HANDOVER, "of": visit.index, "added_by": giver,
    }  # fmt: skip
    run.open_visit(step, (Ask(to, visit.post),), entry)


def answer_handover(case: Case, procedure: Procedure, visit: Visit, act: Act, facts: Facts) -> Outcome:
    """The newcomer signs, and the matter is theirs; or says why not, and it goes back to who handed it over.

    Raises:
        Refused: another verb than yes or no. ReasonNeeded: no without its reason.
    """
    may_act(case, visit, procedure, act.actor, facts)
    refuse_held(case, facts.office)
    if act.verb not in ("agree", "confirm", "execute", "refuse"):
        raise Refused("请先确认接班，或写明不能接的原因。")
    taken, reason = act.verb != "refuse", act.reason.strip()
    if not taken and not reason:
        raise ReasonNeeded("请写明不能接的原因，交班的人会收到。")
    run = Run(case, procedure, facts, act.actor)
    done: dict[str, Json] = {"visit": visit.index, "step": visit.step, "reason": reason}
    run.write("done", {**done, "decision": "agree" if taken else "refuse"})
    who = words.called(facts.office, act.actor)
    if taken:
        run.effects += family_of(procedure).handed_over(procedure, run.case, act.actor, facts)
        run.tell((visit.added_by,), HANDOVER, f"{words.own(procedure, case)}（{case.no}）：{who}已确认接班。")
        return run.outcome(answer="已接班，这件事由您接着办。")
    _give_back(run, visit)
    run.tell((visit.added_by,), HANDOVER, f"{words.own(procedure, case)}（{case.no}）：{who}没有接：{reason}。")
    return run.outcome(answer="已退回交班的人。")


def _give_back(run: Run, visit: Visit) -> None:
    """Ask the giver again at the step that was handed over."""
    handed = run.case.visits[visit.of]
    if handed.status != "open":
        return
    asks = plain_asks((Ask(visit.added_by, handed.post),))
    gone: list[Json] = [run.actor]
    run.write(
        "transferred",
        {"visit": handed.index, "step": handed.step, "to": visit.added_by, "from": gone, "asks": asks, "reason": ""},
    )
