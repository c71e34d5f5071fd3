"""What the product fills in for an outcome field where the step that records it leaves it out.

A field's `computed` names one of these, with what it is about behind a colon:

    here:<step>       是 or 否, whether those who act at the step are here themselves
    able:<step>       是 or 否, whether anybody can act there today, a stand-in included
    holds:<post>      是 or 否, whether the applicant holds the post (known, so that it goes before what was said)
    many:<field>      是 or 否, whether the number reaches the office's `many_threshold`; nothing where none is set
    holiday_eve:<field>  是 or 否, whether the day the field begins with (else today) is one of the last three working
                    days before a statutory holiday
    past:<field>    是 or 否, whether the day in the field is over
    word:<text>     the text itself
    without:<step>    否 where the step was not done in this round, else nothing
    lacking:<step>    the step's name where it was not done in this round, else nothing
    actor, applicant  a staff number; now: the moment; reason: the words the step was done with
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.approval.assign import assign
from flows.deadlines.holidays import day_at, on_holiday_eve
from flows.facts import Facts
from flows.procedure.condition import absent, holds
from flows.procedure.model import Field, Json, Procedure, Values

THRESHOLD = "many_threshold"


@dataclass(frozen=True, slots=True)
class Doing:
    """The doing of a step: what is known of the request, who does it, with what words, and the steps done before."""

    procedure: Procedure
    values: Values
    applicant: str
    facts: Facts
    actor: str = ""
    reason: str = ""
    done: frozenset[str] = frozenset()


def worked_out(step: str, doing: Doing) -> dict[str, Json]:
    """The outcome fields of that step the product can fill in; what was said stays, except where it is known better."""
    found: dict[str, Json] = {}
    for field in doing.procedure.fields:
        if not field.outcome or field.recorded_by != step or not holds(field.ask_if, doing.values):
            continue
        kind, _, about = field.computed.partition(":")
        if kind not in WAYS or (kind != "holds" and not absent(doing.values.get(field.id))):
            continue
        value = WAYS[kind](about, doing)
        if value is not None:
            found[field.id] = value
    return found


def _yes(value: bool) -> Json:
    return "是" if value else "否"


def _arranged(about: str, doing: Doing) -> frozenset[str]:
    """What has to be arranged for the step today."""
    step = doing.procedure.step_by_id[about]
    return frozenset(assign(doing.procedure, step, doing.applicant, doing.facts, doing.values).why)


def _here(about: str, doing: Doing) -> Json:
    return _yes(not _arranged(about, doing) & {"waiting", "stand_in"})


def _able(about: str, doing: Doing) -> Json:
    return _yes("waiting" not in _arranged(about, doing))


def _holds(about: str, doing: Doing) -> Json:
    return _yes(doing.facts.office.person(doing.applicant).holds(about))


def _many(about: str, doing: Doing) -> Json:
    least, number = doing.facts.setting(THRESHOLD), doing.values.get(about)
    if not isinstance(least, (int, float)) or not isinstance(number, (int, float)) or least <= 0:
        return None
    return _yes(number >= least)


def _without(about: str, doing: Doing) -> Json:
    return None if about in doing.done else "否"


def _lacking(about: str, doing: Doing) -> Json:
    return None if about in doing.done else doing.procedure.step_by_id[about].name


def _holiday_eve(about: str, doing: Doing) -> Json:
    return _yes(on_holiday_eve(day_at(doing.values.get(about)) or doing.facts.now.date(), doing.facts.calendar))


def _past(about: str, doing: Doing) -> Json:
    day = day_at(doing.values.get(about))
    return None if day is None else _yes(doing.facts.now.date() > day)


WAYS: Mapping[str, Callable[[str, Doing], Json]] = {
    "here": _here,
    "able": _able,
    "holds": _holds,
    "many": _many,
    "holiday_eve": _holiday_eve,
    "past": _past,
    "word": lambda about, _: about,
    "without": _without,
    "lacking": _lacking,
    "actor": lambda _, doing: doing.actor or None,
    "applicant": lambda _, doing: doing.applicant,
    "now": lambda _, doing: doing.facts.now.strftime("%Y-%m-%d %H:%M"),
    "reason": lambda _, doing: doing.reason or None,
}
"""The ways by name; each is given what stands behind the colon, and gives nothing where it knows nothing."""


def known_for_sure(field: Field) -> bool:
    """Whether the product always knows the value, so that nobody is asked for it."""
    return field.computed.partition(":")[0] in ("here", "able", "holds", "holiday_eve", "past", "word")
