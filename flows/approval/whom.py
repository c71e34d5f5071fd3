"""Who is offered first where somebody has to be named: for a transfer, an added signer, a question."""

from flows.approval.case import Case
from flows.approval.transfer import receivers
from flows.approval.turn import may_act, turn_of
from flows.facts import Facts
from flows.people import Person
from flows.procedure.model import Procedure


def whom(verb: str, case: Case, procedure: Procedure, viewer: str, facts: Facts) -> tuple[Person, ...]:
    """The people most likely meant, likeliest first; anybody else is named by typing."""
    if verb == "transfer":
        visit = turn_of(case, procedure, viewer, facts)
        if visit is None:
            return ()
        return receivers(case, procedure, visit, may_act(case, visit, procedure, viewer, facts), facts)
    office = facts.office
    involved = [case.applicant] if verb == "ask" else []
    for visit in case.visits_of_round():
        involved += [visit.done_by, *(ask.person for ask in visit.asks)]
    leading = [person.staff_no for post in facts.pack.hierarchy for person in office.holders(post)]
    without = {viewer, ""} if verb == "ask" else {viewer, case.applicant, ""}
    numbers = [number for number in dict.fromkeys((*involved, *leading)) if number not in without]
    people = [office.people[number] for number in numbers if number in office.people and number not in facts.away]
    return tuple(person for person in people if person.active)
