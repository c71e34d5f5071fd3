"""Two processes on one PostgreSQL are one office: what is decided in one is shown in the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar, StreamReader

from storage.database import connect
from tests.bot.office_folder import office_folder
from tests.bot.test_run import running, say, sign_in

pytestmark = [pytest.mark.postgres, pytest.mark.redis]
CHIEF, LIU = "F020", "F021"


class Browser:
    """One person signed in at one of the processes, their page open."""

    def __init__(self, session: ClientSession, address: str, person: str, live: StreamReader) -> None:
        self._session = session
        self._address = address
        self._person = person
        self._live = live

    async def say(self, *texts: str) -> None:
        """Send each line through the page."""
        for text in texts:
            await say(self._session, self._address, self._person, text)

    async def shows(self, words: str) -> None:
        """Return once the open page was told these words."""
        async with asyncio.timeout(60):
            while words not in (await self._live.readline()).decode():
                assert not self._live.at_eof()


@asynccontextmanager
async def browser(folder: Path, address: str, person: str, **settings: str) -> AsyncIterator[Browser]:
    """The person signs in there and leaves the page open."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        await sign_in(session, folder, address, person, **settings)
        async with session.get(f"{address}/as/{person}/events?after=0") as response:
            assert response.status == 200
            yield Browser(session, address, person, response.content)


def code_of(url: str) -> str:
    """What the only case is called in a chat."""
    db = connect(url)
    found = str(db.value("SELECT code FROM cases"))
    db.close()
    return found


@pytest.mark.parametrize("wired", [True, False], ids=["with Redis", "without Redis"])
async def test_a_decision_in_one_is_shown_in_the_other(
    tmp_path: Path, postgres_url: str, redis_url: str, wired: bool
) -> None:
    office_folder(tmp_path / "office")
    shared = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url if wired else "", "SECRET_KEY": "k" * 20}
    async with AsyncExitStack() as stack:
        _, first = await stack.enter_async_context(running(tmp_path, **shared))
        _, second = await stack.enter_async_context(running(tmp_path, **shared))
        liu = await stack.enter_async_context(browser(tmp_path, first, LIU, **shared))
        chief = await stack.enter_async_context(browser(tmp_path, second, CHIEF, **shared))
        await liu.say("请假", "事假", "下周三上午", "下周三下午", "去医院看牙", "提交")
        await chief.shows("刘洋 · 事假")
        await chief.say(f"不同意 {await asyncio.to_thread(code_of, postgres_url)} 那天人手不够")
        await liu.shows("那天人手不够")
