"""What a seal's keeper says of the seal itself: out of use (停用), in use again (恢复), lent (借出) and back (归还)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from flows.approval.outcome import RegisterRow
from flows.calendar import day_text
from flows.errors import BadAnswer, Refused
from flows.facts import SealStatus

Verb = Literal["停用", "恢复", "借出", "归还"]
_ORDER = re.compile(r"(停用|恢复|借出|归还)印章[ ，,：:]+(\S+)[ ，,]*(.*)$", re.DOTALL)
_LOAN = re.compile(r"(?:给|借给)?\s*(\S+?)[ ，,]+(.+?)[前归]*还?$", re.DOTALL)
_STATUS = {"停用": "suspended", "恢复": "in_use", "借出": "lent", "归还": "in_use"}


@dataclass(frozen=True, slots=True)
class Order:
    """One word about a seal; `rest` is the reason, or to whom and until when it is lent."""

    verb: Verb
    seal: str
    rest: str = ""


def read_order(text: str) -> Order | None:
    """The order a text is, if it is one (停用印章 校印 印面损坏)."""
    found = _ORDER.match(text.strip())
    return Order(found[1], found[2], found[3].strip()) if found else None  # type: ignore[arg-type]


def loan_of(order: Order) -> tuple[str, str]:
    """To whom a seal is lent, and the words that say until when.

    Raises:
        BadAnswer: one of the two is not said.
    """
    found = _LOAN.match(order.rest)
    if found is None:
        raise BadAnswer(f"请写明借给谁、哪天归还，例如：借出印章 {order.seal} 给张三 明天还。")
    return found[1].strip(), found[2].strip()


def refuse_if_unfit(order: Order, status: SealStatus | None) -> None:
    """Stop an order that does not fit how the seal stands.

    Raises:
        Refused: a seal out of use is lent, one in use is taken back, or no reason is given for taking it out of use.
    """
    now = status.status if status is not None else ""
    if order.verb == "停用" and not order.rest:
        raise BadAnswer(f"请写明停用的原因，例如：停用印章 {order.seal} 印面损坏。")
    if order.verb == "借出" and now:
        raise Refused(f"{order.seal}现在已停用或已借出，不能再借出。")
    if order.verb == "恢复" and now != "suspended":
        raise Refused(f"{order.seal}没有停用，不用恢复。")
    if order.verb == "归还" and now != "lent":
        raise Refused(f"{order.seal}没有借出，不用归还。")


def custody_row(order: Order, now: datetime, *, to: str = "", back: date | None = None) -> RegisterRow:
    """The line of the seals' register."""
    return RegisterRow(
        "seal_status",
        f"seal:{order.seal}",
        {
            "seal": order.seal,
            "status": _STATUS[order.verb],
            "since": now.strftime("%Y-%m-%d %H:%M"),
            "to": to,
            "due_back": back.isoformat() if back is not None else "",
            "reason": order.rest if order.verb in ("停用", "恢复") else "",
        },
    )


def back_text(seal: str, to: str, back: date) -> str:
    """The reminder that a seal is due back."""
    return f"{seal}借给{to}，应于{day_text(back)}归还，请收回并发“归还印章 {seal}”登记。"
