"""The check by which a deadline may be put off: by whom, and to which day at the latest."""

from dataclasses import dataclass
from datetime import datetime

from flows.approval.case import Case
from flows.deadlines.due import anchor_moment
from flows.facts import Facts
from flows.procedure.checks import Request, check
from flows.procedure.findings import Finding
from flows.procedure.model import Deadline, Procedure, Rule


@dataclass(frozen=True, slots=True)
class Extension:
    """Parameters of `extension`: the step whose deadline may be put off, and the post that agrees.

    `most` is how long it may last in all, `field` keeps the day agreed to.
    """

    step: str
    field: str
    post: str
    most: Deadline

    def start(self, case: Case, facts: Facts) -> datetime | None:
        """From when the longest time counts in this case (None: it is not known yet)."""
        return anchor_moment(self.most.anchor, case, facts)


@check("extension", Extension)
def extension(rule: Rule, params: Extension, request: Request) -> tuple[Finding, ...]:
    """At filing and at the steps the rule has nothing to say; it speaks when somebody asks for more time."""
    return ()


def extension_of(procedure: Procedure) -> tuple[Rule, Extension] | None:
    """The rule by which the procedure's deadline may be put off, if it has one."""
    found = ((rule, item.params) for rule in procedure.rules for item in rule.checks)
    return next(((rule, params) for rule, params in found if isinstance(params, Extension)), None)
