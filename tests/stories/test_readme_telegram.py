"""What the README says about connecting Telegram, done step by step with the process itself."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.phone import Phone
from tests.stories.telegram_office import PUBLIC, SECRET, free_port
from tests.tree import ROOT

README = (ROOT / "README.md").read_text("utf-8")
PATIENCE = 60


class Process:
    """`banshi run` with these settings, and what it prints and logs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def says(self, words: str, *, log: bool = False) -> str:
        """The next line it prints (or logs) that holds the words."""
        stream = self._process.stderr if log else self._process.stdout
        assert stream is not None
        async with asyncio.timeout(PATIENCE):
            while words not in (line := (await stream.readline()).decode()):
                assert line, f"it ended without saying {words}"
        return line


@asynccontextmanager
async def running(settings: Mapping[str, str]) -> AsyncIterator[Process]:
    """The service, until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        env=dict(settings),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Process(process)
    finally:
        process.terminate()
        await process.communicate()


async def bind(settings: Mapping[str, str], person: str) -> str:
    """What `banshi bind` prints."""
    command = (sys.executable, "-m", "bot", "bind", person)
    process = await asyncio.create_subprocess_exec(
        *command, env=dict(settings), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return out.decode()


@pytest.fixture
async def api() -> BotApi:
    return BotApi()


@pytest.fixture
async def settings(api: BotApi, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """The README's settings for a token, Telegram being here."""
    async with TestServer(api.app()) as server:
        yield {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PORT": str(free_port()),
            "DATABASE_URL": f"sqlite:///{tmp_path}/banshi.db",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": str(server.make_url("")).rstrip("/"),
        }


async def follow(api: BotApi, settings: Mapping[str, str]) -> None:
    """Step 4: the person follows their link and is greeted."""
    link = re.search(r"https://t\.me/banshi_test_bot\?start=(\S+)", await bind(settings, "Y022"))
    assert link is not None
    phone = Phone(api, 42, "陆子涵")
    await phone.start(link[1])
    async with asyncio.timeout(PATIENCE):
        while "请选要办的事项" not in "".join(phone.reads()):
            await api.called()
    assert "已绑定：陆子涵。" in phone.reads()


async def test_with_a_token_alone_the_messages_are_fetched(api: BotApi, settings: dict[str, str]) -> None:
    async with running(settings) as process:
        assert "由本程序去取消息" in await process.says("Telegram：已启用")
        await process.says("telegram ready", log=True)
        assert api.webhook == ""
        assert api.commands["leave"] == "请假"
        await follow(api, settings)


async def test_with_a_public_address_they_are_brought(api: BotApi, settings: dict[str, str]) -> None:
    public = {**settings, "PUBLIC_URL": PUBLIC, "TELEGRAM_WEBHOOK_SECRET": SECRET}
    api.reach = f"http://127.0.0.1:{settings['PORT']}"
    async with running(public) as process:
        assert f"{PUBLIC}/telegram" in await process.says("Telegram：已启用")
        await process.says("telegram ready", log=True)
        assert api.webhook == f"{PUBLIC}/telegram"
        await follow(api, public)
    async with running(settings) as process:
        await process.says("telegram ready", log=True)
        assert api.webhook == ""


async def test_a_proxy_stands_between(api: BotApi, settings: dict[str, str]) -> None:
    """The Bot API is asked for under another name, which only the proxy knows the way to."""
    behind = {**settings, "HTTP_PROXY": settings["TELEGRAM_API_BASE"], "TELEGRAM_API_BASE": "http://telegram.invalid"}
    async with running(behind) as process:
        await process.says("telegram ready", log=True)
    assert api.commands


async def test_until_telegram_answers_the_start_says_why(settings: dict[str, str]) -> None:
    async with running({**settings, "TELEGRAM_API_BASE": f"http://127.0.0.1:{free_port()}"}) as process:
        assert "no connection" in await process.says("telegram not ready", log=True)
    async with running({**settings, "TELEGRAM_BOT_TOKEN": "1:another"}) as process:
        assert "Unauthorized" in await process.says("telegram not ready", log=True)


def test_the_readme_names_what_was_done_here() -> None:
    section = README.partition("## Connect Telegram")[2].partition("\n## ")[0]
    for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL", "TELEGRAM_API_BASE", "HTTPS_PROXY"):
        assert f"{name}=" in section
    assert "banshi bind Y022" in section
