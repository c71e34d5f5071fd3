"""Checks of money and goods: when it is taken in, up to how much, who may have bought, who is told of it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flows.calendar import day_text
from flows.deadlines.due import add_months
from flows.families.checks import weight_of
from flows.families.entitlement import number
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.condition import absent, holds
from flows.procedure.findings import Finding
from flows.procedure.model import Deadline, Rule, Test

EXCLUSIVE = "exclusive"


def _refusal(rule: Rule, request: Request, text: str, *asks_for: str) -> tuple[Finding, ...]:
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite, asks_for),)


@dataclass(frozen=True, slots=True)
class WindowOfMonth:
    """Parameters of `window_of_month`: the days of the month on which it is taken in.

    `field` holds the day (none: today); `setting` names the office's word, `exclusive` leaves both days out.
    """

    first: int = 1
    last: int = 31
    field: str = ""
    setting: str = ""


@check("window_of_month", WindowOfMonth)
def window_of_month(rule: Rule, params: WindowOfMonth, request: Request) -> tuple[Finding, ...]:
    """On any other day it is refused, with the day the window opens next; within it the rule is why it is taken."""
    day = _day_meant(params, request)
    if day is None or not applies(rule, request.values) or request.step not in _at_filing(request):
        return ()
    out = 1 if request.facts.setting(params.setting) == EXCLUSIVE else 0
    first, last = params.first + out, params.last - out
    said = f"每月 {first} 日至 {last} 日受理"
    if first <= day.day <= last:
        return (reason(rule, said),)
    opens = _next_opening(day, first)
    text = f"{said}，{day_text(day)}不在受理期内，请在{day_text(opens)}起再提交。"
    return (
        Finding(rule.entry, weight_of(rule, request), text, rule.cite, figures={"window_opens": opens.isoformat()}),
    )


def _at_filing(request: Request) -> tuple[str, ...]:
    return ("", request.path[0]) if request.path else ("",)


def _day_meant(params: WindowOfMonth, request: Request) -> date | None:
    if not params.field:
        return request.facts.now.date()
    said = request.values.get(params.field)
    try:
        return date.fromisoformat(said[:10]) if isinstance(said, str) else None
    except ValueError:
        return None


def _next_opening(day: date, first: int) -> date:
    start = day.replace(day=1) if day.day < first else add_months(day.replace(day=1), 1)
    return start + timedelta(days=first - 1)


@dataclass(frozen=True, slots=True)
class AtMost:
    """Parameters of `at_most`: the most the field may say; `setting` is the office's number that goes before it."""

    field: str
    most: float
    setting: str = ""


@check("at_most", AtMost)
def at_most(rule: Rule, params: AtMost, request: Request) -> tuple[Finding, ...]:
    """More than that is over the limit."""
    settled = request.facts.setting(params.setting)
    most = float(settled) if isinstance(settled, (int, float)) and not isinstance(settled, bool) else params.most
    said = number(request.values.get(params.field))
    if said is None or said <= most or not applies(rule, request.values):
        return ()
    name = request.procedure.field_by_id[params.field].name
    text = f"{name} {said:g}，超过 {most:g} 的限额，请核减，或写明缘由请领导定。"
    return _refusal(rule, request, text, params.field)


@dataclass(frozen=True, slots=True)
class DifferentPeople:
    """Parameters of `different_people`: the fields that must not name the same person."""

    fields: tuple[str, ...]


@check("different_people", DifferentPeople)
def different_people(rule: Rule, params: DifferentPeople, request: Request) -> tuple[Finding, ...]:
    """One person does not sign twice."""
    named = [str(request.values[name]) for name in params.fields if not absent(request.values.get(name))]
    if len(set(named)) == len(named) or not applies(rule, request.values):
        return ()
    names = "与".join(request.procedure.field_by_id[name].name for name in params.fields)
    return _refusal(rule, request, f"{names}不能是同一人，请另写一位。", params.fields[-1])


@dataclass(frozen=True, slots=True)
class OneOfPosts:
    """Parameters of `one_of_posts`: the field with a person who must hold one of the posts, or be of their section."""

    person: str
    posts: tuple[str, ...]


@check("one_of_posts", OneOfPosts)
def one_of_posts(rule: Rule, params: OneOfPosts, request: Request) -> tuple[Finding, ...]:
    """Anybody else was not entitled to it."""
    office, said = request.facts.office, request.values.get(params.person)
    if not isinstance(said, str) or not said or not applies(rule, request.values):
        return ()
    holders = tuple(person for post in params.posts for person in office.holders(post))
    who = office.people.get(said)
    if who is not None and (who in holders or who.section in {person.section for person in holders}):
        return ()
    name, posts = request.procedure.field_by_id[params.person].name, request.pack.roles
    allowed = "、".join(posts[post] for post in params.posts)
    text = f"{name}应是{allowed}的人，{office.name_of(said)}不是；{rule.statement}。请核对后再提交。"
    return _refusal(rule, request, text, params.person)


@dataclass(frozen=True, slots=True)
class HeldApart:
    """Parameters of `held_apart`: the posts that one person must not hold together."""

    posts: tuple[str, ...]


@check("held_apart", HeldApart)
def held_apart(rule: Rule, params: HeldApart, request: Request) -> tuple[Finding, ...]:
    """Where somebody does, nothing goes on until the office has divided them."""
    office = request.facts.office
    both = [person for person in office.holders(params.posts[0]) if all(person.holds(post) for post in params.posts)]
    if not both or not applies(rule, request.values):
        return ()
    posts = "、".join(request.pack.roles[post] for post in params.posts)
    text = f"{both[0].name}一人兼任{posts}，两岗必须分开；请办公室管理员改好人员岗位后再提交。"
    return _refusal(rule, request, text)


@dataclass(frozen=True, slots=True)
class FieldsOfHolder:
    """Parameters of `fields_of_holder`: the lines to fill where the person named holds one of the posts."""

    person: str
    posts: tuple[str, ...]
    fields: tuple[str, ...]


@check("fields_of_holder", FieldsOfHolder)
def fields_of_holder(rule: Rule, params: FieldsOfHolder, request: Request) -> tuple[Finding, ...]:
    """Whoever holds such a post leaves more behind than others."""
    who = request.facts.office.people.get(str(request.values.get(params.person)))
    lacking = tuple(name for name in params.fields if absent(request.values.get(name)))
    if who is None or not lacking or not any(who.holds(post) for post in params.posts):
        return ()
    names = "、".join(request.procedure.field_by_id[name].name for name in lacking)
    posts = "、".join(request.pack.roles[post] for post in params.posts if who.holds(post))
    return _refusal(rule, request, f"{who.name}是{posts}，还要写明{names}，请补齐后再提交。", *lacking)


@dataclass(frozen=True, slots=True)
class WordsFound:
    """Parameters of `words_found`: words in these lines by which the rule is met, and what the person is told."""

    fields: tuple[str, ...]
    words: tuple[str, ...]
    say: str


@check("words_found", WordsFound)
def words_found(rule: Rule, params: WordsFound, request: Request) -> tuple[Finding, ...]:
    """Refused where the rule forbids it, else pointed out."""
    said = " ".join(str(request.values.get(name) or "") for name in params.fields)
    if not any(word in said for word in params.words) or not applies(rule, request.values):
        return ()
    weight = weight_of(rule, request) if rule.enforce == "block" else "warn"
    return (Finding(rule.entry, weight, params.say, rule.cite),)


@dataclass(frozen=True, slots=True)
class PointOut:
    """Parameters of `point_out`: the circumstances (`if`), and what the person is told of without being stopped."""

    if_: tuple[Test, ...]
    say: str


@check("point_out", PointOut)
def point_out(rule: Rule, params: PointOut, request: Request) -> tuple[Finding, ...]:
    """The circumstances hold: said in the rule's own words."""
    if not applies(rule, request.values) or not holds(params.if_, request.values):
        return ()
    return (Finding(rule.entry, "warn", params.say, rule.cite),)


@dataclass(frozen=True, slots=True)
class AmountFrom:
    """Parameters of `amount_from`: from which amount on, by the value of the field `measure`, the rule speaks."""

    field: str
    measure: str
    marks: Mapping[str, float]


@check("amount_from", AmountFrom)
def amount_from(rule: Rule, params: AmountFrom, request: Request) -> tuple[Finding, ...]:
    """From the mark on the rule is why; below it that is pointed out."""
    said, mark = number(request.values.get(params.field)), params.marks.get(str(request.values.get(params.measure)))
    if said is None or mark is None or not applies(rule, request.values):
        return ()
    if said >= mark:
        return (reason(rule),)
    name = request.procedure.field_by_id[params.field].name
    return (Finding(rule.entry, "warn", f"{name} {said:g}，不到 {mark:g} 的标准。", rule.cite),)


@dataclass(frozen=True, slots=True)
class ReportAfter:
    """Parameters of `report_after`: who hears of it when `at` is done, unless `unless` is on the route.

    Then the rule is why it was asked for beforehand.
    """

    who: tuple[str, ...]
    at: str
    unless: str


@check("report_after", ReportAfter)
def report_after(rule: Rule, params: ReportAfter, request: Request) -> tuple[Finding, ...]:
    """The rule is why it is reported afterwards, or why it had to be asked for before."""
    if not applies(rule, request.values):
        return ()
    asked = params.unless in request.path
    return (reason(rule, "超出可先用后报的数额，须先请示" if asked else "可先用后报，事后报告领导"),)


@dataclass(frozen=True, slots=True)
class EscalatedAfter:
    """Parameters of `escalated_after`: by when the step must be done before it is reported, and to whom."""

    unfinished: str
    deadline: Deadline
    who: tuple[str, ...]


@check("escalated_after", EscalatedAfter)
def escalated_after(rule: Rule, params: EscalatedAfter, request: Request) -> tuple[Finding, ...]:
    """The rule is why it is reported then (the family's timer does it)."""
    if params.unfinished not in request.path or not applies(rule, request.values):
        return ()
    return (reason(rule),)
