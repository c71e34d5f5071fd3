"""The wire between the processes of one office: Redis carries the word that something changed."""

import asyncio
import json
import logging
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from bot.channels.console_hub import LocalHub
from bot.logs import tell
from bot.neighbours import PAUSE, Neighbours
from storage.work import Work

WIRE = "banshi:changed"
"""The Redis channel; offices that share one Redis only look once too often."""
SELDOM = 15.0
"""Seconds after which one looks all the same, though nobody told."""
_log = logging.getLogger("banshi.neighbours")


class WiredNeighbours(Neighbours):
    """The same with Redis in between; while Redis is away it looks each second."""

    def __init__(self, url: str, work: Work, hub: LocalHub, ring: Callable[[], None]) -> None:
        super().__init__(work, hub, ring)
        self._url = url
        self._me = secrets.token_hex(8)
        self._people: set[str] = set()
        self._said = asyncio.Event()

    def tell(self, people: Iterable[str]) -> None:
        """Something was written here; what is told while a word is on its way goes with the next."""
        self._people.update(people)
        self._said.set()

    async def run(self) -> None:
        """Speak and listen until cancelled."""
        while True:
            try:
                async with Redis.from_url(self._url, socket_connect_timeout=5) as redis:
                    await self._together(redis)
            except (RedisError, OSError) as error:
                tell(_log, "redis is away", level=logging.WARNING, error=type(error).__name__)
            await self.look()
            await asyncio.sleep(PAUSE)

    async def _together(self, redis: Redis) -> None:
        """Speak and listen on one connection each until either breaks."""
        async with redis.pubsub() as ear:
            await ear.subscribe(WIRE)
            await self.look()
            both = (asyncio.create_task(self._speak(redis)), asyncio.create_task(self._listen(ear)))
            try:
                done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in both:
                    task.cancel()
                    with suppress(asyncio.CancelledError, RedisError, OSError):
                        await task

    async def _speak(self, redis: Redis) -> None:
        while True:
            await self._said.wait()
            self._said.clear()
            people, self._people = sorted(self._people), set()
            await redis.publish(WIRE, json.dumps([self._me, people]))

    async def _listen(self, ear: PubSub) -> None:
        while True:
            word = await ear.get_message(ignore_subscribe_messages=True, timeout=SELDOM)
            if word is None:
                await self.look()
            elif word["type"] == "message":
                self._heard(word["data"])

    def _heard(self, said: bytes) -> None:
        """Somebody told; what is no word of ours is left alone."""
        try:
            who, people = json.loads(said)
            names = [str(person) for person in people]
        except (ValueError, TypeError):
            return
        if who != self._me:
            self._ring()
            self._hub.wake_here(names)
