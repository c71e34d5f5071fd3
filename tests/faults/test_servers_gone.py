"""Redis and PostgreSQL go away under two processes of one office and come back: the office goes on, and agrees."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.channels.console_hub import LocalListener
from bot.service import House, Service
from storage.unit import Unit
from storage.verify import verify
from storage.work import Work
from tests.bot.small_house import CHIEF, LIU, Talk, small_house
from tests.fakes import MovableClock
from tests.fakes.wire import Wire

pytestmark = [pytest.mark.postgres, pytest.mark.redis]
PATIENCE = 60


@dataclass
class Place:
    """One process of the office, seen from the chief's open window there."""

    house: House
    service: Service
    ear: LocalListener

    async def shows(self, words: str) -> None:
        """Return once the chief's conversation there says so, looked at only when the window is woken."""
        async with asyncio.timeout(PATIENCE):
            while not (await self.ear.wait(PATIENCE) and await self._says(words)):
                pass

    async def _says(self, words: str) -> bool:
        lines = await self.service.console.messages(CHIEF, before=None, limit=50)
        cards = [line.message.card for line in lines if line.message is not None and line.message.card is not None]
        return any(words in f"{card.state_text} {card.title}" for card in cards)


def through(url: str, wire: Wire) -> str:
    """The server's address at this end of the wire."""
    parts = urlsplit(url)
    who = f"{parts.username or 'postgres'}@" if parts.scheme.startswith("postgres") else ""
    return parts._replace(netloc=f"{who}127.0.0.1:{wire.port}").geturl()


@asynccontextmanager
async def wire_to(port: int) -> AsyncIterator[Wire]:
    """A way to the server at that port."""
    made = Wire(port)
    await made.mend()
    yield made
    await made.cut()


@asynccontextmanager
async def place(folder: Path, clock: MovableClock, database_url: str, redis_url: str) -> AsyncIterator[Place]:
    """A process of the office at work."""
    house = await asyncio.to_thread(small_house, folder, clock, database_url)
    service = Service(replace(house, settings=replace(house.settings, redis_url=redis_url)))
    await service.start()
    with house.hub.listen(CHIEF) as ear:
        yield Place(house, service, ear)
    await service.stop()


async def back(work: Work) -> None:
    """Return once the database answers again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await work.run(lambda unit: unit.console_version())
            except work.failures:
                continue
            return


def kept(unit: Unit) -> tuple[int, int, bool]:
    """How many cases there are, how many steps the chief ended, and whether everything agrees."""
    ended = unit.db.value("SELECT COUNT(*) FROM journal WHERE act = 'done' AND actor = :chief", chief=CHIEF)
    return unit.db.value("SELECT COUNT(*) FROM cases"), ended, verify(unit).ok


async def test_without_redis_each_process_still_shows_what_the_other_wrote(
    tmp_path: Path, clock: MovableClock, postgres_url: str, redis_url: str
) -> None:
    async with AsyncExitStack() as stack:
        wire = await stack.enter_async_context(wire_to(urlsplit(redis_url).port or 6379))
        both = [
            await stack.enter_async_context(place(tmp_path / name, clock, postgres_url, through(redis_url, wire)))
            for name in ("here", "there")
        ]
        here, there = both
        await wire.cut()
        case = await Talk(here.service, clock).file_leave(LIU)
        await there.shows("待您审核 刘洋")
        await wire.mend()
        answer = await there.service.console.receive(CHIEF, "agree", "tap", text=f"do:agree:{case}:1")
        assert answer.ok
        await here.shows("待李慧敏")
        assert (
            await here.service.console.receive(CHIEF, "agree", "tap", text=f"do:agree:{case}:1")
        ).text == answer.text
        assert await here.house.work.run(kept) == (1, 1, True)


async def test_a_decision_that_met_a_database_gone_is_made_again_and_counts_once(
    tmp_path: Path, clock: MovableClock, postgres_url: str, redis_url: str
) -> None:
    async with AsyncExitStack() as stack:
        wire = await stack.enter_async_context(wire_to(urlsplit(postgres_url).port or 5432))
        url = through(postgres_url, wire)
        here = await stack.enter_async_context(place(tmp_path / "here", clock, url, redis_url))
        there = await stack.enter_async_context(place(tmp_path / "there", clock, url, redis_url))
        case = await Talk(here.service, clock).file_leave(LIU)
        await there.shows("待您审核 刘洋")
        await wire.cut()
        for at in (here, there):
            with pytest.raises(at.house.work.failures):
                await at.service.console.receive(CHIEF, "agree", "tap", text=f"do:agree:{case}:1")
        await wire.mend()
        await back(here.house.work)
        await back(there.house.work)
        for at in (here, there):
            await at.service.console.receive(CHIEF, "agree", "tap", text=f"do:agree:{case}:1")
        clock.wait(minutes=4)
        here.service.delivery.ring()
        await there.shows("待李慧敏")
        assert await here.house.work.run(kept) == (1, 1, True)
