"""Who is told that a step is done: those the step names, and those a rule's `tells` names.

A name is a post, a field that holds a person or a section (its head is told), `applicant`, `section_members` (the
applicant's colleagues) or `sections_in_charge` (everybody of the sections the applicant leads).
"""

from dataclasses import dataclass

from flows.approval.assign import natural
from flows.approval.case import Case
from flows.facts import Facts
from flows.families.span import requested
from flows.people import Office
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.findings import Finding
from flows.procedure.model import Procedure, Rule, Step, Values


def people_named(name: str, office: Office, applicant: str) -> tuple[str, ...]:
    """Staff numbers behind one name, the applicant's own excepted unless `applicant` is meant."""
    if name == "applicant":
        return (applicant,)
    if name == "section_members":
        found = tuple(_of_section(office, office.person(applicant).section))
    elif name == "sections_in_charge":
        led = office.in_charge.get(applicant, ())
        found = tuple(number for section in led for number in _of_section(office, section))
    else:
        found = tuple(person.staff_no for person in natural(office, name, applicant))
    return tuple(number for number in found if number != applicant)


def _of_section(office: Office, section: str) -> tuple[str, ...]:
    return tuple(p.staff_no for _, p in sorted(office.people.items()) if p.section == section and p.active)


def told_by_step(step: Step, case: Case, facts: Facts) -> tuple[str, ...]:
    """Those the step itself names: posts, relations, a field of people or of sections (their heads)."""
    return tuple(
        number for name in step.tells for number in _named_by_step(name, case, facts.office, facts.pack.hierarchy)
    )


def _named_by_step(name: str, case: Case, office: Office, hierarchy: tuple[str, ...]) -> tuple[str, ...]:
    value = case.values.get(name)
    listed = [str(item) for item in value] if isinstance(value, list) else [value] if isinstance(value, str) else []
    people = tuple(item for item in listed if item in office.people)
    places = tuple(who for item in listed if item in office.sections for who in heads_of(item, office, hierarchy))
    return (*people, *places) or people_named(name, office, case.applicant)


def heads_of(section: str, office: Office, hierarchy: tuple[str, ...]) -> tuple[str, ...]:
    """Staff numbers of who heads the section; where nobody does, of everybody there."""
    people = office.section(section)
    by_post = (tuple(person.staff_no for person in people if person.holds(post)) for post in hierarchy)
    return next((heads for heads in by_post if heads), tuple(person.staff_no for person in people))


@dataclass(frozen=True, slots=True)
class TellsAt:
    """Parameters of `tells_at`: who is told when the step is done; `of` names the field of the person they lead.

    `setting` is the office's word on who is told, a post, and goes before `who`.
    """

    who: tuple[str, ...]
    at: str
    of: str = ""
    setting: str = ""


@check("tells_at", TellsAt)
def tells_at(rule: Rule, params: TellsAt, request: Request) -> tuple[Finding, ...]:
    """The rule is why these people are told at that step (`told_at` does the telling)."""
    return (reason(rule),) if applies(rule, request.values) else ()


def told_at(procedure: Procedure, step: Step, case: Case, facts: Facts) -> tuple[str, ...]:
    """Those whom the `tells_at` rules in force for this case name at this step."""
    return tuple(
        number
        for rule in procedure.rules
        for item in rule.checks
        if isinstance(item.params, TellsAt) and item.params.at == step.id and applies(rule, case.values)
        for name in _meant(item.params, facts)
        for number in people_named(name, facts.office, _led(item.params, case, facts))
    )


def _meant(params: TellsAt, facts: Facts) -> tuple[str, ...]:
    settled = facts.setting(params.setting) if params.setting else None
    return (settled,) if isinstance(settled, str) and settled in facts.pack.roles else params.who


@dataclass(frozen=True, slots=True)
class ReportsTo:
    """Parameters of `reports_to`: whom the rule itself has told at once when the step is done."""

    who: tuple[str, ...]
    at: str


@check("reports_to", ReportsTo)
def reports_to(rule: Rule, params: ReportsTo, request: Request) -> tuple[Finding, ...]:
    """The rule is why these people hear of it at once (`reported_at` does the telling)."""
    return (reason(rule),) if applies(rule, request.values) else ()


def reported_at(procedure: Procedure, step: Step, case: Case, facts: Facts) -> tuple[tuple[Rule, tuple[str, ...]], ...]:
    """The rules that have somebody told at this step, each with whom."""
    return tuple(
        (rule, tuple(n for name in item.params.who for n in people_named(name, facts.office, case.applicant)))
        for rule in procedure.rules
        for item in rule.checks
        if isinstance(item.params, ReportsTo) and item.params.at == step.id and applies(rule, case.values)
    )


def _led(params: TellsAt, case: Case, facts: Facts) -> str:
    named = case.values.get(params.of)
    return named if isinstance(named, str) and named in facts.office.people else case.applicant


def told_by_rules(procedure: Procedure, step: Step, case: Case, facts: Facts) -> tuple[str, ...]:
    """Those the rules in force for this case name, told when a notify step is done."""
    return told_at_notice(procedure, case.values, case.applicant, facts) if step.kind == "notify" else ()


def told_at_notice(procedure: Procedure, values: Values, applicant: str, facts: Facts) -> tuple[str, ...]:
    """Staff numbers of those whom the `tells` rules in force for these values name, each once."""
    days = length_of(procedure, values, facts)
    found = (
        number
        for rule in procedure.rules
        for item in rule.checks
        if item.name == "tells" and applies(rule, values) and fits_length(item.params, days)
        for number in _people_of(item.params, applicant, facts)
    )
    return tuple(dict.fromkeys(found))


def _people_of(params: object, applicant: str, facts: Facts) -> tuple[str, ...]:
    """Everybody the rule names, or where one of its names is enough the first with somebody who is here."""
    named = [people_named(name, facts.office, applicant) for name in getattr(params, "who", ())]
    if getattr(params, "one_is_enough", False):
        here = (people for people in named if any(number not in facts.away for number in people))
        return next(here, named[0] if named else ())
    return tuple(number for people in named for number in people)


def length_of(procedure: Procedure, values: Values, facts: Facts) -> float:
    """How many working days the request takes, 0 where it names none."""
    span = requested(procedure, values, facts)
    return span.days if span is not None else 0.0


def fits_length(params: object, days: float) -> bool:
    """Whether the length lies within the rule's `from_days` and `under_days`."""
    least, under = getattr(params, "from_days", None), getattr(params, "under_days", None)
    return (least is None or days >= least) and (under is None or days < under)
