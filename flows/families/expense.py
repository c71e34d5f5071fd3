"""Money and goods: what was asked for beforehand, who hears of what was spent, what is reported when not settled."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from flows.approval import words
from flows.approval.case import Case
from flows.approval.outcome import Effects, Notice, Timer
from flows.deadlines.due import anchor_moment, count_from
from flows.facts import Facts
from flows.families.base import Family
from flows.families.expense_checks import EscalatedAfter, ReportAfter
from flows.families.prior_checks import prior_of, prior_rule
from flows.families.told import people_named
from flows.families.topic import TopicFamily
from flows.people import Person
from flows.procedure.checks import applies
from flows.procedure.model import Json, Procedure, Rule, Step, Values

_ESCALATES = "escalate:"
_MARKED = TopicFamily()


class ExpenseFamily(Family):
    """What money and goods add to the engine."""

    def complete(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """The number of the case by which it was asked for, where the form leaves it out."""
        params = prior_rule(facts.pack, procedure)
        if params is None or values.get(params.ref):
            return {}
        earlier = prior_of(params, procedure, values, facts)
        return {params.ref: earlier.no} if earlier is not None else {}

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """`three_major`, where a clause of the text marks what a meeting alone decides."""
        return _MARKED.figures(procedure, values, applicant, facts)

    def labels(self, figures: Values) -> tuple[tuple[str, str], ...]:
        """The mark as people read it."""
        return _MARKED.labels(figures)

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
        """Beside the register's line: who hears afterwards of what was spent without asking."""
        found = super().effects(event, before, after, procedure, facts, step, decision)
        if event == "done" and step is not None and decision in ("agree", "done"):
            found += Effects(notices=tuple(_reports(step, after, procedure, facts)))
        return found

    def timers(self, procedure: Procedure, step: Step, case: Case, visit: int, facts: Facts) -> tuple[Timer, ...]:
        """When what is still not settled is reported."""
        return tuple(
            Timer(due, f"{_ESCALATES}{rule.id}", visit)
            for rule, params in _escalations(procedure, step, case)
            for due in [_due(params, procedure, case, facts)]
            if due is not None
        )

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
        """It is reported to whom the rule names, and its applicant hears that it was."""
        if not kind.startswith(_ESCALATES):
            return None
        notices: list[Notice] = []
        for rule, params in _escalations(procedure, step, case):
            if kind != f"{_ESCALATES}{rule.id}":
                continue
            text = f"{words.title(procedure, case, facts.office)}（{case.no}）“{step.name}”逾期未办：{rule.statement}。"
            named = (number for name in params.who for number in people_named(name, facts.office, case.applicant))
            notices += [Notice(who, "tell", rule.entry, "copy", text=text) for who in dict.fromkeys(named)]
            notices.append(Notice(case.applicant, "tell", rule.entry, "applicant", text=text))
        return Effects(notices=tuple(notices))


def _escalations(procedure: Procedure, step: Step, case: Case) -> Iterator[tuple[Rule, EscalatedAfter]]:
    for rule in procedure.rules:
        for item in rule.checks:
            params = item.params
            if isinstance(params, EscalatedAfter) and params.unfinished == step.id and applies(rule, case.values):
                yield rule, params


def _due(params: EscalatedAfter, procedure: Procedure, case: Case, facts: Facts) -> datetime | None:
    order = tuple(step.id for step in procedure.steps)
    start = anchor_moment(params.deadline.anchor, case, facts, order=order)
    return count_from(start, params.deadline, facts.calendar) if start is not None else None


def _reports(step: Step, case: Case, procedure: Procedure, facts: Facts) -> Iterator[Notice]:
    for rule in procedure.rules:
        for item in rule.checks:
            params = item.params
            if not isinstance(params, ReportAfter) or params.at != step.id or not applies(rule, case.values):
                continue
            if params.unless in case.done_steps():
                continue
            text = f"{words.title(procedure, case, facts.office)}（{case.no}）：{rule.statement}，请知悉。"
            for name in params.who:
                for who in people_named(name, facts.office, case.applicant):
                    yield Notice(who, "tell", rule.entry, "copy", text=text)
