"""A request filled into a procedure's own fields: which procedure it means, and what of it may stand there.

Which slot fills which field is the pack's word (`slot:` on a field). Every value is read like a typed answer, so that
nothing stands in a form that the question would have refused; what is doubtful is left to be asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.calendar import Calendar, days
from flows.conversation.ask import asked_fields
from flows.conversation.dates import When, kept
from flows.conversation.reading import choices_of, read
from flows.conversation.requests.kinds import LEAVE_NAMES, kind_of
from flows.conversation.requests.request import Request
from flows.conversation.wording import folded
from flows.errors import BadAnswer
from flows.people import Office
from flows.procedure.condition import absent
from flows.procedure.model import Field, Json, Procedure, Values

_KINDS = ("type", "seal", "vehicle")
_YES, _NO = ("是", "需要", "要", "加急"), ("否", "不需要", "不要", "一般", "普通")


@dataclass(frozen=True, slots=True)
class Filled:
    """The values understood, by field, and what has to be said about those that were not.

    `presumed` are the fields of which the request said nothing.
    """

    values: Values
    notes: tuple[str, ...] = ()
    presumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asker:
    """Who says the request, when, in which office: what its words are read against."""

    person: str
    office: Office
    calendar: Calendar
    now: datetime


def procedures_meant(request: Request, procedures: Sequence[Procedure]) -> tuple[Procedure, ...]:
    """The procedures the request can mean, likeliest first: those with the kind named, then by their own words."""
    able = [one for one in procedures if one.family == request.intent and any(field.slot for field in one.fields)]
    kind, text = request.slots.get("type"), folded(request.text)
    covering = [one for one in able if kind and any(_of_kind(field, kind) for field in one.fields)]

    def nearness(one: Procedure) -> int:
        return max((len(word) for word in one.words if folded(word) in text), default=0)

    return tuple(sorted(covering or able, key=nearness, reverse=True))


def _of_kind(field: Field, kind: Json, choices: Sequence[str] = ()) -> list[str]:
    """The choices of that kind, where the field asks for one; the office's own words as the pack explains them."""
    if field.slot not in _KINDS:
        return []
    own = dict(field.means)
    return [choice for choice in choices or field.choices if own.get(choice, kind_of(choice)) == kind]


def filled(procedure: Procedure, request: Request, asker: Asker, file: Json = None) -> Filled:
    """Every field the request fills, in the form's order."""
    form = _Form(procedure, request, asker, file)
    for field in procedure.fields:
        if not field.computed and not field.outcome:
            form.fill(field)
    applicable = {field.id for field in asked_fields(procedure, form.values)}
    values = {key: value for key, value in form.values.items() if key in applicable}
    return Filled(values, tuple(form.notes), tuple(key for key in form.presumed if key in applicable))


class _Form:
    """A form being filled in from one request."""

    def __init__(self, procedure: Procedure, request: Request, asker: Asker, file: Json) -> None:
        self.procedure, self.request, self.asker, self.file = procedure, request, asker, file
        self.values: dict[str, Json] = {}
        self.notes: list[str] = [request.trouble] if request.trouble else []
        self.presumed: list[str] = []
        self.text = folded(request.text)
        self.days_agree = self._days_agree()

    def fill(self, field: Field) -> None:
        """Put into the field what the request says of it, where it would do as an answer."""
        if field.type == "file":
            if field.slot == "file" and self.file is not None:
                self.values[field.id] = self.file
            return
        said = self._choice(field) if field.type == "choice" else self._said(field)
        if not said:
            return
        try:
            self.values[field.id] = self._read(field, said)
        except BadAnswer as bad:
            self.notes.append(bad.sentence)

    def _read(self, field: Field, said: str) -> Json:
        asker = self.asker
        return read(
            field,
            said,
            office=asker.office,
            calendar=asker.calendar,
            now=asker.now,
            values=self.values,
            person=asker.person,
        )

    def _said(self, field: Field) -> str:
        """The answer as it would be typed; empty where the request does not say it."""
        slots = self.request.slots
        if field.slot == "handler":
            return str(slots.get("handler") or "本人")
        if field.slot == "days" and not self.days_agree:
            return ""
        value = self._end() if field.slot == "end" else slots.get(field.slot) if field.slot else None
        if absent(value) or isinstance(value, (bool, list)):
            return ""
        if field.slot == "passengers" and field.type == "text":
            return f"{value}人"
        when = kept(value)
        return str(when.day) if when and field.type == "date" else str(value)

    def _end(self) -> Json:
        """Where it ends: as said, else as the length said leads to, where counting rest days or not is the same."""
        slots = self.request.slots
        start, length, hours = kept(slots.get("start")), slots.get("days"), slots.get("duration_h")
        if not absent(slots.get("end")) or start is None:
            return self._later(start, kept(slots.get("end")))
        if isinstance(hours, (int, float)) and start.at:
            ends = start.begins + timedelta(hours=hours)
            return str(When(ends.date(), at=ends.time()))
        if not isinstance(length, (int, float)) or start.at:
            return None
        return _after(start, length, self.asker.calendar)

    def _later(self, start: When | None, end: When | None) -> Json:
        """The end said, where it lies after the start; that it does not is noted."""
        if start is None or end is None or end.ends > start.begins:
            return str(end) if end else None
        self.notes.append(f"{end.text}在开始（{start.text}）之前，请重新说结束的时间。")
        return None

    def _days_agree(self) -> bool:
        """Whether the days said are the working days from start to end; days that fit neither count are noted."""
        slots = self.request.slots
        first, last, said = kept(slots.get("start")), kept(slots.get("end")), slots.get("days")
        if first is None or last is None or not isinstance(said, (int, float)) or first.at or last.at:
            return True
        if last.ends <= first.begins:
            return False
        whole = (last.ends - first.begins) / timedelta(days=1)
        off = sum(not self.asker.calendar.is_workday(day) for day in days(first.day, last.day))
        if said in (whole, whole - off):
            return said == whole - off
        self.notes.append(f"说的是{said:g}天，而{first.text}到{last.text}是{whole:g}天，请核对。")
        return False

    def _choice(self, field: Field) -> str:
        """The one choice meant, or presumed where none is; empty where several could be."""
        meant = self._choices(field)
        if not meant and field.presumed:
            self.presumed.append(field.id)
            return field.presumed
        return meant[0] if len(meant) == 1 else ""

    def _choices(self, field: Field) -> list[str]:
        """The choices that could be meant: of the kind named, or named themselves."""
        choices = choices_of(field, self.asker.office)
        kind = self.request.slots.get(field.slot) if field.slot else None
        named = self._named(field, choices)
        if isinstance(kind, bool):
            named = named or [choice for choice in choices if choice in (_YES if kind else _NO)]
        elif isinstance(kind, str) and field.slot in _KINDS and kind != "unknown":
            named = self._of_kind_named(field, kind, choices, named)
        elif isinstance(kind, str) and not named:
            named = _widest([choice for choice in choices if kind in choice or choice in kind])
        return named

    def _named(self, field: Field, choices: Sequence[str]) -> list[str]:
        """The choices whose words are said; a seal's also without 印章 (区政府的章)."""
        named = _widest([choice for choice in choices if len(choice) > 1 and folded(choice) in self.text])
        called = [choice for choice, words in field.words if any(folded(word) in self.text for word in words)]
        named = list(dict.fromkeys([*named, *called]))
        if named or field.slot != "seal":
            return named
        cores = {choice.removesuffix("章").removesuffix("印"): choice for choice in choices}
        return [
            cores[core] for core in _widest([core for core in cores if len(core) > 1 and folded(core) in self.text])
        ]

    def _of_kind_named(self, field: Field, kind: str, choices: Sequence[str], named: list[str]) -> list[str]:
        """The choices of the kind, of several the one said; a leave that is not offered is noted."""
        fitting = _of_kind(field, kind, choices)
        if fitting:
            return [choice for choice in named if choice in fitting] or fitting
        if field.slot == "type" and kind in LEAVE_NAMES:
            self.notes.append(f"本单位没有“{LEAVE_NAMES[kind]}”这一种，请另选。")
            return []
        return named


def _widest(words: list[str]) -> list[str]:
    """The words that are part of no other one."""
    return [word for word in words if not any(word != other and word in other for other in words)]


def _after(start: When, length: float, calendar: Calendar) -> Json:
    """The last day or half-day of so many days from the start, or None where rest days lie between."""
    halves = round(length * 2)
    first = 1 if start.half == "pm" else 0
    last = first + halves - 1
    if halves < 1 or length > 366:
        return None
    ends = start.day + timedelta(days=last // 2)
    if not all(calendar.is_workday(day) for day in days(start.day, ends)):
        return None
    whole = start.half is None and halves % 2 == 0
    return str(When(ends) if whole else When(ends, "pm" if last % 2 else "am"))
