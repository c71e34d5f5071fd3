"""Checks of documents, petitions and supervision: what is made public, how many replies go out, what is one matter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flows.calendar import day_text
from flows.deadlines.due import moment_of
from flows.families.checks import weight_of
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.condition import absent, holds
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Pack, Procedure, Rule, Test, Values

_MATTERS = re.compile(r"[；;\n]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MOST_HAN = 6


@dataclass(frozen=True, slots=True)
class NeededAt:
    """Parameters of `needed_at`: the step that is not done without these lines, where the rule applies."""

    at: str
    fields: tuple[str, ...]


@check("needed_at", NeededAt)
def needed_at(rule: Rule, params: NeededAt, request: Request) -> tuple[Finding, ...]:
    """At the step the lines are demanded; before it the rule is why they will be."""
    if params.at not in request.path or not applies(rule, request.values):
        return ()
    lacking = tuple(name for name in params.fields if absent(request.values.get(name)))
    if not lacking or not _done_now(request, params.at):
        return (reason(rule),)
    names = "、".join(request.procedure.field_by_id[name].name for name in lacking)
    text = f"“{request.procedure.step_by_id[params.at].name}”要写明：{names}，请补上。"
    return (Finding(rule.entry, "refuse", text, rule.cite, lacking),)


def _done_now(request: Request, step: str) -> bool:
    """Whether the step is being done: acted on, or taken by filing itself."""
    taken = request.procedure.step_by_id[step].kind in ("submit", "register")
    return request.step == step and (request.acting or taken)


@dataclass(frozen=True, slots=True)
class RefuseAt:
    """Parameters of `refuse_at`: the circumstances (`if`) in which the step is not done, and what is said then."""

    at: str
    if_: tuple[Test, ...]
    say: str


@check("refuse_at", RefuseAt)
def refuse_at(rule: Rule, params: RefuseAt, request: Request) -> tuple[Finding, ...]:
    """At the step the circumstances refuse, in the rule's own words."""
    if not _done_now(request, params.at) or not applies(rule, request.values) or not holds(params.if_, request.values):
        return ()
    return (Finding(rule.entry, weight_of(rule, request), params.say, rule.cite),)


@dataclass(frozen=True, slots=True)
class Publishes:
    """Parameters of `publishes`: the step with which the matter and its answer are made public, the exception aside."""

    step: str


@check("publishes", Publishes)
def publishes(rule: Rule, params: Publishes, request: Request) -> tuple[Finding, ...]:
    """The rule is why the matter is made public, or by its own exception is not."""
    if params.step not in request.path or not holds(rule.when, request.values):
        return ()
    public = applies(rule, request.values)
    said = "办结后来信与答复对外公布" if public else "属除外情形，来信与答复不对外公布"
    return (Finding(rule.entry, "reason", said, rule.cite, figures={"published": public}),)


@dataclass(frozen=True, slots=True)
class NumbersOnly:
    """Parameters of `numbers_only`: the lines that hold a number, never a title or what the paper says."""

    fields: tuple[str, ...]


@check("numbers_only", NumbersOnly)
def numbers_only(rule: Rule, params: NumbersOnly, request: Request) -> tuple[Finding, ...]:
    """Words where a number belongs are refused; else the rule is why nothing but numbers and dates is asked."""
    for name in params.fields:
        value = request.values.get(name)
        if isinstance(value, str) and value and not _is_number(value):
            text = f"“{request.procedure.field_by_id[name].name}”只写编号，不写标题和内容；请改写后再登记。"
            return (Finding(rule.entry, "refuse", text, rule.cite, (name,)),)
    return (reason(rule),) if applies(rule, request.values) else ()


def numbers_alone(procedure: Procedure) -> Rule | None:
    """The rule by which the procedure keeps numbers and dates alone, if it has one."""
    return next((rule for rule in procedure.rules for item in rule.checks if item.name == "numbers_only"), None)


def _is_number(text: str) -> bool:
    return any(char.isdigit() for char in text) and len(_HAN.findall(text)) <= _MOST_HAN


@dataclass(frozen=True, slots=True)
class OneMatter:
    """Parameters of `one_matter`: the line that names the matter, which is one."""

    field: str


@check("one_matter", OneMatter)
def one_matter(rule: Rule, params: OneMatter, request: Request) -> tuple[Finding, ...]:
    """Several matters in one request are refused, with how many requests they must become."""
    count = _matters(request.values.get(params.field))
    if count < 2 or not applies(rule, request.values):
        return ()
    name = request.procedure.field_by_id[params.field].name
    text = f"一事一件：“{name}”里写了 {count} 件事，请分 {count} 件提出。"
    return (Finding(rule.entry, "refuse", text, rule.cite, figures=_figure("cases_needed", count)),)


def _matters(value: Json) -> int:
    if isinstance(value, list):
        return len(value)
    return len([part for part in _MATTERS.split(value) if part.strip()]) if isinstance(value, str) else 0


def _figure(name: str, value: Json) -> Mapping[str, Json]:
    return {name: value}


@dataclass(frozen=True, slots=True)
class RepliesTo:
    """Parameters of `replies_to`: the number of those who signed together, and the step that answers them."""

    cosigners: str
    step: str


@check("replies_to", RepliesTo)
def replies_to(rule: Rule, params: RepliesTo, request: Request) -> tuple[Finding, ...]:
    """Everybody who signed gets an answer of their own."""
    if params.step not in request.path or not applies(rule, request.values):
        return ()
    signed = request.values.get(params.cosigners)
    count = int(signed) if isinstance(signed, (int, float)) and signed > 1 else 1
    said = f"{rule.statement}（要寄答复 {count} 份）"
    return (Finding(rule.entry, "reason", said, rule.cite, figures=_figure("replies_needed", count)),)


@dataclass(frozen=True, slots=True)
class FormsTo:
    """Parameters of `forms_to`: the step with which forms go out, and how many whoever signed."""

    step: str
    count: int


@check("forms_to", FormsTo)
def forms_to(rule: Rule, params: FormsTo, request: Request) -> tuple[Finding, ...]:
    """The rule is why so many forms go out with the answer."""
    if params.step not in request.path or not applies(rule, request.values):
        return ()
    return (Finding(rule.entry, "reason", rule.statement, rule.cite, figures=_figure("forms_needed", params.count)),)


@dataclass(frozen=True, slots=True)
class PeopleAtMost:
    """Parameters of `people_at_most`: the largest number the line may hold, and how many names the list may."""

    field: str
    most: int


@check("people_at_most", PeopleAtMost)
def people_at_most(rule: Rule, params: PeopleAtMost, request: Request) -> tuple[Finding, ...]:
    """More than the text admits are refused; a list is counted by its names."""
    count = _counted(request.values.get(params.field))
    if count <= params.most or not applies(rule, request.values):
        return ()
    name = request.procedure.field_by_id[params.field].name
    text = f"{name}最多 {params.most} 人，现在写了 {count:g} 人，请减到 {params.most} 人以内再登记。"
    return (Finding(rule.entry, "refuse", text, rule.cite, (params.field,)),)


def _counted(value: Json) -> float:
    if isinstance(value, bool) or value is None:
        return 0
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, list):
        return len(value)
    return len([part for part in re.split(r"[、，,；;\s]+", str(value)) if part])


@dataclass(frozen=True, slots=True)
class WithinDays:
    """Parameters of `within_days`: so many natural days `since` the day in that line, and what is said afterwards.

    `at` is the step it is about; at filing where it names none.
    """

    since: str
    days: int
    say: str
    at: str = ""


@check("within_days", WithinDays)
def within_days(rule: Rule, params: WithinDays, request: Request) -> tuple[Finding, ...]:
    """Past the last day, which counts in full, it is refused; before it the rule is why that day matters."""
    if (params.at and not _done_now(request, params.at)) or not applies(rule, request.values):
        return ()
    begun = moment_of(request.values.get(params.since), request.facts.calendar, request.facts.now)
    if begun is None:
        return ()
    last = begun.date() + timedelta(days=params.days)
    if request.facts.now.date() > last:
        return (Finding(rule.entry, weight_of(rule, request), params.say, rule.cite),)
    return (reason(rule, f"最迟{day_text(last)}"),)


@dataclass(frozen=True, slots=True)
class CarriesMarking:
    """Parameters of `carries_marking`: the values of a choice by which the paper is classified, and what is said."""

    values: tuple[str, ...]
    say: str


@check("carries_marking", CarriesMarking)
def carries_marking(rule: Rule, params: CarriesMarking, request: Request) -> tuple[Finding, ...]:
    """A paper the form itself calls classified has no place here."""
    if not _marked(params, request.procedure, request.values) or not applies(rule, request.values):
        return ()
    return (Finding(rule.entry, "refuse", params.say, rule.cite),)


def _marked(params: CarriesMarking, procedure: Procedure, values: Values) -> bool:
    chosen = (values.get(field.id) for field in procedure.fields if field.type == "choice")
    return any(value in params.values for value in chosen)


def marked_by_form(pack: Pack, procedure: Procedure, values: Values) -> Finding | None:
    """The finding by which what is being filled in is classified and must not be kept (None: it is not)."""
    for rule in (*procedure.rules, *pack.rules_refused_in(procedure.id)):
        for item in rule.checks:
            params = item.params
            if isinstance(params, CarriesMarking) and _marked(params, procedure, values) and applies(rule, values):
                return Finding(rule.entry, "refuse", params.say, rule.cite)
    return None
