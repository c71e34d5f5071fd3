"""A timer's moment has come: remind who is waited for, or keep and report what is overdue.

Timers belong to a step entry; one whose visit is no longer open does nothing and ends. What fell due is kept at its
moment; people are reminded in office hours only, and never while they are known to be away.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from flows.approval import words
from flows.approval.case import HANDOVER, Visit
from flows.approval.outcome import Effects, Notice, Outcome, Role, Timer
from flows.approval.run import Run, role_of
from flows.approval.stand_in import ask_stand_ins
from flows.approval.turn import step_at
from flows.calendar import Slot, moment_text
from flows.deadlines.hours import any_hour, reachable
from flows.facts import Facts
from flows.families import family_of
from flows.procedure.model import Step
from flows.records import DueTimer
from handlers.gather import NOON, Bound, facts_of, load
from handlers.ports import Desk, Unit
from handlers.recurring import on_recurring
from handlers.seal_custody import TIMER as BACK
from handlers.seal_custody import on_back
from handlers.shifts import TIMER as SHIFTS
from handlers.shifts import on_shifts

MOST_NUDGES = 3
MOST_AT_ONCE = 200


def on_timer(unit: Unit, desk: Desk, timer: DueTimer) -> None:
    """Carry out one due timer and end it; its successor, if any, is kept with what it caused."""
    if not timer.case_id:
        if timer.kind == SHIFTS:
            on_shifts(unit, desk, timer)
        else:
            (on_back if timer.kind.startswith(BACK) else on_recurring)(unit, desk, timer)
        return
    found = load(unit, desk, timer.case_id)
    unit.end_timer(timer.id)
    visit = next((item for item in found.case.visits if item.index == timer.visit), None)
    if visit is None or visit.status != "open" or found.case.ended:
        return
    facts = facts_of(unit, desk, found)
    outcome = _carried_out(found, visit, facts, timer)
    if timer.kind in ("due", "overdue"):
        outcome = _with_effects(outcome, _missed(unit, timer, facts))
    elif timer.kind == "nudge" and _other_due(unit, timer, facts, ("due", "overdue")):
        outcome = _with_effects(Run(found.case, found.procedure, facts, "system").outcome(), _next_nudge(facts, timer))
    unit.keep(outcome)


def _other_due(unit: Unit, timer: DueTimer, facts: Facts, kinds: tuple[str, ...]) -> tuple[DueTimer, ...]:
    """Timers of the same visit that are due as well: after downtime what was missed is said once."""
    due = unit.due_timers(facts.now, MOST_AT_ONCE)
    same = (other for other in due if (other.case_id, other.visit) == (timer.case_id, timer.visit))
    return tuple(other for other in same if other.kind in kinds and other.id != timer.id)


def _missed(unit: Unit, timer: DueTimer, facts: Facts) -> Effects:
    """The reminders an overdue one speaks for: ended, the next of them set."""
    effects = Effects()
    for other in _other_due(unit, timer, facts, ("nudge",)):
        unit.end_timer(other.id)
        effects += _next_nudge(facts, other)
    return effects


def _with_effects(outcome: Outcome, more: Effects) -> Outcome:
    return replace(outcome, effects=outcome.effects + more)


def _carried_out(found: Bound, visit: Visit, facts: Facts, timer: DueTimer) -> Outcome:
    run = Run(found.case, found.procedure, facts, "system")
    step = _step(found, visit)
    kind = timer.kind
    own = family_of(found.procedure).on_timer(kind, found.procedure, step, found.case, timer.visit, facts, timer.data)
    if own is not None:
        run.effects += own
        return run.outcome()
    kind, _, about = kind.partition(":")
    if kind == "due" and not found.case.held:
        run.write("overdue", {"visit": visit.index, "step": visit.step})
        family = family_of(found.procedure)
        run.effects += family.effects("overdue", found.case, run.case, found.procedure, facts, step, "")
        kind = "overdue"
    asked = tuple(ask.person for ask in visit.asks)
    late_hours = visit.extra == HANDOVER or (any_hour(step, found.case.values) and not visit.extra)
    if found.case.held or not (late_hours or reachable(asked, facts)):
        run.effects += _at(_next_opening(facts), kind, timer)
        return run.outcome()
    here = tuple(ask.person for ask in visit.asks if ask.person not in facts.away)
    if kind == "remind" and not here:
        run.effects += _at(_next_half_day(facts), kind, timer)
        return run.outcome()
    stand_ins = ask_stand_ins(run, visit) if kind in ("nudge", "overdue") else ()
    later = found.procedure.step_by_id.get(about.partition(":")[0]) if kind == "towards" else None
    for person in here:
        text = _towards(found, visit, later, facts) if later else _words(found, visit, facts, kind)
        step_id = later.id if later else visit.step
        run.notices.append(Notice(person, "nudge", step_id, _role(found, person, visit), visit.index, text))
    if kind == "overdue" and not here and not stand_ins:
        run.tell((facts.office.administrator,), visit.step, _nobody_here(found, visit, facts, "已超过期限"))
    if kind == "nudge" and not here and not stand_ins and not timer.data.get("count"):
        run.tell((facts.office.administrator,), visit.step, _nobody_here(found, visit, facts, "还没有办"))
    if kind == "nudge":
        run.effects += _next_nudge(facts, timer)
    if kind == "overdue" and _own_after_leave(step):
        run.effects += _at(_next_morning(facts), "nudge", replace(timer, data={"chase": True}))
    return run.outcome()


def _step(found: Bound, visit: Visit) -> Step:
    return found.procedure.step_by_id.get(visit.step) or step_at(found.procedure, visit)


def _own_after_leave(step: Step) -> bool:
    """Whether the applicant has to do the step once a leave is over: it is pressed for until it is done."""
    from_leave = step.deadline is not None and step.deadline.anchor.name == "leave_end"
    return step.kind == "submit" and (step.after_return or from_leave)


def _at(moment: datetime, kind: str, timer: DueTimer) -> Effects:
    return Effects(timers=(Timer(moment, kind, timer.visit, timer.data),))


def _next_opening(facts: Facts) -> datetime:
    """When the office opens next; in office hours (a case on hold) an hour from now."""
    opens = facts.calendar.add_working_hours(facts.now, 0)
    return opens if opens > facts.now else facts.now + timedelta(hours=1)


def _next_half_day(facts: Facts) -> datetime:
    here = Slot(facts.now.date(), "am" if facts.now.time() < NOON else "pm")
    return facts.calendar.begins(facts.calendar.next_slot(here)).replace(tzinfo=facts.now.tzinfo)


def _words(found: Bound, visit: Visit, facts: Facts, kind: str) -> str:
    step = _step(found, visit)
    if kind == "ahead" and visit.due_at is not None:
        return f"{_named(found, facts)}“{step.name}”须在{moment_text(visit.due_at)}前办完，请抓紧。"
    if kind == "overdue":
        return f"{_named(found, facts)}“{step.name}”已超过期限，请尽快办理。"
    if kind == "remind":
        due = moment_text(visit.due_at) if visit.due_at else "今天"
        if step.after_return:
            return f"{words.own(found.procedure, found.case)}假期已满，请于{due}前销假。"
        own = found.case.applicant in {ask.person for ask in visit.asks}
        whose = words.own(found.procedure, found.case) if own else _named(found, facts)
        return f"{whose}请于{due}前{step.name}{_papers(found, step)}。"
    return words.nudge(found.procedure, found.case, facts.office, visit)


def _towards(found: Bound, visit: Visit, later: Step, facts: Facts) -> str:
    """A deadline further on, for whoever has the case now."""
    due = Run(found.case, found.procedure, facts, "system").due(later)
    by = f"最迟{moment_text(due)}" if due is not None else "有期限"
    return f"{_named(found, facts)}“{later.name}”{by}，请抓紧办理“{words.errand(found.procedure, visit)}”。"


def _nobody_here(found: Bound, visit: Visit, facts: Facts, how: str) -> str:
    what = words.errand(found.procedure, visit)
    return f"{_named(found, facts)}“{what}”{how}，经办的人都不在岗，也没有代办人，请安排。"


def _named(found: Bound, facts: Facts) -> str:
    return f"{words.title(found.procedure, found.case, facts.office)}（{found.case.no}）"


def _role(found: Bound, person: str, visit: Visit) -> Role:
    return "applicant" if person == found.case.applicant else role_of(visit.kind)


def _next_nudge(facts: Facts, timer: DueTimer) -> Effects:
    """One nudge per working day, at most three; afterwards the box shows how long it has waited.

    What its applicant owes after a leave is pressed for every working day until it is done.
    """
    if timer.data.get("chase"):
        return _at(_next_morning(facts), "nudge", timer)
    given = timer.data.get("count")
    count = (int(given) if isinstance(given, (int, float)) else 0) + 1
    if count >= MOST_NUDGES:
        return Effects()
    hours = timer.data.get("hours")
    if isinstance(hours, (int, float)):
        again = facts.now + timedelta(hours=hours)
        return Effects(timers=(Timer(again, "nudge", timer.visit, {"count": count, "hours": hours}),))
    return Effects(timers=(Timer(_next_morning(facts), "nudge", timer.visit, {"count": count}),))


def _next_morning(facts: Facts) -> datetime:
    """When the next working day begins."""
    day = facts.calendar.next_workday(facts.now.date())
    return facts.calendar.begins(Slot(day, "am")).replace(tzinfo=facts.now.tzinfo)


def _papers(found: Bound, step: Step) -> str:
    """The papers the step is waited for with, in words."""
    fields = family_of(found.procedure).wanted_at(found.procedure, step.id, found.case.values)
    names = "、".join(found.procedure.field_by_id[field].name for field in fields)
    return f"，并附{names}" if names else ""
