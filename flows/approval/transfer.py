"""转交: an asking is handed to somebody who may answer it as well, and no longer answers to the giver (design 5)."""

from flows.approval import words
from flows.approval.act import Act
from flows.approval.assign import works_here
from flows.approval.case import Case, Visit, plain_asks
from flows.approval.handover import ask_to_sign
from flows.approval.outcome import Effects, Notice, Outcome
from flows.approval.run import Run, role_of
from flows.approval.turn import acting_visit, may_take_over, signs, step_at
from flows.errors import Refused
from flows.facts import Facts
from flows.families import family_of
from flows.people import Ask, Person
from flows.procedure.model import Procedure


def transfer(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Hand what is asked of the actor to another person; the deadline stays, the nudges begin anew.

    Raises:
        Refused: as for any act on an open step, or the person may not take it over.
    """
    visit, ask = acting_visit(case, procedure, act, facts)
    _may_receive(case, procedure, visit, ask, act, facts)
    gone = tuple(dict.fromkeys(who for who in (act.actor, ask.for_) if who))
    kept = tuple(item for item in visit.asks if item.person not in gone and item.for_ not in gone)
    asks = (*kept, Ask(act.to, ask.post, act.actor))
    run = Run(case, procedure, facts, act.actor)
    run.write(
        "transferred",
        {
            "visit": visit.index,
            "step": visit.step,
            "to": act.to,
            "from": list(gone),
            "asks": plain_asks(asks),
            "reason": act.reason.strip(),
        },
    )
    run.notices.append(Notice(act.to, "ask", visit.step, role_of(visit.kind), visit.index))
    run.effects += Effects(timers=run.nudge_timers(procedure.step_by_id[visit.step], visit.index))
    if _relieved(procedure, visit, facts):
        ask_to_sign(run, visit, act.actor, act.to)
        return run.outcome(answer=f"已交给{words.called(facts.office, act.to)}，等对方确认接班。")
    return run.outcome(answer=f"已转交{words.called(facts.office, act.to)}，这一步由他办理。")


def receivers(case: Case, procedure: Procedure, visit: Visit, ask: Ask, facts: Facts) -> tuple[Person, ...]:
    """Everybody the asking may be handed to, by staff number."""
    step = step_at(procedure, visit)
    relieved = _relieved(procedure, visit, facts)
    if relieved:
        free = (who for who in relieved if who != ask.person and who not in facts.away and not signs(case, visit, who))
        return tuple(facts.office.person(who) for who in sorted(free) if works_here(facts.office, who))
    if visit.extra or step.seat or step.actor == procedure.initiator:
        return ()
    return tuple(
        person
        for number, person in sorted(facts.office.people.items())
        if may_take_over(number, ask, visit, case, facts) and (not step.personal or person.holds(ask.post))
    )


def _relieved(procedure: Procedure, visit: Visit, facts: Facts) -> tuple[str, ...]:
    """Who may relieve a duty officer at the step (nobody: it is no step of a duty officer's)."""
    if visit.extra:
        return ()
    return family_of(procedure).relief(procedure, procedure.step_by_id[visit.step], facts)


def _may_receive(case: Case, procedure: Procedure, visit: Visit, ask: Ask, act: Act, facts: Facts) -> None:
    """Stop a transfer that is none.

    Raises:
        Refused: with what to do instead.
    """
    office, step = facts.office, step_at(procedure, visit)
    entries = (procedure.entry("step", visit.step),)
    if visit.extra:
        raise Refused("您是被请来看的，不能转交；看不了请写明，由请您的人另请他人。", entries=entries)
    if step.seat:
        raise Refused("会上的事要本人到会办，不能转交。", entries=entries)
    relieved = _relieved(procedure, visit, facts)
    if step.actor == procedure.initiator and not relieved:
        raise Refused("这一步要由申请人本人办理，不能转交。", entries=entries)
    if not works_here(office, act.to):
        raise Refused("没有找到要转交的人，请写本单位在岗人员的姓名或工号。")
    name = office.name_of(act.to)
    if act.to in (act.actor, ask.for_) or signs(case, visit, act.to):
        raise Refused(f"这一步{name}本来就在办，请另选一位。")
    if act.to == case.applicant and not relieved:
        raise Refused("不能转交给申请人本人，请另选一位。", entries=entries)
    if act.to in facts.away:
        raise Refused(f"{name}现在不在岗，请另选一位。")
    if act.to not in {person.staff_no for person in receivers(case, procedure, visit, ask, facts)}:
        post = facts.pack.roles.get(ask.post, ask.post)
        others = "、".join(person.name for person in receivers(case, procedure, visit, ask, facts)[:3])
        instead = f"，例如{others}" if others else ""
        raise Refused(f"只能转交给{post}或其上级岗位的人、登记的代办人{instead}；{name}不在其列。", entries=entries)
