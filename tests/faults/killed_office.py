"""The sample office as a process of its own that is killed and started again, with Telegram on this machine."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from bot.assemble import open_house
from bot.clock import SystemClock
from bot.service import House
from bot.settings import from_environment
from storage.unit import Unit
from tests.fakes.bot_api import TOKEN, BotApi
from tests.stories.telegram_office import PUBLIC, SECRET, free_port
from tests.tree import ROOT

PATIENCE = 300
"""Seconds after which something that was waited for is said not to come; nothing is measured by it."""


class Turn:
    """Awaited, lets everything else that is ready go first."""

    def __await__(self) -> Generator[None, None, None]:
        yield


@dataclass
class KilledOffice:
    """One office through all its processes.

    `traffic` counts everything that crosses the process's border, in either direction: a kill is aimed at one of those
    moments. `up` is set while a process listens.
    """

    api: BotApi
    settings: Mapping[str, str]
    log: Path
    traffic: int = 0
    up: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        """Where its process listens, always the same."""
        return f"http://127.0.0.1:{self.settings['PORT']}"

    @property
    def database(self) -> Path:
        """Its SQLite file."""
        return Path(self.settings["DATABASE_URL"].removeprefix("sqlite:///"))

    def stir(self) -> None:
        """Something crossed the border."""
        self.traffic += 1
        self._stirred.set()

    async def stirred(self) -> None:
        """Return when something has crossed the border once more."""
        self._stirred.clear()
        await self._stirred.wait()

    async def start(self) -> None:
        """A process on the same database; returns once it has said where it listens."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                env=dict(self.settings),
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            assert PUBLIC in (await self.process.stdout.readline()).decode()
            while not self.api.webhook:
                await self.api.called()
        self.up.set()

    async def kill(self) -> None:
        """The process is no more, in the middle of whatever it did."""
        assert self.process is not None
        self.up.clear()
        self.process.kill()
        await self.process.communicate()

    async def kill_after(self, crossings: int, turns: int) -> None:
        """Kill it once so many more things have crossed its border, some turns of the loop later."""
        until = self.traffic + crossings
        while self.traffic < until:
            await self.stirred()
        for _ in range(turns):
            await Turn()
        await self.kill()

    async def stop(self) -> None:
        """The process ends as it was asked to."""
        if self.process is not None and self.process.returncode is None:
            self.up.clear()
            self.process.terminate()
            await self.process.communicate()

    async def command(self, *words: str) -> tuple[int, str]:
        """What a `banshi` command on the same database returns and prints."""
        given = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            env=dict(self.settings),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await given.communicate()
        return given.returncode or 0, out.decode()

    def open(self) -> House:
        """The same office here, while no process runs."""
        settings = from_environment(self.settings)
        return open_house(settings, SystemClock(settings.zone))


def counting(office: KilledOffice) -> web.Application:
    """The Bot API, each of its calls counted as it arrives and as it is answered."""

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        office.stir()
        answer = await handler(request)
        office.stir()
        return answer

    app = office.api.app()
    app.middlewares.append(count)
    return app


@asynccontextmanager
async def killed_office(at: Path) -> AsyncIterator[KilledOffice]:
    """The office on a database at that place; no process runs yet."""
    api, settings = BotApi(), dict[str, str]()
    office = KilledOffice(api, settings, at / "log.txt")
    async with TestServer(counting(office)) as server:
        settings |= {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PORT": str(free_port()),
            "DATABASE_URL": f"sqlite:///{at}/banshi.db",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": str(server.make_url("")).rstrip("/"),
            "PUBLIC_URL": PUBLIC,
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "LOG_LEVEL": "WARNING",
        }
        api.reach = office.address
        try:
            yield office
        finally:
            await office.stop()


def let_in(unit: Unit, phones: Mapping[str, int], browsers: tuple[str, ...]) -> dict[str, str]:
    """Bind each phone's account to its person; returns a sign-in pass for everybody with a browser."""
    for person, account in phones.items():
        unit.bind("telegram", str(account), person)
    until = unit.now + timedelta(minutes=30)
    return {person: unit.issue_pass("console", person, at=unit.now, until=until) for person in browsers}
