"""The vocabulary of checks: what a rule of a pack may be carried out by.

A rule names a check and its typed parameters; loading a pack turns them into the parameter class registered
here, so that a wrong name or type is an error with file and line. A check reads a `Request` and says what it
found; it never decides, and it never sees more than it is given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flows.facts import Facts
from flows.procedure.condition import holds
from flows.procedure.findings import Finding
from flows.procedure.model import Condition, Pack, Procedure, Rule, Values

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Request:
    """What is examined: the values of a case at a step, with the route they lead to.

    `path` are the ids of the steps passed and still to come; `step` is where the examination takes place
    (the first step at filing); `done` are the steps already done in this round, `reason` the words the step is done
    with; `acting` tells the doing of the step from a look at the request.
    """

    pack: Pack
    procedure: Procedure
    values: Values
    facts: Facts
    applicant: str
    path: tuple[str, ...] = ()
    step: str = ""
    done: frozenset[str] = frozenset()
    reason: str = ""
    acting: bool = False


@dataclass(frozen=True, slots=True)
class CheckKind:
    """One check of the vocabulary: its parameter class and the function that examines a request."""

    name: str
    params: type
    examine: Callable[[Rule, Any, Request], tuple[Finding, ...]]


VOCABULARY: dict[str, CheckKind] = {}


def check(
    name: str, params: type[P]
) -> Callable[[Callable[[Rule, P, Request], tuple[Finding, ...]]], Callable[[Rule, P, Request], tuple[Finding, ...]]]:
    """Register a function as the check of that name."""

    def register(
        examine: Callable[[Rule, P, Request], tuple[Finding, ...]],
    ) -> Callable[[Rule, P, Request], tuple[Finding, ...]]:
        VOCABULARY[name] = CheckKind(name, params, examine)
        return examine

    return register


def applies(rule: Rule, values: Values) -> bool:
    """Whether the rule speaks about these values: its `when` holds and its `except` does not."""
    return holds(rule.when, values) and not (rule.except_ and holds(rule.except_, values))


def reason(rule: Rule, text: str = "") -> Finding:
    """The rule as a reason for a route, a deadline or a computation."""
    return Finding(rule.entry, "reason", text or rule.statement, rule.cite)


@dataclass(frozen=True, slots=True)
class Path:
    """Parameters of `path`: steps the route must pass in this order."""

    steps: tuple[str, ...]


def passes(path: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    """Whether the path passes these steps in this order (others may stand between)."""
    rest = iter(path)
    return all(step in rest for step in steps)


@check("path", Path)
def examine_path(rule: Rule, params: Path, request: Request) -> tuple[Finding, ...]:
    """A route rule: when it applies, the route passes these steps, and the rule is why."""
    if not applies(rule, request.values):
        return ()
    if passes(request.path, params.steps):
        return (reason(rule),)
    text = f"这件事的审批路线与规定不符：{rule.statement}。请联系办公室管理员。"
    return (Finding(rule.entry, "refuse", text, rule.cite),)


def examine(request: Request, rules: tuple[Rule, ...]) -> tuple[Finding, ...]:
    """Everything the rules find in the request, in the order of the rules."""
    return tuple(
        finding
        for rule in rules
        for item in rule.checks
        for finding in VOCABULARY[item.name].examine(rule, item.params, request)
    )


def tests_of(condition: Condition) -> frozenset[str]:
    """The fields a condition reads."""
    return frozenset(test.field for test in condition)
