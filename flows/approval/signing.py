"""How several people decide one step: 或签 (any), 会签 (all), 依次 (in order), 过半 and 三分之二 (a ratio).

或签 is one visit of all who are asked; the first decides. In every other mode each signer has a visit of their own, all
of one group, so that everybody has their own card, deadline and line in the route:

    all, ratio    every visit is entered at once        in_order    each is entered when the one before agreed

Added signers (加签) are visits of the same group. A step has passed once enough of its signers agree and nobody added
is still looking.
"""

from typing import Literal

from flows.approval.case import Case, Visit
from flows.people import Ask

Verdict = Literal["open", "passed", "refused"]
RATIOS = frozenset({"majority", "two_thirds"})


def needed(sign: str, total: int) -> int:
    """How many of the signers must agree."""
    match sign:
        case "majority":
            return total // 2 + 1
        case "two_thirds":
            return -(-2 * total // 3)
        case "any":
            return 1
        case _:
            return total


def entries_of(asks: tuple[Ask, ...], sign: str) -> tuple[tuple[tuple[Ask, ...], tuple[Ask, ...]], ...]:
    """The visits to enter now: who is asked at each, and who is asked after it."""
    if sign == "any" or len(asks) < 2:
        return ((asks, ()),)
    if sign == "in_order":
        return ((asks[:1], asks[1:]),)
    return tuple(((ask,), ()) for ask in asks)


def own_visits(case: Case, visit: Visit) -> tuple[Visit, ...]:
    """The visits of the group that the step itself asked for, without added signers."""
    return tuple(other for other in case.group_of(visit) if not other.extra)


def open_beside(case: Case, visit: Visit) -> tuple[Visit, ...]:
    """The open visits of added signers in the group."""
    return tuple(other for other in case.group_of(visit) if other.extra and other.status == "open")


def _counting(case: Case, visit: Visit) -> Visit:
    """The visit that says how many of the group must agree: an added signer's own says nothing of the others."""
    return case.visits[visit.root] if visit.extra else visit


def verdict(case: Case, visit: Visit) -> Verdict:
    """How the step stands after this visit was decided.

    One refusal decides everywhere but in a ratio, where it counts as a vote: the step is refused once the number
    needed can no longer be reached.
    """
    done, counting = [other for other in own_visits(case, visit) if other.status == "done"], _counting(case, visit)
    against = sum(other.decision == "refuse" for other in done)
    if against and (counting.sign not in RATIOS or against > counting.total - counting.needed):
        return "refused"
    agreed = sum(other.decision in ("agree", "done") for other in done)
    return "open" if agreed < counting.needed or open_beside(case, visit) else "passed"


def left_over(case: Case, visit: Visit) -> tuple[int, ...]:
    """Open visits of a group whose step has been decided without them."""
    return tuple(other.index for other in case.group_of(visit) if other.status == "open")


def next_in_order(case: Case, visit: Visit) -> Ask | None:
    """Who of a group in order is asked next, now that nobody of it is asked."""
    if _counting(case, visit).sign != "in_order" or left_over(case, visit):
        return None
    agreed = [other for other in own_visits(case, visit) if other.status == "done"]
    return agreed[-1].later[0] if agreed and agreed[-1].later else None
