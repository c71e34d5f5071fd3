"""When people are reminded before a deadline: as many days ahead as the step says, when the office opens."""

from datetime import datetime, timedelta

from flows.approval.outcome import Timer
from flows.calendar import Slot
from flows.deadlines.hours import AT_ONCE, ahead_of
from flows.facts import Facts

EARLIEST = timedelta(hours=1)


def reminders(days: tuple[int, ...], due: datetime | None, kind: str, visit: int, facts: Facts) -> tuple[Timer, ...]:
    """One timer for each day ahead that is still to come; on a rest day the working day before it."""
    if due is None:
        return ()
    found: list[Timer] = []
    for before in days:
        day = due.date() - timedelta(days=before)
        while not facts.calendar.is_workday(day):
            day -= timedelta(days=1)
        moment = facts.calendar.begins(Slot(day, "am")).replace(tzinfo=due.tzinfo)
        if moment >= facts.now + EARLIEST:
            found.append(Timer(moment, f"{kind}:{before}", visit))
    return tuple(found)


def pressed(due: datetime | None, visit: int, facts: Facts) -> tuple[Timer, ...]:
    """The moments of what keeps no office hours: a reminder ahead of the deadline, and the deadline itself."""
    if due is None:
        return ()
    ahead = (Timer(ahead_of(due, facts.now), "ahead", visit),) if due > facts.now else ()
    return (*ahead, Timer(due if due > facts.now else facts.now + AT_ONCE, "due", visit))
