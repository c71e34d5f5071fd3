"""Deadlines of steps that are still to come, and the reminder a working day before one runs out."""

from datetime import datetime

from flows.approval import route
from flows.approval.case import Case
from flows.calendar import Calendar, Slot
from flows.deadlines.due import anchor_moment, count_from
from flows.errors import NoRoute
from flows.facts import Facts
from flows.families.deadline_checks import deadline_of
from flows.procedure.model import Deadline, Procedure, Step


def reminder_before(due: datetime, now: datetime, calendar: Calendar) -> datetime | None:
    """When the office opens on the working day before; None where that is no later than now."""
    opens = calendar.begins(Slot(calendar.add_workdays(due.date(), -1), "am")).replace(tzinfo=now.tzinfo)
    return opens if opens > now else None


def still_to_come(procedure: Procedure, case: Case, facts: Facts) -> tuple[tuple[Step, datetime], ...]:
    """The steps after the open one whose deadline runs already, each with when it is due."""
    visit = case.open_visit
    here = procedure.step_by_id.get(visit.step) if visit is not None else None
    if here is None or case.ended:
        return ()
    try:
        rest = route.ahead(procedure, here, case.values)[1:]
    except NoRoute:
        return ()
    found = ((step, _running(step, procedure, case, facts)) for step in rest)
    return tuple((step, due) for step, due in found if due is not None)


def _running(step: Step, procedure: Procedure, case: Case, facts: Facts) -> datetime | None:
    """When the step is due, where the moment it counts from has come."""
    deadline = deadline_of(procedure, step, case.values, facts)
    if deadline is None or not _begun(deadline, procedure, case):
        return None
    field = procedure.field_by_id.get(deadline.anchor.name)
    start = anchor_moment(deadline.anchor, case, facts, recorded_by=field.recorded_by if field is not None else "")
    return count_from(start, deadline, facts.calendar) if start is not None else None


def _begun(deadline: Deadline, procedure: Procedure, case: Case) -> bool:
    """Whether the moment is a fact already, rather than what stands in for it until it is."""
    if deadline.anchor.kind == "step":
        return deadline.anchor.name in case.done_steps()
    if deadline.anchor.kind == "field":
        field = procedure.field_by_id.get(deadline.anchor.name)
        recorded = field is not None and field.recorded_by in case.done_steps()
        return recorded or bool(case.values.get(deadline.anchor.name))
    return True
