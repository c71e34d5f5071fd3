"""A leave that has to last longer, as a procedure of its own (续假).

The days on top are reserved while it is decided; once approved they belong to the leave, whose return is awaited
later then.
"""

from dataclasses import replace

from flows.approval.case import Case
from flows.approval.outcome import Effects, Elsewhere, LeaveKept, LedgerEntry
from flows.calendar import Slot, after, slot_text
from flows.cards import Fact
from flows.facts import Facts
from flows.families.base import Family
from flows.families.coming_back import awaited_return, still_to_return
from flows.families.leave import LeaveFamily
from flows.families.leave_checks import kind_of
from flows.families.leave_course import extended
from flows.families.referring import as_leave, cannot_refer, extended_values, leave_text, return_visit_of
from flows.families.span import Span, by_year, counted, counts_naturally, natural_days, requested
from flows.people import Person
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Step, Values

_LEAVE = LeaveFamily()
_WAS = "was_until"
_GIVEN_UP = frozenset({"returned", "refused", "withdrawn", "cancelled"})


class LeaveExtensionFamily(Family):
    """What an extension adds to the engine: it makes the leave it refers to longer."""

    def complete(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """Rank and the days in all, as for a leave; and until when the leave was before."""
        found = _LEAVE.complete(procedure, values, applicant, facts)
        leave, _ = as_leave(procedure, values, facts)
        if facts.referred is None or leave is procedure:
            return found
        return {**found, _WAS: facts.referred.values.get(str(leave.family_params["end"]))}

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """The figures of the leave as it would be: days on top, days in all, last day and the day back."""
        leave, merged = as_leave(procedure, values, facts)
        found = _LEAVE.figures(leave, merged, applicant, facts) if leave is not procedure else {}
        more = _on_top(procedure, leave, values, facts)
        return {**found, "days": counted(more, natural=counts_naturally(leave, facts))} if more and found else found

    def examine(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Finding, ...]:
        """The leave must be one's own and open, the new last day later than the old, the time free of other leave."""
        wrong = cannot_refer(procedure, values, facts)
        if wrong is not None:
            return (wrong,)
        leave, merged = as_leave(procedure, values, facts)
        to = str(procedure.family_params.get("to", ""))
        if leave is procedure or absent(values.get(to)):
            return ()
        if _on_top(procedure, leave, values, facts) is None:
            span = requested(leave, facts.referred.values, facts) if facts.referred is not None else None
            until = slot_text(span.last).removesuffix("下午") if span is not None else ""
            return (Finding("", "refuse", f"原假到{until}为止，续假要到更晚的时间，请改填。", asks_for=(to,)),)
        return _LEAVE.examine(leave, merged, applicant, facts)

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
        """Filed, the days on top are reserved; given up, they are free; approved, the leave itself is longer."""
        base = super().effects(event, before, after, procedure, facts, step, decision)
        leave, _ = as_leave(procedure, after.values, facts)
        more = _on_top(procedure, leave, after.values, facts)
        if more is None or leave is procedure:
            return base
        if event in ("filed", "resubmitted"):
            return base + _reserved(after, leave, more, facts, kind="reserve", sign=1)
        if (event in _GIVEN_UP and before.state == "pending") or event == "approved":
            freed = _reserved(after, leave, more, facts, kind="release", sign=-1)
            return base + (freed + _made_longer(after, procedure, leave, facts) if event == "approved" else freed)
        return base

    def context(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Fact, ...]:
        """The leave as it was, then what was used this year and who else is away."""
        leave, merged = as_leave(procedure, values, facts)
        earlier = facts.referred
        span = requested(leave, earlier.values, facts) if earlier is not None and leave is not procedure else None
        if span is None or earlier is None:
            return ()
        was = Fact("原假", f"{leave_text(span.first, span.last)}（{earlier.no}）")
        return (was, *_LEAVE.context(leave, merged, applicant, facts))

    def too_late_to_undo(self, procedure: Procedure, case: Case, facts: Facts) -> str:
        """An approved extension is part of the leave: coming back earlier gives back what was not taken."""
        return "续假批准后已并入原假，不能单独撤销；提前返岗请销假，没有休的时间会退回。"


def _on_top(procedure: Procedure, leave: Procedure, values: Values, facts: Facts) -> Span | None:
    """The time the extension adds to the leave, or None where it adds none (or there is no leave)."""
    earlier = facts.referred
    if earlier is None or leave is procedure:
        return None
    longer = extended_values(procedure, leave, earlier, values)
    if longer is None:
        return None
    before = {**earlier.values, str(leave.family_params["end"]): values[_WAS]} if _WAS in values else earlier.values
    was, now = requested(leave, before, facts), requested(leave, longer, facts)
    if was is None or now is None or now.last <= was.last:
        return None
    slots = tuple(slot for slot in now.slots if slot not in was.slots)
    first: Slot = after(was.last)
    return Span(first, now.last, slots, len(slots) / 2, natural_days(first, now.last))


def _reserved(case: Case, leave: Procedure, more: Span, facts: Facts, *, kind: str, sign: int) -> Effects:
    """The days on top reserved for this person, or free again."""
    earlier = facts.referred
    natural = counts_naturally(leave, facts)
    of = kind_of(leave, earlier.values) if earlier is not None else ""
    lines = tuple(
        LedgerEntry(case.applicant, of, year, kind, sign * days, 0.0)  # type: ignore[arg-type]
        for year, days in by_year(more, natural=natural).items()
    )
    held = sign > 0
    kept = LeaveKept(
        case.applicant,
        of,
        more.first,
        more.last,
        counted(more, natural=natural),
        "reserved" if held else "void",
        more.slots if held else (),
    )
    return Effects(ledger=lines, leave=kept)


def _made_longer(case: Case, procedure: Procedure, leave: Procedure, facts: Facts) -> Effects:
    """The leave to its new last day, unless somebody has come back from it or undone it meanwhile."""
    earlier = facts.referred
    longer = extended_values(procedure, leave, earlier, case.values) if earlier is not None else None
    if earlier is None or longer is None or not still_to_return(earlier):
        return Effects()
    later = replace(earlier, values=longer)
    worked_out = {field.id for field in leave.fields if field.computed == "leave_days"}
    stripped = {key: value for key, value in longer.items() if key not in worked_out}
    values = {**longer, **_LEAVE.complete(leave, stripped, facts.office.person(case.applicant), facts)}
    changed = {key: value for key, value in values.items() if earlier.values.get(key) != value}
    lines: list[tuple[str, dict[str, Json]]] = [("changed", {"set": changed, "clauses": list(case.clauses)})]
    effects = extended(leave, earlier, later, facts)
    visit, awaited = return_visit_of(earlier), awaited_return(leave, longer, earlier.applicant, facts)
    if visit is not None and visit.status == "open" and awaited is not None:
        lines.append(("rescheduled", {"visit": visit.index, "due": awaited.due_at.isoformat()}))
        effects += Effects(timers=awaited.timers(visit.index))
    return Effects(elsewhere=(Elsewhere(earlier, leave, tuple(lines), effects),))
