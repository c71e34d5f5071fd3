"""What is pressed or typed at a meeting: 签到, 表决, 回避, 缓议, 书面意见."""

from collections.abc import Mapping

from flows.approval.act import Act
from flows.approval.decide import act_on
from flows.approval.sitting import CHOICES
from flows.cards import Message
from flows.errors import Refused, StaleButton
from flows.procedure.model import Json
from handlers.events import Answer
from handlers.gather import facts_of, seen
from handlers.ports import Desk, Unit
from handlers.press import Press

TYPED = frozenset({"attend", "vote", "recuse", "defer", "write_view"})
_WORDS: Mapping[str, str] = {word: choice for choice, word in CHOICES.items()} | {"不同意": "against", "赞成": "for"}


def on_press(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """A button of the meeting on a card."""
    verb, case_id, number, choice = press.parts[0], press.parts[1], press.number(2), press.parts[3]
    if verb not in ("attend", "vote", "recuse"):
        raise StaleButton("没有这个按钮，请看最新的一条。")
    about: dict[str, Json] = {"item": [str(number)], "choice": choice} if number else {}
    return _do(unit, desk, Act(verb, person, set=about), case_id)


def typed(unit: Unit, desk: Desk, person: str, verb: str, code: str, rest: str) -> Answer:
    """The same in words: 表决 8f3k 1 同意, 回避 8f3k 2, 书面意见 8f3k 同意方案."""
    case = unit.find_case(code)
    if case is None:
        raise Refused(f"没有找到码为“{code}”的会议，请看会议通知上的码。")
    said = rest.split()
    about: dict[str, Json] = {"item": [*said[:1]]} if verb in ("vote", "recuse", "defer") else {}
    if verb == "vote":
        about["choice"] = _WORDS.get(said[1], "") if len(said) > 1 else ""
    reason = rest.strip() if verb == "write_view" else ""
    answered = _do(unit, desk, Act(verb, person, reason=reason, set=about), case.id)
    unit.say(person, Message(text=answered.text), case_id=case.id)
    return answered


def _do(unit: Unit, desk: Desk, act: Act, case_id: str) -> Answer:
    found = seen(unit, desk, case_id, act.actor)
    outcome = act_on(found.case, found.pack, found.procedure, act, facts_of(unit, desk, found))
    unit.keep(outcome)
    return Answer(outcome.answer, case_id=case_id)
