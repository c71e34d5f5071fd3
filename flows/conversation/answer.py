"""What was said, answered: the next draft and what to say, as a pure function.

    asking ──answered──► asking … ──nothing open──► summary ──提交──► submit
      ▲  └──上一步── asking                            │ 修改
      └────────────── newly applicable ◄── changing ◄─┘ (a line picked, answered, back to the summary)

An answer that cannot be read is told so and the question stands; an old question's button is stale.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeVar

from flows.calendar import Calendar
from flows.cards import Message
from flows.conversation.ask import advanced, asked_fields, picked_when, question, unfit, without
from flows.conversation.dates import kept
from flows.conversation.draft import Draft
from flows.conversation.reading import choices_of, opening_of, pick, read, read_file
from flows.conversation.requests.moments import span_of
from flows.conversation.wording import folded, quoted
from flows.errors import BadAnswer, StaleButton
from flows.people import Office
from flows.procedure.model import Field, Json, Procedure

T = TypeVar("T")
Event = Literal["", "submit", "cancelled", "changed"]

_STALE = "这个按钮属于前面的问题，已经失效，请看最新的一条。"
_TALK: Mapping[str, frozenset[str]] = {
    "back": frozenset({"上一步", "返回", "返回上一步", "上一题", "上一个", "后退", "back"}),
    "cancel": frozenset(
        {"取消", "算了", "取消申请", "不办了", "不请了", "不用了", "不申请了", "放弃", "cancel", "/cancel"}
    ),
    "skip": frozenset({"跳过", "不填", "略过", "skip"}),
    "nothing": frozenset({"没有", "无", "不需要", "暂无"}),
    "change": frozenset({"修改", "改", "改一下", "修改一下", "更改", "我要修改", "有误"}),
    "submit": frozenset(
        {"提交", "提交申请", "确认", "确认提交", "确定", "是", "是的", "好", "好的", "可以", "对", "没问题", "ok"}
    ),
}
_CHANGE_LINE = re.compile(
    "(?:请?把|将)?(?:修改|更改|改一下|改)?[:： ]?(?P<line>.{1,30}?)(?:修?改(?:成|为|到)(?P<to>.+))?", re.DOTALL
)
_ENDINGS = re.compile("[。.!,~ ]+$")


def is_talk_word(text: str, kind: Literal["back", "cancel", "skip", "nothing", "change", "submit"]) -> bool:
    """Whether the text is one of the words that steer a talk (上一步, 取消, 跳过, 没有, 修改, 提交)."""
    return len(text) <= 40 and _ENDINGS.sub("", folded(text)) in _TALK[kind]


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that came from a person: text, a press (what follows `draft:`), or an upload already kept."""

    text: str = ""
    press: str = ""
    file: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """The draft afterwards (None: called off) and what to say.

    At stage `summary` the caller adds the summary, which takes a preview to write. `event` is `submit` when the
    draft is to be filed as it stands, `cancelled` when it is gone, `changed` when a value was given or taken away.
    """

    draft: Draft | None
    messages: tuple[Message, ...] = ()
    event: Event = ""


def answer(procedure: Procedure, draft: Draft, said: Said, office: Office, calendar: Calendar, now: datetime) -> Turn:
    """The turn of the talk that follows from what was said.

    Raises:
        StaleButton: the press belongs to an earlier question, or to none.
    """
    talk = _Talk(procedure, draft, office, calendar, now)
    if draft.stage == "reason":
        raise StaleButton(_STALE)
    try:
        if said.press:
            return talk.pressed(said.press)
        if said.file is not None:
            return talk.uploaded(said.file)
        return talk.told(said.text)
    except BadAnswer as bad:
        return talk.again(bad.sentence)


@dataclass(frozen=True, slots=True)
class _Talk:
    """One turn of a talk: everything needed to answer it."""

    procedure: Procedure
    draft: Draft
    office: Office
    calendar: Calendar
    now: datetime

    @property
    def field(self) -> Field | None:
        """The field in question, if one is."""
        return self.procedure.field_by_id.get(self.draft.asking)

    def pressed(self, press: str) -> Turn:
        """A button of this turn pressed.

        Raises:
            StaleButton: of another turn, or not one of this question's.
        """
        turn, _, rest = press.partition(":")
        verb, _, argument = rest.partition(":")
        if turn != str(self.draft.turn):
            raise StaleButton(_STALE)
        at_summary, choosing = self.draft.stage == "summary", self.draft.stage == "changing" and self.field is None
        match verb:
            case "back":
                return self.back()
            case "cancel":
                return self.cancelled()
            case "submit" if at_summary:
                return Turn(self.draft, event="submit")
            case "change" if at_summary:
                return self.moved(replace(self.draft, stage="changing", asking=""))
            case "line" if choosing:
                return self.change(_numbered(asked_fields(self.procedure, self.draft.values), argument))
            case "fill" if at_summary:
                return self.change(_numbered(self.procedure.fields, argument))
            case "pick" if self.field is not None and self.field.many:
                return self.added(self.field, argument)
            case "picked" if self.field is not None and self.field.many:
                return self.given(self.field, self.draft.values.get(self.field.id))
            case "pick" if self.field is not None:
                return self.given(self.field, self.picked(self.field, argument))
            case "skip" if self.field is not None and not self.field.required:
                return self.skipped(self.field)
        raise StaleButton(_STALE)

    def picked(self, field: Field, argument: str) -> Json:
        """The choice, date or person picked by button.

        Raises:
            StaleButton: there is none such.
        """
        match field.type:
            case "date" | "datetime" if kept(picked_when(argument)):
                return self.read(field, picked_when(argument))
            case "person" if argument in self.office.people and self.office.person(argument).active:
                return argument
            case "date" | "datetime" | "person":
                raise StaleButton(_STALE)
            case _:
                return _numbered(choices_of(field, self.office), argument)

    def added(self, field: Field, argument: str) -> Turn:
        """One more of several picked, or taken away again; the question stands until 选好了."""
        before, one = self.draft.values.get(field.id), self.picked(field, argument)
        listed = before if isinstance(before, list) else []
        values = {**self.draft.values, field.id: [x for x in listed if x != one] if one in listed else [*listed, one]}
        return self.moved(replace(self.draft, values=values))

    def uploaded(self, file: Mapping[str, Json]) -> Turn:
        """A file sent."""
        if self.field is None:
            raise BadAnswer("现在没有要上传的文件。要换附件，请先发“修改”再选那一项。")
        return self.given(self.field, read_file(self.field, file))

    def told(self, text: str) -> Turn:
        """Words said: those that steer the talk, else the answer to the question."""
        field = self.field
        if field is not None and text.strip() in choices_of(field, self.office):
            return self.given(field, [text.strip()] if field.many else text.strip())
        if is_talk_word(text, "cancel"):
            return self.cancelled()
        if is_talk_word(text, "back"):
            return self.back()
        if is_talk_word(text, "change") and (self.draft.trail or self.draft.stage == "summary"):
            return self.moved(replace(self.draft, stage="changing", asking=""))
        if field is not None:
            return self.answered(field, text)
        return self.line_named(text) if self.draft.stage == "changing" else self.at_summary(text)

    def answered(self, field: Field, text: str) -> Turn:
        """The question answered in words, or passed over where it may be."""
        if is_talk_word(text, "skip") and field.required:
            raise BadAnswer(f"“{field.name}”必须填写，不能跳过；不想办了可以发“取消”。")
        if not field.required and (is_talk_word(text, "skip") or is_talk_word(text, "nothing")):
            return self.skipped(field)
        span = span_of(text, self.now.date()) if field.type in ("date", "datetime") else None
        closing = self.closing(field, str(span[0])) if span else None
        if span is None or closing is None:
            return self.given(field, self.read(field, text))
        begun = self.given(field, self.read(field, str(span[0])))
        rest = replace(self, draft=replace(begun.draft or self.draft, turn=self.draft.turn))
        return rest.given(closing, rest.read(closing, str(span[1])))

    def closing(self, field: Field, value: str) -> Field | None:
        """The question that closes the span this one opens, still to be asked."""
        values = {**self.draft.values, field.id: value}
        fields = (other for other in asked_fields(self.procedure, values) if other.type in ("date", "datetime"))
        return next((other for other in fields if opening_of(other, values) == field.id), None)

    def read(self, field: Field, text: str) -> Json:
        """The text as the field's kept value.

        Raises:
            BadAnswer: it is none.
        """
        return read(
            field,
            text,
            office=self.office,
            calendar=self.calendar,
            now=self.now,
            values=self.draft.values,
            person=self.draft.person,
        )

    def at_summary(self, text: str) -> Turn:
        """Words at the summary: 提交, 修改 事由, 事由改成…; anything else is told what would do."""
        if is_talk_word(text, "submit"):
            return Turn(self.draft, event="submit")
        fields = asked_fields(self.procedure, self.draft.values)
        wanted = _CHANGE_LINE.fullmatch(text.strip()) if len(text) <= 2100 else None
        found = [field for field in fields if wanted and folded(wanted["line"]) == folded(field.name)]
        if wanted and len(found) == 1:
            said = wanted["to"]
            return self.given(found[0], self.read(found[0], said)) if said else self.change(found[0])
        raise BadAnswer("请发“提交”“修改”或“取消”；也可以直接说要改的，例如 事由改成去医院。")

    def line_named(self, text: str) -> Turn:
        """A line to change, by number or name."""
        fields = asked_fields(self.procedure, self.draft.values)
        found = pick(text, [field.name for field in fields])
        if len(found) != 1:
            names = "、".join(f"{number} {field.name}" for number, field in enumerate(fields, start=1))
            raise BadAnswer(f"没有看出要改{quoted(text)}哪一项，请发序号或名称：{names}。")
        return self.change(fields[found[0]])

    def given(self, field: Field, value: Json) -> Turn:
        """A value given: what does not fit any more is dropped, what newly applies is asked."""
        kept_line = field.id in self.draft.trail or (self.draft.stage == "changing" and field.id in self.draft.values)
        trail = self.draft.trail if kept_line else (*self.draft.trail, field.id)
        values = {**self.draft.values, field.id: value}
        after = without(self.procedure, replace(self.draft, values=values, trail=trail), unfit(self.procedure, values))
        return self.moved(advanced(self.procedure, after), self.dropped(after), event="changed")

    def skipped(self, field: Field) -> Turn:
        """An optional question passed over; what was there is taken away."""
        emptied = without(self.procedure, self.draft, (field.id,))
        after = replace(emptied, trail=(*emptied.trail, field.id))
        return self.moved(advanced(self.procedure, after), event="changed")

    def dropped(self, after: Draft) -> str:
        """One sentence on the lines that went with a change."""
        lost = self.draft.values.keys() - after.values.keys()
        gone = [field for field in self.procedure.fields if field.id in lost]
        if not gone:
            return ""
        names = "、".join(f"“{field.name}”" for field in gone)
        again = {field.id for field in asked_fields(self.procedure, after.values)}
        if all(field.id in again for field in gone):
            return f"{names}与新填的内容不符，请重新填写。"
        return f"{names}不再适用，已去掉。"

    def change(self, field: Field) -> Turn:
        """One line asked again; its value stands until another is given."""
        return self.moved(replace(self.draft, stage="changing", asking=field.id))

    def back(self) -> Turn:
        """上一步: from a line to the list, from the list to where the talk was, else to the question before."""
        draft = self.draft
        if draft.stage == "changing":
            open_list = replace(draft, asking="")
            return self.moved(open_list if draft.asking else advanced(self.procedure, draft))
        if not draft.trail:
            if draft.stage == "summary":
                return self.moved(replace(draft, stage="changing", asking=""))
            raise BadAnswer("这已经是第一个问题；不想办了可以发“取消”。")
        last = draft.trail[-1]
        before = without(self.procedure, draft, (last,))
        return self.moved(replace(before, stage="asking", asking=last), event="changed")

    def cancelled(self) -> Turn:
        """取消: nothing is filed; a returned case stays with its applicant."""
        text = "好的，已取消，没有提交。"
        if self.draft.case_id:
            text = "好的，已停止修改；退回的申请仍在“我的申请”里，可以随时改好再交，或者撤回。"
        return Turn(None, (Message(text=text),), "cancelled")

    def moved(self, draft: Draft, note: str = "", *, event: Event = "") -> Turn:
        """The talk at another question (or its summary), with a turn of its own."""
        after = replace(draft, turn=self.draft.turn + 1)
        if after.stage == "summary":
            return Turn(after, (Message(text=note),) if note else (), event)
        asked = question(self.procedure, after, self.office, self.now, self.calendar)
        return Turn(after, (replace(asked, text=f"{note}\n{asked.text}" if note else asked.text),), event)

    def again(self, sentence: str) -> Turn:
        """The question once more, with what was wrong with the answer; its buttons stay good."""
        if self.draft.stage == "summary":
            return Turn(self.draft, (Message(text=sentence, tone="refused"),))
        asked = question(self.procedure, self.draft, self.office, self.now, self.calendar)
        return Turn(self.draft, (replace(asked, text=sentence, tone="refused"),))


def _numbered(items: tuple[T, ...], number: str) -> T:
    """The item of that number, counted from 1.

    Raises:
        StaleButton: there is none.
    """
    if not number.isascii() or not number.isdecimal() or len(number) > 4 or not 1 <= int(number) <= len(items):
        raise StaleButton(_STALE)
    return items[int(number) - 1]
