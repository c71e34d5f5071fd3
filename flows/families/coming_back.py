"""The return from a leave that is waited for beside the route, where returning is a procedure of its own.

The leave's case stays open with a visit that asks its applicant; the return's own case, once handed in, closes that
visit, and once registered the leave (return_closes).
"""

from datetime import datetime

from flows.approval.case import Case
from flows.calendar import Slot
from flows.deadlines.due import at_close
from flows.facts import Facts
from flows.families.awaited import Awaited
from flows.families.referring import RETURN
from flows.families.span import back_on, requested
from flows.procedure.model import Json, Procedure, Step, Values


def return_step_of(procedure: Procedure, facts: Facts) -> Step | None:
    """The first step of the procedure by which one returns from this leave, if it is a procedure of its own."""
    back = facts.pack.procedures.get(str(procedure.family_params.get("return_by", "")))
    return back.steps[0] if back is not None else None


def due_back(procedure: Procedure, values: Values, facts: Facts) -> Slot | None:
    """The half day by whose end the return is due: the first working day after the leave, or the office's own word.

    Where that is over already, the working day that is still to end.
    """
    span = requested(procedure, values, facts)
    if span is None or not span.slots:
        return None
    calendar, now = facts.calendar, facts.now.replace(tzinfo=None)
    day = back_on(span, calendar).day
    if facts.setting(str(procedure.family_params.get("return_due", ""))) == "next_workday":
        day = calendar.next_workday(day)
    today = now.date()
    open_today = calendar.is_workday(today) and now < calendar.ends(Slot(today, "pm"))
    return Slot(max(day, today if open_today else calendar.next_workday(today)), "pm")


def awaited_return(procedure: Procedure, values: Values, applicant: str, facts: Facts) -> Awaited | None:
    """The asking for the return of a leave, where it is a procedure of its own."""
    step, due = return_step_of(procedure, facts), due_back(procedure, values, facts)
    if step is None or due is None:
        return None
    due_at = at_close(due.day, facts.calendar, facts.now)
    opens = datetime.combine(due.day, facts.calendar.hours.am[0], due_at.tzinfo)
    entry: dict[str, Json] = {
        "step": step.id,
        "kind": "submit",
        "post": procedure.initiator,
        "asks": [[applicant, procedure.initiator, ""]],
        "due": due_at.isoformat(),
        "extra": RETURN,
    }
    return Awaited(entry, opens, due_at)


def still_to_return(case: Case) -> bool:
    """Whether the leave is approved and nobody has reported back from it."""
    visits = [visit for visit in case.visits_of_round() if visit.extra == RETURN]
    return case.state == "approved" and not any(visit.status == "done" for visit in visits[-1:])
