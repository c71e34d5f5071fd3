"""Cards drawn anew: every copy shows the case as it stands, whoever looks at it."""

from dataclasses import dataclass
from functools import cached_property

from flows.approval.card import card_of
from flows.cards import Card
from flows.facts import Facts
from flows.procedure.findings import Finding
from handlers.gather import Bound, bound, facts_of, may_see
from handlers.ports import Desk, Unit
from handlers.queries import warned


class Copies:
    """Cards for copies that are kept current: what belongs to a case is gathered once for all who see it."""

    def __init__(self, unit: Unit, desk: Desk) -> None:
        self._unit = unit
        self._desk = desk
        self._gathered: dict[str, _Gathered] = {}

    def card(self, case_id: str, viewer: str) -> Card | None:
        """The card as the case stands now; None where it is no longer the viewer's to see.

        Raises:
            UnknownCase: there is none of that id.
        """
        if case_id not in self._gathered:
            found = bound(self._desk, self._unit.case_as_it_stands(case_id))
            self._gathered[case_id] = _Gathered(self._unit, self._desk, found)
        return self._gathered[case_id].card(viewer)


@dataclass
class _Gathered:
    """What the cards of one case have in common, from when it is first asked for."""

    unit: Unit
    desk: Desk
    found: Bound

    def card(self, viewer: str) -> Card | None:
        """The viewer's, if it is theirs to see."""
        found = self.found
        if viewer not in self.concerned and not may_see(self.unit, self.desk, found.case, viewer):
            return None
        return card_of(found.pack, found.procedure, found.case, viewer, self.facts, self.warned)

    @cached_property
    def concerned(self) -> frozenset[str]:
        return self.unit.concerned(self.found.case.id)

    @cached_property
    def facts(self) -> Facts:
        return facts_of(self.unit, self.desk, self.found)

    @cached_property
    def warned(self) -> tuple[Finding, ...]:
        return warned(self.found, self.facts)
