"""Units of work on PostgreSQL: several at once, none of them in another's way without knowing it."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from flows.approval.outcome import Effects, Timer
from flows.cards import Message
from storage.connection import DatabaseAway
from storage.database import connect, open_work, prepare
from storage.pool import ATTEMPTS
from storage.postgres import place_of, translated
from storage.scratch import in_schema
from storage.unit import Unit
from storage.work import Work
from tests.storage.conftest import fixed_clock
from tests.storage.sample import DUE, LI, LIU, NOW, WANG, done, entered, file, go_on

pytestmark = pytest.mark.postgres


@pytest.fixture
def work(postgres_url: str) -> Iterator[Work]:
    opened = open_work(postgres_url, fixed_clock)
    yield opened
    opened.close()


@pytest.fixture
def other(postgres_url: str) -> Iterator[Work]:
    """A second process's way to the same database."""
    opened = open_work(postgres_url, fixed_clock)
    yield opened
    opened.close()


async def test_an_event_that_comes_to_two_processes_is_new_once(work: Work, other: Work) -> None:
    units = (place.run(lambda unit: unit.first_time("same", NOW)) for place in (work, other) for _ in range(10))
    assert (await asyncio.gather(*units)).count(True) == 1


async def test_two_who_decide_at_once_are_both_kept(work: Work, other: Work) -> None:
    """The second waits for the first, then decides on the case as it is by then."""
    case = await work.run(lambda unit: file(unit, entered(WANG, LI)))
    await asyncio.gather(
        work.run(lambda unit: go_on(unit, unit.case(case.id), done(WANG, 0))),
        other.run(lambda unit: go_on(unit, unit.case(case.id), done(LI, 0))),
    )
    kept = await work.run(lambda unit: unit.journal(case.id))
    assert {entry.actor for entry in kept if entry.act == "done"} == {WANG, LI}
    assert [entry.seq for entry in kept] == [1, 2, 3, 4]


async def test_numbers_are_given_out_once_and_without_a_gap(work: Work, other: Work) -> None:
    cases = await asyncio.gather(*(place.run(file) for place in (work, other) for _ in range(10)))
    assert sorted(case.no for case in cases) == [f"QJ-2026-{count:04d}" for count in range(1, 21)]


def held(unit: Unit, taken: threading.Event, go_on_now: threading.Event) -> None:
    taken.set()
    assert go_on_now.wait(10)


@pytest.mark.parametrize("what", ["outbox", "timers"])
async def test_what_one_has_claimed_is_not_given_to_the_other(work: Work, other: Work, what: str) -> None:
    def prepared(unit: Unit) -> None:
        unit.bind("post", LIU, LIU)
        unit.say(LIU, Message(text="一"))
        file(unit, entered(WANG, due=DUE), effects=Effects(timers=(Timer(DUE, "due", 0),)))

    def claim(unit: Unit) -> int:
        found = unit.due_outbox(NOW, 10) if what == "outbox" else unit.due_timers(DUE, 10)
        return len(found)

    taken, go_on_now = threading.Event(), threading.Event()

    def claim_and_hold(unit: Unit) -> int:
        count = claim(unit)
        held(unit, taken, go_on_now)
        return count

    await work.run(prepared)
    first = asyncio.create_task(work.run(claim_and_hold))
    await asyncio.to_thread(taken.wait, 10)
    assert await other.run(claim) == 0
    go_on_now.set()
    assert await first == 1


def bind_both(unit: Unit) -> None:
    unit.bind("console", LIU, LIU)
    unit.bind("console", WANG, WANG)


async def test_a_deadlock_is_undone_and_the_unit_run_again(work: Work) -> None:
    """Two units lock two rows crosswise; the server ends one, which then finds the way free."""
    await work.run(bind_both)
    both = threading.Barrier(2, timeout=10)
    runs: list[str] = []

    def rename(first: str, second: str, unit: Unit) -> None:
        runs.append(first)
        for step, person in enumerate((first, second)):
            unit.db.change("UPDATE bindings SET person = person WHERE account = :account", account=person)
            if step == 0 and len(runs) <= 2:
                both.wait()

    await asyncio.gather(work.run(lambda unit: rename(LIU, WANG, unit)), work.run(lambda unit: rename(WANG, LIU, unit)))
    assert len(runs) > 2


async def test_a_conflict_that_stays_is_told_after_some_runs(work: Work) -> None:
    runs: list[int] = []

    def clash(unit: Unit) -> None:
        runs.append(1)
        for _ in range(2):
            unit.db.change("INSERT INTO event_keys (key, at, answer) VALUES ('same', '', '')")

    with pytest.raises(psycopg.errors.UniqueViolation):
        await work.run(clash)
    assert len(runs) == ATTEMPTS


async def test_a_connection_that_broke_before_the_commit_is_made_good(work: Work, other: Work) -> None:
    runs: list[int] = []

    def broken(unit: Unit) -> bool:
        runs.append(1)
        process = unit.db.value("SELECT pg_backend_pid()")
        if len(runs) == 1:
            other.run_sync(lambda ending: ending.db.value("SELECT pg_terminate_backend(:process)", process=process))
        return unit.first_time("k", NOW)

    assert await work.run(broken)
    assert len(runs) == 2


def test_a_server_that_is_not_there_is_one_sentence_without_the_password() -> None:
    with pytest.raises(DatabaseAway) as told:
        prepare("postgresql://office:secret@127.0.0.1:1/facts")
    assert "127.0.0.1:1/facts" in str(told.value)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_an_address_that_cannot_be_read_says_how_to_write_it() -> None:
    with pytest.raises(DatabaseAway, match="postgresql://"):
        place_of("postgresql://office:100%@host/x")


def test_text_sorts_as_in_sqlite_whatever_the_language(postgres_url: str) -> None:
    db = connect(postgres_url)
    for key in ("b", "~", "A", "a", "", "办"):
        db.change("INSERT INTO event_keys (key, at, answer) VALUES (:key, '', '')", key=key)
    assert [row["key"] for row in db.rows("SELECT key FROM event_keys ORDER BY key")] == ["", "A", "a", "b", "~", "办"]
    db.close()


def test_a_statement_is_translated_and_nothing_else_in_it() -> None:
    assert translated("SELECT x::text FROM t WHERE a = :a AND b LIKE 'h-%'") == (
        "SELECT x::text FROM t WHERE a = %(a)s AND b LIKE 'h-%%'"
    )


def test_a_schema_is_added_to_what_the_address_says_already() -> None:
    assert in_schema("postgresql://h/d?sslmode=require&options=-c%20a%3Db", "s") == (
        "postgresql://h/d?sslmode=require&options=-c%20a%3Db%20-csearch_path%3Ds"
    )


async def test_a_checkpoint_waits_for_lines_that_are_being_written(work: Work, other: Work) -> None:
    taken, go_on_now = threading.Event(), threading.Event()

    def file_slowly(unit: Unit) -> None:
        file(unit, entered(WANG))
        held(unit, taken, go_on_now)

    slow = asyncio.create_task(work.run(file_slowly))
    await asyncio.to_thread(taken.wait, 10)
    sealing = asyncio.create_task(other.run(lambda unit: unit.checkpoint(NOW)))
    waits = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation = 'journal'::regclass"
    async with asyncio.timeout(10):
        while not await other.run(lambda unit: unit.db.value(waits)):
            assert not sealing.done()
    go_on_now.set()
    await slow
    assert await sealing == 1


async def test_a_link_shown_twice_at_once_lets_one_in(work: Work, other: Work) -> None:
    until = NOW + timedelta(hours=1)
    link = await work.run(lambda unit: unit.issue_pass("console", LIU, at=NOW, until=until))

    def use(unit: Unit) -> str:
        person = unit.pass_of("console", link, NOW)
        unit.end_pass("console", link)
        return person

    assert sorted(await asyncio.gather(work.run(use), other.run(use), work.run(use))) == ["", "", LIU]
