"""Processes of one office wake each other: by Redis at once, without it by looking."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest

from bot.channels.console_hub import LocalHub
from bot.neighbours import Neighbours, neighbours_of
from bot.wire import WiredNeighbours
from storage.database import open_work
from storage.work import Work
from tests.fakes import MovableClock

LIU = "F021"
NOBODY_LISTENS = "redis://127.0.0.1:1"


@asynccontextmanager
async def at_work(neighbours: Neighbours) -> AsyncIterator[None]:
    loop = asyncio.create_task(neighbours.run())
    yield
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop


def nothing() -> None:
    """No loop to wake."""


def line(work: Work, clock: MovableClock, text: str) -> None:
    work.run_sync(lambda unit: unit.console_say(LIU, "out", text, at=clock.now()))


@pytest.mark.redis
async def test_a_word_wakes_the_windows_of_the_other_and_its_loops(work: Work, redis_url: str) -> None:
    """Nothing is in the database, so no look can have found it."""
    here, there, rung = LocalHub(), LocalHub(), asyncio.Event()
    speaking, listening = (
        WiredNeighbours(redis_url, work, here, nothing),
        WiredNeighbours(redis_url, work, there, rung.set),
    )
    here.carry(speaking.tell)
    async with at_work(speaking), at_work(listening):
        with there.listen(LIU) as ear:
            async with asyncio.timeout(20):
                while not await ear.wait(0.05):
                    here.wake((LIU,))
            rung.clear()
            async with asyncio.timeout(20):
                speaking.tell(())
                await rung.wait()
    assert work.run_sync(lambda unit: unit.db.value("SELECT COUNT(*) FROM console_messages")) == 0


@pytest.mark.redis
async def test_what_is_no_word_of_ours_harms_nothing(work: Work, redis_url: str) -> None:
    hub = LocalHub()
    neighbours = WiredNeighbours(redis_url, work, hub, nothing)
    with hub.listen(LIU) as ear:
        for said in (b"\xff", b"[", b"3", b"[1]", b'["other", 3]'):
            neighbours._heard(said)
        assert not await ear.wait(0.001)
        neighbours._heard(b'["other", ["F021"]]')
        assert await ear.wait(0.001)


@pytest.mark.parametrize(
    "make",
    [Neighbours, lambda work, hub, ring: WiredNeighbours(NOBODY_LISTENS, work, hub, ring)],
    ids=["no Redis", "Redis away"],
)
async def test_without_redis_a_look_finds_what_was_written(
    work: Work, clock: MovableClock, make: Callable[[Work, LocalHub, Callable[[], None]], Neighbours]
) -> None:
    hub, rung = LocalHub(), asyncio.Event()
    line(work, clock, "一")
    async with AsyncExitStack() as stack:
        ear = stack.enter_context(hub.listen(LIU))
        await stack.enter_async_context(at_work(make(work, hub, rung.set)))
        assert await ear.wait(20)
        line(work, clock, "二")
        assert await ear.wait(20)
        assert rung.is_set()


async def test_a_look_wakes_nobody_whose_conversation_is_as_it_was(work: Work, clock: MovableClock) -> None:
    hub = LocalHub()
    neighbours = Neighbours(work, hub, nothing)
    line(work, clock, "一")
    with hub.listen(LIU) as ear, hub.listen("F020") as other:
        await neighbours.look()
        assert await ear.wait(0.001)
        await neighbours.look()
        assert not await ear.wait(0.001)
        assert not await other.wait(0.001)


@pytest.mark.postgres
async def test_only_a_shared_database_has_neighbours(work: Work, postgres_url: str, clock: MovableClock) -> None:
    assert neighbours_of("redis://cache", work, LocalHub(), nothing) is None
    shared = open_work(postgres_url, clock.now)
    assert type(neighbours_of("", shared, LocalHub(), nothing)) is Neighbours
    assert type(neighbours_of("redis://cache", shared, LocalHub(), nothing)) is WiredNeighbours
    shared.close()
