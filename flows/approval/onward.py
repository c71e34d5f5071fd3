"""What comes after somebody agreed: who looks after them, the rest of their group, the next step of the route."""

from flows.approval import route
from flows.approval.assign import assign
from flows.approval.case import Visit, plain_asks
from flows.approval.run import Run
from flows.approval.signing import left_over, next_in_order, own_visits, verdict
from flows.errors import NoRoute
from flows.people import Ask
from flows.procedure.model import DECIDING, Goto, Json, Step


def move_on(run: Run, index: int, *, by: str = "") -> None:
    """Take the case on from the visit just agreed to; it stays where others of the group have still to decide.

    `by` is who may have decided the next step with the same act (nobody where it is empty).
    """
    visit = run.case.visits[index]
    for ask in visit.then:
        open_signer(run, visit, ask, "after", visit.done_by)
    if verdict(run.case, visit) == "passed":
        _pass(run, visit, by)
        return
    ask_next = next_in_order(run.case, visit)
    if ask_next is not None:
        _enter_next(run, visit, ask_next)


def _pass(run: Run, visit: Visit, by: str) -> None:
    leave_over(run, visit)
    step = run.procedure.step_by_id[visit.step]
    last = [other for other in own_visits(run.case, visit) if other.status == "done"][-1]
    run.affect("done", step, last.decision)
    run.tell_after(step)
    meeting = step.actor in run.facts.office.bodies or bool(step.seat)
    same_act = step.kind in DECIDING and last.decision == "agree" and not meeting
    run.advance(_after(run, step, last), by=by if same_act else "")


def _after(run: Run, step: Step, visit: Visit) -> Goto:
    """Where the case goes: along the route, or straight back to the step that had it repaired here.

    It goes straight back only where nothing on the way there is left undecided.
    """
    case, procedure = run.case, run.procedure
    if visit.back_to:
        try:
            path = [item.id for item in route.ahead(procedure, step, case.values)]
        except NoRoute:
            path = []
        between = path[1 : path.index(visit.back_to)] if visit.back_to in path else [""]
        if case.done_steps().issuperset(between):
            return Goto("step", visit.back_to)
    return route.following(procedure, step, case.values)


def leave_over(run: Run, visit: Visit) -> None:
    """End what is still open of a group whose step is decided."""
    rest = left_over(run.case, visit)
    if rest:
        run.write("overtaken", {"step": visit.step, "visits": list(rest)})


def _enter_next(run: Run, visit: Visit, ask: Ask) -> None:
    """The next of those who decide in order; a stand-in comes in as on any entry to a step."""
    step = run.procedure.step_by_id[visit.step]
    last = [other for other in own_visits(run.case, visit) if other.status == "done"][-1]
    fresh = assign(run.procedure, step, run.case.applicant, run.facts, run.case.values).asks
    placed = next((item for item in fresh if _same_principal(item, ask)), ask)
    changes: dict[str, Json] = {"later": plain_asks(last.later[1:]), "then": [], "handed_over": [], "back_to": ""}
    run.enter_again(last, (placed,), **changes)


def _same_principal(one: Ask, other: Ask) -> bool:
    return (one.for_ or one.person) == (other.for_ or other.person)


def open_signer(run: Run, visit: Visit, ask: Ask, place: str, added_by: str) -> None:
    """Ask somebody who was added to the step; their look is a review of its own beside the visit."""
    data: dict[str, Json] = {
        "step": visit.step,
        "kind": "review",
        "post": ask.post,
        "asks": plain_asks((ask,)),
        "due": None,
        "group": visit.root,
        "extra": "add_sign",
        "of": visit.index,
        "place": place,
        "added_by": added_by,
    }
    run.open_visit(run.procedure.step_by_id[visit.step], (ask,), data)
