"""After the office's people have changed: cases that wait for somebody who cannot act any more are asked anew."""

from flows.approval.succession import succeed
from flows.people import Office
from flows.records import OpenAsk
from handlers.gather import facts_of, load
from handlers.ports import Desk, Unit


def ask_successors(unit: Unit, desk: Desk) -> int:
    """Ask whoever would be asked today, wherever somebody asked has left or lost the post; returns how many cases.

    Only cases whose asks no longer fit the office are looked at.
    """
    doubtful = dict.fromkeys(ask.case_id for ask in unit.open_asks() if _doubtful(ask, desk.office))
    count = 0
    for case_id in doubtful:
        found = load(unit, desk, case_id)
        outcome = succeed(found.case, found.procedure, facts_of(unit, desk, found))
        if outcome is not None:
            unit.keep(outcome)
            count += 1
    return count


def _doubtful(ask: OpenAsk, office: Office) -> bool:
    """Whether the person asked has left, or holds the post no more in whose name they are asked."""
    person, principal = office.people.get(ask.person), office.people.get(ask.for_ or ask.person)
    if person is None or not person.active:
        return True
    return ask.for_ != "" or principal is None or not principal.holds(ask.post)
