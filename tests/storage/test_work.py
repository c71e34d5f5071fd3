"""Units of work: together or not at all, durable before anybody is told, each on its own where one fails."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.errors import Refused
from storage.connection import DriverError
from storage.database import connect
from storage.unit import Unit
from storage.work import Closed, Work
from tests.storage.conftest import fixed_clock
from tests.storage.sample import LIU, NOW, WANG, done, entered, file, go_on

Reopen = Callable[[], Work]


def keep_key(key: str) -> Callable[[Unit], str]:
    def unit(given: Unit) -> str:
        assert given.first_time(key, NOW)
        return key

    return unit


async def one_turn() -> None:
    """Let every task that is ready go as far as it can."""
    turned = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turned.set_result, None)
    await turned


def keys(unit: Unit) -> set[str]:
    return {row["key"] for row in unit.db.rows("SELECT key FROM event_keys")}


async def test_a_unit_gives_back_what_it_returns(work: Work) -> None:
    assert await work.run(keep_key("a")) == "a"
    assert await work.run(keys) == {"a"}


async def test_an_error_undoes_its_own_unit_and_no_other(work: Work) -> None:
    def refuse(unit: Unit) -> None:
        file(unit)
        raise Refused("不行")

    def clash(unit: Unit) -> None:
        keep_key("bad")(unit)
        unit.db.change("INSERT INTO event_keys (key, at, answer) VALUES ('bad', '', '')")

    units: list[Callable[[Unit], object]] = [keep_key("a"), refuse, keep_key("b"), clash, keep_key("c")]
    results = await asyncio.gather(*(work.run(unit) for unit in units), return_exceptions=True)
    assert [type(result) for result in results] == [str, Refused, str, sqlite3.IntegrityError, str]
    assert await work.run(keys) == {"a", "b", "c"}
    assert await work.run(lambda unit: unit.db.value("SELECT COUNT(*) FROM cases")) == 0


async def test_what_queues_meanwhile_is_committed_together(reopen: Reopen) -> None:
    """While one unit holds the writer, those that queue become one group: one commit, seen from outside."""
    work = reopen()
    held, go_on_now = threading.Event(), threading.Event()

    def hold(unit: Unit) -> None:
        held.set()
        assert go_on_now.wait(10)

    commits: list[int] = []
    work.on_commit(lambda: commits.append(1))
    first = asyncio.create_task(work.run(hold))
    await asyncio.to_thread(held.wait, 10)
    rest = [asyncio.create_task(work.run(keep_key(str(count)))) for count in range(20)]
    await one_turn()
    go_on_now.set()
    await asyncio.gather(first, *rest)
    assert len(commits) == 1


async def test_nobody_is_told_before_it_is_durable(reopen: Reopen, tmp_path: Path) -> None:
    work = reopen()
    other = sqlite3.connect(tmp_path / "banshi.db")
    for count in range(20):
        await work.run(keep_key(str(count)))
        assert other.execute("SELECT 1 FROM event_keys WHERE key = ?", (str(count),)).fetchone()
    other.close()


async def test_kept_facts_are_there_after_reopening(reopen: Reopen) -> None:
    work = reopen()
    case = await work.run(lambda unit: file(unit, entered(WANG)))
    case = await work.run(lambda unit: go_on(unit, case, done(WANG, 0)))
    again = reopen()
    assert await again.run(lambda unit: unit.case(case.id)) == case


async def test_listeners_hear_of_changes_only_and_on_their_loop(work: Work) -> None:
    heard: list[int] = []
    loop_thread = threading.get_ident()
    end = work.on_commit(lambda: heard.append(threading.get_ident()))
    await work.run(keys)
    assert heard == []
    await work.run(keep_key("a"))
    assert heard == [loop_thread]
    end()
    await work.run(keep_key("b"))
    assert heard == [loop_thread]


async def test_a_cancelled_caller_loses_nothing(work: Work) -> None:
    held, go_on_now = threading.Event(), threading.Event()

    def hold(unit: Unit) -> None:
        held.set()
        assert go_on_now.wait(10)

    first = asyncio.create_task(work.run(hold))
    await asyncio.to_thread(held.wait, 10)
    second = asyncio.create_task(work.run(keep_key("a")))
    await one_turn()
    second.cancel()
    go_on_now.set()
    await first
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await work.run(keys) == {"a"}


def test_closing_finishes_what_was_taken_in(reopen: Reopen) -> None:
    work = reopen()
    held, go_on_now = threading.Event(), threading.Event()

    def hold(unit: Unit) -> str:
        held.set()
        assert go_on_now.wait(10)
        return keep_key("a")(unit)

    results: list[str] = []
    caller = threading.Thread(target=lambda: results.append(work.run_sync(hold)))
    caller.start()
    assert held.wait(10)
    closer = threading.Thread(target=work.close)
    closer.start()
    go_on_now.set()
    caller.join(10)
    closer.join(10)
    assert results == ["a"]
    with pytest.raises(Closed):
        work.run_sync(keys)
    work.close()
    assert reopen().run_sync(keys) == {"a"}


def test_a_unit_cannot_start_another_one(work: Work) -> None:
    with pytest.raises(RuntimeError, match="another"):
        work.run_sync(lambda _: work.run_sync(keys))


async def test_an_error_no_future_can_carry_is_still_raised(work: Work) -> None:
    def stop(unit: Unit) -> None:
        raise StopIteration

    with pytest.raises(RuntimeError, match="StopIteration"):
        await work.run(stop)
    assert await work.run(keys) == set()


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
    assert all(isinstance(result, DriverError) for result in results)
    assert await work.run(keys) == set()
    assert await work.run(keep_key("c")) == "c"


def test_a_unit_tells_one_moment(work: Work) -> None:
    assert work.run_sync(lambda unit: (unit.now, unit.now)) == (NOW, NOW)


def test_a_group_larger_than_the_limit_loses_nobody(reopen: Reopen) -> None:
    async def many(work: Work) -> None:
        await asyncio.gather(*(work.run(keep_key(str(count))) for count in range(600)))

    asyncio.run(many(reopen()))
    assert len(reopen().run_sync(keys)) == 600


async def test_duplicates_in_a_race_are_new_once(work: Work) -> None:
    answers = await asyncio.gather(*(work.run(lambda unit: unit.first_time("same", NOW)) for _ in range(20)))
    assert answers.count(True) == 1


WRITER = """
import sys
from storage.database import connect
from storage.work import Work
from tests.storage.conftest import fixed_clock
from tests.storage.sample import WANG, entered, file

work = Work(connect(sys.argv[1]), fixed_clock)
while True:
    print(work.run_sync(lambda unit: file(unit, entered(WANG)).no), flush=True)
"""


def test_everything_acknowledged_survives_a_kill(url: str) -> None:
    root = Path(__file__).resolve().parents[2]
    writer = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True, cwd=root)
    assert writer.stdout is not None
    told = [writer.stdout.readline().strip() for _ in range(40)]
    writer.kill()
    told += [line.strip() for line in writer.stdout.read().splitlines() if line.strip().startswith("QJ-")]
    writer.stdout.close()
    writer.wait()
    assert all(told[:40])
    again = Work(connect(url), fixed_clock)
    kept = again.run_sync(lambda unit: {case.no for case in unit.box("mine", LIU, offset=0, limit=10**6)})
    again.close()
    assert set(told) <= kept
    assert len(kept) - len(set(told)) <= 1
