"""Going back on the route: 退回 to an earlier step, and 取回 of one's own decision before the next person has acted."""

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import Case, Visit
from flows.approval.outcome import Outcome
from flows.approval.run import Run, outcome_fields
from flows.approval.signing import own_visits
from flows.approval.turn import refuse_held
from flows.errors import AlreadyClosed, NotYourTurn, ReasonNeeded, Refused, TooLate
from flows.facts import Facts
from flows.people import Ask
from flows.procedure.model import DECIDING, Json, Procedure, Step


def earlier_steps(case: Case, procedure: Procedure, visit: Visit) -> tuple[Step, ...]:
    """The steps of this round the case may be sent back to, in the order they were done."""
    done = dict.fromkeys(
        item.step
        for item in case.visits_of_round()
        if item.status == "done" and not item.extra and item.step != visit.step
    )
    steps = (procedure.step_by_id[name] for name in done)
    return tuple(step for step in steps if step.kind != "submit" and not step.after_return)


def send_back_to(case: Case, procedure: Procedure, visit: Visit, ask: Ask, act: Act, facts: Facts) -> Outcome:
    """Send the case back to an earlier step; its people decide anew, and the route goes on from there.

    Where this step says `returner`, the case comes straight back here once that step has decided.

    Raises:
        ReasonNeeded: without a reason. Refused: the step is none of those already done.
    """
    if not act.reason.strip():
        raise ReasonNeeded("请写明退回的理由。")
    target = next((step for step in earlier_steps(case, procedure, visit) if step.id == act.to), None)
    here = procedure.step_by_id[visit.step]
    if target is None:
        known = "、".join(step.name for step in earlier_steps(case, procedure, visit))
        choice = f"可以退回到：{known}，或退回申请人。" if known else "前面没有别人办过，只能退回申请人。"
        raise Refused(f"不能退回到这一步。{choice}", entries=(procedure.entry("step", visit.step),))
    run = Run(case, procedure, facts, act.actor)
    reason = act.reason.strip()
    done: dict[str, Json] = {"visit": visit.index, "step": visit.step, "decision": "send_back", "for": ask.for_}
    run.write("done", {**done, "reason": reason})
    run.write("stepped_back", {"step": visit.step, "to": target.id})
    run.enter(target, back_to=visit.step if here.after_repair == "returner" else "")
    text = words.stepped_back(procedure, case, facts.office, act.actor, target, reason)
    asked = tuple(item.person for item in run.case.visits[-1].asks)
    run.tell((case.applicant, *asked), target.id, text)
    return run.outcome(answer=f"已退回到“{target.name}”。")


def may_take_back(case: Case, procedure: Procedure, person: str) -> bool:
    """Whether 取回 would do something for the person now."""
    if added_by(case, person) is not None:
        return not case.held
    try:
        _own_decision(case, procedure, person)
    except Refused:
        return False
    return not case.held


def _own_decision(case: Case, procedure: Procedure, person: str) -> Visit:
    """The person's last decision, the first of those given with the same act, if it may still be taken back.

    Raises:
        AlreadyClosed: the case has ended. NotYourTurn: the person has decided nothing here.
        TooLate: the next one has acted, or what was done is no decision any more.
    """
    if case.ended:
        raise AlreadyClosed(case.state)
    done = [v for v in case.visits_of_round() if v.status == "done" and v.done_by == person and v.kind != "submit"]
    if not done:
        raise NotYourTurn("您在本件上没有可以取回的决定。")
    last = done[-1]
    if last.kind not in DECIDING or last.extra or procedure.step_by_id[last.step].seat:
        raise TooLate("办理、登记和加签意见不能取回；有差错请联系办公室管理员。")
    if procedure.step_by_id[last.step].records is not None:
        raise TooLate("这一步已经登记入册，不能取回；有差错请联系办公室管理员。")
    if _moved_on(case, last):
        raise TooLate("下一步已经有人办理，不能再取回；可以和他联系，请他退回。")
    if case.state != "returned" and not _undecided_next(case, procedure):
        raise TooLate("本件已经批准生效，不能取回；确需更改的，请申请人撤销后重新申请。")
    first = last
    while first.merged:
        first = case.visits[first.index - 1]
    return first


def _moved_on(case: Case, decided: Visit) -> bool:
    """Whether anybody has acted on what the decision led to."""
    return any(
        later.status == "done" or later.handed_over or (later.extra and later.of != decided.index)
        for later in case.visits[decided.index + 1 :]
        if later.root != decided.root or later.sign == "in_order" or later.of == decided.index
    )


def _undecided_next(case: Case, procedure: Procedure) -> bool:
    """Whether somebody other than the person back from leave is asked next."""
    waiting = [visit for visit in case.visits if visit.status == "open"]
    return any(not procedure.step_by_id[visit.step].after_return for visit in waiting if visit.step)


def added_by(case: Case, person: str) -> Visit | None:
    """The signer the person asked to look and who has not looked yet, while the person's own step waits for it."""
    looking = [
        visit
        for visit in case.visits
        if visit.status == "open" and visit.added_by == person and case.visits[visit.of].status != "done"
    ]
    return looking[-1] if looking else None


def _take_back_signer(case: Case, procedure: Procedure, looking: Visit, act: Act, facts: Facts) -> Outcome:
    """Nobody looks any more; what paused for it is the actor's again."""
    run = Run(case, procedure, facts, act.actor)
    run.write("taken_back", {"visits": [looking.index], "step": looking.step})
    if looking.place == "before":
        asked_from = case.visits[looking.of]
        run.enter_again(asked_from, asked_from.asks)
    text = words.look_taken_back(procedure, case, facts.office, act.actor)
    run.tell(tuple(ask.person for ask in looking.asks), "taken_back", text)
    return run.outcome(answer="已取回加签，这一步仍由您办理。")


def take_back(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Undo the actor's own decision: the step is open again, what came after it ends; nothing is erased.

    A signer the actor has added and who has not looked yet is taken back first.

    Raises:
        Refused: there is nothing to take back, or no longer.
    """
    looking = added_by(case, act.actor)
    if looking is not None:
        refuse_held(case, facts.office)
        return _take_back_signer(case, procedure, looking, act, facts)
    decided = _own_decision(case, procedure, act.actor)
    refuse_held(case, facts.office)
    run = Run(case, procedure, facts, act.actor)
    undone = _undone(case, decided)
    waiting = tuple(ask.person for visit in undone if visit.status == "open" for ask in visit.asks)
    cleared: dict[str, Json] = {
        field.id: None
        for visit in undone
        for field in outcome_fields(procedure, procedure.step_by_id[visit.step])
        if field.id in case.values
    }
    run.write(
        "taken_back",
        {"visits": [visit.index for visit in undone], "step": decided.step, "set": cleared, "state": "pending"},
    )
    if case.state in ("approved", "returned"):
        run.affect("reopened")
    run.enter_again(decided, decided.asks)
    for other in _to_be_asked_again(case, decided):
        run.enter_again(other, other.asks)
    text = words.taken_back(procedure, case, facts.office, act.actor)
    applicant = (case.applicant,) if case.state in ("approved", "returned") else ()
    run.tell((*applicant, *waiting), "taken_back", text)
    return run.outcome()


def _undone(case: Case, decided: Visit) -> tuple[Visit, ...]:
    """The decision, what was decided with the same act, and everything open that came of it."""
    undone = [decided]
    for later in case.visits[decided.index + 1 :]:
        follows = later.root != decided.root or later.sign == "in_order" or later.of == decided.index
        if follows and (later.status == "open" or (later.merged and later.status == "done")):
            undone.append(later)
    return tuple(undone)


def _to_be_asked_again(case: Case, decided: Visit) -> tuple[Visit, ...]:
    """Those of the group whose asking ended with the decision: they have still to be heard."""
    group = [visit for visit in own_visits(case, decided) if visit.index != decided.index]
    heard = {ask.person for visit in group if visit.status != "ended" for ask in visit.asks} | {decided.done_by}
    ended = {visit.asks: visit for visit in group if visit.status == "ended"}
    return tuple(visit for asks, visit in ended.items() if not heard & {ask.person for ask in asks})


def returner(case: Case, procedure: Procedure, path: tuple[str, ...]) -> Visit | None:
    """The visit that sent the case back, where its step wants it straight back after the repair.

    `path` is the route with the repaired values: it must come by there, and nothing before it may be undecided.
    """
    sent = [v for v in case.visits_of_round() if v.status == "done" and v.decision in ("send_back", "refuse")]
    if not sent or procedure.step_by_id[sent[-1].step].after_repair != "returner" or sent[-1].step not in path:
        return None
    before = path[: path.index(sent[-1].step)]
    return sent[-1] if case.done_steps().issuperset(before) else None
