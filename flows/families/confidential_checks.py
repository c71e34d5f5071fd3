"""Checks of who may be shown a matter that does not leave its circle."""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.people import Person
from flows.procedure.checks import Request, applies, check
from flows.procedure.findings import Finding
from flows.procedure.model import Procedure, Rule, Values


@dataclass(frozen=True, slots=True)
class KeptWithin:
    """Parameters of `kept_within`: the posts whose holders alone may be shown the matter, and what others are told."""

    posts: tuple[str, ...]
    say: str


@check("kept_within", KeptWithin)
def kept_within(rule: Rule, params: KeptWithin, request: Request) -> tuple[Finding, ...]:
    """At filing the rule has nothing to say; `kept_from` stops the matter being shown further."""
    return ()


def kept_from(procedure: Procedure, values: Values, person: Person) -> Iterator[Finding]:
    """The rules by which the matter is not shown to this person."""
    for rule in procedure.rules:
        for item in rule.checks:
            params = item.params
            if isinstance(params, KeptWithin) and applies(rule, values) and not any(map(person.holds, params.posts)):
                yield Finding(rule.entry, "refuse", params.say, rule.cite)
