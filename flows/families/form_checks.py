"""Checks of what a form says: lines that must be filled, values that are admitted, what a step has to record."""

from dataclasses import dataclass

from flows.families.checks import weight_of
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.condition import absent, holds
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Rule, Test


def _named(request: Request, fields: tuple[str, ...]) -> str:
    return "、".join(request.procedure.field_by_id[field].name for field in fields)


def _lacking(request: Request, fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(field for field in fields if absent(request.values.get(field)))


@dataclass(frozen=True, slots=True)
class FieldsGiven:
    """Parameters of `fields_given`: the lines of the form without which it is not accepted, `if` where it matters."""

    fields: tuple[str, ...]
    if_: tuple[Test, ...] = ()


@check("fields_given", FieldsGiven)
def fields_given(rule: Rule, params: FieldsGiven, request: Request) -> tuple[Finding, ...]:
    """A form with a line left out is not accepted; the lines are asked for."""
    lacking = _lacking(request, params.fields)
    if not lacking or not applies(rule, request.values) or not holds(params.if_, request.values):
        return ()
    text = f"还要写明：{_named(request, lacking)}，请补齐后再提交。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite, lacking),)


@dataclass(frozen=True, slots=True)
class AllowedValues:
    """Parameters of `allowed_values`: the values the field may have."""

    field: str
    values: tuple[str, ...]


@check("allowed_values", AllowedValues)
def allowed_values(rule: Rule, params: AllowedValues, request: Request) -> tuple[Finding, ...]:
    """Any other value is outside what the text admits."""
    value: Json = request.values.get(params.field)
    if absent(value) or value in params.values or not applies(rule, request.values):
        return ()
    name = request.procedure.field_by_id[params.field].name
    text = f"{name}“{value}”不在规定的范围内，只能是：{'、'.join(params.values)}。请改填后再提交。"
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite, (params.field,)),)


@dataclass(frozen=True, slots=True)
class RecordedAt:
    """Parameters of `recorded_at`: the step and what must be written down when it is done."""

    at: str
    fields: tuple[str, ...]


@check("recorded_at", RecordedAt)
def recorded_at(rule: Rule, params: RecordedAt, request: Request) -> tuple[Finding, ...]:
    """The step is not done before everything is written down; wherever the case comes there, it is needed."""
    if not applies(rule, request.values):
        return ()
    lacking = _lacking(request, params.fields)
    if request.step == params.at and lacking:
        text = f"“{request.procedure.step_by_id[params.at].name}”要写明：{_named(request, lacking)}，请补上。"
        return (Finding(rule.entry, "refuse", text, rule.cite, lacking),)
    return (reason(rule),) if params.at in request.path else ()


@dataclass(frozen=True, slots=True)
class ReasonAt:
    """Parameters of `reason_at`: the step at which the case is given back with the reason."""

    at: str


@check("reason_at", ReasonAt)
def reason_at(rule: Rule, params: ReasonAt, request: Request) -> tuple[Finding, ...]:
    """A form found wanting is given back only with the reason written down."""
    if request.step != params.at or not applies(rule, request.values):
        return ()
    if not request.reason.strip():
        return (Finding(rule.entry, "refuse", "退回要写明缘由，请补上理由后再退回。", rule.cite),)
    return (reason(rule),)
