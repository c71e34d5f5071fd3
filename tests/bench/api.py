"""A Bot API on loopback that answers every call at once and remembers the keyboards it was sent."""

import asyncio
import json
from collections import defaultdict

from aiohttp import web
from aiohttp.multipart import MultipartReader

Json = object
_MOMENT = 0.2
_TRUE = {"ok": True, "result": True}


class FastApi:
    """Counts calls; `/card` waits for a keyboard in a chat whose first line holds some words, and gives it out once."""

    def __init__(self) -> None:
        self.calls = 0
        self._number = 0
        self._cards: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._news = asyncio.Condition()
        self._called = asyncio.Event()

    def app(self) -> web.Application:
        """The application: Telegram's own addresses, and `/card`, `/calls`, `/quiet` for whoever measures."""
        app = web.Application()
        app.router.add_get("/card", self._card)
        app.router.add_get("/calls", self._calls)
        app.router.add_get("/quiet", self._quiet)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        return app

    async def _calls(self, _request: web.Request) -> web.Response:
        return web.json_response(self.calls)

    async def _quiet(self, _request: web.Request) -> web.Response:
        """Answers once no call has come for a moment."""
        while True:
            self._called.clear()
            try:
                async with asyncio.timeout(_MOMENT):
                    await self._called.wait()
            except TimeoutError:
                return web.Response()

    async def _card(self, request: web.Request) -> web.Response:
        chat, words = request.query["chat"], request.query["words"]
        async with self._news:
            await self._news.wait_for(lambda: self._found(chat, words) is not None)
            at = self._found(chat, words)
            assert at is not None
            return web.json_response(self._cards[chat].pop(at)[1])

    def _found(self, chat: str, words: str) -> int | None:
        return next((at for at, (text, _) in enumerate(self._cards[chat]) if words in text.split("\n")[0]), None)

    async def _call(self, request: web.Request) -> web.Response:
        self.calls += 1
        self._called.set()
        method = request.match_info["method"]
        if method == "getMe":
            bot = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
            return web.json_response({"ok": True, "result": bot})
        if method not in ("sendMessage", "editMessageText"):
            return web.json_response(_TRUE)
        given = await _fields(request)
        chat = str(given.get("chat_id", "0"))
        await self._remember(chat, str(given.get("text", "")), given.get("reply_markup"))
        self._number += 1
        number = int(str(given.get("message_id") or self._number))
        message = {"message_id": number, "date": 0, "chat": {"id": int(chat), "type": "private"}, "text": "x"}
        return web.json_response({"ok": True, "result": message})

    async def _remember(self, chat: str, text: str, markup: Json) -> None:
        keyboard = json.loads(markup) if isinstance(markup, str) else markup
        if not isinstance(keyboard, dict):
            return
        buttons = [button for row in keyboard.get("inline_keyboard", ()) for button in row]
        agree = next((button["callback_data"] for button in buttons if button["text"] == "同意"), "")
        if agree:
            async with self._news:
                self._cards[chat].append((text, agree))
                self._news.notify_all()


async def _fields(request: web.Request) -> dict[str, Json]:
    """The call's parameters, whatever way the client sends them."""
    if request.content_type == "application/json":
        given: dict[str, Json] = await request.json()
        return given
    if request.content_type.startswith("multipart/"):
        reader = await request.multipart()
        assert isinstance(reader, MultipartReader)
        return {str(part.name): await part.text() async for part in reader if hasattr(part, "text")}  # type: ignore[union-attr]
    return dict(await request.post())


async def _serve(port: int) -> None:
    runner = web.AppRunner(FastApi().app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def serve_forever(port: int) -> None:
    """Answer until the process is ended."""
    asyncio.run(_serve(port))
