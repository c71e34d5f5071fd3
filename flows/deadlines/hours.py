"""What keeps no office hours: urgent steps, and whatever is asked of people on shift."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flows.facts import Facts
from flows.procedure.condition import holds
from flows.procedure.model import Step, Values

AHEAD = timedelta(minutes=30)
AT_ONCE = timedelta(minutes=10)
"""What is due at once is told to be overdue after so long."""


def any_hour(step: Step, values: Values) -> bool:
    """Whether the step is pressed for by night and on days off as well."""
    return step.any_hour is not None and holds(step.any_hour, values)


def reachable(people: Iterable[str], facts: Facts) -> bool:
    """Whether it is office hours, or somebody of these is on shift."""
    return facts.calendar.is_open(facts.now) or not facts.office.roster.on_duty(facts.now).isdisjoint(people)


def ahead_of(due: datetime, now: datetime) -> datetime:
    """When to remind of what is due then: half an hour before, halfway there where less is left."""
    return max(due - AHEAD, now + (due - now) / 2)
