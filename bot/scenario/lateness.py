"""How late a case was: the figures of the step its deadline is about."""

from collections.abc import Iterable, Mapping

from flows.approval.case import Case
from flows.facts import Facts
from flows.families.lateness import lateness
from flows.procedure.model import Json, Procedure


def late_figures(procedure: Procedure, case: Case, facts: Facts, named: Iterable[str]) -> Mapping[str, Json]:
    """How late the first of the steps named is, else the last one done that had a deadline; nothing where none is."""
    dated = [visit.step for visit in case.visits_of_round() if visit.due_at is not None and visit.status == "done"]
    step = next((step for step in (*named, *reversed(dated)) if step in procedure.step_by_id), "")
    if not step:
        return {}
    found = lateness(procedure, step, case, facts)
    return {"late": found.late, "late_minutes": found.minutes}
