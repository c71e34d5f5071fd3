"""How a post becomes a person on entry to a step (design section 5).

Own request, several holders, the one of the section or in charge of it, own case, absence, delegation, empty post:
in this order, each with what was arranged for it.
"""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from flows.approval.actor import acting
from flows.approval.case import Case
from flows.approval.records import approval
from flows.approval.sitting import seated
from flows.facts import Facts
from flows.people import Ask, Assignment, Office, Person
from flows.procedure.condition import holds
from flows.procedure.model import DECIDING, Procedure, Step, Values

NOT_ONESELF = DECIDING | {"confirm", "issue"}
_UNSAID: Values = MappingProxyType({})


def assign(procedure: Procedure, step: Step, applicant: str, facts: Facts, values: Values = _UNSAID) -> Assignment:
    """Who is asked at the step now for a request of these values, and what had to be arranged for it."""
    if step.seat:
        return Assignment(seated(procedure, step, values, applicant, facts.office))
    if _of_initiator(procedure, step, applicant, facts.office):
        return Assignment((Ask(applicant, step.actor),))
    step, person = acting(step, values, facts)
    chosen = (Ask(person, step.actor),) if person else _named(step, values, facts) or at_places(step, values, facts)
    found = _assigned(procedure, step, chosen or _or_others(facts.office, step, applicant, values), applicant, facts)
    return _for_principal(found, step, applicant, facts.office) if step.acts_for else found


def _of_initiator(procedure: Procedure, step: Step, applicant: str, office: Office) -> bool:
    """Whether the step is the filer's own: no seat of a meeting, and not where it stays with its post others hold."""
    stays = bool(step.seat) or (step.of_post and _others_hold(step, applicant, office))
    return step.actor == procedure.initiator and not stays


def _others_hold(step: Step, applicant: str, office: Office) -> bool:
    """Whether the post has holders, and the applicant is none of them."""
    holders = {person.staff_no for person in office.holders(step.actor)}
    return bool(holders) and applicant not in holders


def asked_in(case: Case, procedure: Procedure, step: Step, facts: Facts) -> Assignment:
    """Who is asked at the step of a case now; a step of its initiator's is whoever's who has the matter in hand."""
    if _of_initiator(procedure, step, case.applicant, facts.office):
        return Assignment((Ask(case.in_hand, step.actor),))
    return assign(procedure, step, case.applicant, facts, case.values)


def _for_principal(found: Assignment, step: Step, applicant: str, office: Office) -> Assignment:
    """Those asked decide in the place of whoever holds the post the step is another's for."""
    holders = [person.staff_no for person in natural(office, step.acts_for, applicant)]
    for_ = next(iter(holders), "")
    return replace(found, asks=tuple(ask if ask.for_ else replace(ask, for_=for_) for ask in found.asks))


def _assigned(procedure: Procedure, step: Step, named: tuple[Ask, ...], applicant: str, facts: Facts) -> Assignment:
    office = facts.office
    why: tuple[str, ...] = ()
    if not step.own and step.kind in NOT_ONESELF and applicant in {ask.person for ask in named}:
        others = tuple(ask for ask in named if ask.person != applicant) if step.sign != "any" or step.also else ()
        named, why = (others, ()) if others else (_raised(office, step, applicant, facts), ("raised",))
    if not named:
        return Assignment(_vacant(step, applicant, facts), ("vacant",))
    return present(named, why, procedure, step, applicant, facts)


def _named(step: Step, values: Values, facts: Facts) -> tuple[Ask, ...]:
    """Whom the request itself names for the step: the person in a field, or who approved the case it refers to.

    Where that approver has left, those who hold the post today.
    """
    if not step.named_in:
        return ()
    office, given = facts.office, approval(facts.referred) if facts.referred is not None else None
    who = (given.done_for or given.done_by) if given is not None else str(values.get(step.named_in) or "")
    if works_here(office, who):
        return (Ask(who, step.actor),)
    holders = natural(office, given.post, facts.referred.applicant) if given is not None and facts.referred else ()
    return tuple(Ask(person.staff_no, step.actor) for person in holders)


def at_places(step: Step, values: Values, facts: Facts) -> tuple[Ask, ...]:
    """Who answers for the sections, or the field of work, that the step is about (nobody: it is about none).

    Where several decide together each section sends one; one with nobody to send leaves it to the administrator.
    """
    given = values.get(step.about) if step.about else None
    places = [str(item) for item in given] if isinstance(given, list) else [str(given)] if given else []
    found: list[Ask] = []
    for place in places:
        people = answering_for(place, step.actor, facts)
        if step.sign != "any":
            people = people[:1] or _heir(step, facts)
        found += [Ask(person, step.actor) for person in people]
    return _once_each(found)


def answering_for(place: str, post: str, facts: Facts) -> tuple[str, ...]:
    """Who answers for a section or a field of work: who is in charge of it as that post or holds the post there.

    Where nobody does, the section's own head.
    """
    office = facts.office
    leading = [p for p in office.holders(post) if place in office.in_charge.get(p.staff_no, ())]
    inside = [p for p in office.holders(post) if _answers_for(p, post, place)]
    heads = [p for higher in facts.pack.hierarchy for p in office.section(place) if p.holds(higher)]
    at_desk = [p for p in inside if p.staff_no == office.desk.get(post)]
    return tuple(dict.fromkeys(p.staff_no for p in leading or at_desk or inside or heads[:1]))


def _heir(step: Step, facts: Facts) -> tuple[str, ...]:
    who = stand_in_of(step.actor, facts) or facts.office.administrator
    return (who,) if works_here(facts.office, who) else ()


def _or_others(office: Office, step: Step, applicant: str, values: Values) -> tuple[Ask, ...]:
    """Who holds the step's post, and who holds another that may act there as well."""
    others = (replace(step, actor=item.post) for item in step.also if holds(item.when, values))
    return _once_each(ask for one in (step, *others) for ask in _holders(office, one, applicant))


def _holders(office: Office, step: Step, applicant: str) -> tuple[Ask, ...]:
    body = office.bodies.get(step.actor)
    if body is not None:
        return (Ask(body.chair, step.actor),) if works_here(office, body.chair) else ()
    if step.sign != "any" and not step.about:
        return tuple(Ask(person.staff_no, step.actor) for person in office.holders(step.actor))
    asker = _someone_of(step.about_post, office) or applicant
    found = natural(office, step.actor, asker)
    chosen = found[:1] if step.sign != "any" else found
    return tuple(Ask(person.staff_no, step.actor) for person in chosen)


def _someone_of(post: str, office: Office) -> str:
    """A holder of the post whose section the step is about (empty: it is about none, or nobody holds it)."""
    holders = office.holders(post) if post else ()
    return holders[0].staff_no if holders else ""


def works_here(office: Office, staff_no: str) -> bool:
    """Whether somebody of that number is in the office's active service."""
    person = office.people.get(staff_no)
    return person is not None and person.active


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


def _vacant(step: Step, applicant: str, facts: Facts) -> tuple[Ask, ...]:
    """Who is asked where nobody holds the post: its registered stand-in, else the administrator."""
    without = applicant if step.kind in NOT_ONESELF else ""
    who = stand_in_of(step.actor, facts, without=without) or facts.office.administrator
    if not works_here(facts.office, who) or who == without:
        return ()
    return (Ask(who, step.actor),)


def present(
    named: tuple[Ask, ...], why: tuple[str, ...], procedure: Procedure, step: Step, applicant: str, facts: Facts
) -> Assignment:
    """These asks with delegates and stand-ins in the place of those who are away."""
    placed = [_placed(ask, procedure, step, applicant, facts) for ask in named]
    here = [(ask, reason) for ask, reason in placed if reason != "waiting"]
    chosen = (here or placed) if step.sign == "any" else placed
    arranged = tuple(dict.fromkeys((*why, *(reason for _, reason in chosen if reason))))
    return Assignment(_once_each(ask for ask, _ in chosen), arranged)


def _once_each(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """Nobody is asked twice: who is asked as themselves is not asked in another's place as well."""
    by_person: dict[str, Ask] = {}
    for ask in asks:
        if ask.person not in by_person or not ask.for_:
            by_person[ask.person] = ask
    return tuple(by_person.values())


def _placed(ask: Ask, procedure: Procedure, step: Step, applicant: str, facts: Facts) -> tuple[Ask, str]:
    if step.personal and procedure.id not in facts.office.stand_in_allowed:
        return ask, "waiting" if ask.person in facts.away else ""
    without = applicant if step.kind in NOT_ONESELF else ""
    delegate = delegate_of(ask.person, procedure.id, facts, without=without)
    if delegate:
        return replace(ask, person=delegate, for_=ask.person), "delegate"
    if ask.person not in facts.away:
        return ask, ""
    stand_in = stand_in_of(ask.person, facts, without=without)
    if stand_in:
        return replace(ask, person=stand_in, for_=ask.person), "stand_in"
    return ask, "waiting"


def delegate_of(person: str, procedure: str, facts: Facts, *, without: str = "") -> str:
    """Who decides by the person's own order today (empty: nobody)."""
    today = facts.now.date()
    for order in facts.office.delegations:
        who = order.delegate
        here = who not in facts.away and who != without and works_here(facts.office, who)
        if here and order.principal == person and order.covers(procedure, today):
            return who
    return ""


def stand_in_of(person: str, facts: Facts, *, without: str = "") -> str:
    """The stand-in of a person or a post who is here; one away is stood in for by theirs, never in a circle."""
    seen = {person}
    who = facts.office.stand_ins.get(person, "")
    while who and who not in seen:
        seen.add(who)
        if who not in facts.away and who != without and works_here(facts.office, who):
            return who
        who = facts.office.stand_ins.get(who, "")
    return ""
