"""Telegram's Bot API through python-telegram-bot's `Bot`, its requests carried by aiohttp.

A `Bot` is never initialised here: that would ask Telegram who it is and fail where Telegram cannot be reached. Who it
is, is asked when it is first needed.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram import (
    Bot,
    BotCommand,
    InputFile,
    MenuButtonCommands,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.base import EditRefused, Gone, Rejected, RetryAfter, SendError, Unanswered, Unreachable
from bot.channels.telegram_text import MOST_CAPTION, Key, Laid

PUBLIC_API = "https://api.telegram.org"
UPDATES = ("message", "callback_query", "my_chat_member")
"""The kinds of update asked for; Telegram keeps the others to itself."""
ANSWER_SIGNS = 200
_SECONDS = 15.0
_CONNECT_SECONDS = 10.0
_POLL_SECONDS = 25
_TOO_MANY = 429
_PATIENCE = 30.0
_PIECE = 64 * 1024
_UNCHANGED = "message is not modified"
_FIXED = ("message to edit not found", "message can't be edited", "message_id_invalid", "message identifier")
_NOBODY = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


class NotConnected(NetworkError):
    """No connection came about, so nothing was sent."""


class Patience(TelegramError):
    """Telegram asks to wait; the library's own error warns of what its attribute will be one day."""

    def __init__(self, seconds: float) -> None:
        super().__init__("slow down")
        self.seconds = seconds


class TooLarge(Exception):
    """A file is larger than it may be."""


@dataclass(frozen=True, slots=True)
class Plain:
    """What a request carries, without files: in place of the library's `RequestData`."""

    parameters: Mapping[str, object]
    contains_files: bool = False
    multipart_data: None = None


class AiohttpRequest(BaseRequest):
    """Carries the bot's requests to that base on one aiohttp session; `HTTPS_PROXY` of the environment is honoured."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds an answer is waited for."""
        return _SECONDS

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session, opened when it is first needed."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(proxy=_proxy_to(self._base))
        return self._session

    async def initialize(self) -> None:
        """Nothing has to be made ready."""

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401  the library's own sign for "not given"
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
    ) -> tuple[int, bytes]:
        """Status and body of what came back.

        Raises:
            NotConnected: nothing was sent.
            TimedOut: it was sent, and no answer came.
            Patience: there were too many requests.
        """
        seconds = read_timeout if isinstance(read_timeout, int | float) else _SECONDS
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=seconds)
        try:
            async with self.session.request(method, url, timeout=timeout, **_body(request_data)) as answer:
                body = await answer.read()
                if answer.status == _TOO_MANY:
                    raise Patience(_asked_for(body))
                return answer.status, body
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NotConnected("no connection") from None
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            raise TimedOut("no answer") from None


def _proxy_to(url: str) -> str | None:
    """The proxy the environment names; aiohttp itself would look for it, in a thread of its own, at every request."""
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


def _body(data: RequestData | None) -> dict[str, Any]:
    """The parameters as JSON, which costs least; with files as a form."""
    if data is None or not data.parameters:
        return {}
    if not data.contains_files:
        return {"json": data.parameters}
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


def _asked_for(body: bytes) -> float:
    """The seconds Telegram names."""
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return _PATIENCE


def told_as(error: TelegramError, *, editing: bool = False) -> SendError:
    """What the sender has to know of an error, with Telegram's own words for the operator."""
    words = str(error)
    match error:
        case Patience(seconds=seconds):
            return RetryAfter(seconds)
        case Forbidden() | ChatMigrated():
            return Gone(words)
        case BadRequest() if editing and any(fixed in words.lower() for fixed in _FIXED):
            return EditRefused(words)
        case BadRequest():
            return Gone(words) if any(nobody in words.lower() for nobody in _NOBODY) else Rejected(words)
        case TimedOut():
            return Unanswered(words)
        case NetworkError() if not isinstance(error, NotConnected):
            return Unanswered(words)
        case _:
            return Unreachable(words)


class TelegramApi:
    """One bot: what it says, changes, deletes, fetches and answers, in plain values.

    Every method raises `SendError` where Telegram does not do it.
    """

    def __init__(self, token: str, api_base: str = "") -> None:
        base = (api_base or PUBLIC_API).rstrip("/")
        self._request = AiohttpRequest(base)
        self._bot = Bot(token, f"{base}/bot", f"{base}/file/bot", self._request, self._request)
        self.known_name = ""
        """The bot's user name, once it was asked for."""

    async def close(self) -> None:
        """Close the connection."""
        await self._request.shutdown()

    async def name(self) -> str:
        """The bot's user name, asked for once."""
        if not self.known_name:
            with _told():
                self.known_name = (await self._bot.get_me()).username or ""
        return self.known_name

    async def say(self, chat: str, laid: Laid, keyboard: Sequence[Sequence[str]] = ()) -> int:
        """Show a message, with buttons under it or words to pick above the input; returns its id."""
        with _told():
            shown = await self._call("sendMessage", _message_of(chat, laid, keyboard))
        return int(shown["message_id"])

    async def change(self, chat: str, message: int, laid: Laid) -> None:
        """Put another text and other buttons in the place of a message's; the same again is no error."""
        with _told(editing=True):
            try:
                await self._call("editMessageText", {"message_id": message, **_message_of(chat, laid)})
            except BadRequest as error:
                if _UNCHANGED not in str(error).lower():
                    raise

    async def _call(self, method: str, parameters: Mapping[str, object]) -> Any:  # noqa: ANN401  what it answers
        """A method in plain values: the library would build an object of every part of message and answer."""
        plain = cast("RequestData", Plain(parameters))
        return await self._request.post(f"{self._bot.base_url}/{method}", plain)

    async def take_buttons(self, chat: str, message: int) -> None:
        """Take the buttons from under a message; none there is no error."""
        with _told(editing=True):
            try:
                await self._bot.edit_message_reply_markup(int(chat), message)
            except BadRequest as error:
                if _UNCHANGED not in str(error).lower():
                    raise

    async def delete(self, chat: str, message: int) -> None:
        """Delete a message."""
        with _told():
            await self._bot.delete_message(int(chat), message)

    async def answer(self, query: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a tap, at most 200 signs of it; `alert` shows it until it is read."""
        with _told():
            await self._bot.answer_callback_query(query, text[:ANSWER_SIGNS], show_alert=alert and bool(text))

    async def send_file(self, chat: str, name: str, content: bytes, caption: str = "") -> None:
        """Show a file to download."""
        with _told():
            await self._bot.send_document(int(chat), InputFile(content, filename=name), caption[:MOST_CAPTION] or None)

    async def show_picture(self, chat: str, picture: bytes, laid: Laid) -> int:
        """Show a PNG with the text as its caption and the buttons under it; returns its id."""
        with _told():
            shown = await self._bot.send_photo(
                int(chat),
                InputFile(picture, filename="picture.png"),
                laid.html,
                parse_mode=ParseMode.HTML,
                api_kwargs={"reply_markup": keyboard_of(laid.keys)} if laid.keys else None,
            )
        return shown.message_id

    async def file(self, file_id: str, limit: int) -> AsyncIterator[bytes]:
        """The bytes of a file somebody sent, piece by piece.

        Raises:
            TooLarge: it passes the limit; what came before is to be dropped.
        """
        with _told():
            found = await self._bot.get_file(file_id)
        if (found.file_size or 0) > limit or not found.file_path:
            raise TooLarge
        async for piece in self._pieces(found.file_path, limit):
            yield piece

    async def _pieces(self, url: str, limit: int) -> AsyncIterator[bytes]:
        total = 0
        try:
            async with self._request.session.get(url, timeout=aiohttp.ClientTimeout(sock_read=_SECONDS)) as answer:
                if answer.status != 200:
                    raise Unreachable
                async for piece in answer.content.iter_chunked(_PIECE):
                    total += len(piece)
                    if total > limit:
                        raise TooLarge
                    yield piece
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            raise Unreachable from None

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates sent to that address, with the secret in a header."""
        with _told():
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=UPDATES)

    async def drop_webhook(self) -> None:
        """Have updates kept until they are fetched."""
        with _told():
            await self._bot.delete_webhook()

    async def updates(self, offset: int) -> Sequence[object]:
        """Updates from that id on, as the plain values Telegram sent; waits for one a while."""
        query = urlencode({"offset": offset, "timeout": _POLL_SECONDS, "allowed_updates": json.dumps(UPDATES)})
        with _told():
            # Bot.get_updates would build an object of every part of every update, only to be taken apart again.
            found = await self._request.post(
                f"{self._bot.base_url}/getUpdates?{query}", read_timeout=_POLL_SECONDS + _SECONDS
            )
        return cast("Sequence[object]", found)

    async def set_commands(self, commands: Mapping[str, str]) -> None:
        """Offer these commands, with what they mean, behind the menu button."""
        with _told():
            await self._bot.set_my_commands([BotCommand(name, words) for name, words in commands.items()])
            await self._bot.set_chat_menu_button(menu_button=MenuButtonCommands())


def _message_of(chat: str, laid: Laid, keyboard: Sequence[Sequence[str]] = ()) -> dict[str, object]:
    """A message as the Bot API takes it."""
    made = {"chat_id": int(chat), "text": laid.html, "parse_mode": ParseMode.HTML, "link_preview_options": _NO_PREVIEW}
    if laid.keys:
        made["reply_markup"] = keyboard_of(laid.keys)
    elif keyboard:
        made["reply_markup"] = {"keyboard": [[{"text": word} for word in row] for row in keyboard]} | _FITTING
    return made


_FITTING = {"resize_keyboard": True}
_NO_PREVIEW = {"is_disabled": True}
"""Telegram would open a link to show a preview of it; ours are for one person's eyes."""


@contextmanager
def _told(*, editing: bool = False) -> Iterator[None]:
    """Turns the library's errors into the sender's."""
    try:
        yield
    except TelegramError as error:
        raise told_as(error, editing=editing) from None


def keyboard_of(rows: tuple[tuple[Key, ...], ...]) -> dict[str, list[list[dict[str, str]]]]:
    """The rows as buttons under a message."""
    return {"inline_keyboard": [[_button(key) for key in row] for row in rows]}


def _button(key: Key) -> dict[str, str]:
    style = {} if key.style == "plain" else {"style": key.style}
    return {"text": key.label, "callback_data": key.press} | style
