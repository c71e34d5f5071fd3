"""The database goes away under a running service and comes back: told, nothing half written, and everything goes on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession

from bot.service import House, Service
from storage.connection import DatabaseAway
from tests.bot.small_house import CHIEF, LIU, Talk, small_house
from tests.fakes import MovableClock
from tests.fakes.wire import Wire

pytestmark = pytest.mark.postgres


@pytest.fixture
async def wire(postgres_url: str) -> AsyncIterator[Wire]:
    """The way to PostgreSQL."""
    made = Wire(urlsplit(postgres_url).port or 5432)
    await made.mend()
    yield made
    await made.cut()


@pytest.fixture
async def house(tmp_path: Path, clock: MovableClock, postgres_url: str, wire: Wire) -> AsyncIterator[House]:
    """A small office on PostgreSQL at the other end of the wire."""
    parts = urlsplit(postgres_url)
    way = f"{parts.username or 'postgres'}@127.0.0.1:{wire.port}"
    made = await asyncio.to_thread(small_house, tmp_path, clock, parts._replace(netloc=way).geturl())
    yield made
    await asyncio.to_thread(made.work.close)


@pytest.fixture
async def address(service: Service) -> AsyncIterator[str]:
    """The started service's address."""
    port = await service.start()
    yield f"http://127.0.0.1:{port}"
    await service.stop()


async def get(session: ClientSession, url: str) -> tuple[int, str]:
    async with session.get(url) as answer:
        return answer.status, await answer.text()


async def until(session: ClientSession, url: str, words: str) -> None:
    """Return once the page says so."""
    async with asyncio.timeout(60):
        while words not in (await get(session, url))[1]:
            pass


async def test_it_says_so_keeps_nothing_by_halves_and_goes_on(
    service: Service, address: str, house: House, talk: Talk, wire: Wire
) -> None:
    await talk.say(LIU, "请假", "事假", "明天上午", "明天下午", "去医院看牙")
    async with ClientSession() as session:
        await wire.cut()
        with pytest.raises(DatabaseAway):
            await service.console.receive(LIU, "submit", "text", text="提交")
        assert await get(session, f"{address}/readyz") == (503, "not ready: database\n")
        status, page = await get(session, f"{address}/as/{LIU}/")
        assert (status, "数据库暂时连不上" in page) == (503, True)
        await wire.mend()
        await until(session, f"{address}/readyz", "ready\n")
        assert await house.work.run(lambda unit: unit.db.value("SELECT COUNT(*) FROM cases")) == 0
        await service.console.receive(LIU, "submit", "text", text="提交")
        await until(session, f"{address}/as/{CHIEF}/", "刘洋 · 事假")
        assert await house.work.run(lambda unit: unit.db.value("SELECT COUNT(*) FROM cases")) == 1
