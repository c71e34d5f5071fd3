"""A unit sends in what it was asked for beside a step (its roster before a holiday): noted, and the step goes on."""

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import Case, Visit
from flows.approval.outcome import Effects, Outcome
from flows.approval.run import Run
from flows.approval.turn import may_act, refuse_held
from flows.errors import Refused
from flows.facts import Facts
from flows.families.duty import roster_in
from flows.procedure.model import Procedure


def answer_unit(case: Case, procedure: Procedure, visit: Visit, act: Act, facts: Facts) -> Outcome:
    """The unit's roster is in: it stands in the register from today, and the duty officer hears of it.

    Raises:
        Refused: another verb than doing it.
    """
    may_act(case, visit, procedure, act.actor, facts)
    refuse_held(case, facts.office)
    if act.verb not in ("execute", "agree", "confirm"):
        raise Refused("这一步是报送值班表，报好后点“报送值班表”即可。")
    run = Run(case, procedure, facts, act.actor)
    unit = visit.reason
    run.write("done", {"visit": visit.index, "step": visit.step, "decision": "done", "reason": unit})
    run.effects += Effects(rows=(roster_in(unit, case, facts),))
    run.tell((case.in_hand,), visit.step, f"{words.own(procedure, case)}（{case.no}）：{unit}的值班表已报来。")
    return run.outcome(answer="已记下，谢谢。")
