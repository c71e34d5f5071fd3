"""Lines of a form only its approvers may read: a certificate tells of somebody's health (leave_privacy)."""

from flows.approval.case import CONSENTS, Case
from flows.procedure.model import DECIDING, Field, Procedure

HIDDEN = "仅审批人可见"
_APPROVING = DECIDING | {"confirm"}


def may_read(field: Field, case: Case, viewer: str) -> bool:
    """Whether this viewer may read the line: anybody, or where it is private its owner and who approves the case."""
    if not field.private or viewer == case.applicant:
        return True
    return any(
        viewer in (visit.done_by, visit.done_for) or visit.asked(viewer) is not None
        for visit in case.visits
        if visit.kind in _APPROVING and visit.extra not in CONSENTS
    )


def hidden_files(case: Case, procedure: Procedure, viewer: str) -> frozenset[str]:
    """Ids of the uploads this viewer may not open though the case concerns them."""
    values = (case.values.get(field.id) for field in procedure.fields if not may_read(field, case, viewer))
    return frozenset(str(value.get("id", "")) for value in values if isinstance(value, dict))
