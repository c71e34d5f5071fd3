"""The course of a leave: reserved at filing, settled at the decision, given back, come back from.

Days go through an append-only ledger; what a person has used is the sum of its lines. `stands` is the leave as it
is at the moment: shortened where the person came back early.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from flows.approval.case import Case, Visit
from flows.approval.outcome import Effects, LeaveKept, LedgerEntry, RegisterRow
from flows.calendar import Slot
from flows.deadlines.due import moment_of
from flows.facts import Facts
from flows.families.leave_checks import kind_of
from flows.families.referring import return_visit_of
from flows.families.span import Span, by_year, counted, counts_naturally, natural_days, requested
from flows.procedure.model import Json, Procedure, Step, Values

ATTENDANCE = "attendance"
ABSENT_WITHOUT_LEAVE = "旷工"
GRACE = timedelta(minutes=30)

Kind = Literal["reserve", "release", "settle", "correct"]
Status = Literal["reserved", "settled", "void"]


def target_of(procedure: Procedure, case: Case) -> str:
    """Whom a home leave visits (empty: no home leave)."""
    return str(case.values.get(str(procedure.family_params.get("target", "")), "") or "")


def return_step(procedure: Procedure) -> Step | None:
    """The step by which the person reports back, if the procedure has one."""
    return next((step for step in procedure.steps if step.after_return and step.kind == "submit"), None)


def return_visit(procedure: Procedure, case: Case) -> Visit | None:
    """The last asking to report back, open or done, if it has come to that."""
    step = return_step(procedure)
    asked = [visit for visit in case.visits_of_round() if step is not None and visit.step == step.id]
    return asked[-1] if asked else return_visit_of(case)


def returned_at(procedure: Procedure, case: Case) -> datetime | None:
    """When the return was reported, if it was."""
    visit = return_visit(procedure, case)
    return visit.done_at if visit is not None and visit.status == "done" else None


def back_at(procedure: Procedure, case: Case, facts: Facts) -> datetime | None:
    """When the person was back, in office time: as the return says, at the latest when it was reported."""
    reported = returned_at(procedure, case)
    if reported is None:
        return None
    said = moment_of(case.values.get("returned_at"), facts.calendar, facts.now)
    return min(_local(moment, facts) for moment in (reported, said) if moment is not None)


def _local(moment: datetime, facts: Facts) -> datetime:
    return moment.astimezone(facts.now.tzinfo).replace(tzinfo=None)


def stands(procedure: Procedure, case: Case, span: Span, facts: Facts) -> Span:
    """The leave as it stands: without the half days worked after an early return."""
    moment = back_at(procedure, case, facts)
    if moment is None:
        return span
    kept = tuple(slot for slot in span.slots if facts.calendar.begins(slot) + GRACE < moment)
    if kept == span.slots:
        return span
    last = kept[-1] if kept else span.first
    natural = natural_days(span.first, last) if kept else 0.0
    return Span(span.first, last, kept, len(kept) / 2, natural)


def filed_afterwards(case: Case, span: Span, facts: Facts) -> bool:
    """Whether the leave was over when it was filed."""
    return _local(case.filed_at, facts) >= facts.calendar.ends(span.last)


def absent_slots(procedure: Procedure, case: Case, span: Span, until: datetime, facts: Facts) -> tuple[Slot, ...]:
    """The working half days past the leave until the return was reported, the day of the report not counted.

    Days before the person could report (the step was not open yet) are no absence, and a leave filed after it had
    ended has none at all: filing it was the sign of being back.
    """
    calendar = facts.calendar
    visit = return_visit(procedure, case)
    if visit is None or filed_afterwards(case, span, facts):
        return ()
    opened = Slot(_local(visit.entered_at, facts).date(), "am")
    first = max(calendar.next_slot(span.last), opened)
    eve = Slot(_local(until, facts).date() - timedelta(days=1), "pm")
    return calendar.working_slots(first, eve) if first <= eve else ()


def overdue_workdays(procedure: Procedure, case: Case, span: Span, facts: Facts) -> float | None:
    """Working days late, counted to the report or to now; None where nobody is asked to report back yet."""
    if return_visit(procedure, case) is None:
        return None
    until = returned_at(procedure, case) or facts.now
    return len(absent_slots(procedure, case, span, until, facts)) / 2


def leave_effects(
    event: str,
    before: Case,
    after: Case,
    procedure: Procedure,
    facts: Facts,
    span: Span,
    step: Step | None,
    figures: Values,
) -> Effects:
    """Ledger lines, the leave kept and attendance rows that follow from the event; `figures` fill the rows."""
    course = _Course(procedure, after, facts, figures)
    match event:
        case "filed" | "resubmitted":
            return course.changed("reserve", span, "reserved", reserved=1)
        case "approved":
            return course.changed("settle", span, "settled", reserved=-1, used=1)
        case "reopened":
            return course.reopened(before, span)
        case "returned" | "refused" | "withdrawn":
            return course.undone(before, span)
        case "cancelled":
            return replace(course.undone(before, span), rows=())
        case "done" if _comes_back(step):
            return course.came_back(span, facts.now)
        case "overdue" if _comes_back(step):
            return course.overdue(span)
        case _:
            return Effects()


def _comes_back(step: Step | None) -> bool:
    return step is not None and step.after_return and step.kind == "submit"


def came_back(procedure: Procedure, case: Case, facts: Facts) -> Effects:
    """What follows for the leave of an earlier case once the return reported from it is confirmed."""
    span, reported = requested(procedure, case.values, facts), returned_at(procedure, case)
    if span is None or reported is None:
        return Effects()
    return _Course(procedure, case, facts, {}).came_back(span, reported)


def marked_back(procedure: Procedure, case: Case, facts: Facts, *, back: bool) -> Effects:
    """The leave with its person marked as back at work (asked again, no stand-in), or as still away."""
    span = requested(procedure, case.values, facts)
    if span is None:
        return Effects()
    return Effects(leave=replace(_Course(procedure, case, facts, {}).kept(span, "settled"), returned=back))


def extended(procedure: Procedure, before: Case, after: Case, facts: Facts) -> Effects:
    """What follows for an approved leave that lasts longer now: days, half days, its row in the register."""
    was, now = requested(procedure, before.values, facts), requested(procedure, after.values, facts)
    if was is None or now is None:
        return Effects()
    return _Course(procedure, after, facts, {}).lasts_longer(was, now)


class _Course:
    """One case's leave at the moment of an event."""

    def __init__(self, procedure: Procedure, case: Case, facts: Facts, figures: Values) -> None:
        self.procedure = procedure
        self.case = case
        self.facts = facts
        self.figures = figures
        self.natural = counts_naturally(procedure, facts)

    def changed(self, kind: Kind, span: Span, status: Status, *, reserved: int = 0, used: int = 0) -> Effects:
        """The whole span reserved, settled or given back."""
        amounts = by_year(span, natural=self.natural)
        return Effects(ledger=self._lines(kind, amounts, reserved, used), leave=self.kept(span, status))

    def undone(self, before: Case, span: Span) -> Effects:
        """The leave given up: what was reserved is released, what was settled is taken back with its row."""
        if before.state == "pending":
            return self.changed("release", span, "void", reserved=-1)
        if before.state != "approved" or returned_at(self.procedure, before) is not None:
            return Effects()
        gone = self.changed("correct", span, "void", used=-1)
        return replace(gone, rows=self._recorded(before, {"status": "void"}))

    def reopened(self, before: Case, span: Span) -> Effects:
        """The decision is open again: what was settled or released is only reserved."""
        if before.state == "returned":
            return self.changed("reserve", span, "reserved", reserved=1)
        again = self.changed("correct", span, "reserved", reserved=1, used=-1)
        return replace(again, rows=self._recorded(before, {"status": "void"}))

    def lasts_longer(self, was: Span, now: Span) -> Effects:
        """The days that came on top; an absence noted meanwhile is none, and the register says until when."""
        shares, before = by_year(now, natural=self.natural), by_year(was, natural=self.natural)
        more = {year: days - before.get(year, 0.0) for year, days in shares.items() if days != before.get(year, 0.0)}
        changes: dict[str, Json] = {"to": edge(now.last), "days": counted(now, natural=self.natural)}
        absence = RegisterRow(ATTENDANCE, f"{self.case.id}:absence", {"status": "void"}, amends=True)
        rows = (*self._recorded(self.case, changes), absence)
        return Effects(ledger=self._lines("correct", more, 0, 1), leave=self.kept(now, "settled"), rows=rows)

    def came_back(self, span: Span, until: datetime) -> Effects:
        """The return reported: late time becomes absence, half days not needed are given back."""
        stood = stands(self.procedure, self.case, span, self.facts)
        if stood == span:
            leave = replace(self.kept(span, "settled"), returned=True)
            return Effects(rows=self._absence(span, until, "active"), leave=leave)
        was, now = by_year(span, natural=self.natural), by_year(stood, natural=self.natural)
        given_back = {year: days - now.get(year, 0.0) for year, days in was.items() if days != now.get(year, 0.0)}
        leave = replace(self.kept(stood, "settled" if stood.slots else "void"), returned=True)
        days = counted(stood, natural=self.natural)
        changes: dict[str, Json] = {"to": edge(stood.last), "days": days}
        rows = self._recorded(self.case, changes if stood.slots else {"status": "void"})
        return Effects(ledger=self._lines("correct", given_back, 0, -1), leave=leave, rows=rows)

    def overdue(self, span: Span) -> Effects:
        """The deadline passed without a report: the days over so far are absence, to be confirmed."""
        now = self.facts.now
        over = now.replace(tzinfo=None) >= self.facts.calendar.ends(Slot(now.date(), "pm"))
        return Effects(rows=self._absence(span, now + timedelta(days=over), "to_confirm"))

    def _lines(self, kind: Kind, amounts: Mapping[int, float], reserved: int, used: int) -> tuple[LedgerEntry, ...]:
        of, target = kind_of(self.procedure, self.case.values), target_of(self.procedure, self.case)
        return tuple(
            LedgerEntry(self.case.applicant, of, year, kind, reserved * days, used * days, target)
            for year, days in amounts.items()
        )

    def kept(self, span: Span, status: Status) -> LeaveKept:
        return LeaveKept(
            self.case.applicant,
            kind_of(self.procedure, self.case.values),
            span.first,
            span.last,
            counted(span, natural=self.natural),
            status,
            () if status == "void" else span.slots,
            target_of(self.procedure, self.case),
        )

    def _recorded(self, case: Case, changes: Mapping[str, Json]) -> tuple[RegisterRow, ...]:
        """The attendance rows of the leave that stand in the register, changed."""
        done = case.done_steps()
        return tuple(
            RegisterRow(
                ATTENDANCE,
                f"{case.id}:{step.id}",
                changes,
                case.applicant,
                amends=True,
            )
            for step in self.procedure.steps
            if step.records is not None and step.records.register == ATTENDANCE and step.id in done
        )

    def _absence(self, span: Span, until: datetime, status: str) -> tuple[RegisterRow, ...]:
        """The time past the leave as absence without leave; a row written when it fell due is superseded."""
        slots = absent_slots(self.procedure, self.case, span, until, self.facts)
        if not slots and not self._may_have_a_row(span):
            return ()
        first = slots[0] if slots else self.facts.calendar.next_slot(span.last)
        row: dict[str, Json] = {
            "person": self.facts.office.name_of(self.case.applicant),
            "event": ABSENT_WITHOUT_LEAVE,
            "from": edge(first, begins=True),
            "to": edge(slots[-1] if slots else first),
            "days": len(slots) / 2,
            "status": status if slots else "void",
        }
        return (RegisterRow(ATTENDANCE, f"{self.case.id}:absence", row, self.case.applicant),)

    def _may_have_a_row(self, span: Span) -> bool:
        """Whether an absence to be confirmed was written when the return fell due, and is settled by this report."""
        visit = return_visit(self.procedure, self.case)
        fell_due = visit is not None and visit.due_at is not None and visit.due_at < self.facts.now
        reported = visit is not None and visit.status == "done"
        return reported and fell_due and not filed_afterwards(self.case, span, self.facts)


def edge(slot: Slot, *, begins: bool = False) -> str:
    """The beginning or end of a time as the register writes it: the day alone where it is whole."""
    whole = slot.half == ("am" if begins else "pm")
    return slot.day.isoformat() if whole else str(slot)
