"""What Telegram refuses, in the words it refuses it with."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_PRESS = 64
MOST_ANSWER = 200
MOST_PICTURE = 10 * 1024 * 1024
MOST_AROUND = 10_000
MOST_NARROW = 20
MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
PORTS = (443, 80, 88, 8443)
_TAGS = frozenset(
    ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "tg-spoiler", "blockquote")
)
_MARKUP = re.compile(r"<(/?)([^<>]*)>|(<)")
_NAMED = re.compile(r"&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_STYLES = ("danger", "success", "primary")


class Refusal(Exception):
    """A call Telegram does not carry out."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refusal:
    """A mistake of the caller's."""
    return Refusal(400, f"Bad Request: {description}")


@dataclass(frozen=True)
class Pressable:
    """One button of an inline keyboard."""

    text: str
    data: str
    style: str = ""


Rows = tuple[tuple[Pressable, ...], ...]


def units(text: str) -> int:
    """UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def shown_text(text: str, mode: str, limit: int = MOST_TEXT) -> str:
    """The text as people read it.

    Raises:
        Refusal: its markup cannot be read, or it is empty or too long.
    """
    if mode not in ("", "HTML"):
        raise bad("unsupported parse_mode")
    plain = (_parsed(text) if mode == "HTML" else text).strip()
    if not plain and limit == MOST_TEXT:
        raise bad("message text is empty")
    if units(plain) > limit:
        raise bad("message is too long" if limit == MOST_TEXT else "message caption is too long")
    return plain


def _parsed(text: str) -> str:
    parts: list[str] = []
    opened: list[str] = []
    last = 0
    for found in _MARKUP.finditer(text):
        parts.append(text[last : found.start()])
        last = found.end()
        words = (found[2] or "").split()
        name = words[0].lower() if words else ""
        if found[3] or name not in _TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {found.start()}')
        if not found[1]:
            opened.append(name)
        elif not opened or opened.pop() != name:
            raise bad(f"can't parse entities: Unexpected end tag at byte offset {found.start()}")
    if opened:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1]}\"")
    parts.append(text[last:])
    return _NAMED.sub(lambda entity: unescape(entity[0]), "".join(parts))


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels.

    Raises:
        Refusal: it is no picture, too large, or too narrow.
    """
    if len(content) > MOST_PICTURE:
        raise Refusal(413, "Request Entity Too Large")
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if width + height > MOST_AROUND or max(width, height) > MOST_NARROW * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return width, height


def inline_rows(markup: str) -> Rows:
    """The buttons of a reply markup; a keyboard above the input has none.

    Raises:
        Refusal: it is no markup, or a button cannot be shown.
    """
    if not markup:
        return ()
    try:
        given = json.loads(markup)
    except ValueError:
        raise bad("can't parse reply keyboard markup JSON object") from None
    if not isinstance(given, dict) or not {"inline_keyboard", "keyboard", "remove_keyboard"} & set(given):
        raise bad("object expected as reply markup")
    rows = tuple(tuple(_button(button) for button in row) for row in given.get("inline_keyboard", ()))
    if any(len(row) > MOST_IN_A_ROW for row in rows) or sum(map(len, rows)) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    _check_words(given.get("keyboard", ()))
    return tuple(row for row in rows if row)


def _button(given: Any) -> Pressable:  # noqa: ANN401
    if not isinstance(given, dict) or not str(given.get("text", "")).strip():
        raise bad("can't parse inline keyboard button: Text buttons must be non-empty")
    data = given.get("callback_data")
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MOST_PRESS:
        raise bad("BUTTON_DATA_INVALID")
    style = given.get("style", "")
    if style and style not in _STYLES:
        raise bad("invalid button style specified")
    return Pressable(given["text"], data, style)


def _check_words(rows: Any) -> None:  # noqa: ANN401
    words = [word["text"] if isinstance(word, dict) else word for row in rows for word in row]
    if not all(isinstance(word, str) and word for word in words):
        raise bad("can't parse keyboard button: Text buttons must be non-empty")


def check_commands(given: str) -> Iterator[tuple[str, str]]:
    """The commands with what they mean.

    Raises:
        Refusal: a name is not of small Latin letters, digits and `_`, or has no description.
    """
    commands = json.loads(given)
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]) or not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_INVALID")
        yield command["command"], command["description"]


def check_webhook(url: str, port: int | None, secret: str) -> None:
    """Let the address pass.

    Raises:
        Refusal: it is not https, its port is none of Telegram's, or the secret has other signs.
    """
    if not url.startswith("https://"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if secret and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
