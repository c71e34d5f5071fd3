"""What the processes of one office tell each other: that something changed, never what.

    a commit here ─► word to the others ─► their loops look, their open windows of those people look

With Redis the word arrives at once; without it, or while it is away, every process looks for itself each second. No
word carries a fact, so a lost or doubled one costs nothing but the time until the next look.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable

from bot.channels.console_hub import LocalHub
from bot.logs import tell_bug
from storage.work import Work

PAUSE = 1.0
"""Seconds between two looks where nobody tells."""
_log = logging.getLogger("banshi.neighbours")


class Neighbours:
    """Keeps one process awake to what the others write; `ring` wakes its own loops."""

    def __init__(self, work: Work, hub: LocalHub, ring: Callable[[], None]) -> None:
        self._work = work
        self._hub = hub
        self._ring = ring
        self._seen: dict[str, int] = {}

    def tell(self, people: Iterable[str]) -> None:
        """Something was written here; of these people's, windows may be open elsewhere. Without a wire they look."""

    async def run(self) -> None:
        """Look each second until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(PAUSE)

    async def look(self) -> None:
        """Ring, and wake the open windows whose conversation has changed since the last look."""
        self._ring()
        people = self._hub.people
        try:
            versions = await self._work.run(lambda unit: unit.console_versions(people))
        except self._work.failures as away:
            tell_bug(_log, "cannot look for changes", away)
            return
        self._hub.wake_here(person for person, version in versions.items() if self._seen.get(person) != version)
        self._seen = versions


def neighbours_of(redis_url: str, work: Work, hub: LocalHub, ring: Callable[[], None]) -> Neighbours | None:
    """How this process hears of the others; None where there can be none (an embedded database)."""
    if not work.shared:
        return None
    made = Neighbours(work, hub, ring)
    if redis_url:
        # Redis's client costs a tenth of a second: only who has a wire pays for it.
        from bot.wire import WiredNeighbours

        made = WiredNeighbours(redis_url, work, hub, ring)
    hub.carry(made.tell)
    return made
