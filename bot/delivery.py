"""The sender: what was decided is shown, in order for each person and channel, until it is shown or cannot be.

    claim due rows ─► draw ─► send or edit ─► sent
                                    └─► after(error, attempts): later, or never (unknown where no answer came)

A row is sent at least once. Somebody's failing row holds back only that person's channel.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.bell import Bell
from bot.channels.base import Channel, EditRefused, Gone, Rejected, RetryAfter, SendError, Unanswered
from bot.logs import tell, tell_bug
from bot.metrics import Metrics
from flows.cards import Message
from flows.errors import UnknownCase
from handlers.ports import Clock, Desk
from handlers.queries import card_for
from storage.outbox import OutboxItem
from storage.unit import Unit
from storage.work import Work

MOST_AT_ONCE = 50
MOST_ATTEMPTS = 20
_BUG_ATTEMPTS = 5
_LONGEST = timedelta(minutes=15)
_NO_CHANNEL = timedelta(minutes=10)
_PAUSE = timedelta(seconds=5)
_PARTING = 5.0
_log = logging.getLogger("banshi.delivery")


def after(error: Exception, attempts: int) -> timedelta | None:
    """How long to wait before the next try, or None where there is none.

    A platform's own word is kept to the second; anything else doubles from two seconds to a quarter of an hour.
    Twenty tries take a little over three hours. An error that is a bug of ours gets five.
    """
    if isinstance(error, (Gone, Rejected)):
        return None
    if isinstance(error, RetryAfter):
        return timedelta(seconds=max(error.seconds, 1.0))
    most = MOST_ATTEMPTS if isinstance(error, SendError) else _BUG_ATTEMPTS
    return min(timedelta(seconds=2**attempts), _LONGEST) if attempts < most else None


class Delivery:
    """Delivers the outbox through the channels, many people at once."""

    def __init__(
        self,
        work: Work,
        channels: Mapping[str, Channel],
        desk: Callable[[], Desk],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._work = work
        self._channels = channels
        self._desk = desk
        self._clock = clock
        self._metrics = metrics
        # Where other processes send too, what goes through channels this one has not is theirs.
        self._mine = tuple(channels) if work.shared else None
        self._bell = Bell()
        self._claiming = asyncio.Lock()
        self._going: dict[asyncio.Task[None], tuple[str, str]] = {}

    def ring(self) -> None:
        """There may be something to send."""
        self._bell.ring()

    async def run(self) -> None:
        """Deliver until cancelled; what is on its way then is given a moment to arrive."""
        try:
            while True:
                await self._bell.sleep(await self._round(), self._clock.now())
        finally:
            if self._going:
                await asyncio.wait(self._going, timeout=_PARTING)
            for task in self._going:
                task.cancel()

    async def _round(self) -> datetime | None:
        """Send what is due; returns when the next row is."""
        try:
            claimed, due = await self._claim()
            while claimed == MOST_AT_ONCE:
                claimed, due = await self._claim()
        except Exception as bug:  # noqa: BLE001  the loop outlives a full disk; the row waits
            tell_bug(_log, "delivery round failed", bug)
            return self._clock.now() + _PAUSE
        else:
            return due

    async def settle(self) -> None:
        """Send everything that is due now, and what becomes due by it."""
        while (await self._claim())[0] or self._going:
            if self._going:
                await asyncio.wait(self._going)

    async def caught_up(self, person: str, channel: str) -> None:
        """Return when nothing that is due to the person in the channel is left untried."""
        while True:
            claimed, _ = await self._claim()
            mine = [task for task, key in self._going.items() if key == (person, channel)]
            if mine:
                await asyncio.wait(mine)
            elif claimed < MOST_AT_ONCE:
                return

    async def _claim(self) -> tuple[int, datetime | None]:
        """Take due rows and set off with them: how many, and when the next is due.

        One claim at a time, so that none is between two hands.
        """
        async with self._claiming:
            while len(self._going) >= MOST_AT_ONCE:
                await asyncio.wait(self._going, return_when=asyncio.FIRST_COMPLETED)
            free, now = MOST_AT_ONCE - len(self._going), self._clock.now()
            items, due = await self._work.run(
                lambda unit: (unit.due_outbox(now, free, self._mine), unit.next_outbox_at(self._mine))
            )
            for item in items:
                task = asyncio.create_task(self._deliver(item), name=f"outbox {item.id}")
                self._going[task] = (item.person, item.channel)
                task.add_done_callback(self._arrived)
            return (MOST_AT_ONCE if len(items) == free else len(items)), due

    def _arrived(self, task: asyncio.Task[None]) -> None:
        del self._going[task]
        self._bell.ring()
        # The database failed in between: the claim lapses, and the row is given out again.
        if not task.cancelled() and (bug := task.exception()) is not None:
            tell_bug(_log, "delivery not settled", bug)

    async def _deliver(self, item: OutboxItem) -> None:
        channel = self._channels.get(item.channel)
        if channel is None:
            await self._later(item, _NO_CHANNEL, "no channel")
            return
        try:
            if not item.account:
                raise Gone
            platform_id = await self._show(channel, item)
        except UnknownCase:
            await self._never(item, "not theirs")
        except Exception as error:  # noqa: BLE001  whatever a channel does, the others go on
            await self._failed(item, error)
        else:
            await self._work.run(lambda unit: unit.sent(item.id, platform_id))
            self._told(item, "sent")

    async def _show(self, channel: Channel, item: OutboxItem) -> str:
        message = item.message
        if message is None:
            message = await self._work.run(lambda unit: self._drawn(unit, item))
        if not item.platform_id:
            return await channel.send(item, message)
        try:
            return await channel.edit(item, message, item.platform_id)
        except EditRefused:
            return await channel.send(item, message)

    def _drawn(self, unit: Unit, item: OutboxItem) -> Message:
        return Message(card=card_for(unit, self._desk(), item.case_id, item.person))

    async def _failed(self, item: OutboxItem, error: Exception) -> None:
        word = error.word if isinstance(error, SendError) else type(error).__name__
        if not isinstance(error, SendError):
            tell_bug(_log, "delivery failed", error, outbox=item.id, channel=item.channel)
        wait = after(error, item.attempts)
        if wait is not None:
            await self._later(item, wait, word)
        elif isinstance(error, Unanswered):
            await self._work.run(lambda unit: unit.send_unknown(item.id))
            self._told(item, "unknown")
        else:
            await self._never(item, word)

    async def _later(self, item: OutboxItem, wait: timedelta, word: str) -> None:
        at = self._clock.now() + wait
        await self._work.run(lambda unit: unit.send_later(item.id, at, word))
        self._told(item, "later", error=word)

    async def _never(self, item: OutboxItem, word: str) -> None:
        await self._work.run(lambda unit: unit.send_never(item.id, word))
        self._told(item, "never", error=word)

    def _told(self, item: OutboxItem, outcome: str, **more: str) -> None:
        self._metrics.count("banshi_sends_total", channel=item.channel, outcome=outcome)
        level = logging.DEBUG if outcome == "sent" else logging.WARNING
        tell(_log, "delivery", level=level, outbox=item.id, channel=item.channel, outcome=outcome, **more)
