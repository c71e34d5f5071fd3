"""Telegram seen from the sender: a message in the person's chat with the bot, changed in place where it can be.

A copy is known as `chat:message`, because a person may come back with another account. Every message waits for its
moment (`bot.channels.pacer`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.channels.base import EditRefused, Post, RetryAfter
from bot.channels.pacer import Pacer
from bot.channels.pictures import week_png
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_text import Cites, Laid, lay_out, plain_text
from flows.cards import Message

T = TypeVar("T")
CHANNEL = "telegram"
_LONGEST_WAIT = 5.0
"""Seconds a message waits here for its moment; one that would wait longer goes back to the outbox."""
Ticks = Callable[[], float]
Pause = Callable[[float], Awaitable[None]]


def _ticks() -> float:
    return asyncio.get_running_loop().time()


class TelegramSender:
    """Shows messages and cards in Telegram."""

    name = CHANNEL

    def __init__(
        self,
        api: TelegramApi,
        cites: Cites,
        pacer: Pacer,
        *,
        ticks: Ticks = _ticks,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._api = api
        self._cites = cites
        self._pacer = pacer
        self._ticks = ticks
        self._pause = pause

    async def send(self, post: Post, message: Message) -> str:
        """Show a new message."""
        laid = lay_out(message, self._cites)
        if message.picture is not None:
            picture = await asyncio.to_thread(week_png, message.picture)
            shown = await self._paced(post.account, lambda: self._api.show_picture(post.account, picture, laid))
        else:
            shown = await self._paced(post.account, lambda: self._api.say(post.account, laid))
        return f"{post.account}:{shown}"

    async def edit(self, post: Post, message: Message, platform_id: str) -> str:
        """Change the copy in place; one in the chat of an earlier account stays as it is."""
        chat, _, number = platform_id.rpartition(":")
        if chat != post.account or not number.isdigit():
            raise EditRefused
        laid = lay_out(message, self._cites)
        await self._paced(chat, lambda: self._api.change(chat, int(number), laid))
        return platform_id

    async def say(self, chat: str, words: str | Laid, keyboard: Sequence[Sequence[str]] = ()) -> None:
        """Say something at once, beside the outbox: to somebody unbound, or a link that is not kept."""
        laid = plain_text(words) if isinstance(words, str) else words
        await self._paced(chat, lambda: self._api.say(chat, laid, keyboard))

    async def send_file(self, chat: str, name: str, content: bytes) -> None:
        """Show a file to download."""
        await self._paced(chat, lambda: self._api.send_file(chat, name, content))

    async def _paced(self, chat: str, call: Callable[[], Awaitable[T]]) -> T:
        while wait := self._pacer.wait(chat, self._ticks()):
            if wait > _LONGEST_WAIT:
                raise RetryAfter(wait)
            await self._pause(wait)
        try:
            return await call()
        except RetryAfter as asked:
            self._pacer.hold(chat, self._ticks() + asked.seconds)
            raise
