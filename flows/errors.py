"""What banshi refuses, as one small tree of exceptions named after the broken rule.

    Refused
    ├── BrokenRule        a rule of the regulation says no (findings carry clause, sentence and next step)
    ├── Incomplete        fields the form must have are missing
    ├── NoRoute           no branch of a step holds: the regulation leaves a gap here
    ├── BadAnswer         what was said cannot be read as the field asked for
    ├── NotYourTurn       the actor is not asked at this step (or nothing is open for them)
    ├── OwnCase           nobody decides their own case
    ├── AlreadyDone       the step was decided before: second tap, second device, faster colleague
    ├── AlreadyClosed     the case has ended
    ├── OnHold            the case is held until somebody lifts it
    ├── ReasonNeeded      a refusal or a return needs its reason
    ├── TooLate           the moment for this has passed (withdraw after the decision)
    ├── TooSoon           not yet: the next allowed time is named
    ├── UnknownCase       no such case, or not one this person may see
    ├── StaleButton       the button belongs to an earlier question or an earlier state
    ├── Classified        a classified marking; nothing may be stored
    └── Doubtful          a word leaves it open whether the matter is classified; the person is asked

`handlers.refusals` turns each into one Chinese sentence with its clause and the next step. Anything else
that is raised is a bug.
"""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.procedure.findings import Finding


class Refused(Exception):
    """Something a person asked for is not done; nothing was written.

    `sentence` is what is wrong in one Chinese sentence with the next step; `entries` are the ledger ids it rests on.
    """

    def __init__(self, sentence: str = "", *, entries: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.entries = entries


class BrokenRule(Refused):
    """A rule of the regulation refuses what was asked for."""

    def __init__(self, findings: "tuple[Finding, ...]") -> None:
        super().__init__(
            findings[0].text if findings else "",
            entries=tuple(dict.fromkeys(finding.entry for finding in findings if finding.entry)),
        )
        self.findings = findings


class Incomplete(Refused):
    """Fields the form must have are missing; `fields` are their ids in the form's order."""

    def __init__(self, fields: tuple[str, ...], *, sentence: str = "", entries: tuple[str, ...] = ()) -> None:
        super().__init__(sentence, entries=entries)
        self.fields = fields


class NoRoute(Refused):
    """No branch of the step holds for these values; `step` is where the route breaks off."""

    def __init__(self, step: str, *, entries: tuple[str, ...] = ()) -> None:
        super().__init__(entries=entries)
        self.step = step


class BadAnswer(Refused):
    """What was said cannot be read as the field asked for; the sentence says what would do."""


class NotYourTurn(Refused):
    """The actor is not asked at this step."""


class OwnCase(Refused):
    """Nobody decides their own case."""


class AlreadyDone(Refused):
    """The step was decided before; says by whom and when."""

    def __init__(self, by: str, at: datetime, *, mine: bool = False) -> None:
        super().__init__()
        self.by = by
        self.at = at
        self.mine = mine


class AlreadyClosed(Refused):
    """The case has ended in `state`; it never changes again."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = state


class OnHold(Refused):
    """The case is held; it takes no decision and no execution until somebody lifts it."""


class ReasonNeeded(Refused):
    """A refusal or a return needs its reason."""


class TooLate(Refused):
    """The moment for this has passed."""


class TooSoon(Refused):
    """Not yet; `next_at` is the next allowed time."""

    def __init__(self, next_at: datetime, sentence: str = "") -> None:
        super().__init__(sentence)
        self.next_at = next_at


class UnknownCase(Refused):
    """No such case, or not one this person may see."""


class StaleButton(Refused):
    """The button belongs to an earlier question or an earlier state."""


class Classified(Refused):
    """A classified marking was found; nothing of the text may be stored."""


class Doubtful(Refused):
    """A word leaves it open whether the matter is classified; nothing is kept before the person has said so."""
