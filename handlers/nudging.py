"""A timer's moment has come: remind who is waited for, or report what is overdue.

Timers belong to a step entry; one whose visit is no longer open does nothing and ends.
"""

from datetime import timedelta

from flows.approval import words
from flows.approval.case import Visit
from flows.approval.outcome import Effects, Notice, Outcome, Role, Timer
from flows.approval.run import Run, role_of
from flows.calendar import Slot, moment_text
from flows.facts import Facts
from flows.families import family_of
from flows.records import DueTimer
from handlers.gather import Bound, facts_of, load
from handlers.ports import Desk, Unit

MOST_NUDGES = 3


def on_timer(unit: Unit, desk: Desk, timer: DueTimer) -> None:
    """Carry out one due timer and end it; its successor, if any, is kept with what it caused."""
    found = load(unit, desk, timer.case_id)
    unit.end_timer(timer.id)
    visit = next((item for item in found.case.visits if item.index == timer.visit), None)
    if visit is None or visit.status != "open" or found.case.ended:
        return
    facts = facts_of(unit, desk, found)
    if found.case.held or not desk.calendar.is_open(desk.now):
        _later(unit, found, facts, timer)
        return
    unit.keep(_carried_out(found, visit, facts, timer))


def _later(unit: Unit, found: Bound, facts: Facts, timer: DueTimer) -> None:
    """Nobody is reminded outside office hours: the same timer, at the next opening."""
    opens = facts.calendar.add_working_hours(facts.now, 0)
    if opens <= facts.now:
        opens = facts.now + timedelta(hours=1)
    again = Timer(opens, timer.kind, timer.visit, timer.data)
    unit.keep(Outcome(found.case, (), effects=Effects(timers=(again,))))


def _carried_out(found: Bound, visit: Visit, facts: Facts, timer: DueTimer) -> Outcome:
    run = Run(found.case, found.procedure, facts, "system")
    step = found.procedure.step_by_id.get(visit.step)
    if step is None:
        return run.outcome()
    if timer.kind == "due":
        return _overdue(run, found, visit, facts)
    text = words.nudge(found.procedure, found.case, facts.office, step)
    if timer.kind == "remind":
        due = moment_text(visit.due_at) if visit.due_at else "今天"
        text = f"{words.own(found.procedure, found.case)}假期已满，请于{due}前销假。"
    for ask in visit.asks:
        if ask.person not in facts.away:
            run.notices.append(
                Notice(ask.person, "nudge", visit.step, _role(found, ask.person, visit), visit.index, text)
            )
    if timer.kind == "nudge":
        run.effects += Effects(timers=_next_nudge(facts, timer))
    return run.outcome()


def _role(found: Bound, person: str, visit: Visit) -> Role:
    return "applicant" if person == found.case.applicant else role_of(visit.kind)


def _next_nudge(facts: Facts, timer: DueTimer) -> tuple[Timer, ...]:
    """One nudge per working day, at most three; afterwards the box shows how long it has waited."""
    given = timer.data.get("count")
    count = (int(given) if isinstance(given, (int, float)) else 0) + 1
    if count >= MOST_NUDGES:
        return ()
    day = facts.calendar.next_workday(facts.now.date())
    at = facts.calendar.begins(Slot(day, "am")).replace(tzinfo=facts.now.tzinfo)
    return (Timer(at, "nudge", timer.visit, {"count": count}),)


def _overdue(run: Run, found: Bound, visit: Visit, facts: Facts) -> Outcome:
    """Past the deadline: the family does what the text says, and those concerned are told once."""
    step = found.procedure.step_by_id[visit.step]
    run.write("overdue", {"visit": visit.index, "step": visit.step})
    run.effects += family_of(found.procedure).effects("overdue", found.case, run.case, found.procedure, facts, step, "")
    title = words.title(found.procedure, found.case, facts.office)
    text = f"{title}（{found.case.no}）“{step.name}”已超过期限，请尽快办理。"
    for ask in visit.asks:
        run.notices.append(Notice(ask.person, "nudge", visit.step, _role(found, ask.person, visit), visit.index, text))
    return run.outcome()
