"""Checks of who decides in another's place, and of who holds what."""

from dataclasses import dataclass

from flows.approval.actor import acting
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Rule


@dataclass(frozen=True, slots=True)
class ActingSign:
    """Parameters of `acting_sign`: the step at which another post signs, and the field that keeps why."""

    at: str
    field: str


@check("acting_sign", ActingSign)
def acting_sign(rule: Rule, params: ActingSign, request: Request) -> tuple[Finding, ...]:
    """Signing in another's place is done with the reason written down; the rule is why it is done at all."""
    if params.at not in request.path or not applies(rule, request.values):
        return ()
    if request.step == params.at and absent(request.values.get(params.field)):
        text = "代签要写明原因（例如：分管领导外出开会），请补上后再签。"
        return (Finding(rule.entry, "refuse", text, rule.cite, (params.field,)),)
    return (reason(rule),)


@dataclass(frozen=True, slots=True)
class ActedBy:
    """Parameters of `acted_by`: the steps that go to the post the step's own `actor_by` names for the request."""

    steps: tuple[str, ...]


@check("acted_by", ActedBy)
def acted_by(rule: Rule, params: ActedBy, request: Request) -> tuple[Finding, ...]:
    """The rule is why these steps are this post's."""
    if not applies(rule, request.values):
        return ()
    posts = dict.fromkeys(
        acting(request.procedure.step_by_id[step], request.values, request.facts)[0].actor
        for step in params.steps
        if step in request.path
    )
    names = "、".join(request.pack.roles.get(post, post) for post in posts)
    return (reason(rule, f"由{names}办理：{rule.statement}"),) if names else ()
