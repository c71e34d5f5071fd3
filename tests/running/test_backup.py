"""A backup taken while the office works, restored in a new place: all of it is there, told once."""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from storage.database import connect
from storage.unit import Unit
from storage.verify import verify
from tests.fakes import MovableClock
from tests.running.places import OnPostgres, OnSqlite, Place
from tests.stories.telegram_office import TelegramOffice, telegram_office

CLERK, HEAD, LU = "Y023", "Y020", "Y022"
LEAVE = "陆子涵 · 事假 0.5 天"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty place for an office, on each database."""
    with ExitStack() as stack:
        folder = tmp_path / "office"
        folder.mkdir()
        if request.param == "sqlite":
            yield OnSqlite(folder)
        else:
            yield OnPostgres(folder, request.getfixturevalue("postgres_server"), stack)


def said(office: TelegramOffice) -> dict[tuple[int, int], tuple[str, int]]:
    """Everything the bot has written into any chat, and how often it changed it."""
    return {
        (chat.id, shown.id): (shown.text, shown.edits)
        for chat in office.api.chats.values()
        for shown in chat.messages.values()
        if shown.by_bot
    }


async def test_after_a_restore_nothing_is_told_twice_and_an_open_case_goes_on(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, kept = MovableClock("2026-11-24T09:00"), tmp_path / "backup"
    kept.mkdir()
    monkeypatch.chdir(place.folder)
    async with telegram_office(place.var, clock, database=place.url) as office:
        await office.bind(LU, HEAD, CLERK)
        await office.says(LU, "用印")
        await office.taps(LU, "区委办公室印章")
        await office.sends(LU, "通知.pdf", b"%PDF-1.4 the attachment")
        await office.says(LU, "取消")
        await office.says(LU, "请假", "事假", "明天下午", "明天下午", "去医院看牙", "提交")
        place.back_up(kept)
    later = place.restored(kept)
    monkeypatch.chdir(later.folder)
    before = said(office)
    async with telegram_office(later.var, clock, before=office, database=later.url) as restored:
        await restored.settle()
        assert said(restored) == before
        assert await restored.taps(HEAD, "同意", LEAVE) == "已同意。"
        await restored.taps(CLERK, "登记考勤", LEAVE)
        assert "已通过" in restored.phone(LU).newest(LEAVE).text
        assert restored.house.work.run_sync(verify).ok
        digests = restored.house.work.run_sync(lambda unit: [row["sha256"] for row in unit.db.rows(_FILES)])
    (path,) = (later.var / "files").glob("*/*")
    assert [path.name] == digests
    assert path.read_bytes() == b"%PDF-1.4 the attachment"


_FILES = "SELECT DISTINCT sha256 FROM files"
_WAITING = "SELECT COUNT(*) FROM outbox WHERE channel = 'telegram' AND status IN ('queued', 'sending')"


async def test_a_backup_under_work_is_the_office_at_one_moment(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, kept = MovableClock("2026-11-24T09:00"), tmp_path / "backup"
    kept.mkdir()
    monkeypatch.chdir(place.folder)
    async with telegram_office(place.var, clock, database=place.url) as office:
        await office.bind(LU, HEAD)
        await office.sends(LU, "证明.pdf", b"%PDF-1.4")
        backing = asyncio.create_task(_after_the_first(office, place, kept))
        filed = await _file_until(office, backing)
        await backing
    later = place.restored(kept)
    monkeypatch.chdir(later.folder)
    db = connect(later.url)
    waiting, cases = db.value(_WAITING), db.value("SELECT COUNT(*) FROM cases")
    first = db.value("SELECT id FROM cases ORDER BY filed_at")
    assert verify(Unit(db, clock.now)).ok
    db.close()
    assert 1 <= cases <= filed
    before = said(office)
    clock.wait(minutes=4)
    async with telegram_office(later.var, clock, before=office, database=later.url) as restored:
        await restored.settle()
        # What waited at that moment was sent by the office that went on: it comes once more, and nothing else does.
        assert len(said(restored)) - len(before) <= waiting
        card, agree = _asked(restored, first)
        query = await restored.phone(HEAD).presses(card, agree)
        await restored.settle()
        assert restored.api.answers[query] == "已同意。"
        assert restored.house.work.run_sync(verify).ok


def _asked(office: TelegramOffice, case: str) -> tuple[int, str]:
    """The head's card of the case, and what is behind its 同意."""
    buttons = ((shown.id, b.data) for shown in office.phone(HEAD).chat.messages.values() for b in shown.buttons)
    return next((shown, data) for shown, data in buttons if data.startswith(f"do:agree:{case}:"))


async def _after_the_first(office: TelegramOffice, place: Place, kept: Path) -> None:
    """Back up once there is a case."""
    while not office.house.work.run_sync(lambda unit: unit.db.value("SELECT COUNT(*) FROM cases")):
        await office.api.called()
    await asyncio.to_thread(place.back_up, kept)


async def _file_until(office: TelegramOffice, ended: "asyncio.Task[None]") -> int:
    """One leave after the other until the backup is done, and two more; how many."""
    halves = (f"2027年{month}月{day}日上午" for month in range(3, 13) for day in range(8, 29))
    over = 0
    for number in itertools.count(1):
        half = next(halves)
        await office.says(LU, "取消", "请假", "事假", half, half, "家里有事", "提交")
        over += ended.done()
        if over == 2:
            return number
    raise AssertionError
