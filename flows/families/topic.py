"""Topics: what a unit proposes for a meeting, and whether the meeting alone may decide it (三重一大)."""

from flows.facts import Facts
from flows.families.base import Family
from flows.families.topic_checks import Collective
from flows.people import Person
from flows.procedure.checks import applies
from flows.procedure.model import Json, Procedure, Values


class TopicFamily(Family):
    """Topics: marked where a clause of the text has them decided by a meeting alone."""

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """`three_major`, where the procedure has clauses of that kind: whether one of them speaks about the topic."""
        major = [rule for rule in procedure.rules if any(isinstance(c.params, Collective) for c in rule.checks)]
        return {"three_major": any(applies(rule, values) for rule in major)} if major else {}

    def labels(self, figures: Values) -> tuple[tuple[str, str], ...]:
        """The mark as people read it."""
        mark = (("三重一大", "是，须集体决定"),) if figures.get("three_major") is True else ()
        return (*mark, *super().labels(figures))
