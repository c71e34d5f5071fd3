"""转交, 加签, 问一下 and 退回到: to whom, by button or by name, and then the words that go with it.

转交 8f3k 李四 理由       加签 / 后加签 / 并加签 8f3k 李四       问一下 8f3k 李四 问题       退回到 8f3k 步骤 理由
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flows.approval.act import Act
from flows.approval.back import earlier_steps
from flows.approval.case import Case
from flows.approval.question import refuse_to_ask
from flows.approval.turn import acting_visit
from flows.approval.whom import whom
from flows.cards import Button, Message
from flows.conversation.draft import Draft
from flows.conversation.reading import read
from flows.conversation.reason import read_reason
from flows.errors import BadAnswer, Refused, StaleButton
from flows.procedure.model import Field, Json, Step
from handlers.decisions import ask_reason, do
from handlers.events import Answer, Inbound
from handlers.filing import behind, resume
from handlers.gather import Bound, facts_of, seen
from handlers.ports import Desk, Unit
from handlers.press import Press

OFFERED = 8


@dataclass(frozen=True, slots=True)
class Passing:
    """One way of bringing somebody in: the act, where an added signer stands, and the question put first."""

    verb: str
    question: str
    place: str = ""


PICKS: Mapping[str, Passing] = {
    "transfer": Passing("transfer", "转交给谁？"),
    "ask": Passing("ask", "要问谁？"),
    "before": Passing("add_sign", "请谁先看？他看过之后再请您办理。", "before"),
    "after": Passing("add_sign", "请谁再看？您办理之后会请他看。", "after"),
    "beside": Passing("add_sign", "请谁一起看？两个人都看过才往下走。", "beside"),
}
TYPED: Mapping[str, str] = {
    "transfer": "transfer",
    "ask": "ask",
    "add_sign": "before",
    "add_sign_after": "after",
    "add_sign_beside": "beside",
}
VERBS = frozenset(passing.verb for passing in PICKS.values())
_WHOM = Field("to", "对方", "person", required=True)
_HEAD = re.compile(r"([^\s，,。；;：:]+)[\s，,。；;：:]*(.*)", re.DOTALL)


def on_pick(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """A button of the menu that needs somebody to be named."""
    if press.parts[0] not in PICKS:
        raise StaleButton("没有这个按钮，请看最新的一条。")
    return choose(unit, desk, person, press.parts[0], press.parts[1], press.number(2))


def choose(unit: Unit, desk: Desk, person: str, pick: str, case_id: str, visit: int) -> Answer:
    """Ask to whom; nothing has happened until somebody is named.

    Raises:
        Refused: as the act would be.
    """
    found = seen(unit, desk, case_id, person)
    _refuse_to_begin(unit, desk, found, Act(PICKS[pick].verb, person, visit=visit))
    earlier = unit.draft(person)
    draft = Draft(
        found.pack.id,
        found.pack.version,
        found.procedure.id,
        values={"place": PICKS[pick].place},
        stage="reason",
        asking="whom",
        turn=earlier.turn + 1 if earlier is not None else 1,
        case_id=case_id,
        verb=PICKS[pick].verb,
        visit=visit,
        person=person,
        behind=behind(earlier),
    )
    unit.keep_draft(person, draft)
    unit.say(person, _question(unit, desk, found, draft, PICKS[pick].question), case_id=case_id)
    return Answer()


def _refuse_to_begin(unit: Unit, desk: Desk, found: Bound, act: Act) -> None:
    """Nothing where the act lacks only who and what.

    Raises:
        Refused: as the act would be.
    """
    facts = facts_of(unit, desk, found)
    if act.verb == "ask":
        refuse_to_ask(found.case, found.procedure, act.actor, facts)
    else:
        acting_visit(found.case, found.procedure, act, facts)


def _question(unit: Unit, desk: Desk, found: Bound, draft: Draft, asked: str) -> Message:
    likely = whom(draft.verb, found.case, found.procedure, draft.person, facts_of(unit, desk, found))
    buttons = [Button(person.called, f"who:{draft.turn}:{person.staff_no}") for person in likely[:OFFERED]]
    rows = [tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)]
    text = f"{asked}请点选，或发姓名或工号。" if buttons else f"{asked}请发姓名或工号。"
    return Message(text=text, buttons=(*rows, (_cancel(draft),)), expects="person")


def _cancel(draft: Draft) -> Button:
    return Button("取消", f"reason:{draft.turn}:cancel")


def on_answer(unit: Unit, desk: Desk, draft: Draft, inbound: Inbound) -> Answer:
    """Somebody named, or the words that go with it."""
    if inbound.what == "tap" and inbound.text.split(":")[1] != str(draft.turn):
        raise StaleButton("这个按钮已经失效，请看最新的一条。")
    if inbound.text.strip() in (f"reason:{draft.turn}:cancel", "取消", "算了", "/cancel"):
        unit.say(draft.person, Message(text="好的，没有生效，本件仍在原处。"), case_id=draft.case_id)
        resume(unit, desk, draft)
        return Answer()
    if draft.asking == "words":
        return _done(unit, desk, draft, str(draft.values.get("to", "")), read_reason(inbound.text))
    if inbound.what == "tap":
        return _named(unit, desk, draft, _tapped(inbound.text), "")
    number, words = _who_first(desk, inbound.text)
    return _named(unit, desk, draft, number, words)


def _tapped(press: str) -> str:
    name, _, number = (*press.split(":"), "", "")[:3]
    if name != "who":
        raise StaleButton("没有这个按钮，请看最新的一条。")
    return number


def _named(unit: Unit, desk: Desk, draft: Draft, number: str, words: str) -> Answer:
    if draft.verb != "ask" or words:
        return _done(unit, desk, draft, number, words)
    again = replace(draft, asking="words", turn=draft.turn + 1, values={**draft.values, "to": number})
    unit.keep_draft(draft.person, again)
    text = f"要问{desk.office.name_of(number)}什么？请写一两句话。"
    unit.say(draft.person, Message(text=text, buttons=((_cancel(again),),), expects="text"), case_id=draft.case_id)
    return Answer()


def _done(unit: Unit, desk: Desk, draft: Draft, number: str, words: str) -> Answer:
    place = str(draft.values.get("place", ""))
    act = Act(draft.verb, draft.person, visit=draft.visit, reason=words, to=number, place=place)
    answered = do(unit, desk, act, draft.case_id)
    unit.say(draft.person, Message(text=answered.text), case_id=draft.case_id)
    resume(unit, desk, draft)
    return answered


def given_up(unit: Unit, desk: Desk, draft: Draft) -> None:
    """After a refusal: who is not asked for again where the act is no longer possible."""
    found = seen(unit, desk, draft.case_id, draft.person)
    try:
        _refuse_to_begin(unit, desk, found, Act(draft.verb, draft.person, visit=draft.visit))
    except Refused:
        resume(unit, desk, draft)


def _who_first(desk: Desk, text: str) -> tuple[str, str]:
    """Who is named at the beginning of what was typed, and the words after it.

    Raises:
        BadAnswer: nobody, or more than one, goes by the name.
    """
    found = _HEAD.fullmatch(text.strip())
    name, words = (found[1], found[2]) if found is not None else (text, "")
    number: Json = read(_WHOM, name, office=desk.office, calendar=desk.calendar, now=desk.now, values={})
    return str(number), read_reason(words) if words.strip() else ""


def _case(unit: Unit, code: str) -> Case:
    case = unit.find_case(code)
    if case is None:
        raise Refused(f"没有找到码为“{code}”的申请。请在“待办”里核对，或发送“待办”。")
    return case


def typed(unit: Unit, desk: Desk, person: str, name: str, code: str, rest: str) -> Answer:
    """The act typed with the case's code; without a name it is asked for."""
    case, pick = _case(unit, code), TYPED[name]
    if not rest.strip():
        return choose(unit, desk, person, pick, case.id, -1)
    number, words = _who_first(desk, rest)
    passing = PICKS[pick]
    if passing.verb == "ask" and not words:
        raise BadAnswer(f"请在后面写上要问的话，例如：问一下 {code} {desk.office.name_of(number)} 哪天用？")
    act = Act(passing.verb, person, reason=words, to=number, place=passing.place)
    answered = do(unit, desk, act, case.id)
    unit.say(person, Message(text=answered.text), case_id=case.id)
    return answered


def on_back(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """退回到 a step by button: the reason is asked for."""
    case_id, visit, step = press.parts[0], press.number(1), press.parts[2]
    return ask_reason(unit, desk, person, "send_back", case_id, visit, to=step)


def typed_back(unit: Unit, desk: Desk, person: str, code: str, rest: str) -> Answer:
    """退回到 typed: the step by its name or by who did it, then the reason.

    Raises:
        Refused: no such step was done before.
    """
    case = _case(unit, code)
    found = seen(unit, desk, case.id, person)
    visit, _ = acting_visit(found.case, found.procedure, Act("send_back", person), facts_of(unit, desk, found))
    known = earlier_steps(found.case, found.procedure, visit)
    head = _HEAD.fullmatch(rest.strip())
    step = next((item for item in known if head and head[1] in _names(found, item, desk)), None)
    if step is None or head is None:
        listed = "、".join(item.name for item in known)
        choice = f"可以退回到：{listed}" if listed else "前面没有别人办过，可以退回申请人"
        raise Refused(f"请写明退回到哪一步。{choice}，例如：退回到 {code} 步骤 理由。")
    if not head[2].strip():
        return ask_reason(unit, desk, person, "send_back", case.id, visit.index, to=step.id)
    act = Act("send_back", person, visit=visit.index, reason=read_reason(head[2]), to=step.id)
    answered = do(unit, desk, act, case.id)
    unit.say(person, Message(text=answered.text), case_id=case.id)
    return answered


def _names(found: Bound, step: Step, desk: Desk) -> frozenset[str]:
    people = {visit.done_by for visit in found.case.visits_of_round() if visit.step == step.id and visit.done_by}
    return frozenset({step.name, *(desk.office.name_of(person) for person in people)})
