"""A bell a loop sleeps by: it wakes when somebody rings, or when the time has passed."""

import asyncio
from datetime import datetime

LONGEST = 60.0
"""Seconds no loop sleeps longer than: after a clock was set, nothing waits for an hour that has gone."""


class Bell:
    """Wakes one loop. Rings between two sleeps are one, and none is lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something may have to be done."""
        self._rung.set()

    async def sleep(self, until: datetime | None, now: datetime) -> None:
        """Return at the moment, when the bell is rung, or after a minute."""
        seconds = LONGEST if until is None else min(max((until - now).total_seconds(), 0.0), LONGEST)
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()
