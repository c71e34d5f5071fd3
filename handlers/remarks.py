"""Remarks, further material, copies and more time: asked for in a line, or typed behind the case's code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flows.approval.act import Act
from flows.cards import Button, Message
from flows.conversation.draft import Draft
from flows.conversation.reading import read
from flows.conversation.reason import read_reason
from flows.deadlines.due import moment_of
from flows.errors import ReasonNeeded, Refused, StaleButton
from flows.procedure.model import Field, Json, Values
from handlers.decisions import attempt, do
from handlers.events import Answer, Inbound
from handlers.filing import behind, resume
from handlers.gather import seen
from handlers.ports import Desk, Unit
from handlers.press import Press


@dataclass(frozen=True, slots=True)
class Asking:
    """How a remark is asked for: the question, and what would answer it."""

    question: str
    expects: Literal["text", "file", "person"]


ASKED: Mapping[str, Asking] = {
    "comment": Asking("请写留言，一两句话；也可以发一个附件。", "text"),
    "supplement": Asking("请写要补充的内容，或发一个附件。", "file"),
    "oral": Asking("哪位领导、什么时候口头同意的？例如：王芳 今天7:40。", "text"),
    "extend": Asking("请写延到哪一天和理由，例如：12月31日 还要核实。", "text"),
    "copy_to": Asking("抄送给谁？请发姓名或工号，多人用顿号隔开。", "person"),
}
_WHOM = Field("to", "抄送", "person", required=True)
_WHEN = Field("at", "口头同意的时间", "datetime", required=True)
_UNTIL = Field("until", "延期到", "date", required=True)
_BETWEEN = re.compile(r"[、,，;；\s]+")


def ask(unit: Unit, desk: Desk, person: str, verb: str, case_id: str) -> Answer:
    """Ask for the remark; what was being filled in is gone on with afterwards.

    Raises:
        Refused: as the act would be.
    """
    found = seen(unit, desk, case_id, person)
    attempt(unit, desk, found, Act(verb, person))
    earlier = unit.draft(person)
    turn = earlier.turn + 1 if earlier is not None else 1
    draft = Draft(
        found.pack.id,
        found.pack.version,
        found.procedure.id,
        stage="reason",
        turn=turn,
        case_id=case_id,
        verb=verb,
        person=person,
        behind=behind(earlier),
    )
    unit.keep_draft(person, draft)
    asking = ASKED[verb]
    cancel = Button("取消", f"reason:{turn}:cancel")
    message = Message(text=asking.question, buttons=((cancel,),), expects=asking.expects)
    unit.say(person, message, case_id=case_id)
    return Answer()


def on_ask(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """The button of a remark."""
    verb, case_id = press.parts
    if verb not in ASKED:
        raise StaleButton("没有这个按钮，请看最新的一条。")
    return ask(unit, desk, person, verb, case_id)


def on_remark(unit: Unit, desk: Desk, draft: Draft, inbound: Inbound) -> Answer:
    """The remark given, or called off."""
    if inbound.what == "tap" and inbound.text != f"reason:{draft.turn}:cancel":
        raise StaleButton("这个按钮已经失效，请看最新的一条。")
    if inbound.what == "tap" or inbound.text.strip() in ("取消", "算了", "/cancel"):
        unit.say(draft.person, Message(text="好的，没有记下。"), case_id=draft.case_id)
        resume(unit, desk, draft)
        return Answer()
    answered = _given(unit, desk, draft.person, draft.verb, draft.case_id, inbound.text, inbound.file)
    unit.say(draft.person, Message(text=answered.text), case_id=draft.case_id)
    resume(unit, desk, draft)
    return answered


def _given(
    unit: Unit, desk: Desk, person: str, verb: str, case_id: str, text: str, file: Mapping[str, Json] | None
) -> Answer:
    """The remark kept, its file tied to the case."""
    if verb == "copy_to":
        return do(unit, desk, Act(verb, person, set={"to": _whom(desk, text)}), case_id)
    if verb == "oral":
        return do(unit, desk, Act(verb, person, set=_by_whom_and_when(desk, text)), case_id)
    if verb == "extend":
        day, _, why = text.strip().partition(" ")
        return do(unit, desk, Act(verb, person, reason=why.strip(), set=_until_when(desk, day)), case_id)
    recorded: Values = {"file": dict(file)} if file is not None else {}
    act = Act(verb, person, reason=read_reason(text) if text.strip() else "", set=recorded)
    answered = do(unit, desk, act, case_id)
    if file is not None:
        unit.attach(str(file.get("id", "")), case_id)
    return answered


def _whom(desk: Desk, text: str) -> list[Json]:
    """The people named, by staff number.

    Raises:
        BadAnswer: nobody, or more than one, goes by one of the names.
    """
    names = [name for name in _BETWEEN.split(text.strip()) if name]
    return [read(_WHOM, name, office=desk.office, calendar=desk.calendar, now=desk.now, values={}) for name in names]


def _until_when(desk: Desk, text: str) -> Values:
    """The day to put the deadline off to.

    Raises:
        BadAnswer: no day can be read.
    """
    return {"until": read(_UNTIL, text, office=desk.office, calendar=desk.calendar, now=desk.now, values={})}


def _by_whom_and_when(desk: Desk, text: str) -> Values:
    """The leader and the moment of an oral approval; the moment is now where none is named.

    Raises:
        BadAnswer: the name or the time cannot be read.
    """
    name, _, when = text.strip().partition(" ")
    by = read(_WHOM, name, office=desk.office, calendar=desk.calendar, now=desk.now, values={})
    if not when.strip():
        return {"by": by, "at": desk.now.isoformat()}
    at = read(_WHEN, when, office=desk.office, calendar=desk.calendar, now=desk.now, values={})
    moment = moment_of(at, desk.calendar, desk.now)
    return {"by": by, "at": moment.isoformat() if moment is not None else None}


def typed(unit: Unit, desk: Desk, person: str, verb: str, code: str, rest: str) -> Answer:
    """The remark typed behind the case's code; the code alone asks for it."""
    case = unit.find_case(code)
    if case is None:
        raise Refused(f"没有找到码为“{code}”的申请。请在“我的申请”里核对。")
    if not rest.strip():
        return ask(unit, desk, person, verb, case.id)
    answered = _given(unit, desk, person, verb, case.id, rest, None)
    unit.say(person, Message(text=answered.text), case_id=case.id)
    return answered


def given_up(unit: Unit, desk: Desk, draft: Draft) -> None:
    """After a refusal: a remark that can no longer be made is not asked for again."""
    try:
        attempt(unit, desk, seen(unit, desk, draft.case_id, draft.person), Act(draft.verb, draft.person))
    except ReasonNeeded:
        return
    except Refused:
        resume(unit, desk, draft)
