"""Checks of what is written down: which register a matter comes into, and what stands there because of a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Rule, Values


@dataclass(frozen=True, slots=True)
class Writes:
    """Parameters of `writes`: the register a step of the route writes in, and the cells its row has by this rule."""

    register: str
    row: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@check("writes", Writes)
def writes(rule: Rule, params: Writes, request: Request) -> tuple[Finding, ...]:
    """The rule is why the matter comes into the register, wherever the route passes a step that writes there."""
    if not applies(rule, request.values):
        return ()
    steps = (request.procedure.step_by_id[name] for name in request.path)
    written = any(step.records is not None and step.records.register == params.register for step in steps)
    return (reason(rule),) if written else ()


def cells_by_rules(procedure: Procedure, register: str, values: Values) -> dict[str, Json]:
    """The cells that the `writes` rules in force for these values have in a row of the register."""
    return {
        column: cell
        for rule in procedure.rules
        for item in rule.checks
        if isinstance(item.params, Writes) and item.params.register == register and applies(rule, values)
        for column, cell in item.params.row.items()
    }
