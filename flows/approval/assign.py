"""How a post becomes a person on entry to a step (design section 5).

Own request, several holders, the one of the section or in charge of it, own case, absence, delegation, empty post:
in this order, each with what was arranged for it.
"""

from dataclasses import replace

from flows.facts import Facts
from flows.people import Ask, Assignment, Office, Person
from flows.procedure.model import DECIDING, Procedure, Step

_NOT_ONESELF = DECIDING | {"confirm", "issue"}


def assign(procedure: Procedure, step: Step, applicant: str, facts: Facts) -> Assignment:
    """Who is asked at the step now, and what had to be arranged for it."""
    if step.actor == procedure.initiator:
        return Assignment((Ask(applicant, step.actor),))
    office = facts.office
    named, why = _holders(office, step, applicant, facts)
    if step.kind in _NOT_ONESELF and applicant in {ask.person for ask in named}:
        named, why = _raised(office, step, applicant, facts), ("raised",)
    if not named:
        return Assignment(_vacant(office, step, applicant), ("vacant",))
    return _present(named, why, procedure, step, applicant, facts)


def _holders(office: Office, step: Step, applicant: str, facts: Facts) -> tuple[tuple[Ask, ...], tuple[str, ...]]:
    body = office.bodies.get(step.actor)
    if body is not None:
        return (Ask(body.chair, step.actor),), ()
    return tuple(Ask(person.staff_no, step.actor) for person in natural(office, step.actor, applicant)), ()


def natural(office: Office, post: str, applicant: str) -> tuple[Person, ...]:
    """Those of a post's holders who answer for this applicant.

    Who is set for it (`desk`), else the one of the section or in charge of it, else all of them.
    """
    holders = office.holders(post)
    at_desk = office.desk.get(post)
    if at_desk is not None:
        chosen = tuple(person for person in holders if person.staff_no == at_desk)
        if chosen:
            return chosen
    if len(holders) < 2 or applicant not in office.people:
        return holders
    section = office.person(applicant).section
    leading = [person for person in holders if section in office.in_charge.get(person.staff_no, ())]
    if leading:
        return tuple(leading)
    if any(person.staff_no in office.in_charge for person in holders):
        return holders
    inside = tuple(person for person in holders if _answers_for(person, post, section))
    return inside or holders


def _answers_for(person: Person, post: str, section: str) -> bool:
    return any(held.id == post and (held.section or person.section) == section for held in person.posts)


def _raised(office: Office, step: Step, applicant: str, facts: Facts) -> tuple[Ask, ...]:
    """The next higher post than any the applicant holds; other holders of a post outside the hierarchy come first."""
    hierarchy = facts.pack.hierarchy
    filer = office.person(applicant)
    if step.actor not in hierarchy:
        others = tuple(p for p in natural(office, step.actor, applicant) if p.staff_no != applicant)
        if others:
            return tuple(Ask(person.staff_no, step.actor) for person in others)
    floor = max((i for i, post in enumerate(hierarchy) if filer.holds(post) or post == step.actor), default=-1)
    for post in hierarchy[floor + 1 :]:
        found = tuple(p for p in natural(office, post, applicant) if p.staff_no != applicant)
        if found:
            return tuple(Ask(person.staff_no, post) for person in found)
    return ()


def _vacant(office: Office, step: Step, applicant: str) -> tuple[Ask, ...]:
    who = office.stand_ins.get(step.actor) or office.administrator
    if not who or (who == applicant and step.kind in _NOT_ONESELF):
        return ()
    return (Ask(who, step.actor),)


def _present(
    named: tuple[Ask, ...], why: tuple[str, ...], procedure: Procedure, step: Step, applicant: str, facts: Facts
) -> Assignment:
    """The asks with delegates and stand-ins in the place of those who are away."""
    placed = [_placed(ask, procedure, step, applicant, facts) for ask in named]
    here = [(ask, reason) for ask, reason in placed if reason != "waiting"]
    chosen = here or placed
    arranged = tuple(dict.fromkeys((*why, *(reason for _, reason in chosen if reason))))
    asks = tuple(dict.fromkeys(ask for ask, _ in chosen))
    return Assignment(asks, arranged)


def _placed(ask: Ask, procedure: Procedure, step: Step, applicant: str, facts: Facts) -> tuple[Ask, str]:
    if step.personal:
        return ask, "waiting" if ask.person in facts.away else ""
    delegate = delegate_of(ask.person, procedure.id, facts)
    if delegate and not (delegate == applicant and step.kind in _NOT_ONESELF):
        return replace(ask, person=delegate, for_=ask.person), "delegate"
    if ask.person not in facts.away:
        return ask, ""
    stand_in = stand_in_of(ask.person, facts, without=applicant if step.kind in _NOT_ONESELF else "")
    if stand_in:
        return replace(ask, person=stand_in, for_=ask.person), "stand_in"
    return ask, "waiting"


def delegate_of(person: str, procedure: str, facts: Facts) -> str:
    """Who decides by the person's own order today (empty: nobody)."""
    today = facts.now.date()
    for order in facts.office.delegations:
        if order.principal == person and order.covers(procedure, today) and order.delegate not in facts.away:
            return order.delegate
    return ""


def stand_in_of(person: str, facts: Facts, *, without: str = "") -> str:
    """The registered stand-in who is here; one away is stood in for by theirs, never in a circle."""
    seen = {person}
    who = facts.office.stand_ins.get(person, "")
    while who and who not in seen:
        seen.add(who)
        known = facts.office.people.get(who)
        if who not in facts.away and who != without and known is not None and known.active:
            return who
        who = facts.office.stand_ins.get(who, "")
    return ""
