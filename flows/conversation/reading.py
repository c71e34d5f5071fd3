"""What was said, read as the field asked for; and a kept value shown as the office writes it.

Kept forms: text and choices as written, dates as in `flows.conversation.dates`, numbers and money as int or float,
a person as staff number, a file as `{id, name, size}`. A number whose smallest allowed value is a whole one from 1
up counts things and takes whole numbers only.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from flows.calendar import Calendar
from flows.conversation.dates import Around, When, kept, read_day, read_when
from flows.conversation.numerals import amount, tidy
from flows.conversation.reason import read_reason as read_reason
from flows.conversation.reason import stock_reasons as stock_reasons
from flows.conversation.wording import LONG, folded, quoted, visible
from flows.errors import BadAnswer
from flows.people import Office, Person
from flows.procedure.model import Field, Json, Values

SHORT = 200
_UNITS = "份|个|枚|张|件|页|次|天|日|年|月|人|名|位|辆|台|套|本|升|公里|小时|分钟|下"
_MONEY_UNITS = "元|块钱|块|圆"
_BETWEEN = (re.compile(r"[、，,；;。\s]+"), re.compile(r"[；;\n]+"))
"""What stands between several names, and between several sentences."""
_MYSELF = ("本人", "我", "自己", "我自己", "我本人")
# Which field opens the span that another closes, by the words of their ids.
_OPENING = {
    "end": ("start", "depart", "leave"),
    "return": ("leave", "depart", "borrow", "start"),
    "to": ("from",),
}


def asked(field: Field) -> str:
    """The question of the field, as the pack words it."""
    return field.ask or f"请填写{field.name}。"


def read(
    field: Field, text: str, *, office: Office, calendar: Calendar, now: datetime, values: Values, person: str = ""
) -> Json:
    """The value in its kept form. `person` is who is talking (for 本人); `values` what is known already.

    Raises:
        BadAnswer: it cannot be read as this field; the sentence says what would do.
    """
    said = visible(text)
    if not said:
        raise BadAnswer(f"没有收到内容。{asked(field)}")
    if field.many:
        one = replace(field, many=False)
        pieces = [piece for piece in _BETWEEN[field.type == "text"].split(said) if piece.strip()]
        read_each = (
            read(one, piece, office=office, calendar=calendar, now=now, values=values, person=person)
            for piece in pieces
        )
        return _each_once(read_each) or _read_text(one, said)
    match field.type:
        case "date" | "datetime":
            return _read_span(field, said, Around(now.date(), since_of(field, values), calendar), values)
        case "number":
            return _read_number(field, said)
        case "money":
            return _read_money(field, said)
        case "person":
            return _read_person(field, said, office, person)
        case "file":
            raise BadAnswer(f"“{field.name}”要上传文件，请用附件按钮把文件发来，例如 Word、PDF 或照片。")
        case "dept":
            known = [name for name in office.sections if folded(name).startswith(folded(said))]
            return known[0] if len(known) == 1 else _read_text(field, said)
        case _:
            choices = choices_of(field, office)
            return _read_choice(field, said, choices) if choices else _read_text(field, said)


def _each_once(values: Iterable[Json]) -> list[Json]:
    found: list[Json] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def read_file(field: Field, file: Mapping[str, Json]) -> Json:
    """An upload in its kept form.

    Raises:
        BadAnswer: the field asks for something else.
    """
    if field.type != "file":
        raise BadAnswer(f"现在问的是“{field.name}”，这里不用上传文件。{asked(field)}")
    return {key: file.get(key) for key in ("id", "name", "size")}


def choices_of(field: Field, office: Office) -> tuple[str, ...]:
    """What may be chosen: the field's own list, or the office's own where it is theirs; else nothing.

    The office's lists are its seals, its cars, its sections, and the fields of work its leaders are in charge of.
    """
    if field.choices_from == "vehicles" and not field.choices:
        return tuple(vehicle.name for vehicle in office.vehicles)
    if field.choices_from == "seals" and not field.choices:
        return tuple(seal.name for seal in office.seals)
    if field.choices_from == "in_charge" and not field.choices:
        return tuple(dict.fromkeys(work for works in office.in_charge.values() for work in works))
    if field.type == "dept":
        return office.sections
    return field.choices


def opening_of(field: Field, values: Values) -> str:
    """The id of the filled field that opens the span this one closes (start_at for end_at); empty if none is."""
    words = field.id.split("_")
    for index, word in enumerate(words):
        for other in _OPENING.get(word, ()):
            candidate = "_".join((*words[:index], other, *words[index + 1 :]))
            if kept(values.get(candidate)):
                return candidate
    return ""


def since_of(field: Field, values: Values) -> date | None:
    """The first day of the span this field closes, if it closes one that has begun."""
    opened = kept(values.get(opening_of(field, values)))
    return opened.day if opened else None


def reversed_span(field: Field, values: Values) -> bool:
    """Whether this field closes a span before it begins."""
    first, last = kept(values.get(opening_of(field, values))), kept(values.get(field.id))
    return first is not None and last is not None and last.ends <= first.begins


def _read_span(field: Field, said: str, around: Around, values: Values) -> Json:
    when = When(read_day(said, around)) if field.type == "date" else read_when(said, around)
    value = str(when)
    if reversed_span(field, {**values, field.id: value}):
        first = kept(values[opening_of(field, values)])
        begins = first.text if first else ""
        raise BadAnswer(f"{when.text}在开始（{begins}）之前，请说一个不早于开始的时间，例如 {begins}。")
    return value


def counts(field: Field) -> bool:
    """Whether the number counts things, so that only whole ones will do."""
    return field.type == "number" and field.min is not None and field.min >= 1 and field.min == int(field.min)


def _read_number(field: Field, said: str) -> Json:
    value = amount(said, _UNITS)
    example = f"例如 {_example(field)}"
    if value is None:
        raise BadAnswer(f"{quoted(said)}不是数字，请只发一个数字，{example}。")
    if counts(field) and value != int(value):
        raise BadAnswer(f"“{field.name}”要填整数，不能是{figure_text(value)}，{example}。")
    _within(field, value)
    return tidy(value)


def _example(field: Field) -> str:
    low = field.min if field.min is not None else 0
    high = field.max if field.max is not None else low + 3
    return f"{tidy(min(max(low, 3), high))}"


def _within(field: Field, value: float) -> None:
    if field.min is not None and value < field.min:
        raise BadAnswer(f"“{field.name}”不能小于{figure_text(field.min)}，例如 {_example(field)}。")
    if field.max is not None and value > field.max:
        raise BadAnswer(f"“{field.name}”不能大于{figure_text(field.max)}，例如 {_example(field)}。")


def figure_text(value: float) -> str:
    """A number in full, without a needless decimal and never with an exponent."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _read_money(field: Field, said: str) -> Json:
    value = amount(re.sub("^[¥￥]|人民币", "", folded(said)), _MONEY_UNITS)
    if value is None:
        raise BadAnswer(f"{quoted(said)}不是金额，请发数字，单位元，例如 1200 或 1200.50。")
    if value < 0:
        raise BadAnswer("金额不能是负数，请发数字，单位元，例如 1200。")
    if abs(round(value, 2) - value) > 1e-9:
        raise BadAnswer("金额最多到分（两位小数），例如 1200.50。")
    _within(field, value)
    return tidy(value)


def _read_text(field: Field, said: str) -> Json:
    if not any(char.isalnum() for char in said):
        raise BadAnswer(f"{quoted(said)}看不出意思，请用文字写明“{field.name}”，一句话即可。")
    limit = LONG if field.long else SHORT
    if len(said) > limit:
        raise BadAnswer(f"“{field.name}”最多{limit}个字，现在有{len(said)}个字，请写短一些；更多内容可以放在附件里。")
    return said


def pick(said: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Indexes of the choices meant: the exact one, the one of that number, else all that begin so."""
    word = _bare(said)
    if not word:
        return ()
    exact = tuple(index for index, choice in enumerate(choices) if _bare(choice) == word)
    if exact:
        return exact[:1]
    place = re.fullmatch(r"第?(\d{1,3}|[一二两三四五六七八九十]{1,3})(?:个|项|种|号|条|\.|、)?", word)
    ordinal = amount(place[1], "个") if place else None
    if ordinal is not None:
        return (int(ordinal) - 1,) if 1 <= ordinal <= len(choices) else ()
    return tuple(index for index, choice in enumerate(choices) if _bare(choice).startswith(word))


def _bare(text: str) -> str:
    return re.sub(r"[\s“”\"'《》【】\[\]。，,!！]", "", folded(text))


def _read_choice(field: Field, said: str, choices: Sequence[str]) -> Json:
    found = pick(said, choices)
    if len(found) == 1:
        return choices[found[0]]
    if found:
        meant = "、".join(choices[index] for index in found[:4])
        raise BadAnswer(f"{quoted(said)}可以是{meant}，请说全称或序号，例如 {choices[found[0]]}。")
    listed = "、".join(f"{number} {choice}" for number, choice in enumerate(choices[:9], start=1))
    more = "等" if len(choices) > 9 else ""
    raise BadAnswer(f"“{field.name}”里没有{quoted(said)}，请选一项或发序号：{listed}{more}。")


def _read_person(field: Field, said: str, office: Office, person: str) -> Json:
    word = _bare(said)
    if person and word in _MYSELF:
        return person
    for staff_no, who in office.people.items():
        if who.active and folded(staff_no) == word:
            return staff_no
    found = _named(word, office) or office.sounding_like(word)
    if len(found) == 1:
        return found[0].staff_no
    if found:
        both = "、".join(f"{who.name}（{who.section}，{who.staff_no}）" for who in found[:4])
        raise BadAnswer(f"有{len(found)}位：{both}。请发工号，例如 {found[0].staff_no}。")
    raise BadAnswer(f"没有找到{quoted(said)}，“{field.name}”请发姓名或工号，例如 {_somebody(office)}。")


def _named(word: str, office: Office) -> tuple[Person, ...]:
    """Everybody active of that name, with or without number, title or section behind it."""
    people = [who for _, who in sorted(office.people.items()) if who.active]
    full = tuple(who for who in people if f"{_bare(who.name)}({folded(who.staff_no)})" == word)
    return full or tuple(who for who in people if word in _calls(who))


def _calls(who: Person) -> tuple[str, ...]:
    """What somebody is called: by name, with the title, and by surname and title (何科长)."""
    surname = who.name[: 2 if len(who.name) > 3 else 1]
    short = f"{surname}{who.title}" if who.title else who.name
    return tuple(_bare(name) for name in (who.name, who.called, short))


def _somebody(office: Office) -> str:
    return next((who.name for _, who in sorted(office.people.items()) if who.active), "张三")


def show(field: Field, value: Json, office: Office) -> str:
    """The value as the office writes it: 11月24日(周二)上午, a name, 3 份, 1,200.50 元; 未填 where there is none."""
    if value is None or value in ("", []):
        return "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(show(field, item, office) for item in value)
    shown = _SHOWN.get(field.type)
    return shown(field, value, office) if shown else str(value)


def _show_when(_: Field, value: Json, __: Office) -> str:
    when = kept(value)
    return when.text if when else str(value)


def _show_number(field: Field, value: Json, _: Office) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    unit = unit_of(field)
    return f"{figure_text(value)} {unit}" if unit else figure_text(value)


def unit_of(field: Field) -> str:
    """The unit a number is told in, as the form names it: 时长(天) or 盖几份."""
    named = re.search(f"[(（]({_UNITS})[)）]", field.name) or re.search(f"(?:几|多少)({_UNITS})", field.ask)
    return named[1] if named else ""


def _show_money(_: Field, value: Json, __: Office) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,.0f} 元" if value == int(value) else f"{value:,.2f} 元"


def _show_person(_: Field, value: Json, office: Office) -> str:
    return office.name_of(str(value))


def _show_file(_: Field, value: Json, __: Office) -> str:
    return str(value.get("name") or "附件") if isinstance(value, dict) else str(value)


_SHOWN: Mapping[str, Callable[[Field, Json, Office], str]] = {
    "date": _show_when,
    "datetime": _show_when,
    "number": _show_number,
    "money": _show_money,
    "person": _show_person,
    "file": _show_file,
}
