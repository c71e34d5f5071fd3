"""Duty: a matter noted on a shift goes to the next with its handover; units send their rosters in before a holiday.

The family's parameters: `units` names the step at which the units' rosters are collected.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from flows.approval.case import Case
from flows.approval.outcome import Effects, RegisterRow
from flows.deadlines.holidays import day_at, next_holiday
from flows.facts import Facts
from flows.families.base import Beside, Family
from flows.people import Person
from flows.procedure.model import Json, Procedure, Step, Values

UNITS = "roster_units"
UNIT = "unit"
"""The `extra` of the visit at which a unit is asked for its roster."""


def units_of(facts: Facts) -> Mapping[str, str]:
    """The units that send in a holiday roster, each with the staff number of its person."""
    named = facts.setting(UNITS)
    if not isinstance(named, dict):
        return MappingProxyType({})
    return MappingProxyType({str(unit): who for unit, who in named.items() if isinstance(who, str)})


class DutyFamily(Family):
    """What duty has of its own: who relieves whom, and the rosters of the units."""

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """How long the coming holiday is, for a shift whose rosters are collected."""
        coming = next_holiday(_day_of(values, facts), facts.calendar) if self._collects(procedure) else None
        return {"holiday_days": coming.days} if coming is not None else {}

    def relief(self, procedure: Procedure, step: Step, facts: Facts) -> tuple[str, ...]:
        """Who may take the step over from its duty officer: those on shift, those of the next one, and their post's."""
        if step.actor != procedure.initiator:
            return ()
        roster = facts.office.roster
        listed = (*roster.on(facts.now, step.actor), *roster.next(facts.now, step.actor))
        holders = (person.staff_no for person in facts.office.holders(step.actor))
        return tuple(dict.fromkeys((*(shift.person for shift in listed), *holders)))

    def handed_over(self, procedure: Procedure, case: Case, person: str, facts: Facts) -> Effects:
        """The rows of the log are the newcomer's."""
        name = facts.office.name_of(person)
        rows = (
            RegisterRow(step.records.register, f"{case.id}:{step.id}", {"owner": name}, amends=True)
            for step in procedure.steps
            if step.records is not None and "owner" in step.records.row and step.id in case.done_steps()
        )
        return Effects(rows=tuple(rows))

    def beside(self, procedure: Procedure, step: Step, case: Case, facts: Facts) -> tuple[Beside, ...]:
        """Each unit's person, asked for its roster."""
        if step.id != procedure.family_params.get("units"):
            return ()
        found = units_of(facts).items()
        return tuple(Beside(UNIT, who, unit) for unit, who in found if who in facts.office.people)

    def effects(
        self,
        event: str,
        before: Case,
        after: Case,
        procedure: Procedure,
        facts: Facts,
        step: Step | None,
        decision: str,
    ) -> Effects:
        """As every family; once the rosters are reported, those nobody has sent in by themselves are entered too."""
        found = super().effects(event, before, after, procedure, facts, step, decision)
        if event != "done" or step is None or step.id != procedure.family_params.get("units"):
            return found
        sent = {visit.reason for visit in after.visits_of_round() if visit.extra == UNIT and visit.status == "done"}
        rows = (roster_in(unit, after, facts) for unit in units_of(facts) if unit not in sent)
        return found + Effects(rows=tuple(rows))

    def _collects(self, procedure: Procedure) -> bool:
        return "units" in procedure.family_params


def roster_in(unit: str, case: Case, facts: Facts) -> RegisterRow:
    """The row that says a unit's roster has come in."""
    coming = next_holiday(_day_of(case.values, facts), facts.calendar)
    cells: dict[str, Json] = {
        "unit": unit,
        "holiday": coming.name if coming is not None else "",
        "received_on": facts.now.date().isoformat(),
    }
    return RegisterRow("roster_in", f"{case.id}:{unit}", cells)


def _day_of(values: Values, facts: Facts) -> date:
    return day_at(values.get("shift")) or facts.now.date()
