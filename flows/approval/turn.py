"""Whose turn it is: as whom somebody may act on an open visit, checked anew at the moment of the act."""

from flows.approval.assign import assign
from flows.approval.case import Case, Visit
from flows.approval.consent import cancel_visit, consenting
from flows.errors import NotYourTurn, OnHold, OwnCase, Refused
from flows.facts import Facts
from flows.people import Ask, Office
from flows.procedure.model import DECIDING, Procedure


def my_visit(case: Case, procedure: Procedure, viewer: str, facts: Facts) -> Visit | None:
    """The open visit the viewer may act on now, checked as the decision would be; none while the case is held."""
    return None if case.held else turn_of(case, procedure, viewer, facts)


def turn_of(case: Case, procedure: Procedure, person: str, facts: Facts) -> Visit | None:
    """The last open visit at which it is the person's turn, if there is one."""
    for visit in reversed(case.visits):
        if visit.status != "open":
            continue
        try:
            may_act(case, visit, procedure, person, facts)
        except Refused:
            continue
        return visit
    return None


def may_act(case: Case, visit: Visit, procedure: Procedure, actor: str, facts: Facts) -> Ask:
    """As whom the actor may act on the open visit now; checked again at the moment of the act.

    Raises:
        OwnCase: nobody decides their own case. NotYourTurn: the actor is not asked (any more). OnHold: the case
            waits for the consent to its cancellation.
    """
    step = None if visit.extra else procedure.step_by_id.get(visit.step)
    person = facts.office.people.get(actor)
    entries = (procedure.entry("step", visit.step),) if step is not None else ()
    now_asked = next((ask for ask in _asked_today(case, visit, procedure, facts) if ask.person == actor), None)
    asked = visit.asked(actor)
    if person is None or not person.active or (asked is None and now_asked is None):
        if step is not None and actor == case.applicant and visit.kind in DECIDING:
            raise OwnCase("本人不能审批自己的申请。", entries=(*_rules_of_own_case(procedure), *entries))
        raise NotYourTurn("这一步不在您这里，您的点击没有生效。", entries=entries)
    if step is not None and not step.after_return and cancel_visit(case) is not None:
        raise OnHold("申请人已要求撤销本件，等批准人答复后再办。", entries=entries)
    if now_asked is not None:
        return now_asked
    assert asked is not None
    if not _still_entitled(asked, visit, procedure, facts):
        raise NotYourTurn("您已不在这个岗位，这一步不再由您办理。", entries=entries)
    return asked


def _asked_today(case: Case, visit: Visit, procedure: Procedure, facts: Facts) -> tuple[Ask, ...]:
    """Who would be asked if the visit were entered now."""
    if visit.extra == "cancel":
        return consenting(case, procedure, facts).asks
    step = None if visit.extra else procedure.step_by_id.get(visit.step)
    return assign(procedure, step, case.applicant, facts).asks if step is not None else ()


def _still_entitled(ask: Ask, visit: Visit, procedure: Procedure, facts: Facts) -> bool:
    """Whether somebody asked earlier still holds the post, or stands in for one who does."""
    office = facts.office
    if visit.extra or ask.post == procedure.initiator or office.administrator == ask.person:
        return True
    holder = office.people.get(ask.for_ or ask.person)
    body = office.bodies.get(ask.post)
    if body is not None:
        return body.chair == (ask.for_ or ask.person)
    if holder is None or not holder.holds(ask.post):
        return office.stand_ins.get(ask.post) == ask.person
    if not ask.for_:
        return True
    today = facts.now.date()
    ordered = any(
        order.principal == ask.for_ and order.delegate == ask.person and order.covers(procedure.id, today)
        for order in office.delegations
    )
    return ordered or ask.person in _stand_ins_of(ask.for_, office)


def _stand_ins_of(person: str, office: Office) -> tuple[str, ...]:
    """The person's registered stand-in, that one's stand-in, and so on."""
    chain: list[str] = []
    who = office.stand_ins.get(person, "")
    while who and who not in chain:
        chain.append(who)
        who = office.stand_ins.get(who, "")
    return tuple(chain)


def _rules_of_own_case(procedure: Procedure) -> tuple[str, ...]:
    """The ledger ids of the rules by which nobody decides their own case."""
    return tuple(r.entry for r in procedure.rules if any(item.name == "not_own_decision" for item in r.checks))
