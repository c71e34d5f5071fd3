"""The service at work: listening, ready, measured, stopped and started again; nothing decided is lost between."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.service import House, Service
from bot.web import PortTaken
from tests.bot.small_house import CHIEF, LIU, Talk, small_house
from tests.fakes import MovableClock


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as made:
        yield made


@pytest.fixture
async def address(service: Service) -> AsyncIterator[str]:
    """The started service's address."""
    port = await service.start()
    yield f"http://127.0.0.1:{port}"
    await service.stop()


async def get(session: ClientSession, url: str) -> tuple[int, str]:
    async with session.get(url) as answer:
        return answer.status, await answer.text()


async def test_it_is_well_ready_and_measured(session: ClientSession, address: str, talk: Talk) -> None:
    assert await get(session, f"{address}/healthz") == (200, "ok\n")
    assert await get(session, f"{address}/readyz") == (200, "ready\n")
    await talk.say(LIU, "请假")
    status, figures = await get(session, f"{address}/metrics")
    assert status == 200
    assert 'banshi_events_total{channel="console",kind="text",outcome="done"} 1' in figures
    assert "banshi_outbox_lag_seconds 0" in figures
    assert LIU not in figures


async def test_without_its_database_it_is_not_ready(session: ClientSession, address: str, house: House) -> None:
    await asyncio.to_thread(house.work.close)
    assert await get(session, f"{address}/healthz") == (200, "ok\n")
    assert await get(session, f"{address}/readyz") == (503, "not ready: database\n")


async def test_the_sample_office_opens_in_a_browser(session: ClientSession, address: str, talk: Talk) -> None:
    status, page = await get(session, f"{address}/")
    assert (status, "刘洋" in page, "试点办公室" in page) == (200, True, True)
    await talk.file_leave()
    status, page = await get(session, f"{address}/as/{LIU}/")
    assert (status, "待王芳审核" in page) == (200, True)


async def test_a_card_reaches_the_approvers_open_window(session: ClientSession, address: str, talk: Talk) -> None:
    async with asyncio.timeout(10), session.get(f"{address}/as/{CHIEF}/events") as stream:
        await talk.file_leave()
        shown = ""
        async for line in stream.content:
            shown = line.decode()
            if "待您审核" in shown:
                break
    assert "待您审核" in shown


async def test_a_taken_port_is_one_sentence_and_leaves_nothing_running(service: Service, house: House) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"{port}.*PORT=") as told:
            await Service(taking(house, port)).start()
    assert str(told.value).count("。") == 1
    assert await service.lacking() == ()


def taking(house: House, port: int) -> House:
    """The same house, asked to listen on that port."""
    return replace(house, settings=replace(house.settings, port=port))


async def test_stopped_and_started_again_it_goes_on_where_it_was(tmp_path: Path, clock: MovableClock) -> None:
    first = small_house(tmp_path, clock)
    service = Service(first)
    await service.start()
    talk = Talk(service, clock)
    await talk.say(LIU, "请假", "事假")
    await service.stop()

    second = small_house(tmp_path, clock)
    service = Service(second)
    talk = Talk(service, clock)
    assert (await talk.read(LIU))[-1] == "从什么时候开始？"
    await service.console.receive(LIU, "after", "text", text="明天上午")
    assert (await talk.read(LIU))[-1] == "到什么时候结束？"
    second.work.close()


async def test_what_was_decided_but_not_sent_is_sent_after_the_restart(tmp_path: Path, clock: MovableClock) -> None:
    first = small_house(tmp_path, clock)
    await Talk(Service(first), clock).file_leave()
    first.work.run_sync(lambda unit: unit.db.change("UPDATE outbox SET status = 'sending' WHERE person = 'F020'"))
    first.work.run_sync(lambda unit: unit.db.change("DELETE FROM console_messages WHERE person = 'F020'"))
    first.work.close()

    second = small_house(tmp_path, clock)
    service = Service(second)
    await service.delivery.settle()
    assert await Talk(service, clock).read(CHIEF) == ["待您审核"]
    second.work.close()
