"""Group commit on the embedded database: what queues is committed together, or falls together."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator

import pytest

from storage.database import open_work
from storage.unit import Unit
from storage.work import Work
from tests.storage.conftest import fixed_clock
from tests.storage.test_work import keep_key, keys, one_turn


@pytest.fixture
def work(file_url: str) -> Iterator[Work]:
    opened = open_work(file_url, fixed_clock)
    yield opened
    opened.close()


async def test_what_queues_meanwhile_is_committed_together(work: Work) -> None:
    """While one unit holds the writer, those that queue become one group: one commit, seen from outside."""
    held, go_on_now = threading.Event(), threading.Event()

    def hold(unit: Unit) -> None:
        held.set()
        assert go_on_now.wait(10)

    commits: list[int] = []
    work.on_commit(lambda _news: commits.append(1))
    first = asyncio.create_task(work.run(hold))
    await asyncio.to_thread(held.wait, 10)
    rest = [asyncio.create_task(work.run(keep_key(str(count)))) for count in range(20)]
    await one_turn()
    go_on_now.set()
    await asyncio.gather(first, *rest)
    assert len(commits) == 1


async def test_a_lost_transaction_fails_the_whole_group_and_the_next_goes_on(work: Work) -> None:
    held, go_on_now = threading.Event(), threading.Event()

    def hold(unit: Unit) -> None:
        held.set()
        assert go_on_now.wait(10)

    def lose(unit: Unit) -> None:
        unit.db.roll_back()

    first = asyncio.create_task(work.run(hold))
    await asyncio.to_thread(held.wait, 10)
    rest = [asyncio.create_task(work.run(unit)) for unit in (keep_key("a"), lose, keep_key("b"))]
    await one_turn()
    go_on_now.set()
    await first
    results = await asyncio.gather(*rest, return_exceptions=True)
    assert all(isinstance(result, sqlite3.Error) for result in results)
    assert await work.run(keys) == set()
    assert await work.run(keep_key("c")) == "c"
