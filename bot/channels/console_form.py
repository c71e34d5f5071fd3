"""What a person sends through a form of the console, read within limits and made safe.

Hidden fields come first in every form of ours, so that the token is checked before a file is taken in.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from aiohttp import BadContentDispositionHeader, BadContentDispositionParam, BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.channels.console_core import Console
from bot.channels.console_facade import PersonLine, UploadTooLarge
from bot.channels.console_guard import MEGABYTE, Refusal, check_origin, check_token
from bot.channels.console_names import safe_name, safe_text
from flows.calendar import day_text, moment_text
from flows.records import StoredFile

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_FIELDS = frozenset({"token", "key", "back", "text", "press", "date", "moment"})
_PIECE = 64 * 1024
_ROOM = 64 * 1024
"""Bytes a form needs besides its file and text."""
MALFORMED = (BadContentDispositionHeader, BadContentDispositionParam)
"""Warnings in which aiohttp would print what somebody sent; a serving process makes errors of them."""
_BROKEN = (ValueError, LookupError, AssertionError, HttpProcessingError, *MALFORMED)
"""What reading a body that is no form ends in."""


@dataclass(frozen=True, slots=True)
class Said:
    """One form: what was typed or chosen, the file that came with it, and where to go on without a script."""

    key: str = ""
    text: str = ""
    press: str = ""
    back: str = ""
    file: StoredFile | None = None

    def event(self, person: str, what: str) -> str:
        """The event key: the same form with the same content again is the same event."""
        content = {"text": self.text, "tap": self.press, "file": self.file.sha256 if self.file else ""}[what]
        parts = f"{person}\n{self.key}\n{what}\n{content}"
        return f"console:{hashlib.sha256(parts.encode()).hexdigest()[:40]}"


async def read_form(console: Console, request: web.Request, person: PersonLine) -> Said:
    """The form, proven to come from a page of ours.

    Raises:
        Refusal: it does not, or it is too large, or it cannot be read.
    """
    check_origin(request, console.settings)
    limit = console.settings.file_limit
    try:
        if (request.content_length or 0) > limit + 4 * console.settings.text_limit + _ROOM:
            raise UploadTooLarge
        if request.content_type == "multipart/form-data":
            said = await _multipart(console, request, person)
        else:
            said = await _plain(console, request, person)
    except UploadTooLarge:
        await _drain(request, 4 * limit)
        raise Refusal(413, f"文件超过 {limit // MEGABYTE} MB，没有收下。请压缩后再传，或分成几份传。") from None
    return said


async def _plain(console: Console, request: web.Request, person: PersonLine) -> Said:
    fields = await plain_fields(request)
    check_token(request, console.settings, person.staff_no, fields.get("token", ""))
    return _said(console, fields)


async def plain_fields(request: web.Request) -> dict[str, str]:
    """The fields of a form that brings no file.

    Raises:
        Refusal: it cannot be read, or it has parts, which are for files.
    """
    if request.content_type.startswith("multipart/"):
        raise _unreadable()
    with _as_sent():
        posted = await request.post()
    return {name: value for name, value in posted.items() if isinstance(value, str)}


async def _multipart(console: Console, request: web.Request, person: PersonLine) -> Said:
    fields: dict[str, str] = {}
    file = None
    parts = _parts(request)
    async for part in parts:
        if part.name == "file" and part.filename:
            check_token(request, console.settings, person.staff_no, fields.get("token", ""))
            file = await _kept(console, part, person)
        elif part.name in _FIELDS:
            fields[part.name] = await _short(part, 4 * console.settings.text_limit)
    check_token(request, console.settings, person.staff_no, fields.get("token", ""))
    return replace(_said(console, fields), file=file)


async def _parts(request: web.Request) -> AsyncIterator[BodyPartReader]:
    """The parts of the form one after the other; a body that is none is refused."""
    with _as_sent():
        reader = await request.multipart()
    while True:
        with _as_sent():
            part = await reader.next()
        if part is None:
            return
        if not isinstance(part, BodyPartReader):
            raise _unreadable()
        yield part


@contextmanager
def _as_sent() -> Iterator[None]:
    """Read what was sent in here.

    Raises:
        Refusal: it is no form.
    """
    try:
        yield
    except _BROKEN:
        raise _unreadable() from None


def _unreadable() -> Refusal:
    return Refusal(400, "提交的内容没有收全。请刷新页面后再试一次。")


async def _piece(part: BodyPartReader) -> bytes:
    with _as_sent():
        return await part.read_chunk(_PIECE)


async def _short(part: BodyPartReader, limit: int) -> str:
    read = b""
    while piece := await _piece(part):
        read += piece
        if len(read) > limit:
            raise Refusal(413, "文字太长，没有收下。请缩短后再发，长内容请作为附件。")
    return read.decode("utf-8", "replace")


async def _kept(console: Console, part: BodyPartReader, person: PersonLine) -> StoredFile:
    name = safe_name(part.filename or "")
    first = await _piece(part)
    if not first:
        raise Refusal(400, f"「{name}」是空文件，没有收下。请检查后重新选择。")
    content = _within(first, part, console.settings.file_limit)
    return await console.facade.keep_upload(person.staff_no, name, content)


async def _within(first: bytes, part: BodyPartReader, limit: int) -> AsyncIterator[bytes]:
    """The file piece by piece, until it passes the limit."""
    piece, total = first, 0
    while piece:
        total += len(piece)
        if total > limit:
            raise UploadTooLarge
        yield piece
        piece = await _piece(part)


async def _drain(request: web.Request, limit: int) -> None:
    """Read on and forget: a browser shows the answer only once it has sent everything."""
    left = limit
    while left > 0 and (piece := await request.content.readany()):
        left -= len(piece)


def _said(console: Console, fields: dict[str, str]) -> Said:
    if not _KEY.fullmatch(fields.get("key", "")):
        raise _unreadable()
    text = safe_text(fields.get("text", "")) or _chosen_day(fields)
    if len(text) > console.settings.text_limit:
        raise Refusal(413, f"一次最多 {console.settings.text_limit} 个字。请缩短后再发，长内容请作为附件。")
    return Said(key=fields["key"], text=text, press=fields.get("press", ""), back=fields.get("back", ""))


def _chosen_day(fields: dict[str, str]) -> str:
    """What was picked in the calendar field, as it would be typed: 2026年11月24日, with the time where asked."""
    day, moment = fields.get("date", ""), fields.get("moment", "")
    try:
        if day:
            return f"{date.fromisoformat(day):%Y}年{day_text(date.fromisoformat(day))}"
        if moment:
            return f"{moment[:4]}年{moment_text(datetime.fromisoformat(moment))}"
    except ValueError:
        raise Refusal(400, "日期没有看清，请重新选择。") from None
    return ""
