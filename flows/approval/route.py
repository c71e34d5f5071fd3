"""Where a case goes: the registers' rules of running a procedure, as pure functions.

Steps run in the listed order; a step whose `only_if` does not hold is skipped; the first branch whose tests hold
decides; no branch holding is a gap (registers' README, "How a procedure runs").
"""

from collections.abc import Iterable, Sequence

from flows.approval.case import CONSENTS, Visit
from flows.errors import NoRoute
from flows.procedure.condition import holds, with_decision
from flows.procedure.model import CARRIED_OUT, DECIDING, Goto, Procedure, Step, Values

END = Goto("end_approved")
GRANTING = frozenset({"approve", "sign", "countersign"})
"""Steps whose yes grants what was asked for."""
RECEIPTS = frozenset({"sign", "confirm", "countersign"})
"""What somebody signs for having been served; the other decisions are real whoever takes them."""


def _listed_from(procedure: Procedure, index: int, values: Values) -> Goto:
    """The first step from that place in the list whose `only_if` holds, or the end."""
    for step in procedure.steps[index:]:
        if holds(step.only_if, values):
            return Goto("step", step.id)
    return END


def first(procedure: Procedure, values: Values) -> Step:
    """The step a case begins at.

    Raises:
        NoRoute: no step applies to these values.
    """
    goto = _listed_from(procedure, 0, values)
    if goto.kind != "step":
        raise NoRoute(procedure.steps[0].id)
    return procedure.step_by_id[goto.target]


def settle(procedure: Procedure, goto: Goto, values: Values) -> Goto:
    """The goto with steps skipped whose `only_if` does not hold."""
    if goto.kind != "step":
        return goto
    return _listed_from(procedure, procedure.place_of[goto.target], values)


def following(procedure: Procedure, step: Step, values: Values, decision: str = "agree") -> Goto:
    """Where the case goes after the step was decided so.

    Without a branch on `decision`, refuse ends the case refused and send_back returns it to the applicant.

    Raises:
        NoRoute: the step has branches and none holds.
    """
    read = with_decision(values, decision)
    if decision in ("refuse", "send_back"):
        chosen = next((b for b in step.next if _on_decision(b.when) and holds(b.when, read)), None)
        if chosen is None:
            return Goto("end_refused" if decision == "refuse" else "send_back")
        return settle(procedure, chosen.goto, values)
    if not step.next:
        return _listed_from(procedure, procedure.place_of[step.id] + 1, values)
    branch = next((b for b in step.next if holds(b.when, read)), None)
    if branch is None:
        raise NoRoute(step.id, entries=(procedure.entry("step", step.id),))
    return settle(procedure, branch.goto, values)


def _on_decision(when: Iterable[object]) -> bool:
    return any(getattr(test, "field", "") == "decision" for test in when)


def course(procedure: Procedure, step: Step, values: Values) -> tuple[tuple[Step, ...], Goto]:
    """The steps from this one on if everybody agrees, and where they lead to.

    It stops where the route would come round again, leading to the step seen before.

    Raises:
        NoRoute: the route breaks off on the way.
    """
    path: dict[str, Step] = {}
    goto = Goto("step", step.id)
    while goto.kind == "step" and goto.target not in path:
        here = path[goto.target] = procedure.step_by_id[goto.target]
        goto = following(procedure, here, values)
    return tuple(path.values()), goto


def ahead(procedure: Procedure, step: Step, values: Values) -> tuple[Step, ...]:
    """The steps from this one on if everybody agrees; stops where the route would come round again.

    Raises:
        NoRoute: the route breaks off on the way.
    """
    return course(procedure, step, values)[0]


def forecast(procedure: Procedure, values: Values) -> tuple[Step, ...]:
    """The whole route by step for these values if everybody agrees.

    Raises:
        NoRoute: the regulation leaves a gap for these values.
    """
    return ahead(procedure, first(procedure, values), values)


def gives_back(procedure: Procedure, step: Step, values: Values) -> bool:
    """Whether the step, though done, gives the case back by what it found (手续不齐)."""
    try:
        return following(procedure, step, values).kind == "send_back"
    except NoRoute:
        return False


def decided(visits: Iterable[Visit]) -> bool:
    """Whether somebody has decided: a deciding step was done."""
    return any(v.status == "done" and v.kind in DECIDING and v.extra not in CONSENTS for v in visits)


def decides(procedure: Procedure, step: Step) -> bool:
    """Whether the step decides the request: a receipt signed by the person served (使用人签字) does not."""
    return step.kind in DECIDING and (step.kind not in RECEIPTS or step.actor != procedure.initiator)


def standing(procedure: Procedure, visits: Sequence[Visit], step: Step, values: Values) -> str:
    """`approved` once nothing is left but carrying out and coming back, else `pending`.

    A route that leads to a refusal or a return, or comes round again, is not approved on its way there.
    """
    if not _granted(visits):
        return "pending"
    if step.kind in ("confirm", "issue") and not step.after_return:
        return "pending"
    try:
        rest, end = course(procedure, step, values)
    except NoRoute:
        rest, end = (step,), END
    undecided = end.kind in ("end_refused", "send_back", "step") or any(decides(procedure, item) for item in rest)
    return "pending" if undecided else "approved"


def _granted(visits: Sequence[Visit]) -> bool:
    """Whether somebody said yes: an opinion or an instruction says what to do, and the matter goes on."""
    return any(v.status == "done" and v.kind in GRANTING and v.extra not in CONSENTS for v in visits)


def final_state(visits: tuple[Visit, ...], *, return_open: bool) -> str:
    """How a case stands after its last step: closed, or approved where nothing had to be carried out.

    Closed if nobody decided, or if something was carried out after the last deciding step and no return from a
    leave is open (registers' README, rule 2).
    """
    done = [visit for visit in visits if visit.status == "done" and visit.extra not in CONSENTS]
    last = max((i for i, visit in enumerate(done) if visit.kind in DECIDING), default=-1)
    if last < 0:
        return "closed"
    carried = any(visit.kind in CARRIED_OUT for visit in done[last + 1 :])
    return "closed" if carried and not return_open else "approved"
