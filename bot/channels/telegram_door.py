"""How updates reach us: Telegram calls our webhook, or we fetch them.

    PUBLIC_URL given   Telegram posts to PUBLIC_URL/telegram, with the secret in a header
    otherwise          getUpdates; the next fetch confirms what was kept, so that a kill in between only repeats

Both may bring an update twice; the event's key makes that harmless.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from aiohttp import web

from bot.channels.base import SendError
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_updates import NotAnUpdate, Update, read_update
from bot.logs import tell, tell_bug

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
_PAUSE = 5.0
_LONGEST_PAUSE = 300.0
_log = logging.getLogger("banshi.telegram")


class Takes(Protocol):
    """Whoever takes updates in."""

    async def take(self, update: Update) -> None:
        """Carry an update out, all of it kept when this returns."""
        ...

    async def sorry(self, update: Update, bug: Exception) -> None:
        """The update broke on a bug; say so once."""
        ...


class Intermission(Exception):
    """The update cannot be kept just now and has to come again."""


class Door:
    """Lets updates in, one way or the other."""

    def __init__(self, takes: Takes, again: tuple[type[Exception], ...]) -> None:
        self._takes = takes
        self._again = again

    async def let_in(self, body: object) -> None:
        """Carry out what the body says; a body that is no update, and an update that breaks, are told in one line.

        Raises:
            Intermission: the database is away; the update has to come again.
        """
        try:
            update = read_update(body)
        except NotAnUpdate:
            tell(_log, "not an update", level=logging.WARNING)
            return
        try:
            await self._takes.take(update)
        except self._again as error:
            tell_bug(_log, "update not kept", error, update=update.id)
            raise Intermission from None
        except Exception as bug:  # noqa: BLE001  Telegram would send an update that breaks again and again
            await self._takes.sorry(update, bug)


def add_webhook(app: web.Application, door: Door, secret: str) -> None:
    """Take updates at `/telegram` from whoever knows the secret: 401 without one, 403 with a wrong one."""

    async def webhook(request: web.Request) -> web.Response:
        shown = request.headers.get(SECRET_HEADER)
        if shown is None or not hmac.compare_digest(shown.encode("utf-8", "replace"), secret.encode()):
            told = "missing" if shown is None else "wrong"
            tell(_log, "webhook refused", level=logging.WARNING, secret=told)
            return web.Response(status=401 if shown is None else 403)
        try:
            body = json.loads(await request.read())
        except (ValueError, RecursionError):
            tell(_log, "webhook body is no JSON", level=logging.WARNING)
            return web.Response(status=400)
        try:
            await door.let_in(body)
        except Intermission:
            return web.Response(status=503)
        return web.Response()

    app.router.add_post(PATH, webhook)


class Line:
    """Keeps the bot reachable: its commands and its webhook are set, or updates are fetched, until it is cancelled."""

    def __init__(
        self,
        api: TelegramApi,
        door: Door,
        commands: Callable[[], Mapping[str, str]],
        *,
        webhook: tuple[str, str] | None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._door = door
        self._commands = commands
        self._webhook = webhook
        self._pause = pause
        self._ready = asyncio.Event()

    async def ready(self) -> None:
        """Return when Telegram knows how to reach us."""
        await self._ready.wait()

    async def run(self) -> None:
        """Set the bot up, however long Telegram cannot be reached, then fetch updates unless they are sent to us."""
        await self._until_done(self._set_up)
        self._ready.set()
        if self._webhook is None:
            offset = 0
            while True:
                offset = await self._fetch(offset)
        await asyncio.Event().wait()

    async def _set_up(self) -> None:
        name = await self._api.name()
        if self._webhook is not None:
            await self._api.set_webhook(*self._webhook)
        else:
            await self._api.drop_webhook()
        await self._api.set_commands(self._commands())
        tell(_log, "telegram ready", bot=name, way="webhook" if self._webhook else "polling")

    async def _until_done(self, step: Callable[[], Awaitable[None]]) -> None:
        wait = _PAUSE
        while True:
            try:
                await step()
            except SendError as error:
                tell(_log, "telegram not ready", level=logging.ERROR, error=error.word, why=str(error), again_in=wait)
            else:
                return
            await self._pause(wait)
            wait = min(wait * 2, _LONGEST_PAUSE)

    async def _fetch(self, offset: int) -> int:
        """Take in what has come since, many people's at once; returns the offset that confirms all of it."""
        try:
            bodies = await self._api.updates(offset)
        except SendError as error:
            tell(_log, "updates not fetched", level=logging.WARNING, error=error.word)
            await self._pause(_PAUSE)
            return offset
        taken = await asyncio.gather(*(self._door.let_in(body) for body in bodies), return_exceptions=True)
        if any(taken):
            # One of them has to come again, and with it the others: what was kept is known by its key.
            await self._pause(_PAUSE)
            return offset
        return max((_after(body) for body in bodies), default=offset)


def _after(body: object) -> int:
    match body:
        case {"update_id": int() as number}:
            return number + 1
        case _:
            return 0
