"""Who must agree that an approved case is undone: whoever approved it last (design section 5, 撤销)."""

from flows.approval.assign import assign, present
from flows.approval.case import Case, Visit
from flows.facts import Facts
from flows.people import Ask, Assignment
from flows.procedure.model import DECIDING, Procedure

APPROVING = frozenset({"approve", "sign", "instruct", "issue"})


def last_approval(case: Case) -> Visit | None:
    """The visit by which the case was approved last; an opinion counts where nobody else decided."""
    given = [
        visit
        for visit in case.visits_of_round()
        if visit.decision == "agree" and not visit.extra and visit.done_by != case.applicant
    ]
    approvals = [visit for visit in given if visit.kind in APPROVING]
    opinions = [visit for visit in given if visit.kind in DECIDING]
    return next(iter([*reversed(approvals), *reversed(opinions)]), None)


def consenting(case: Case, procedure: Procedure, facts: Facts) -> Assignment:
    """Who is asked to agree: the approver (for whom a stand-in decided: that person), else who holds the post today.

    Nobody, where the filer's own act was the only decision.
    """
    visit = last_approval(case)
    if visit is None:
        return Assignment(())
    step = procedure.step_by_id[visit.step]
    decided = visit.asked(visit.done_by)
    approver = facts.office.people.get(visit.done_for or visit.done_by)
    post = decided.post if decided is not None else visit.post
    if approver is None or not approver.active or not approver.holds(post):
        return assign(procedure, step, case.applicant, facts, case.values)
    return present((Ask(approver.staff_no, post),), (), procedure, step, case.applicant, facts)


def cancel_visit(case: Case) -> Visit | None:
    """The visit that waits for somebody's consent to a cancellation, if one was asked for."""
    return next((visit for visit in case.visits if visit.status == "open" and visit.extra == "cancel"), None)
