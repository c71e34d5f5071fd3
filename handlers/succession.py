"""After the office's people have changed: cases that wait for somebody who cannot act any more are asked anew."""

from flows.approval.succession import succeed
from flows.people import Office
from flows.records import OpenAsk
from handlers.gather import facts_of, load
from handlers.ports import Desk, Unit


def in_doubt(unit: Unit, desk: Desk) -> tuple[str, ...]:
    """The cases that wait for somebody who may not be able to act any more; the others need no look."""
    return tuple(dict.fromkeys(ask.case_id for ask in unit.open_asks() if _doubtful(ask, desk.office)))


def ask_successors(unit: Unit, desk: Desk, case_id: str) -> bool:
    """Ask whoever would be asked today in the place of those who cannot act; whether there was anybody to replace.

    Raises:
        UnknownCase: there is no such case.
    """
    found = load(unit, desk, case_id)
    outcome = succeed(found.case, found.procedure, facts_of(unit, desk, found))
    if outcome is not None:
        unit.keep(outcome)
    return outcome is not None


def _doubtful(ask: OpenAsk, office: Office) -> bool:
    """Whether the person asked has left, or holds the post no more in whose name they are asked."""
    person, principal = office.people.get(ask.person), office.people.get(ask.for_ or ask.person)
    if person is None or not person.active:
        return True
    return ask.for_ != "" or principal is None or not principal.holds(ask.post)
