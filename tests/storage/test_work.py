"""Units of work: together or not at all, durable before anybody is told, each on its own where one fails."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.errors import Refused
from storage.database import connect, open_work
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


def broken(result: object) -> str:
    """What a unit failed by, in the word both drivers have for it (empty: it did not fail)."""
    names = {base.__name__ for base in type(result).__mro__}
    return next((name for name in ("Refused", "IntegrityError", "BaseException") if name in names), "")


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
    assert [broken(result) for result in results] == ["", "Refused", "", "IntegrityError", ""]
    assert await work.run(keys) == {"a", "b", "c"}
    assert await work.run(lambda unit: unit.db.value("SELECT COUNT(*) FROM cases")) == 0


async def test_nobody_is_told_before_it_is_durable(reopen: Reopen, url: str) -> None:
    work = reopen()
    other = connect(url)
    for count in range(20):
        await work.run(keep_key(str(count)))
        assert other.value("SELECT 1 FROM event_keys WHERE key = :key", key=str(count))
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
    end = work.on_commit(lambda _news: heard.append(threading.get_ident()))
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
    async with asyncio.timeout(10):
        while await work.run(keys) != {"a"}:
            await one_turn()


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
from storage.database import open_work
from tests.storage.conftest import fixed_clock
from tests.storage.sample import WANG, entered, file

work = open_work(sys.argv[1], fixed_clock)
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
    again = open_work(url, fixed_clock)
    kept = again.run_sync(lambda unit: {case.no for case in unit.box("mine", LIU, offset=0, limit=10**6)})
    again.close()
    assert set(told) <= kept
    assert len(kept) - len(set(told)) <= 1
