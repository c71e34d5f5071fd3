"""The next question: which fields are asked, in the form's order, with buttons for choices, dates and people.

Press codes: `draft:<turn>:pick:<n>` (choices from 1), `…:pick:<kept form>` (dates, `2026-11-24.am`),
`…:pick:<staff number>`, `…:line:<n>`, `…:skip`, `…:back`, `…:cancel`; a code of an earlier turn is stale.
A date's code names the date itself, so that 明天 pressed a day late is still the day it was when shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from flows.calendar import Calendar, Half, Slot, day_text
from flows.cards import Button, Message
from flows.conversation.dates import When, kept
from flows.conversation.draft import Draft
from flows.conversation.reading import asked, choices_of, opening_of, reversed_span, show, since_of
from flows.conversation.reason import reason_question as reason_question
from flows.conversation.wording import shortened
from flows.people import Office
from flows.procedure.condition import absent, holds, holds_test
from flows.procedure.model import Field, Json, Pack, Procedure, Values

Expects = Literal["", "text", "choice", "date", "datetime", "number", "file", "person"]
Row = tuple[Button, ...]

_MONDAY_TO_FRIDAY = Calendar()
_DAYS_OFFERED = 3
_COLLEAGUES = 8


def asked_fields(procedure: Procedure, values: Values) -> tuple[Field, ...]:
    """The fields to be asked, in the form's order.

    Outcomes and what the product works out are never asked, optional fields only where the pack words a question.
    """
    return tuple(
        field
        for field in procedure.fields
        if not field.outcome and not field.computed and (field.required or field.ask) and holds(field.ask_if, values)
    )


def begin(pack: Pack, procedure: Procedure, known: Values, today: date) -> Draft:
    """A new draft with what is known already; it asks the first question that is open, or shows the summary.

    A field computed as `today` is the day the form is filled in.
    """
    own = {field.id for field in procedure.fields if not field.outcome}
    values: dict[str, Json] = {key: value for key, value in known.items() if key in own and not absent(value)}
    values.update({field.id: today.isoformat() for field in procedure.fields if field.computed == "today"})
    draft = Draft(pack.id, pack.version, procedure.id, values=values, turn=0)
    return advanced(procedure, without(procedure, draft, unfit(procedure, values)))


def unfit(procedure: Procedure, values: Values) -> tuple[str, ...]:
    """Ids of values that cannot stay: their question does not apply any more, or they end before they begin."""
    return tuple(
        field.id
        for field in procedure.fields
        if field.id in values and (_inapplicable(procedure, field, values) or reversed_span(field, values))
    )


def _inapplicable(procedure: Procedure, field: Field, values: Values) -> bool:
    """Whether the question does not apply, whatever the open questions and what is worked out may still bring."""
    pending = {other.id for other in asked_fields(procedure, values) if absent(values.get(other.id))}
    pending.update(other.id for other in procedure.fields if other.computed)
    return any(test.field not in pending and not holds_test(test, values) for test in field.ask_if)


def without(procedure: Procedure, draft: Draft, ids: Iterable[str]) -> Draft:
    """The draft without these values, and without whatever does not fit any more then."""
    gone = frozenset(ids)
    while gone:
        values = {key: value for key, value in draft.values.items() if key not in gone}
        draft = replace(draft, values=values, trail=tuple(item for item in draft.trail if item not in gone))
        gone = frozenset(unfit(procedure, values))
    return draft


def advanced(procedure: Procedure, draft: Draft) -> Draft:
    """The draft at its next open question, or at the summary where none is left; always a new turn."""
    for field in asked_fields(procedure, draft.values):
        if absent(draft.values.get(field.id)) and field.id not in draft.trail:
            return replace(draft, stage="asking", asking=field.id, turn=draft.turn + 1)
    return replace(draft, stage="summary", asking="", turn=draft.turn + 1)


def question(
    procedure: Procedure, draft: Draft, office: Office, now: datetime, calendar: Calendar = _MONDAY_TO_FRIDAY
) -> Message:
    """What is asked now: one field, or which line of the summary to change.

    Raises:
        ValueError: the draft asks nothing; it is at its summary or asks for a reason.
    """
    if draft.stage == "changing" and not draft.asking:
        return _lines(procedure, draft, office)
    field = procedure.field_by_id.get(draft.asking)
    if draft.stage not in ("asking", "changing") or field is None:
        raise ValueError(f"the draft is at {draft.stage} and asks nothing")
    buttons = (*_picks(field, draft, office, now, calendar), _last_row(field, draft))
    return Message(text=_words(field, draft, office), buttons=buttons, expects=expects_of(field))


def code(draft: Draft, *parts: str | int) -> str:
    """The press code of this turn."""
    return ":".join(("draft", str(draft.turn), *(str(part) for part in parts)))


def _words(field: Field, draft: Draft, office: Office) -> str:
    before = draft.values.get(field.id)
    lines = [asked(field)]
    if field.hint:
        lines.append(field.hint)
    elif field.type in ("date", "datetime"):
        lines.append("可以点按钮，也可以直接说，例如 明天下午、下周三、11月30日。")
    elif field.type == "person":
        lines.append("可以点按钮，也可以发姓名或工号。")
    if not absent(before):
        lines.append(f"现在填的是：{show(field, before, office)}")
    return "\n".join(lines)


def expects_of(field: Field) -> Expects:
    """What would answer the question of the field."""
    match field.type:
        case "date" | "datetime" | "number" | "file" | "person":
            return field.type
        case "money":
            return "number"
        case "choice":
            return "choice"
        case _:
            return "text"


def _last_row(field: Field, draft: Draft) -> Row:
    row = [Button("上一步", code(draft, "back"))] if draft.trail or draft.stage == "changing" else []
    if field.many and not absent(draft.values.get(field.id)):
        row.insert(0, Button("选好了", code(draft, "picked"), "primary"))
    if not field.required:
        row.append(Button("跳过", code(draft, "skip")))
    return (*row, Button("取消", code(draft, "cancel")))


def _picks(field: Field, draft: Draft, office: Office, now: datetime, calendar: Calendar) -> tuple[Row, ...]:
    match field.type:
        case "date":
            return in_rows([_pick_when(draft, *item) for item in _days(field, draft.values, now.date(), calendar)], 2)
        case "datetime":
            offered = _half_days(field, draft.values, now, calendar)
            return tuple(tuple(_pick_when(draft, _half_label(when), when) for when in row) for row in offered)
        case "person":
            return in_rows([Button(label, code(draft, "pick", who)) for label, who in _people(draft, office)], 3)
        case "file":
            return ()
        case _:
            choices = choices_of(field, office)
            buttons = [Button(text, code(draft, "pick", number)) for number, text in enumerate(choices, start=1)]
            return in_rows(buttons, 3 if all(len(text) <= 6 for text in choices) else 2)


def _half_label(when: When) -> str:
    return when.text if when.half or when.at else f"{when.text}全天"


def in_rows(buttons: Sequence[Button], width: int) -> tuple[Row, ...]:
    """The buttons in rows of that many."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def _pick_when(draft: Draft, label: str, when: When) -> Button:
    return Button(label, code(draft, "pick", str(when).replace(" ", ".").replace(":", "")))


def picked_when(text: str) -> str:
    """The kept form behind a date button's code; anything else as it is."""
    day, dot, rest = text.partition(".")
    return f"{day} {rest[:2]}:{rest[2:]}" if rest.isdecimal() else f"{day} {rest}" if dot else text


def _days(field: Field, values: Values, today: date, calendar: Calendar) -> list[tuple[str, When]]:
    """Days offered for a date: from the beginning of its span, or the next ones by name."""
    since = since_of(field, values)
    if since:
        offered = [since, *(calendar.add_workdays(since, count) for count in (1, 2))]
        return [(day_text(day), When(day)) for day in offered]
    monday = today + timedelta(days=7 - today.weekday())
    named = {today: "今天", today + timedelta(days=1): "明天", today + timedelta(days=2): "后天"}
    named.setdefault(monday, "下周一")
    return [(f"{name} {day_text(day)}", When(day)) for day, name in named.items()]


def _half_days(field: Field, values: Values, now: datetime, calendar: Calendar) -> list[list[When]]:
    """Rows of half-days, a row a day: the next working ones, or those that could end what has begun."""
    opened = kept(values.get(opening_of(field, values)))
    if opened is None:
        return _openings(now, calendar)
    if opened.at:
        begins = opened.begins
        ends = (begins + timedelta(hours=hours) for hours in (1, 2, 4))
        return [[When(end.date(), at=end.time()) for end in ends if end.date() == opened.day]]
    days = [opened.day, *(calendar.add_workdays(opened.day, count) for count in range(1, _DAYS_OFFERED))]
    if opened.half is None:
        return [[When(day)] for day in days]
    halves: dict[bool, tuple[Half, ...]] = {True: ("pm",), False: ("am", "pm")}
    return [[When(day, half) for half in halves[day == opened.day and opened.half == "pm"]] for day in days]


def _openings(now: datetime, calendar: Calendar) -> list[list[When]]:
    rows: list[list[When]] = []
    moment, day = now.replace(tzinfo=None), now.date()
    while len(rows) < _DAYS_OFFERED:
        halves: tuple[Half, ...] = ("am", "pm")
        left = [half for half in halves if calendar.ends(Slot(day, half)) > moment]
        if left and calendar.is_workday(day):
            whole = [When(day)] if len(left) == len(halves) else []
            rows.append([*(When(day, half) for half in left), *whole])
        day += timedelta(days=1)
    return rows


def _people(draft: Draft, office: Office) -> list[tuple[str, str]]:
    """Labels and staff numbers: 本人 first, then colleagues of the section."""
    me = office.people.get(draft.person)
    if me is None:
        return []
    others = [
        who
        for _, who in sorted(office.people.items())
        if who.active and who.section == me.section and who.staff_no != me.staff_no
    ]
    named = [
        (f"{who.name}({who.staff_no})" if len(office.by_name(who.name)) > 1 else who.name, who.staff_no)
        for who in others[:_COLLEAGUES]
    ]
    return [(f"本人（{me.name}）", me.staff_no), *named]


def _lines(procedure: Procedure, draft: Draft, office: Office) -> Message:
    buttons = [
        Button(f"{number} {field.name}：{shortened(show(field, draft.values.get(field.id), office))}", press)
        for number, field in enumerate(asked_fields(procedure, draft.values), start=1)
        for press in (code(draft, "line", number),)
    ]
    last = (Button("上一步", code(draft, "back")), Button("取消", code(draft, "cancel")))
    return Message(
        text="要改哪一项？请点按钮，或发序号、名称。", buttons=(*in_rows(buttons, 1), last), expects="choice"
    )
