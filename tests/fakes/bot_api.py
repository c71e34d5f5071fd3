"""A Bot API on loopback that refuses what Telegram refuses, and the people on the other side of it.

People say, press and send through `Phone`s; what the bot shows is in `chats`. Updates go to the webhook that was set
(`reach` says where its public address really is) or wait to be fetched.
"""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import ClientSession, web

from tests.fakes import bot_api_rules as rules
from tests.fakes.bot_api_rules import Pressable, Refusal, Rows, bad

TOKEN = "123456:TEST-token_of_a_bot"
BOT = {"id": 123456, "is_bot": True, "first_name": "办事", "username": "banshi_test_bot"}
QUERY_LIFE = 15.0
LONGEST_POLL = 0.05
MEGABYTE = 1024 * 1024
Params = dict[str, str]
Method = Callable[[Params], Awaitable[object]]


@dataclass
class Shown:
    """A message in a chat as it stands now."""

    id: int
    by_bot: bool
    text: str
    rows: Rows = ()
    file: str = ""
    keyboard: tuple[tuple[str, ...], ...] = ()
    fixed: bool = False
    edits: int = 0

    @property
    def buttons(self) -> tuple[Pressable, ...]:
        """Its buttons, row by row."""
        return tuple(button for row in self.rows for button in row)


@dataclass
class Chat:
    """A chat: its kind and its messages in order."""

    id: int
    kind: str = "private"
    started: bool = False
    blocked: bool = False
    messages: dict[int, Shown] = field(default_factory=dict)


@dataclass
class Kept:
    """A file that was sent: its bytes and name."""

    name: str
    content: bytes


class BotApi:
    """One bot's side of Telegram."""

    def __init__(self) -> None:
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Kept] = {}
        self.calls: list[tuple[str, Params]] = []
        self.answers: dict[str, str] = {}
        self.commands: dict[str, str] = {}
        self.statuses: list[int] = []
        self.webhook = ""
        self.secret = ""
        self.reach = ""
        self.ticks = 0.0
        self._taps = 0
        self._queries: dict[str, float] = {}
        self._planned: dict[str, deque[Refusal | None]] = {}
        self._waiting: deque[dict[str, Any]] = deque()
        self._came = asyncio.Event()
        self._asked = asyncio.Event()
        self._call = asyncio.Event()
        self._fetching = 0
        self._updates = 700_000
        self._messages = 0
        self._uploaded: dict[str, Kept] = {}
        self._methods: dict[str, Method] = {
            name: getattr(self, f"_{name}")
            for name in (
                "getMe", "sendMessage", "editMessageText", "editMessageReplyMarkup", "deleteMessage", "sendDocument",
                "sendPhoto", "answerCallbackQuery", "getFile", "setWebhook", "deleteWebhook", "getUpdates",
                "setMyCommands", "setChatMenuButton",
            )
        }  # fmt: skip

    def app(self) -> web.Application:
        """The server."""
        app = web.Application(client_max_size=60 * MEGABYTE)
        app.router.add_route("*", "/bot{token}/{method}", self._called)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        return app

    def plan(self, method: str, *refusals: Refusal | None) -> None:
        """The next calls of that method are refused so; None carries it out and loses the answer."""
        self._planned.setdefault(method, deque()).extend(refusals)

    def chat(self, number: int, kind: str = "private") -> Chat:
        """The chat of that id, made where there is none."""
        return self.chats.setdefault(number, Chat(number, kind))

    def grow_old(self, seconds: float) -> None:
        """Time passes: taps that were not answered become too old to be."""
        self.ticks += seconds

    def new_message(self, chat: Chat, text: str, *, by_bot: bool) -> Shown:
        """A message at the end of the chat."""
        self._messages += 1
        shown = chat.messages[self._messages] = Shown(self._messages, by_bot, text)
        return shown

    def new_query(self) -> str:
        """A tap that waits for its answer."""
        self._taps += 1
        query = f"{3999 + self._taps}"
        self._queries[query] = self.ticks
        return query

    async def deliver(self, update: dict[str, Any]) -> int:
        """Bring an update to the bot: to its webhook (its status is returned), or to be fetched (0)."""
        self._updates += 1
        return await self.redeliver({"update_id": self._updates, **update})

    async def redeliver(self, update: dict[str, Any]) -> int:
        """Bring the same update (again)."""
        if not self.webhook:
            self._waiting.append(update)
            self._came.set()
            return 0
        status = await self.post(json.dumps(update).encode(), {"X-Telegram-Bot-Api-Secret-Token": self.secret})
        self.statuses.append(status)
        return status

    async def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Send the body to the webhook's address; returns the status."""
        url = f"{self.reach}{urlsplit(self.webhook).path}"
        headers = {"Content-Type": "application/json", **headers}
        async with ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            return answer.status

    async def fetched(self) -> None:
        """Return when the bot has fetched and confirmed everything, and asks for more."""
        self._asked.clear()
        await self._asked.wait()
        while self._waiting:
            self._asked.clear()
            await self._asked.wait()

    async def called(self) -> None:
        """Return when the bot has called once more."""
        self._call.clear()
        await self._call.wait()

    async def _called(self, request: web.Request) -> web.StreamResponse:
        try:
            name, params = await self._read(request)
            self.calls.append((name, params))
            self._call.set()
            refusal = self._planned[name].popleft() if self._planned.get(name) else False
            if isinstance(refusal, Refusal):
                raise refusal
            result = await self._methods[name](params)
            if refusal is None:
                assert request.transport is not None
                request.transport.close()
        except Refusal as refused:
            body = {"ok": False, "error_code": refused.code, "description": refused.description}
            if refused.parameters:
                body["parameters"] = refused.parameters
            return web.json_response(body, status=refused.code)
        return web.json_response({"ok": True, "result": result})

    async def _read(self, request: web.Request) -> tuple[str, Params]:
        token, method = request.match_info["token"], request.match_info["method"]
        if not all(token.partition(":")):
            raise Refusal(404, "Not Found")
        if token != TOKEN:
            raise Refusal(401, "Unauthorized")
        found = {name.lower(): name for name in self._methods}.get(method.lower())
        if found is None:
            raise Refusal(404, "Not Found: method not found")
        return found, {**request.query, **await self._body(request)}

    async def _body(self, request: web.Request) -> Params:
        self._uploaded = {}
        if request.content_type == "application/json":
            try:
                given = json.loads(await request.read() or b"{}")
            except ValueError:
                raise bad("can't parse JSON object") from None
            return {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
        if request.method == "GET":
            # Telegram reads a form wherever it comes; some clients send one with GET.
            return dict(parse_qsl(await request.text(), keep_blank_values=True))
        fields: Params = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                self._uploaded[name] = Kept(value.filename, value.file.read())
            elif isinstance(value, str):
                fields[name] = value
        return fields

    def _to(self, params: Params) -> Chat:
        """The chat the bot writes to.

        Raises:
            Refusal: there is none, its person never pressed Start, or blocked the bot.
        """
        number = params.get("chat_id", "")
        chat = self.chats.get(int(number)) if number.lstrip("-").isdigit() else None
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat.kind == "private" and not chat.started:
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def _as_message(self, chat: Chat, shown: Shown) -> dict[str, Any]:
        place = {"id": chat.id, "type": chat.kind}
        return {"message_id": shown.id, "date": 1_700_000_000, "chat": place, "from": BOT, "text": shown.text}

    async def _getMe(self, _params: Params) -> object:  # noqa: N802
        return BOT

    async def _sendMessage(self, params: Params) -> object:  # noqa: N802
        chat = self._to(params)
        text = rules.shown_text(params.get("text", ""), params.get("parse_mode", ""))
        rows = rules.inline_rows(params.get("reply_markup", ""))
        shown = self.new_message(chat, text, by_bot=True)
        shown.rows = rows
        given = json.loads(params.get("reply_markup") or "{}").get("keyboard", ())
        shown.keyboard = tuple(tuple(w["text"] if isinstance(w, dict) else w for w in row) for row in given)
        return self._as_message(chat, shown)

    def _own(self, params: Params) -> tuple[Chat, Shown]:
        """A message of the bot's that can still be changed."""
        chat = self._to(params)
        shown = chat.messages.get(int(params.get("message_id", "0")))
        if shown is None:
            raise bad("message to edit not found")
        if not shown.by_bot or shown.fixed:
            raise bad("message can't be edited")
        return chat, shown

    def _change(self, chat: Chat, shown: Shown, text: str, rows: Rows) -> object:
        if (text, rows) == (shown.text, shown.rows):
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a"
                " current content and reply markup of the message"
            )
        shown.text, shown.rows, shown.edits = text, rows, shown.edits + 1
        return self._as_message(chat, shown)

    async def _editMessageText(self, params: Params) -> object:  # noqa: N802
        chat, shown = self._own(params)
        if shown.file:
            raise bad("there is no text in the message to edit")
        text = rules.shown_text(params.get("text", ""), params.get("parse_mode", ""))
        return self._change(chat, shown, text, rules.inline_rows(params.get("reply_markup", "")))

    async def _editMessageReplyMarkup(self, params: Params) -> object:  # noqa: N802
        chat, shown = self._own(params)
        return self._change(chat, shown, shown.text, rules.inline_rows(params.get("reply_markup", "")))

    async def _deleteMessage(self, params: Params) -> object:  # noqa: N802
        chat = self._to(params)
        shown = chat.messages.get(int(params.get("message_id", "0")))
        if shown is None:
            raise bad("message to delete not found")
        if shown.fixed or (chat.kind != "private" and not shown.by_bot):
            raise bad("message can't be deleted")
        del chat.messages[shown.id]
        return True

    async def _sendDocument(self, params: Params) -> object:  # noqa: N802
        chat = self._to(params)
        caption = rules.shown_text(params.get("caption", ""), params.get("parse_mode", ""), rules.MOST_CAPTION)
        name = params.get("document", "document").removeprefix("attach://")
        kept = self._uploaded.get(name)
        if kept is None:
            raise bad("there is no document in the request")
        if not kept.content or len(kept.content) > 50 * MEGABYTE:
            raise Refusal(413, "Request Entity Too Large")
        shown = self.new_message(chat, caption, by_bot=True)
        shown.file = self.keep(kept.name, kept.content)
        document = {"file_id": shown.file, "file_unique_id": shown.file, "file_name": kept.name}
        return {**self._as_message(chat, shown), "document": document}

    async def _sendPhoto(self, params: Params) -> object:  # noqa: N802
        chat = self._to(params)
        caption = rules.shown_text(params.get("caption", ""), params.get("parse_mode", ""), rules.MOST_CAPTION)
        kept = self._uploaded.get(params.get("photo", "photo").removeprefix("attach://"))
        if kept is None:
            raise bad("there is no photo in the request")
        width, height = rules.picture_size(kept.content)
        rows = rules.inline_rows(params.get("reply_markup", ""))
        shown = self.new_message(chat, caption, by_bot=True)
        shown.rows = rows
        shown.file = self.keep(kept.name, kept.content)
        photo = {"file_id": shown.file, "file_unique_id": shown.file, "width": width, "height": height}
        return {**self._as_message(chat, shown), "photo": [photo]}

    def keep(self, name: str, content: bytes) -> str:
        """Keep a file; returns its id."""
        file_id = f"file_{len(self.files) + 1}"
        self.files[file_id] = Kept(name, content)
        return file_id

    async def _answerCallbackQuery(self, params: Params) -> object:  # noqa: N802
        query = params.get("callback_query_id", "")
        if self.ticks - self._queries.pop(query, float("-inf")) > QUERY_LIFE:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(params.get("text", "")) > rules.MOST_ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        self.answers[query] = params.get("text", "")
        return True

    async def _getFile(self, params: Params) -> object:  # noqa: N802
        file_id = params.get("file_id", "")
        kept = self.files.get(file_id)
        if kept is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(kept.content) > 20 * MEGABYTE:
            raise bad("file is too big")
        size = len(kept.content)
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": f"documents/{file_id}"}

    async def _download(self, request: web.Request) -> web.Response:
        kept = self.files.get(request.match_info["path"].removeprefix("documents/"))
        if request.match_info["token"] != TOKEN or kept is None:
            return web.Response(status=404)
        return web.Response(body=kept.content)

    async def _setWebhook(self, params: Params) -> object:  # noqa: N802
        url, secret = params.get("url", ""), params.get("secret_token", "")
        if url:
            rules.check_webhook(url, urlsplit(url).port, secret)
        self.webhook, self.secret = url, secret
        return True

    async def _deleteWebhook(self, _params: Params) -> object:  # noqa: N802
        self.webhook = self.secret = ""
        return True

    async def _getUpdates(self, params: Params) -> object:  # noqa: N802
        if self.webhook:
            raise Refusal(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it"
            )
        if self._fetching:
            raise Refusal(409, "Conflict: terminated by other getUpdates request")
        offset = int(params.get("offset", "0"))
        while self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()
        if not self._waiting:
            await self._wait(float(params.get("timeout", "0")))
        return list(self._waiting)

    async def _wait(self, seconds: float) -> None:
        """Until an update comes or the time is over; nobody here waits for half a minute."""
        self._asked.set()
        self._came.clear()
        self._fetching += 1
        try:
            async with asyncio.timeout(min(seconds, LONGEST_POLL)):
                await self._came.wait()
        except TimeoutError:
            pass
        finally:
            self._fetching -= 1

    async def _setMyCommands(self, params: Params) -> object:  # noqa: N802
        self.commands = dict(rules.check_commands(params.get("commands", "[]")))
        return True

    async def _setChatMenuButton(self, params: Params) -> object:  # noqa: N802
        if json.loads(params.get("menu_button", "{}")).get("type") not in ("commands", "default"):
            raise bad("MENU_BUTTON_INVALID")
        return True
