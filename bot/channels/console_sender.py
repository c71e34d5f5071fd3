"""The console seen from the sender: for rows of an earlier version, which wrote no lines itself."""

from bot.channels.base import Post
from bot.channels.console_hub import LocalHub
from flows.cards import Message
from flows.plain import to_plain
from handlers.ports import Clock
from storage.console import card_line
from storage.work import Work


class ConsoleSender:
    """Writes into the conversation the browser shows; the same post twice is one line."""

    name = "console"

    def __init__(self, work: Work, hub: LocalHub, clock: Clock) -> None:
        self._work = work
        self._hub = hub
        self._clock = clock

    async def send(self, post: Post, message: Message) -> str:
        """Keep the line; a card's later state takes the place of the earlier."""
        at = self._clock.now()
        body = card_line(message.card.case_id) if message.card is not None else to_plain(message)
        line = await self._work.run(
            lambda unit: unit.console_say(post.person, "out", body, at=at, key=post.card_key, outbox_id=post.id)
        )
        self._hub.wake((post.person,))
        return str(line)

    async def edit(self, post: Post, message: Message, platform_id: str) -> str:
        """Change the line in place: the card's key finds it."""
        return await self.send(post, message) or platform_id
