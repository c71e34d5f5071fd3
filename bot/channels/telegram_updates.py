"""What Telegram sends, read into plain values: who said, pressed or sent what, and where.

python-telegram-bot would build a tree of objects of every update; a test proves that both read the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Json: TypeAlias = Mapping[str, Any]
Kind = Literal["said", "pressed", "sent", "unreadable", "other"]
_CARRIED = (
    "animation", "audio", "contact", "dice", "location", "paid_media", "poll", "sticker", "story", "venue", "video",
    "video_note", "voice",
)  # fmt: skip
"""What a message may carry that an office cannot file."""


class NotAnUpdate(ValueError):
    """The body is no update of Telegram's."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in a message: Telegram's id of it, its name, and its size in bytes where it is told."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Update:
    """One update.

    `kind` is said (a text), pressed (a button; `text` is what is behind it), sent (a file; `text` is its caption),
    unreadable (a sticker, a voice, a place ...) or other (nothing a person asks of the bot). `account` is who,
    `chat` where, `private` whether the two are alone, `message` the message it is or the button hangs under (0: too
    old to be told), `query` what a tap is answered by.
    """

    id: int
    kind: Kind = "other"
    account: str = ""
    chat: str = ""
    private: bool = False
    message: int = 0
    text: str = ""
    query: str = ""
    file: Attached | None = None


def read_update(body: object) -> Update:
    """The update a decoded body is; a kind nobody asked for is `other`.

    Raises:
        NotAnUpdate: the body is none.
    """
    match body:
        case {"update_id": int() as number, "message": {"from": {"id": int()}} as message}:
            return _message(number, message)
        case {"update_id": int() as number, "callback_query": {"id": str(), "from": {"id": int()}} as query}:
            return _pressed(number, query)
        case {"update_id": bool()}:
            raise NotAnUpdate
        case {"update_id": int() as number}:
            return Update(number)
        case _:
            raise NotAnUpdate


def _message(number: int, message: Json) -> Update:
    sender = message["from"]
    place = _place(message.get("chat"), sender["id"])
    if place is None or sender.get("is_bot") is True:
        return Update(number)
    chat, private = place
    attached = _attached(message)
    kind, text = _kind_of(message, attached), message.get("text" if isinstance(message.get("text"), str) else "caption")
    return Update(
        number,
        kind,
        str(sender["id"]),
        chat,
        private,
        _number(message.get("message_id")),
        _whole(text) if kind != "other" else "",
        file=attached if kind == "sent" else None,
    )


def _kind_of(message: Json, attached: Attached | None) -> Kind:
    if isinstance(message.get("text"), str):
        return "said"
    if attached is not None:
        return "sent"
    return "unreadable" if any(name in message for name in _CARRIED) else "other"


def _pressed(number: int, query: Json) -> Update:
    sender, under, press = query["from"], query.get("message"), query.get("data")
    place = _place(under.get("chat"), sender["id"]) if isinstance(under, dict) else None
    chat, private = place or ("", False)
    return Update(
        number,
        "pressed",
        str(sender["id"]),
        chat,
        private,
        _number(under.get("message_id")) if isinstance(under, dict) else 0,
        _whole(press),
        _whole(query["id"]),
    )


def _place(chat: object, sender: int) -> tuple[str, bool] | None:
    """The chat's id, and whether nobody but the sender and the bot is in it."""
    match chat:
        case {"id": bool()}:  # an int to Python, and no chat to Telegram
            return None
        case {"id": int() as number, "type": str() as kind}:
            return str(number), kind == "private" and number == sender
        case _:
            return None


def _attached(message: Json) -> Attached | None:
    match message:
        case {"document": {"file_id": str() as file_id} as document}:
            name = _whole(document.get("file_name"))
            return Attached(_whole(file_id), name or "附件", _number(document.get("file_size")))
        case {"photo": [*sizes]} if sizes:
            # The same picture in several sizes, the largest last.
            match sizes[-1]:
                case {"file_id": str() as file_id} as largest:
                    return Attached(
                        _whole(file_id),
                        f"照片{_number(message.get('message_id'))}.jpg",
                        _number(largest.get("file_size")),
                    )
    return None


def _whole(value: object) -> str:
    """The text without half characters, which JSON can write and nothing can keep (empty: it is none)."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
