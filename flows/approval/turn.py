"""Whose turn it is: as whom somebody may act on an open visit, checked anew at the moment of the act."""

from flows.approval import words
from flows.approval.act import Act
from flows.approval.assign import NOT_ONESELF, asked_in, works_here
from flows.approval.case import Case, Visit
from flows.approval.consent import cancel_visit, consenting
from flows.errors import AlreadyClosed, NotYourTurn, OnHold, OwnCase, Refused, StaleButton
from flows.facts import Facts
from flows.people import Ask, Office
from flows.procedure.model import Check, Procedure, Step


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
    entries = (procedure.entry("step", visit.step), *_rules_of_actor(procedure, visit.step)) if step is not None else ()
    asked = visit.asked(actor)
    today = _asked_today(case, visit, procedure, facts)
    now_asked = next((ask for ask in today if ask.person == actor and _in_place_of(ask, asked, visit)), None)
    if person is None or not person.active or (asked is None and now_asked is None):
        if step is not None and actor == case.applicant and visit.kind in NOT_ONESELF:
            raise OwnCase("本人不能审批自己的申请。", entries=(*_rules_of_own_case(procedure), *entries))
        if visit.place == "before" and visit.added_by == actor:
            first = "、".join(facts.office.name_of(ask.person) for ask in visit.asks)
            raise NotYourTurn(f"您已请{first}先看，看过之后会再请您办理。", entries=entries)
        if actor in visit.handed_over:
            raise NotYourTurn("这一步您已转交，不再由您办理。", entries=entries)
        raise NotYourTurn("这一步不在您这里，您的点击没有生效。", entries=entries)
    if step is not None and not step.after_return and cancel_visit(case) is not None:
        raise OnHold("申请人已要求撤销本件，等批准人答复后再办。", entries=entries)
    if now_asked is not None:
        return now_asked
    assert asked is not None
    if not still_entitled(asked, visit, procedure, facts):
        raise NotYourTurn("您已不在这个岗位，这一步不再由您办理。", entries=entries)
    return asked


def _asked_today(case: Case, visit: Visit, procedure: Procedure, facts: Facts) -> tuple[Ask, ...]:
    """Who would be asked if the visit were entered now."""
    if visit.extra == "cancel":
        return consenting(case, procedure, facts).asks
    step = None if visit.extra else procedure.step_by_id.get(visit.step)
    return asked_in(case, procedure, step, facts).asks if step is not None else ()


def _in_place_of(fresh: Ask, asked: Ask | None, visit: Visit) -> bool:
    """Whether somebody the post means now may act on what was asked of its holders before.

    Who has handed the step over is out; where several decide together everybody answers for themselves alone.
    """
    principal = fresh.for_ or fresh.person
    if principal in visit.handed_over or (asked is not None and asked.for_ in visit.handed_over):
        return False
    return visit.sign == "any" or principal in {ask.for_ or ask.person for ask in visit.asks}


def step_at(procedure: Procedure, visit: Visit) -> Step:
    """The step of a visit; for one no step asked for, a step made of what the visit itself says."""
    step = procedure.step_by_id.get(visit.step)
    if step is not None and not visit.extra:
        return step
    name, coming_back = words.errand(procedure, visit), visit.extra == "return"
    button = "" if visit.extra == "add_sign" else name
    return Step(visit.extra, name, visit.post, visit.kind, button=button, after_return=coming_back)  # type: ignore[arg-type]


def acting_visit(case: Case, procedure: Procedure, act: Act, facts: Facts) -> tuple[Visit, Ask]:
    """The open visit an act beside the decisions is about, and as whom the actor acts on it.

    Raises:
        AlreadyClosed: the case has ended or is with its applicant. StaleButton: the card's asking is over.
        NotYourTurn, OwnCase: the actor is not asked. OnHold: the case is held.
    """
    if case.ended or case.state == "returned":
        raise AlreadyClosed(case.state)
    named = turn_of(case, procedure, act.actor, facts) or case.open_visit
    if act.visit >= 0:
        named = next((visit for visit in case.visits if visit.index == act.visit), None)
    if named is None or named.status != "open":
        raise StaleButton("这张卡片已经失效，请看最新的一张。")
    ask = may_act(case, named, procedure, act.actor, facts)
    refuse_held(case, facts.office)
    if named.extra == "cancel":
        raise NotYourTurn("申请人要求撤销本件，请先答复同意撤销还是不同意。")
    return named, ask


def refuse_held(case: Case, office: Office) -> None:
    """Stop an act on a case that is held.

    Raises:
        OnHold: it is, by whom and why.
    """
    if case.held:
        why = f"：{case.held_why}" if case.held_why else ""
        raise OnHold(f"本件已由{office.name_of(case.held)}挂起{why}。恢复后才能继续办理。")


def may_take_over(person: str, ask: Ask, visit: Visit, case: Case, facts: Facts) -> bool:
    """Whether somebody may be handed what is asked of another: a holder of the post, of one above it, or a stand-in.

    Nobody gets their own case to decide, and nobody who is away or asked already gets it at all.
    """
    office = facts.office
    if not works_here(office, person) or person in facts.away or person == ask.person or signs(case, visit, person):
        return False
    if person == case.applicant and visit.kind in NOT_ONESELF:
        return False
    return answers_instead(person, ask, facts)


def signs(case: Case, visit: Visit, person: str) -> bool:
    """Whether somebody is asked, or has signed, at this entry to the step already."""
    return any(other.asked(person) for other in case.group_of(visit) if other.status != "ended")


def answers_instead(person: str, ask: Ask, facts: Facts) -> bool:
    """Whether somebody holds the post asked, one above it, or is registered as its holder's stand-in."""
    office, hierarchy = facts.office, facts.pack.hierarchy
    above = hierarchy[hierarchy.index(ask.post) :] if ask.post in hierarchy else (ask.post,)
    if any(office.person(person).holds(post) for post in above):
        return True
    givers = {who for who in (ask.person, ask.for_) if who}
    return any(person in _stand_ins_of(giver, office) for giver in givers) or office.stand_ins.get(ask.post) == person


def still_entitled(ask: Ask, visit: Visit, procedure: Procedure, facts: Facts) -> bool:
    """Whether somebody asked earlier still holds the post, or stands in for one who does."""
    office = facts.office
    if visit.extra or ask.post == procedure.initiator or office.administrator == ask.person:
        return True
    if ask.for_ and ask.for_ in visit.handed_over:
        return answers_instead(ask.person, Ask(ask.for_, ask.post), facts)
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


def _rules_of_actor(procedure: Procedure, step: str) -> tuple[str, ...]:
    """The ledger ids of the rules by which the step is one post's alone."""
    kept = (rule for rule in procedure.rules for item in rule.checks if item.name == "acted_by" if step in _at(item))
    return tuple(rule.entry for rule in kept)


def _at(item: Check) -> tuple[str, ...]:
    return tuple(getattr(item.params, "steps", ()))


def _rules_of_own_case(procedure: Procedure) -> tuple[str, ...]:
    """The ledger ids of the rules by which nobody decides their own case."""
    return tuple(r.entry for r in procedure.rules if any(item.name == "not_own_decision" for item in r.checks))
