"""A message as Telegram shows it: lines of text with what leads them in bold, and rows of buttons under it.

Everything a person wrote is escaped; a text too long for Telegram ends with a sentence that says where the rest is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape

from flows.cards import Button, ButtonStyle, Card, Fact, Message, RouteLine

MOST_TEXT = 4096
"""UTF-16 units of one message after its markup is taken away."""
MOST_CAPTION = 1024
"""The same of what stands under a picture."""
MOST_PRESS = 64
"""Bytes behind one button."""
_MOST_BUTTONS = 100
_ROW_BUTTONS = 8
_ROW_SIGNS = 28
_LONG = "……（太长，其余请到浏览器里看）"
_STATUS = {"done": "✓", "waiting": "→", "to_come": "·", "ended": "×"}
Cites = Callable[[tuple[str, ...]], tuple[str, ...]]
"""The clause paths behind ledger ids."""


@dataclass(frozen=True, slots=True)
class Key:
    """A button: its words, what is sent when it is pressed, and how it looks."""

    label: str
    press: str
    style: ButtonStyle = "plain"


@dataclass(frozen=True, slots=True)
class Laid:
    """A message ready for Telegram: HTML text and rows of buttons."""

    html: str
    keys: tuple[tuple[Key, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: a part in bold, and the rest."""

    bold: str = ""
    plain: str = ""


def lay_out(message: Message, cites: Cites) -> Laid:
    """The message as text and buttons."""
    card = message.card
    lines = _card_lines(card, cites) if card is not None else _message_lines(message, cites)
    rows = (*message.buttons, *card.buttons, *_files(card)) if card is not None else message.buttons
    return Laid(_html(lines, MOST_TEXT if message.picture is None else MOST_CAPTION), _keys(rows))


def plain_text(text: str) -> Laid:
    """Words without anything else."""
    return Laid(_html([_Line(plain=line) for line in text.splitlines()]))


def _message_lines(message: Message, cites: Cites) -> Iterator[_Line]:
    yield from (_Line(plain=line) for line in message.text.splitlines())
    yield from (_labelled(fact, cites) for fact in message.summary)
    yield from _warnings(message.warnings, cites)
    yield from _route(message.route, cites)


def _card_lines(card: Card, cites: Cites) -> Iterator[_Line]:
    yield _Line(bold=f"【{card.state_text}】{card.title}")
    yield _Line(plain=f"{card.case_no}　码 {card.code}")
    yield from (_labelled(fact, cites) for fact in card.facts)
    yield from _warnings(card.warnings, cites)
    yield from _route(card.route, cites)
    if card.deadline:
        yield _Line("期限：", card.deadline)
    yield from (_Line(plain=line) for line in card.note.splitlines())


def _labelled(fact: Fact, cites: Cites) -> _Line:
    return _Line(f"{fact.label}：" if fact.label else "", f"{fact.text}{_because(fact.clauses, cites)}")


def _warnings(warnings: Iterable[Fact], cites: Cites) -> Iterator[_Line]:
    for fact in warnings:
        label = f"{fact.label}：" if fact.label else ""
        yield _Line("注意：", f"{label}{fact.text}{_because(fact.clauses, cites)}")


def _because(clauses: tuple[str, ...], cites: Cites) -> str:
    found = cites(clauses) if clauses else ()
    return f"（依据 {'；'.join(found)}）" if found else ""


def _route(route: tuple[RouteLine, ...], cites: Cites) -> Iterator[_Line]:
    """The stops, each with who and how it stands; what brings the request there is said where it begins."""
    if route:
        yield _Line(bold="办理路线")
    said = ""
    for stop in route:
        post = stop.post.partition("（")[0]
        who = f"{stop.name}（{post}）" if stop.name and post else stop.name or post
        parts = [_STATUS[stop.status], stop.step, who, stop.at, stop.opinion]
        why = f"　{stop.why}{_because(stop.clauses, cites)}" if stop.why and stop.why != said else ""
        said = stop.why or said
        yield _Line(plain=" ".join(part for part in parts if part) + why)


def _files(card: Card) -> Iterator[tuple[Button, ...]]:
    """An attachment opens with one tap."""
    for fact in card.facts:
        if fact.file:
            yield (Button(f"打开附件：{fact.text}", f"file:{fact.file}"),)


def _html(lines: Iterable[_Line], most: int = MOST_TEXT) -> str:
    """The lines as HTML within Telegram's length; what is cut is cut before it is escaped."""
    told: list[str] = []
    left = most - _length(_LONG) - 1
    for line in lines:
        bold, plain = _fitting(line.bold, left), _fitting(line.plain, left - _length(line.bold))
        told.append((f"<b>{escape(bold, quote=False)}</b>" if bold else "") + escape(plain, quote=False))
        if (bold, plain) != (line.bold, line.plain):
            return "\n".join([*told[:-1], told[-1] + _LONG])
        left -= _length(bold) + _length(plain) + 1
    return "\n".join(told).strip("\n") or "（没有文字）"


def _length(text: str) -> int:
    """UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fitting(text: str, room: int) -> str:
    """As much of the text as has room."""
    if _length(text) <= room:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: max(room, 0) * 2]
    return units.decode("utf-16-le", "ignore")


def _keys(rows: Iterable[tuple[Button, ...]]) -> tuple[tuple[Key, ...], ...]:
    """The buttons in rows no wider than a phone; a button whose press does not fit is left out."""
    laid: list[tuple[Key, ...]] = []
    left = _MOST_BUTTONS
    for row in rows:
        fitting = [Key(b.label, b.press, b.style) for b in row if 0 < len(b.press.encode()) <= MOST_PRESS][:left]
        left -= len(fitting)
        laid.extend(_broken(fitting))
    return tuple(laid)


def _broken(row: list[Key]) -> Iterator[tuple[Key, ...]]:
    begun: list[Key] = []
    for key in row:
        signs = sum(len(other.label) for other in begun) + len(key.label)
        if begun and (len(begun) == _ROW_BUTTONS or signs > _ROW_SIGNS):
            yield tuple(begun)
            begun = []
        begun.append(key)
    if begun:
        yield tuple(begun)
