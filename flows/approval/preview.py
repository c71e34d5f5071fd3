"""What filing would mean, without filing: computed facts, what the rules find, and the named route with reasons."""

from dataclasses import dataclass

from flows.approval import route
from flows.approval.assign import assign
from flows.errors import NoRoute
from flows.facts import Facts
from flows.families import family_of
from flows.people import Assignment
from flows.procedure.checks import Request, applies, examine
from flows.procedure.condition import absent, holds
from flows.procedure.findings import Finding, refusals
from flows.procedure.model import Json, Pack, Procedure, Rule, Step, Values


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the forecast: the step, who would be asked today, and why the request passes here.

    `why` is the rule's statement (or the step's own name where no rule says more); `clauses` are ledger ids.
    """

    step: Step
    assignment: Assignment
    names: tuple[str, ...]
    post_name: str
    why: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """A request looked at before it is filed.

    `values` are completed with what the product works out; `missing` are required fields nobody filled;
    `gap` names the step at which the route breaks off (then `stops` is empty).
    """

    values: Values
    figures: Values
    findings: tuple[Finding, ...]
    stops: tuple[Stop, ...]
    missing: tuple[str, ...]
    gap: str = ""

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The findings that stop the filing."""
        return refusals(self.findings)


def missing_fields(procedure: Procedure, values: Values) -> tuple[str, ...]:
    """Ids of the required fields nobody filled, in the form's order; outcomes and fields that do not apply excepted."""
    return tuple(
        field.id
        for field in procedure.fields
        if field.required and not field.outcome and holds(field.ask_if, values) and absent(values.get(field.id))
    )


def completed(procedure: Procedure, values: Values, applicant: str, facts: Facts) -> dict[str, Json]:
    """The values with what the product works out itself (rank, days, years of service)."""
    person = facts.office.person(applicant)
    return {**values, **family_of(procedure).complete(procedure, values, person, facts)}


def rules_of(pack: Pack, procedure: Procedure) -> tuple[Rule, ...]:
    """The procedure's own rules and those of others whose refusal falls on it."""
    return (*procedure.rules, *pack.rules_refused_in(procedure.id))


def preview(pack: Pack, procedure: Procedure, values: Values, applicant: str, facts: Facts) -> Preview:
    """What filing these values today would mean for this applicant."""
    full = completed(procedure, values, applicant, facts)
    missing = missing_fields(procedure, full)
    person = facts.office.person(applicant)
    try:
        path = route.forecast(procedure, full)
    except NoRoute as gap:
        own = () if missing else family_of(procedure).examine(procedure, full, person, facts)
        return Preview(full, {}, own, (), missing, gap="" if missing else gap.step)
    findings = _findings(pack, procedure, full, applicant, facts, path)
    figures = {} if missing else dict(family_of(procedure).figures(procedure, full, person, facts))
    for finding in findings:
        figures.update(finding.figures)
    stops = stops_from(pack, procedure, path, full, applicant, facts)
    return Preview(full, figures, findings, stops, missing)


def findings_of(pack: Pack, procedure: Procedure, values: Values, applicant: str, facts: Facts) -> tuple[Finding, ...]:
    """What is found in these values today: the preview's findings alone, at less cost."""
    full = completed(procedure, values, applicant, facts)
    try:
        path = route.forecast(procedure, full)
    except NoRoute:
        return preview(pack, procedure, values, applicant, facts).findings
    return _findings(pack, procedure, full, applicant, facts, path)


def _findings(
    pack: Pack, procedure: Procedure, values: Values, applicant: str, facts: Facts, path: tuple[Step, ...]
) -> tuple[Finding, ...]:
    request = Request(pack, procedure, values, facts, applicant, tuple(step.id for step in path), path[0].id)
    own = family_of(procedure).examine(procedure, values, facts.office.person(applicant), facts)
    return (*own, *examine(request, rules_of(pack, procedure)))


def stops_from(
    pack: Pack, procedure: Procedure, steps: tuple[Step, ...], values: Values, applicant: str, facts: Facts
) -> tuple[Stop, ...]:
    """The steps as stops: who would be asked today, and why the request passes there."""
    return tuple(_stop(pack, procedure, step, values, applicant, facts) for step in steps)


def _stop(pack: Pack, procedure: Procedure, step: Step, values: Values, applicant: str, facts: Facts) -> Stop:
    assignment = assign(procedure, step, applicant, facts, values)
    reasons = tuple(rule for rule in procedure.path_rules.get(step.id, ()) if applies(rule, values))
    office = facts.office
    return Stop(
        step=step,
        assignment=assignment,
        names=tuple(office.name_of(ask.person) for ask in assignment.asks),
        post_name=_post_name(pack, step, assignment, facts),
        why=reasons[0].statement if reasons else step.name,
        clauses=(*(rule.entry for rule in reasons), procedure.entry("step", step.id)),
    )


def _post_name(pack: Pack, step: Step, assignment: Assignment, facts: Facts) -> str:
    post = assignment.asks[0].post if assignment.asks else step.actor
    body = facts.office.bodies.get(post)
    return body.name if body else pack.roles.get(post, post)
