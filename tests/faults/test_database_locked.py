"""Somebody else's process holds the SQLite file: what comes meanwhile waits, or has to come again, and counts once."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

from storage.unit import Unit
from storage.verify import verify
from tests.fakes import MovableClock
from tests.stories.telegram_office import TelegramOffice, telegram_office

HEAD, LU = "Y020", "Y022"
LINES = ("请假", "事假", "11月25日上午", "11月25日上午", "去医院看牙", "提交")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TelegramOffice]:
    """The sample office; its database waits but a moment for a lock."""
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00")) as opened:
        opened.house.work.run_sync(lambda unit: unit.db.rows("PRAGMA busy_timeout = 20"))
        await opened.bind(LU, HEAD)
        yield opened


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another process is writing, and does not come to an end."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def ready(office: TelegramOffice) -> int:
    """What `/readyz` answers."""
    async with ClientSession() as session, session.get(f"{office.api.reach}/readyz") as answer:
        return answer.status


async def test_what_comes_while_it_is_locked_comes_again_and_counts_once(
    office: TelegramOffice, tmp_path: Path
) -> None:
    lu = office.phone(LU)
    await office.says(LU, *LINES[:-1])
    submit = {"update_id": 9000, **lu.message(LINES[-1], text=LINES[-1])}
    with locked(tmp_path / "banshi.db"):
        assert await office.api.redeliver(submit) == 503
        assert await ready(office) == 503
    assert await ready(office) == 200
    assert await office.api.redeliver(submit) == 200
    assert await office.api.redeliver(submit) == 200
    await office.settle()
    shown, agree = office.phone(HEAD).button("同意", "陆子涵 · 事假 0.5 天")
    with locked(tmp_path / "banshi.db"):
        query = await office.phone(HEAD).presses(shown.id, agree.data)
        assert office.api.statuses[-1] == 503
        assert query not in office.api.answers
    assert await office.taps(HEAD, "同意", "陆子涵 · 事假 0.5 天") == "已同意。"

    def read(unit: Unit) -> tuple[int, int, bool]:
        cases = unit.db.value("SELECT COUNT(*) FROM cases")
        agreed = unit.db.value("SELECT COUNT(*) FROM journal WHERE act = 'done' AND actor = :head", head=HEAD)
        return cases, agreed, verify(unit).ok

    assert office.house.work.run_sync(read) == (1, 1, True)


async def test_what_was_decided_is_shown_once_the_lock_is_gone(office: TelegramOffice, tmp_path: Path) -> None:
    """The sender and the timers outlive it."""
    await office.says(LU, *LINES)
    with locked(tmp_path / "banshi.db"):
        office.service.delivery.ring()
        office.service.scheduler.ring()
        assert await ready(office) == 503
    await office.taps(HEAD, "同意", "陆子涵 · 事假 0.5 天")
    assert "待您审批" not in office.phone(HEAD).newest("陆子涵 · 事假 0.5 天").text
    assert await ready(office) == 200
