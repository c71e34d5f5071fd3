"""Somebody asked has left the office or lost the post: whoever would be asked today is asked in their place.

Where nobody is left to ask, the administrator is, so that no case waits for somebody who will never come.
"""

from flows.approval import words
from flows.approval.assign import assign, works_here
from flows.approval.case import Case, Visit, plain_asks
from flows.approval.consent import consenting
from flows.approval.outcome import Notice, Outcome
from flows.approval.run import Run, role_of
from flows.approval.takes_over import TAKES_OVER
from flows.approval.turn import signs, still_entitled
from flows.facts import Facts
from flows.people import Ask
from flows.procedure.model import Procedure


def succeed(case: Case, procedure: Procedure, facts: Facts) -> Outcome | None:
    """What is kept and told where some who are asked cannot act any more; None where all of them can."""
    run = Run(case, procedure, facts, "system")
    for visit in case.visits:
        if visit.status == "open" and visit.extra != TAKES_OVER:
            _succeed(run, visit)
    return run.outcome() if run.entries else None


def _succeed(run: Run, visit: Visit) -> None:
    stay = tuple(ask for ask in visit.asks if _answers(ask, visit, run.procedure, run.facts))
    if len(stay) == len(visit.asks):
        return
    fresh = () if stay and visit.sign == "any" else _fresh(run, visit, stay)
    if not stay and not fresh:
        return
    run.write("succeeded", {"visit": visit.index, "step": visit.step, "asks": plain_asks((*stay, *fresh))})
    run.notices += [Notice(ask.person, "ask", visit.step, role_of(visit.kind), visit.index) for ask in fresh]
    if fresh:
        names = "、".join(words.called(run.facts.office, ask.person) for ask in fresh)
        text = f"“{words.errand(run.procedure, visit)}”原经办人已调离或不在该岗位，现由{names}办理。"
        run.tell((run.case.applicant,), visit.step, text)


def _answers(ask: Ask, visit: Visit, procedure: Procedure, facts: Facts) -> bool:
    return works_here(facts.office, ask.person) and still_entitled(ask, visit, procedure, facts)


def _fresh(run: Run, visit: Visit, stay: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """Who would be asked now and is not yet; else the administrator, who decides no case of their own."""
    asked = {ask.person for ask in (*visit.asks, *stay)} | set(visit.handed_over)
    now = (ask for ask in _asked_now(run, visit) if works_here(run.facts.office, ask.person))
    fresh = tuple(ask for ask in now if ask.person not in asked and not signs(run.case, visit, ask.person))
    who = run.facts.office.administrator
    if fresh or stay or not works_here(run.facts.office, who) or who == run.case.applicant:
        return fresh
    return (Ask(who, visit.post),)


def _asked_now(run: Run, visit: Visit) -> tuple[Ask, ...]:
    case, procedure, facts = run.case, run.procedure, run.facts
    if visit.extra == "cancel":
        return consenting(case, procedure, facts).asks
    if visit.extra:
        return (Ask(visit.added_by, visit.post),) if visit.added_by else ()
    return assign(procedure, procedure.step_by_id[visit.step], case.applicant, facts, case.values).asks
