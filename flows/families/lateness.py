"""When a step of a case is due, and by how much it is or was done too late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.approval.case import Case
from flows.deadlines.due import anchor_moment, count_from
from flows.facts import Facts
from flows.families.deadline_checks import deadline_of
from flows.procedure.model import Json, Procedure, Record, Step

SOURCE = "late:"


@dataclass(frozen=True, slots=True)
class Lateness:
    """How far past its deadline a step is: `minutes` from the deadline to when it was done, or to now."""

    minutes: int = 0

    @property
    def late(self) -> bool:
        """Whether it is past it at all."""
        return self.minutes > 0


def due_of(procedure: Procedure, step: Step, case: Case, facts: Facts) -> datetime | None:
    """When the step is due if it is entered now; None where it has no deadline, or its start is not known yet."""
    deadline = deadline_of(procedure, step, case.values, facts)
    if deadline is None:
        return None
    field = procedure.field_by_id.get(deadline.anchor.name)
    recorded_by = field.recorded_by if field is not None else ""
    order = tuple(item.id for item in procedure.steps)
    start = anchor_moment(deadline.anchor, case, facts, recorded_by=recorded_by, order=order)
    return count_from(start, deadline, facts.calendar) if start is not None else None


def lateness(procedure: Procedure, step: str, case: Case, facts: Facts) -> Lateness:
    """How late the step was done, or is by now where it is not done yet."""
    visits = [visit for visit in case.visits_of_round() if visit.step == step and not visit.extra]
    last = visits[-1] if visits else None
    due = last.due_at if last is not None else due_of(procedure, procedure.step_by_id[step], case, facts)
    done = (last.done_at if last is not None else None) or facts.now
    minutes = int((done - due).total_seconds() // 60) if due is not None else 0
    return Lateness(max(0, minutes))


def asked_by(record: Record, procedure: Procedure, case: Case, facts: Facts) -> Mapping[str, Json]:
    """Whether the steps a register row asks about are late, by the row's own word for it."""
    sources = {source for source in record.row.values() if source.startswith(SOURCE)}
    return {s: lateness(procedure, s.removeprefix(SOURCE), case, facts).late for s in sources}
