"""The process itself: started, used, killed at any moment, started again."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from tests.bot.office_folder import office_folder
from tests.tree import ROOT


def environment_of(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """What the process is told: the folder's database, unless the settings name another."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "OFFICE": str(folder / "office"),
        "DATABASE_URL": f"sqlite:///{folder}/var/banshi.db",
        "PORT": "0",
        **settings,
    }


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`banshi run` in the folder, and the address it printed."""
    command, given = (sys.executable, "-m", "bot", "run"), environment_of(folder, settings)
    process = await asyncio.create_subprocess_exec(*command, env=given, cwd=folder, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            line = (await process.stdout.readline()).decode()
        yield process, line.rsplit(" ", 1)[1].strip()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def sign_in(session: ClientSession, folder: Path, address: str, person: str, **settings: str) -> None:
    """Follow the link `banshi bind` gives, while the service runs."""
    command = (sys.executable, "-m", "bot", "bind", person)
    given = await asyncio.create_subprocess_exec(
        *command, env=environment_of(folder, settings), cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await given.communicate()
    link = re.search(r"/sign-in/([A-Za-z0-9_-]+)", out.decode())
    assert link is not None
    async with session.post(f"{address}/sign-in", data={"shown": link[1]}) as answer:
        assert answer.status == 200


async def say(session: ClientSession, address: str, person: str, text: str) -> None:
    """Send one line through the page's own form."""
    async with session.get(f"{address}/as/{person}/") as page:
        html = await page.text()
    form = html[html.index("/say") :]
    token, key = (re.search(rf'name="{name}" value="([^"]+)"', form) for name in ("token", "key"))
    assert token is not None
    assert key is not None
    fields = {"token": token[1], "key": key[1], "text": text}
    async with session.post(f"{address}/as/{person}/say", data=fields, allow_redirects=False) as answer:
        assert answer.status == 303


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as made:
        yield made


async def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path: Path, session: ClientSession) -> None:
    office_folder(tmp_path / "office")
    async with running(tmp_path) as (process, address):
        await sign_in(session, tmp_path, address, "F021")
        for text in ("请假", "事假", "明天上午"):
            await say(session, address, "F021", text)
        process.send_signal(signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
    async with running(tmp_path) as (process, address):
        for text in ("明天下午", "去医院看牙", "提交"):
            await say(session, address, "F021", text)
        await sign_in(session, tmp_path, address, "F020")
        async with session.get(f"{address}/as/F020/") as page:
            assert "刘洋 · 事假" in await page.text()
        process.terminate()
        async with asyncio.timeout(20):
            assert await process.wait() == 0
