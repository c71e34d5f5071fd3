"""批量同意: only agreeing, one kind at a time, nothing flagged, never a seal; each case is an act of its own."""

from dataclasses import replace

from flows.approval.case import Case
from flows.approval.decide import fits
from flows.approval.preview import findings_of
from flows.approval.run import choices_at, outcome_fields
from flows.approval.turn import my_visit
from flows.approval.words import matter
from flows.facts import Facts
from flows.procedure.findings import Finding
from flows.procedure.model import DECIDING, Pack, Procedure


def flags(case: Case, pack: Pack, procedure: Procedure, facts: Facts) -> tuple[Finding, ...]:
    """What is pointed out or stands against the request, looked at with today's facts as on the day it was filed."""
    if case.ended:
        return ()
    then = replace(facts, now=case.filed_at)
    found = findings_of(pack, procedure, case.values, case.applicant, then)
    return tuple(finding for finding in found if finding.weight in ("warn", "refuse"))


def batchable(case: Case, pack: Pack, procedure: Procedure, viewer: str, facts: Facts) -> bool:
    """Whether the viewer may agree to the case together with others of its kind."""
    if procedure.family == "seal":
        return False
    mine = my_visit(case, procedure, viewer, facts)
    if mine is None or mine.extra or case.state == "returned":
        return False
    step = procedure.step_by_id[mine.step]
    plain = (
        step.kind in DECIDING
        and not step.seat
        and fits("agree", step, procedure)
        and choices_at(procedure, step) is None
    )
    needs = any(field.required and not field.default for field in outcome_fields(procedure, step))
    return plain and not needs and not flags(case, pack, procedure, facts)


def kind_of_batch(case: Case, procedure: Procedure) -> tuple[str, str]:
    """What cases of one batch have in common: the procedure and what is asked for."""
    return procedure.id, matter(procedure, case)
