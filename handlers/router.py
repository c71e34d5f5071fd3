"""One inbound event to its handler.

`on_inbound` does what was asked, or raises a refusal with nothing written; `on_refused` is then run in a unit of
its own to say so. A duplicate of an event is answered with the first outcome and does nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from flows.cards import Button, Message
from flows.conversation.answer import is_talk_word
from flows.conversation.areas import meant_by
from flows.conversation.commands import Command, command
from flows.conversation.draft import Draft
from flows.conversation.search import asked_for
from flows.errors import Classified, Doubtful, Refused, StaleButton
from handlers import (
    batching,
    boxes,
    decisions,
    delegating,
    demanded,
    duty_words,
    filing,
    fleet,
    menus,
    passing,
    recording,
    remarks,
    requests,
    seal_custody,
    searching,
    secrecy,
    sitting,
)
from handlers.events import Answer, Inbound
from handlers.gather import procedures_of
from handlers.ports import Desk, Unit
from handlers.press import Press, read_press
from handlers.queries import procedures_for
from handlers.refusals import sentence

UNBOUND = "您的账号还没有绑定本单位人员，请向办公室管理员索取绑定链接。"


def on_inbound(unit: Unit, desk: Desk, inbound: Inbound) -> Answer:
    """Carry out one event in the open unit and answer it.

    Raises:
        Refused: it is not done; the unit must be rolled back and the refusal said with `on_refused`.
    """
    secrecy.screen(inbound, desk)
    if not unit.first_time(inbound.key, desk.now):
        return Answer(unit.answered(inbound.key))
    person = desk.office.people.get(inbound.person)
    if person is None or not person.active:
        raise Refused(UNBOUND)
    answered = _route(unit, desk, inbound)
    if inbound.cleared:
        secrecy.remember_cleared(unit, inbound)
    if answered.text:
        unit.remember_answer(inbound.key, answered.text)
    return answered


def on_refused(unit: Unit, desk: Desk, inbound: Inbound, refusal: Refused) -> Answer:
    """Say why an event was not carried out: at once for a tap, as a message for what was said."""
    text = sentence(refusal, desk.office, tuple(desk.rules.current.values()))
    if isinstance(refusal, Classified):
        unit.log_access(inbound.person, "classified", desk.now)
        return Answer(text, ok=False)
    if not unit.first_time(inbound.key, desk.now):
        return Answer(unit.answered(inbound.key), ok=False)
    unit.remember_answer(inbound.key, text)
    if isinstance(refusal, Doubtful):
        unit.say(inbound.person, secrecy.question())
        return Answer()
    if desk.office.people.get(inbound.person) is None:
        return Answer(text, ok=False)
    draft = unit.draft(inbound.person)
    if draft is not None and draft.stage != "reason" and _is_submit(inbound):
        filing.refused_again(unit, desk, draft, refusal)
    elif inbound.what != "tap":
        unit.say(inbound.person, Message(text=text, tone="refused"))
    if draft is not None and draft.stage == "reason" and draft.verb != "batch":
        _given_up(unit, desk, draft)
    return Answer(text, ok=False)


def _given_up(unit: Unit, desk: Desk, draft: Draft) -> None:
    """A question that leads nowhere any more is not put again."""
    if draft.verb in remarks.ASKED:
        remarks.given_up(unit, desk, draft)
    elif draft.verb in passing.VERBS:
        passing.given_up(unit, desk, draft)
    else:
        decisions.given_up(unit, desk, draft)


def _is_submit(inbound: Inbound) -> bool:
    return inbound.text.endswith(":submit") or is_talk_word(inbound.text, "submit")


def _route(unit: Unit, desk: Desk, inbound: Inbound) -> Answer:
    draft = unit.draft(inbound.person)
    if inbound.what == "tap":
        return _tapped(unit, desk, inbound, draft, read_press(inbound.text))
    if inbound.what == "text":
        ordered = seal_custody.on_order(unit, desk, inbound.person, inbound.text)
        if ordered is None and (draft is None or duty_words.goes_first(unit, desk, inbound.person, inbound.text)):
            ordered = duty_words.on_words(unit, desk, inbound.person, inbound.text)
        if ordered is not None:
            return ordered
        said = command(inbound.text, tuple(procedure for _, procedure in procedures_of(desk)))
        if said is not None and _leads(said, inbound.text, draft):
            return _commanded(unit, desk, inbound.person, said)
    if draft is not None:
        return _answered(unit, desk, inbound, draft)
    roster = duty_words.asks_for_roster(inbound.text)
    looked_up = asked_for(inbound.text) if inbound.what == "text" and not roster else None
    if looked_up is not None:
        return searching.show_found(unit, desk, inbound.person, looked_up, 1)
    asked = requests.begun(unit, desk, inbound) if inbound.text else None
    if asked is not None:
        return asked
    if inbound.what == "file":
        raise Refused("现在没有在填的申请，附件没有保存。请先选要办的事项。")
    return _named(unit, desk, inbound)


def _named(unit: Unit, desk: Desk, inbound: Inbound) -> Answer:
    """What was said asks for a procedure by its word, or is not understood."""
    known = tuple(procedure for _, procedure in procedures_of(desk))
    usual = {procedure.id for procedure in procedures_for(desk, inbound.person)}
    meant = meant_by(inbound.text, known)
    own = tuple(each for each in meant.procedures if each.id in usual) or meant.procedures
    if meant.wanted:
        return boxes.start_or_choose(unit, desk, inbound.person, tuple(each.id for each in own))
    unit.say(inbound.person, menus.welcome(desk, inbound.person, "没有听懂这句话。", own[:_OFFERED]))
    return Answer()


def _leads(said: Command, text: str, draft: Draft | None) -> bool:
    """Whether a command word goes before the talk: slash commands and typed decisions always do.

    Inside a talk a bare word like 用印 may be the answer to its question, and 取消 belongs to the talk.
    """
    if draft is None:
        return True
    return (text.strip().startswith("/") and said.name != "cancel") or bool(said.code)


def _answered(unit: Unit, desk: Desk, inbound: Inbound, draft: Draft) -> Answer:
    if draft.stage != "reason":
        answer = filing.go_on(unit, desk, draft, inbound)
        if inbound.what == "file" and inbound.text and (after := unit.draft(inbound.person)) is not None:
            return filing.go_on(unit, desk, after, replace(inbound, what="text"))
        return answer
    if draft.verb in remarks.ASKED:
        return remarks.on_remark(unit, desk, draft, inbound)
    if draft.verb in passing.VERBS:
        return passing.on_answer(unit, desk, draft, inbound)
    if draft.verb == recording.VERB:
        return recording.on_answer(unit, desk, draft, inbound)
    if draft.verb == "batch":
        return batching.on_sheet(unit, desk, draft, inbound)
    if draft.verb == "count":
        return decisions.on_count(unit, desk, draft, inbound)
    if draft.verb == demanded.VERB:
        return decisions.on_demanded(unit, desk, draft, inbound)
    return decisions.on_reason(unit, desk, draft, inbound)


def _tapped(unit: Unit, desk: Desk, inbound: Inbound, draft: Draft | None, press: Press) -> Answer:
    person = inbound.person
    match press.name:
        case "draft":
            if draft is None or draft.stage == "reason":
                raise StaleButton("这个问题已经过去了，请看最新的一条。")
            return filing.go_on(unit, desk, draft, inbound)
        case "reason" | "who":
            if draft is None or draft.stage != "reason" or draft.verb == "count":
                raise StaleButton("这个问题已经过去了，请看最新的一条。")
            return _answered(unit, desk, inbound, draft)
        case "start":
            return filing.start(unit, desk, person, press.parts[0])
        case "secret":
            return secrecy.answered(unit, desk, person, press.parts[0])
        case "box":
            return boxes.show_box(unit, desk, person, press.parts[0], press.number(1))
        case name if name in _ON_PRESS:
            return _ON_PRESS[name](unit, desk, person, press)
        case name:
            return _ON_CASE[name](unit, desk, person, press.parts[0])


_ON_PRESS: Mapping[str, Callable[[Unit, Desk, str, Press], Answer]] = {
    "do": decisions.on_do,
    "set": decisions.on_set,
    "offer": decisions.on_offer,
    "sure": decisions.on_sure,
    "count": decisions.ask_count,
    "scan": decisions.ask_scan,
    "write": remarks.on_ask,
    "duty": duty_words.on_press,
    "swap": duty_words.on_swap,
    "find": searching.on_page,
    "fleet": fleet.on_week,
    "area": lambda unit, desk, person, press: menus.show_area(unit, desk, person, press.parts[0]),
    "pick": passing.on_pick,
    "sit": sitting.on_press,
    "back": passing.on_back,
    "later": lambda unit, desk, person, press: filing.start_about(unit, desk, person, press.parts[0], press.parts[1]),
}
_ON_CASE: Mapping[str, Callable[[Unit, Desk, str, str], Answer]] = {
    "redo": filing.redo,
    "again": filing.again,
    "copy": filing.copy,
    "open": boxes.show_case,
    "why": boxes.show_why,
    "more": boxes.show_more,
    "revoke": delegating.revoke,
    "batch": batching.show_sheet,
}


_VERBS = {
    "agree": "agree",
    "refuse": "refuse",
    "send_back": "send_back",
    "withdraw": "withdraw",
    "confirm": "confirm",
    "execute": "execute",
    "report_return": "report_return",
    "urge": "urge",
    "undo": "cancel",
    "reserve": "reserve",
    "hold": "hold",
    "lift": "lift",
    "take_back": "take_back",
    "answer": "answer",
}
_OF_ONESELF: Mapping[str, Callable[[Unit, Desk, str], Answer]] = {
    "delegate": delegating.show_orders,
    "batch": batching.start,
    "duty": duty_words.show,
}
_OFFERED = 3
_TYPED = {"resubmit": "again", "copy": "copy", "view": "open", "why": "why", "more": "more"}
_WEEKS = {"fleet": 0, "fleet_next": 7}
_BOXES = {"inbox": "to_approve", "mine": "mine", "done": "done", "cc": "copied"}


def _commanded(unit: Unit, desk: Desk, person: str, said: Command) -> Answer:
    if said.name in _VERBS and said.code:
        return decisions.typed(unit, desk, person, _VERBS[said.name], said.code, said.rest)
    if said.name in sitting.TYPED and said.code:
        return sitting.typed(unit, desk, person, said.name, said.code, said.rest)
    if said.name in passing.TYPED and said.code:
        return passing.typed(unit, desk, person, said.name, said.code, said.rest)
    if said.name == "back_to" and said.code:
        return passing.typed_back(unit, desk, person, said.code, said.rest)
    if said.name in remarks.ASKED and said.code:
        return remarks.typed(unit, desk, person, said.name, said.code, said.rest)
    if said.code and said.name in _TYPED:
        return _about_case(unit, desk, person, said)
    if said.name in _BOXES:
        return (
            boxes.show_inbox(unit, desk, person)
            if said.name == "inbox"
            else boxes.show_box(unit, desk, person, _BOXES[said.name], 1)
        )
    if said.name == "cancel":
        return _cancelled(unit, person)
    if said.name in _OF_ONESELF:
        return _OF_ONESELF[said.name](unit, desk, person)
    if said.name == "why":
        raise Refused("请说明是哪一件，例如：为什么 8f3k；码在卡片上，也可以在“我的申请”里查。")
    if said.name in _WEEKS:
        return fleet.show_week(unit, desk, person, desk.now.date() + timedelta(days=_WEEKS[said.name]))
    if said.name == "start_procedure":
        return boxes.start_or_choose(unit, desk, person, (said.rest,))
    if said.name in ("leave", "car", "seal", "topic"):
        return boxes.start_family(unit, desk, person, said.name)
    unit.say(person, menus.help_text(desk, person) if said.name == "help" else menus.welcome(desk, person))
    return Answer()


def _about_case(unit: Unit, desk: Desk, person: str, said: Command) -> Answer:
    case = unit.find_case(said.code)
    if case is None:
        raise Refused(f"没有找到码为“{said.code}”的申请，请在“我的申请”里核对。")
    return _ON_CASE[_TYPED[said.name]](unit, desk, person, case.id)


def _cancelled(unit: Unit, person: str) -> Answer:
    if unit.draft(person) is None:
        unit.say(person, Message(text="现在没有在填的申请。", buttons=((Button("我的申请", "box:mine:1"),),)))
    else:
        unit.drop_draft(person)
        unit.say(person, Message(text="好的，已取消，没有提交。"))
    return Answer()
