"""What is said or tapped about duty outside any form: 收到, 交接班, an answer to a swap, a request in one sentence."""

from collections.abc import Callable, Mapping

from flows.errors import Refused, StaleButton
from flows.people import Office
from flows.procedure.model import Values
from handlers import boxes, duty, shifts, swaps
from handlers.events import Answer
from handlers.ports import Desk, Unit
from handlers.press import Press

_SEEN = "收到"
_ROSTER = ("值班表", "排班", "值班安排", "值班人员", "值班名单")
_WORDS: Mapping[str, Callable[[Unit, Desk, str], Answer]] = {
    _SEEN: lambda unit, desk, person: shifts.acknowledge(unit, desk, person),
    "交接班": lambda unit, desk, person: duty.hand_over(unit, desk, person),
    "交班": lambda unit, desk, person: duty.hand_over(unit, desk, person),
    "同意换班": lambda unit, desk, person: swaps.answer_last(unit, desk, person, yes=True, approving=False),
    "不同意换班": lambda unit, desk, person: swaps.answer_last(unit, desk, person, yes=False, approving=False),
    "批准换班": lambda unit, desk, person: swaps.answer_last(unit, desk, person, yes=True, approving=True),
    "不批准换班": lambda unit, desk, person: swaps.answer_last(unit, desk, person, yes=False, approving=True),
}


def _said(text: str) -> str:
    return text.strip().rstrip("。！!.~ ")


def on_words(unit: Unit, desk: Desk, person: str, text: str) -> Answer | None:
    """What these very words ask for, in an office that keeps a roster; None where they ask for nothing.

    Raises:
        Refused: it cannot be done.
    """
    act = _WORDS.get(_said(text)) if desk.office.roster.shifts else None
    if act is None or (_said(text) == _SEEN and not shifts.waits_for(unit, desk, person)):
        return None
    return act(unit, desk, person)


def asks_for_roster(text: str) -> bool:
    """Whether the roster is meant where somebody wants something looked up (查一下下周六的值班表)."""
    return any(word in text for word in _ROSTER)


def goes_first(unit: Unit, desk: Desk, person: str, text: str) -> bool:
    """Whether the words answer a reminder of a shift even in the middle of a form."""
    return bool(desk.office.roster.shifts) and _said(text) == _SEEN and shifts.waits_for(unit, desk, person)


def show(unit: Unit, desk: Desk, person: str) -> Answer:
    """值班: the roster where the office keeps one, else what can be filed.

    Raises:
        Refused: this office has neither.
    """
    if desk.office.roster.shifts:
        return duty.show_duty(unit, desk, person)
    return boxes.start_family(unit, desk, person, "duty")


def on_press(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """收到 or 交接班 by button.

    Raises:
        StaleButton: no such button. Refused: it cannot be done.
    """
    what, about = press.parts
    if what == "ack":
        return shifts.acknowledge(unit, desk, person, about)
    if what == "handover":
        return duty.hand_over(unit, desk, person)
    raise StaleButton("没有这个按钮，请看最新的一条。")


def on_swap(unit: Unit, desk: Desk, person: str, press: Press) -> Answer:
    """An answer to a swap by button.

    Raises:
        Refused: it is not this person's to answer, or it is decided.
    """
    return swaps.answer_swap(unit, desk, person, press.parts[1], yes=press.parts[0] == "yes")


def begun(unit: Unit, desk: Desk, person: str, slots: Values) -> Answer:
    """A request about duty in one sentence: a look at the roster, a swap, a handover.

    Raises:
        Refused: the office keeps no roster, or it cannot be done.
    """
    if slots.get("action") == "swap" and desk.office.roster.shifts:
        return swaps.ask_swap(unit, desk, person, slots)
    if slots.get("action") == "handover" and desk.office.roster.shifts:
        return duty.hand_over(unit, desk, person, _named(desk.office, slots))
    return duty.show_duty(unit, desk, person, slots)


def _named(office: Office, slots: Values) -> str:
    """The colleague the handover names (empty: it names nobody)."""
    name = str(slots.get("person") or "")
    if not name:
        return ""
    found = [person for person in office.by_name(name) if person.active]
    if len(found) != 1:
        raise Refused(f"没有找到“{name}”，请写明接班同事的姓名。")
    return found[0].staff_no
