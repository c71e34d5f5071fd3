"""Checks of what surrounds a meeting: its chair, its room, who is reminded of it, and that it is not undone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.approval.sitting import due_of
from flows.calendar import day_text
from flows.deadlines.due import count_from, moment_of
from flows.facts import Facts
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Deadline, Json, Rule, Values

SHOWN_TO = "_shown_to"
"""Among the values examined: whom somebody would show the meeting to."""


@dataclass(frozen=True, slots=True)
class ChairedBy:
    """Parameters of `chaired_by`: the field with the chair, the post that chairs and those that may instead."""

    field: str
    post: str
    posts: tuple[str, ...]


@check("chaired_by", ChairedBy)
def chaired_by(rule: Rule, params: ChairedBy, request: Request) -> tuple[Finding, ...]:
    """Who chairs in the post's place must hold one of the others; the rule is why they do."""
    office, chair = request.facts.office, request.values.get(params.field)
    person = office.people.get(chair) if isinstance(chair, str) else None
    if person is None or person.holds(params.post):
        return ()
    if any(person.holds(post) for post in params.posts):
        return (reason(rule),)
    names = "、".join(request.pack.roles.get(post, post) for post in (params.post, *params.posts))
    text = f"会议由{names}主持，{person.name}不在其列，请改选主持人。"
    return (Finding(rule.entry, "refuse", text, rule.cite, (params.field,)),)


@dataclass(frozen=True, slots=True)
class NotUndone:
    """Parameters of `not_undone`: what is said to who would undo a decision of the meeting by themselves."""

    say: str


@check("not_undone", NotUndone)
def not_undone(rule: Rule, params: NotUndone, request: Request) -> tuple[Finding, ...]:
    """At filing the rule has nothing to say; once decided, the case is not undone (flows.families.meeting)."""
    return ()


@dataclass(frozen=True, slots=True)
class RoomFree:
    """Parameters of `room_free`: the fields of the room, the beginning and the end; `hours` where no end is said."""

    room: str
    start: str
    end: str
    hours: float = 2


@check("room_free", RoomFree)
def room_free(rule: Rule, params: RoomFree, request: Request) -> tuple[Finding, ...]:
    """Two meetings are not in one room at one time."""
    if not applies(rule, request.values):
        return ()
    own = _taken(request.values.get(params.start), request.values.get(params.end), params, request)
    room = request.values.get(params.room)
    for case in request.facts.meetings if own is not None else ():
        other = _taken(case.values.get(params.start), case.values.get(params.end), params, request)
        if case.values.get(params.room) != room or other is None or own is None:
            continue
        if own[0] < other[1] and other[0] < own[1]:
            text = f"“{room}”在这段时间已有会议（{case.no}），请换时间或换会议室。"
            return (Finding(rule.entry, "refuse", text, rule.cite, (params.room, params.start)),)
    return ()


def _taken(start: Json, end: Json, params: RoomFree, request: Request) -> tuple[datetime, datetime] | None:
    """From when to when a meeting takes its room."""
    facts = request.facts
    begins = moment_of(start, facts.calendar, facts.now)
    if begins is None:
        return None
    return begins, moment_of(end, facts.calendar, facts.now) or begins + timedelta(hours=params.hours)


@dataclass(frozen=True, slots=True)
class RemindsPeople:
    """Parameters of `reminds_people`: who (fields of the form, or posts) is reminded of the meeting, and by when."""

    who: tuple[str, ...]
    deadline: Deadline


@check("reminds_people", RemindsPeople)
def reminds_people(rule: Rule, params: RemindsPeople, request: Request) -> tuple[Finding, ...]:
    """The rule is why they are reminded; that the day has passed already is pointed out."""
    due = reminder_due(params, request.values, request.facts)
    if due is None or request.procedure.place_of[request.step] != 0 or not applies(rule, request.values):
        return ()
    if due < request.facts.now:
        return (
            Finding(rule.entry, "warn", f"{rule.statement}：{day_text(due.date())}已过，请尽快通知到人。", rule.cite),
        )
    return (reason(rule),)


def reminder_due(params: RemindsPeople, values: Values, facts: Facts) -> datetime | None:
    """By when the people are to be reminded, where the moment it counts from is known."""
    start = moment_of(values.get(params.deadline.anchor.name), facts.calendar, facts.now)
    return count_from(start, params.deadline, facts.calendar) if start is not None else None


def reminder_at(params: RemindsPeople, values: Values, facts: Facts) -> datetime | None:
    """When they are reminded: when the office opens on the last working day by then."""
    due = reminder_due(params, values, facts)
    if due is None:
        return None
    day = due.date()
    while not facts.calendar.is_workday(day):
        day -= timedelta(days=1)
    return datetime.combine(day, facts.calendar.hours.am[0], facts.now.tzinfo)


@dataclass(frozen=True, slots=True)
class ParticipantsOnly:
    """Parameters of `participants_only`: the fields with the people who take part; nobody else is shown the meeting."""

    fields: tuple[str, ...]


@check("participants_only", ParticipantsOnly)
def participants_only(rule: Rule, params: ParticipantsOnly, request: Request) -> tuple[Finding, ...]:
    """A copy for somebody who takes no part is refused; who acts at a step takes part by that."""
    to = request.values.get(SHOWN_TO)
    if not isinstance(to, list):
        return ()
    office = request.facts.office
    due = due_of(request.procedure, request.values, office)
    named = {*due, *(who for field in params.fields for who in _people(request.values.get(field)))}
    others = [office.name_of(str(who)) for who in to if who not in named and who != request.applicant]
    if not others:
        return ()
    text = f"{'、'.join(others)}没有参加这次会议，会议内容未批准公开前只给参会的人看，请不要抄送。"
    return (Finding(rule.entry, "refuse", text, rule.cite),)


def _people(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [value] if isinstance(value, str) else []


@dataclass(frozen=True, slots=True)
class FieldsToNote:
    """Parameters of `fields_to_note`: lines of the form that are better filled; one left empty is pointed out."""

    fields: tuple[str, ...]


@check("fields_to_note", FieldsToNote)
def fields_to_note(rule: Rule, params: FieldsToNote, request: Request) -> tuple[Finding, ...]:
    """What is not there yet is pointed out once, at filing."""
    lacking = [name for name in params.fields if absent(request.values.get(name))]
    if not lacking or request.procedure.place_of[request.step] != 0 or not applies(rule, request.values):
        return ()
    names = "、".join(request.procedure.field_by_id[name].name for name in lacking)
    return (Finding(rule.entry, "warn", f"{rule.statement}：{names}还没有填，请在会前补齐。", rule.cite),)


@dataclass(frozen=True, slots=True)
class MembersHold:
    """Parameters of `members_hold`: the field with who is due, and the posts of which each holds one."""

    field: str
    posts: tuple[str, ...]


@check("members_hold", MembersHold)
def members_hold(rule: Rule, params: MembersHold, request: Request) -> tuple[Finding, ...]:
    """Somebody due who holds none of the posts is pointed out."""
    office = request.facts.office
    people = [office.people[who] for who in _people(request.values.get(params.field)) if who in office.people]
    others = [person.name for person in people if not any(person.holds(post) for post in params.posts)]
    if not others or not applies(rule, request.values):
        return ()
    text = f"{'、'.join(others)}不在成员的岗位上，列席的请填在列席人员里。"
    return (Finding(rule.entry, "warn", text, rule.cite),)
