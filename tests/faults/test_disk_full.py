"""No room is left on the disk: what comes has to come again, nothing is kept by halves, and with room work goes on."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from storage.unit import Unit
from storage.verify import verify
from tests.fakes import MovableClock
from tests.stories.telegram_office import TelegramOffice, telegram_office

HEAD, LU = "Y020", "Y022"
REASON = "家里老人住院，要去医院陪护，" * 15


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TelegramOffice]:
    """The sample office at work."""
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00")) as opened:
        await opened.bind(LU, HEAD)
        yield opened


def room_for(office: TelegramOffice, pages: int) -> None:
    """The database may grow by so many pages and no more, as on a disk that is full."""

    def limit(unit: Unit) -> None:
        now = int(unit.db.value("PRAGMA page_count"))
        unit.db.value(f"PRAGMA max_page_count = {now + pages}")

    office.house.work.run_sync(limit)


def updates(office: TelegramOffice) -> Iterator[dict[str, Any]]:
    """One leave after the other, line by line, as Telegram brings them."""
    for number, day in enumerate(range(1, 200)):
        half = f"{(date(2026, 11, 25) + timedelta(days=day)).isoformat()}上午"
        for line, text in enumerate(("取消", "请假", "事假", half, half, REASON, "提交")):
            yield {"update_id": 9000 + 10 * number + line, **office.phone(LU).message(text, text=text)}


def cases(office: TelegramOffice) -> int:
    """How many requests are kept, in a database that is sound."""
    assert office.house.work.run_sync(verify).ok
    return office.house.work.run_sync(lambda unit: int(unit.db.value("SELECT COUNT(*) FROM cases")))


async def test_on_a_full_disk_nothing_is_kept_by_halves_and_with_room_it_goes_on(office: TelegramOffice) -> None:
    coming, handed_in = updates(office), 0
    for _ in range(7):
        assert await office.api.redeliver(next(coming)) == 200
    await office.settle()
    assert cases(office) == 1
    room_for(office, 0)
    for update in coming:
        if await office.api.redeliver(update) == 503:
            break
        handed_in += update["message"]["text"] == "提交"
    assert cases(office) <= 1 + handed_in
    async with ClientSession() as session, session.get(f"{office.api.reach}/readyz") as answer:
        assert answer.status == 200
    room_for(office, 10_000)
    assert await office.api.redeliver(update) == 200
    await office.settle()
    assert await office.taps(HEAD, "同意", "陆子涵 · 事假 0.5 天") == "已同意。"
    assert cases(office) >= 1
