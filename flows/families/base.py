"""What a family adds to the engine; a procedure of a family without behaviour of its own runs on this as it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flows.approval import route, words
from flows.approval.case import Case
from flows.approval.outcome import Effects, RegisterRow, Timer
from flows.approval.records import person_of, row_of
from flows.calendar import Slot, days_text, slot_text
from flows.cards import Fact
from flows.facts import Facts
from flows.families.awaited import Awaited
from flows.families.lateness import asked_by
from flows.families.meeting_order import NotUndone
from flows.families.record_checks import cells_by_rules
from flows.families.told import told_at, told_by_rules, told_by_step
from flows.people import Person
from flows.procedure.findings import Finding
from flows.procedure.model import CARRIED_OUT, Check, Json, Procedure, Rule, Step, Values

_NOT_TAKEN_BACK = frozenset({"execute", "issue", "give_back"})
_LABELS: Mapping[str, tuple[str, str]] = {
    "days": ("请假天数", "{} 天"),
    "workdays": ("其中工作日", "{} 天"),
    "calendar_days": ("自然日", "{} 天"),
    "entitlement": ("按规定可休", "{} 天"),
    "remaining": ("本次之前还剩", "{} 天"),
    "year_used_after": ("批准后今年累计", "{} 天"),
    "late_count": ("累计迟到早退", "{} 次"),
    "absence_count": ("折合缺勤", "{} 次"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to agree at a step: a short key that stays the same, the button's words and what is recorded."""

    key: str
    label: str
    records: Values


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody asked beside a step when it is entered: the kind of asking, whom, and what it is about."""

    extra: str
    person: str
    about: str


class Family:
    """The behaviour every procedure has: register rows of its steps, and people told by steps and rules."""

    def complete(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """What the product works out itself, for fields nobody filled."""
        return {}

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """The computed figures of a request: name to number, date or text."""
        return {}

    def figures_of(self, procedure: Procedure, case: Case, facts: Facts) -> dict[str, Json]:
        """The figures of a case as it stands now, with what came of it since it was filed."""
        return self.figures(procedure, case.values, facts.office.person(case.applicant), facts)

    def examine(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Finding, ...]:
        """What the product refuses or warns of where no rule of the text speaks."""
        return ()

    def fill_in(self, procedure: Procedure, step: Step, case: Case, recorded: Values, facts: Facts) -> dict[str, Json]:
        """What a step records besides what its actor said."""
        return {}

    def examine_at(
        self, procedure: Procedure, step: Step, case: Case, values: Values, facts: Facts
    ) -> tuple[Finding, ...]:
        """What the product refuses at a step where no rule of the text speaks; `values` include what is recorded."""
        return ()

    def timers(self, procedure: Procedure, step: Step, case: Case, visit: int, facts: Facts) -> tuple[Timer, ...]:
        """Moments the family comes back to once the step is entered."""
        return ()

    def on_timer(
        self,
        kind: str,
        procedure: Procedure,
        step: Step,
        case: Case,
        visit: int,
        facts: Facts,
        given: Mapping[str, Json],
    ) -> Effects | None:
        """What follows from one of those moments, at whatever hour (None: it is none of the family's)."""
        return None

    def beside(self, procedure: Procedure, step: Step, case: Case, facts: Facts) -> tuple[Beside, ...]:
        """Those asked for something of their own while the step is open."""
        return ()

    def relief(self, procedure: Procedure, step: Step, facts: Facts) -> tuple[str, ...]:
        """Staff numbers of those the step's actor may hand it to at the end of a shift."""
        return ()

    def handed_over(self, procedure: Procedure, case: Case, person: str, facts: Facts) -> Effects:
        """What follows from somebody having taken the case over."""
        return Effects()

    def offers(self, procedure: Procedure, step: Step, case: Case, facts: Facts) -> tuple[Offer, ...]:
        """Ways to agree at the step by one button each."""
        return ()

    def typed(self, procedure: Procedure, step: Step, text: str, facts: Facts) -> tuple[dict[str, Json], str]:
        """What is recorded by the words typed behind 同意 and a code, and the words that are left."""
        return {}, text

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
        """What follows from an event of the case beyond its journal.

        Events: filed, resubmitted, approved, done (of `step`), reopened (the decision is open again), returned,
        refused, withdrawn, cancelled, closed, overdue.
        """
        if event == "cancelled":
            return Effects(rows=_voided(before, procedure))
        if event in ("closed", "refused", "withdrawn"):
            return Effects(rows=_closed(before, after, procedure, void=event != "closed"))
        if event != "done" or step is None or step.records is None or decision not in ("agree", "done"):
            return Effects()
        if route.gives_back(procedure, step, after.values):
            return Effects()
        figures = self.figures(procedure, after.values, facts.office.person(after.applicant), facts)
        figures |= asked_by(step.records, procedure, after, facts)
        row = row_of(step.records, after, procedure, facts, figures)
        row |= cells_by_rules(procedure, step.records.register, after.values)
        about = person_of(step.records, after)
        return Effects(rows=(RegisterRow(step.records.register, f"{after.id}:{step.id}", row, about),))

    def too_late_to_undo(self, procedure: Procedure, case: Case, facts: Facts) -> str:
        """Why an approved case can no longer be undone, with what to do instead (empty: it still can).

        What was carried out or entered into a register is done, and what a meeting decided stays so.
        """
        if kept := [item.params.say for rule, item in _keeping(procedure) if isinstance(item.params, NotUndone)]:
            return kept[0]
        for visit in case.visits_of_round():
            step = procedure.step_by_id.get(visit.step)
            if step is None or visit.status != "done" or visit.extra or step.kind not in CARRIED_OUT:
                continue
            if step.kind in _NOT_TAKEN_BACK or step.records is not None:
                who = facts.office.name_of(visit.done_by)
                return f"“{step.name}”已经办理，不能撤销；如有变化请直接与{who}联系。"
        return ""

    def keeps_it(self, procedure: Procedure) -> tuple[str, ...]:
        """Ledger ids of the rules by which what was decided is not undone."""
        return tuple(rule.entry for rule, _ in _keeping(procedure))

    def return_open(self, procedure: Procedure, case: Case) -> bool:
        """Whether a leave's return is still open, so that the case is not closed yet."""
        return False

    def awaited(self, procedure: Procedure, case: Case, facts: Facts) -> Awaited | None:
        """What is waited for beside the route once everything else is done (the return from a leave), if anything."""
        return None

    def takes_over(self, procedure: Procedure, values: Values, facts: Facts) -> str:
        """Staff number of the colleague the request names to take over the work (empty: it names nobody)."""
        return ""

    def wanted_at(self, procedure: Procedure, step: str, values: Values) -> tuple[str, ...]:
        """Fields of papers still missing without which the step cannot be done."""
        return ()

    def reminded_on(self, step: Step, case: Case, procedure: Procedure, facts: Facts) -> date | None:
        """The day on which the applicant is first reminded of a step of their own; None: like anybody else."""
        return None

    def due(self, step: Step, case: Case, procedure: Procedure, facts: Facts) -> Slot | None:
        """The half day by whose end an event of the family makes the step due, where it does."""
        return None

    def told(self, step: Step, case: Case, procedure: Procedure, facts: Facts) -> tuple[str, ...]:
        """Staff numbers of those a finished step is told to."""
        named = told_by_step(step, case, facts)
        return (*named, *told_by_rules(procedure, step, case, facts), *told_at(procedure, step, case, facts))

    def said_of(self, step: Step, case: Case, procedure: Procedure, facts: Facts) -> str:
        """What those are told whom a finished step is told to."""
        return words.step_done(procedure, case, facts.office, step)

    def said_approved(self, procedure: Procedure, case: Case) -> str:
        """What the applicant is told when the last decision was yes."""
        return words.approved(procedure, case)

    def context(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Fact, ...]:
        """What an approver should know beside the request."""
        return ()

    def labels(self, figures: Values) -> tuple[tuple[str, str], ...]:
        """The figures as people read them, label and text."""
        shown = [
            (label, text.format(days_text(float(value))))
            for name, (label, text) in _LABELS.items()
            for value in [figures.get(name)]
            if isinstance(value, (int, float)) and not isinstance(value, bool)
        ]
        for name, label in (("last_day", "最后一天"), ("back_on", "返岗日")):
            value = figures.get(name)
            if isinstance(value, str) and value:
                shown.append((label, _day(value)))
        return tuple(shown)


def _keeping(procedure: Procedure) -> Iterator[tuple[Rule, Check]]:
    return ((rule, item) for rule in procedure.rules for item in rule.checks if isinstance(item.params, NotUndone))


def _voided(case: Case, procedure: Procedure) -> tuple[RegisterRow, ...]:
    """The rows the case's steps have written, struck out."""
    done = case.done_steps()
    return tuple(
        RegisterRow(step.records.register, f"{case.id}:{step.id}", {"status": "void"}, amends=True)
        for step in procedure.steps
        if step.records is not None and step.id in done
    )


def _closed(before: Case, after: Case, procedure: Procedure, *, void: bool) -> tuple[RegisterRow, ...]:
    """The rows that say a matter is open, now that it is not: done, or void where nothing came of it."""
    return tuple(
        RegisterRow(
            step.records.register,
            f"{after.id}:{step.id}",
            {"status": "void"} if void else dict(step.records.closed),
            amends=True,
        )
        for step in procedure.steps
        if step.records is not None and step.records.closed and step.id in after.done_steps() | before.done_steps()
    )


def _day(value: str) -> str:
    return slot_text(Slot.parse(f"{value} am")).removesuffix("上午")
