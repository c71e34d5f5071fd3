"""The sender: what was decided is shown, in order for each person and channel, until it is shown or cannot be.

    one unit of work: settle what has arrived ─► claim due rows ─► draw their cards
    then, many at once:   send or edit ─► arrived: sent
                                └─► after(error, attempts): later, or never (unknown where no answer came)

A row is sent at least once. Somebody's failing row holds back only that person's channel.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from bot.bell import Bell
from bot.channels.base import Channel, EditRefused, Gone, Rejected, RetryAfter, SendError, Unanswered
from bot.logs import tell, tell_bug
from bot.metrics import Metrics
from flows.cards import Message
from handlers.copies import Copies
from handlers.ports import Clock, Desk
from storage.outbox import OutboxItem
from storage.unit import Unit
from storage.work import Work

T = TypeVar("T")
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


@dataclass(frozen=True, slots=True)
class _Letter:
    """A claimed row with what is to be shown, or why that could not be told (neither: it is not theirs)."""

    item: OutboxItem
    message: Message | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class _Arrival:
    """How a row went: its id on the platform, or the word for what went wrong and when to try again."""

    item: OutboxItem
    outcome: Literal["sent", "later", "never", "unknown"]
    platform_id: str = ""
    word: str = ""
    again: datetime | None = None

    def settle(self, unit: Unit) -> None:
        """Write down what went wrong; what was sent is written down together."""
        if self.again is not None:
            unit.send_later(self.item.id, self.again, self.word)
        elif self.outcome == "unknown":
            unit.send_unknown(self.item.id)
        elif self.outcome == "never":
            unit.send_never(self.item.id, self.word)


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
        self._turn = asyncio.Lock()
        self._going: set[asyncio.Task[None]] = set()
        self._arrived: list[_Arrival] = []

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
            await self._part()

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
        while (await self._claim())[0] or self._going or self._arrived:
            if self._going:
                await asyncio.wait(self._going)

    async def _claim(self) -> tuple[int, datetime | None]:
        """Settle what has arrived, take due rows and set off with them: how many, and when the next is due.

        One claim at a time, so that none is between two hands.
        """
        async with self._turn:
            while len(self._going) >= MOST_AT_ONCE:
                await asyncio.wait(self._going, return_when=asyncio.FIRST_COMPLETED)
            free, now = MOST_AT_ONCE - len(self._going), self._clock.now()
            letters, due = await self._with_arrived(lambda unit: self._take(unit, now, free))
            for letter in letters:
                task = asyncio.create_task(self._deliver(letter), name=f"outbox {letter.item.id}")
                self._going.add(task)
                task.add_done_callback(self._ended)
            return (MOST_AT_ONCE if len(letters) == free else len(letters)), due

    async def _with_arrived(self, take: Callable[[Unit], T]) -> T:
        """What the function returns, what has arrived settled before it; nothing of that is forgotten on an error."""
        arrived, self._arrived = self._arrived, []
        try:
            taken = await self._work.run(lambda unit: _settled(unit, arrived, take))
        except BaseException:
            self._arrived = arrived + self._arrived
            raise
        for arrival in arrived:
            self._told(arrival)
        return taken

    async def _part(self) -> None:
        """Settle what arrived last; where the database is away, its claims lapse and the rows are given out again."""
        if self._arrived:
            with suppress(*self._work.failures):
                await self._with_arrived(lambda _unit: None)

    def _take(self, unit: Unit, now: datetime, free: int) -> tuple[list[_Letter], datetime | None]:
        """Claimed rows with what they show."""
        copies = Copies(unit, self._desk())
        items = unit.due_outbox(now, free, self._mine)
        return [self._letter(unit, copies, item) for item in items], unit.next_outbox_at(self._mine)

    def _letter(self, unit: Unit, copies: Copies, item: OutboxItem) -> _Letter:
        if item.message is not None or not item.account or item.channel not in self._channels:
            return _Letter(item, item.message)
        try:
            with unit.db.savepoint():
                card = copies.card(item.case_id, item.person)
        except Exception as bug:  # noqa: BLE001  whatever is wrong with one case, the others' cards are shown
            return _Letter(item, error=bug)
        return _Letter(item, Message(card=card) if card is not None else None)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._going.discard(task)
        self._bell.ring()

    async def _deliver(self, letter: _Letter) -> None:
        try:
            arrival = await self._shown(letter)
        except Exception as error:  # noqa: BLE001  whatever a channel does, the others go on
            arrival = self._failed(letter.item, error)
        self._arrived.append(arrival)

    async def _shown(self, letter: _Letter) -> _Arrival:
        item, message = letter.item, letter.message
        channel = self._channels.get(item.channel)
        if channel is None:
            return _Arrival(item, "later", word="no channel", again=self._clock.now() + _NO_CHANNEL)
        if not item.account:
            raise Gone
        if letter.error is not None:
            raise letter.error
        if message is None:
            return _Arrival(item, "never", word="not theirs")
        if item.platform_id:
            with suppress(EditRefused):
                return _Arrival(item, "sent", await channel.edit(item, message, item.platform_id))
        return _Arrival(item, "sent", await channel.send(item, message))

    def _failed(self, item: OutboxItem, error: Exception) -> _Arrival:
        word = error.word if isinstance(error, SendError) else type(error).__name__
        if not isinstance(error, SendError):
            tell_bug(_log, "delivery failed", error, outbox=item.id, channel=item.channel)
        wait = after(error, item.attempts)
        if wait is not None:
            return _Arrival(item, "later", word=word, again=self._clock.now() + wait)
        return _Arrival(item, "unknown" if isinstance(error, Unanswered) else "never", word=word)

    def _told(self, arrival: _Arrival) -> None:
        item, outcome = arrival.item, arrival.outcome
        self._metrics.count("banshi_sends_total", channel=item.channel, outcome=outcome)
        level = logging.DEBUG if outcome == "sent" else logging.WARNING
        more = {"error": arrival.word} if arrival.word and outcome != "unknown" else {}
        tell(_log, "delivery", level=level, outbox=item.id, channel=item.channel, outcome=outcome, **more)


def _settled(unit: Unit, arrived: Sequence[_Arrival], then: Callable[[Unit], T]) -> T:
    unit.sent([(arrival.item, arrival.platform_id) for arrival in arrived if arrival.outcome == "sent"])
    for arrival in arrived:
        arrival.settle(unit)
    return then(unit)
