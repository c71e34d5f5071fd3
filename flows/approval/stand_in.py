"""A case that waits on somebody who is away now: who stands in for them today is asked as well."""

from flows.approval.assign import assign
from flows.approval.case import Case, Visit, plain_asks
from flows.approval.outcome import Notice
from flows.approval.run import Run, role_of
from flows.facts import Facts
from flows.people import Ask
from flows.procedure.model import Procedure


def newly_asked(case: Case, visit: Visit, procedure: Procedure, facts: Facts) -> tuple[Ask, ...]:
    """Who would be asked in the place of those asked, if the visit were entered now, and is not asked yet."""
    step = procedure.step_by_id.get(visit.step)
    if step is None or visit.extra or visit.status != "open" or visit.sign != "any":
        return ()
    asked = {ask.person for ask in visit.asks} | set(visit.handed_over)
    fresh = assign(procedure, step, case.applicant, facts).asks
    return tuple(ask for ask in fresh if ask.person not in asked and ask.for_ in asked)


def ask_stand_ins(run: Run, visit: Visit) -> tuple[Ask, ...]:
    """Ask them too; whoever acts first decides, and the principal may still act."""
    more = newly_asked(run.case, visit, run.procedure, run.facts)
    if more:
        run.write("stood_in", {"visit": visit.index, "step": visit.step, "asks": plain_asks((*visit.asks, *more))})
        role = role_of(visit.kind)
        run.notices += [Notice(ask.person, "ask", visit.step, role, visit.index) for ask in more]
    return more
