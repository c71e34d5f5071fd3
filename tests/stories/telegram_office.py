"""The sample office at work in Telegram: a phone for each person, and a clock that is moved by hand."""

import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp.test_utils import TestServer

from bot.assemble import open_house
from bot.channels.pacer import Pacer, Rate
from bot.service import House, Service
from bot.settings import from_environment
from storage.unit import Unit
from tests.fakes import MovableClock
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.phone import Phone
from tests.tree import ROOT

AT_ONCE = Rate(1000, 0.0)
"""No test waits for its turn; `tests/bot/test_pacer.py` asks about that."""
PUBLIC = "https://office.example"
SECRET = "a-secret_of-the-webhook"
_LINK = re.compile(r"t\.me/banshi_test_bot\?start=([A-Za-z0-9_-]{1,64})")


@dataclass
class TelegramOffice:
    """The office seen from its people's phones."""

    api: BotApi
    house: House
    service: Service
    clock: MovableClock
    phones: dict[str, Phone] = field(default_factory=dict)

    def phone(self, person: str) -> Phone:
        """The person's phone; accounts are numbered as people are met."""
        if person not in self.phones:
            found = self.house.office.people.get(person)
            self.phones[person] = Phone(self.api, 1001 + len(self.phones), found.name if found else person)
        return self.phones[person]

    def link(self, person: str) -> str:
        """What a new binding link of the person's carries."""
        found = self.house.office.person(person)
        links = self.house.work.run_sync(lambda unit: self.service.access.links(unit, found))
        payload = _LINK.search(links.binding)
        assert payload is not None, links.binding
        return payload[1]

    async def bind(self, *people: str) -> None:
        """Each follows a link of their own."""
        for person in people:
            await self.phone(person).start(self.link(person))
            await self.settle()

    async def says(self, person: str, *texts: str) -> None:
        """Send each text, a minute between two."""
        for text in texts:
            self.clock.wait(minutes=1)
            await self.phone(person).says(text)
            await self.settle()

    async def sends(self, person: str, name: str, content: bytes, caption: str = "") -> None:
        """Send a file."""
        self.clock.wait(minutes=1)
        await self.phone(person).sends(name, content, caption)
        await self.settle()

    async def taps(self, person: str, label: str, on: str = "") -> str:
        """Press a button; returns what flashes up."""
        self.clock.wait(minutes=1)
        query = await self.phone(person).taps(label, on)
        await self.settle()
        return self.api.answers.get(query, "")

    async def settle(self) -> None:
        """Everything on its way has arrived."""
        if not self.api.webhook:
            await self.api.fetched()
        assert self.service.telegram is not None
        await self.service.telegram.taking.settle()
        await self.service.delivery.settle()

    async def wait(self, until: str) -> None:
        """The clock is set forward and everything that fell due is carried out."""
        self.clock.set(until)
        await self.service.scheduler.settle()
        await self.settle()

    def attempts(self) -> list[tuple[str, str]]:
        """Who reached for what is not theirs, and for what."""

        def read(unit: Unit) -> list[tuple[str, str]]:
            return [(row["person"], row["what"]) for row in unit.db.rows("SELECT * FROM access_log ORDER BY id")]

        return self.house.work.run_sync(read)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def telegram_office(
    at: Path,
    clock: MovableClock,
    *,
    webhook: bool = True,
    folder: Path = ROOT / "offices" / "sample",
    before: TelegramOffice | None = None,
    database: str = "",
) -> AsyncIterator[TelegramOffice]:
    """The folder's office and its bot on a database at that place (or that address), with a Bot API on this machine.

    `before` is what ran there earlier: Telegram and the phones go on.
    """
    api = before.api if before else BotApi()
    async with TestServer(api.app()) as server:
        port = free_port()
        environment = {
            "OFFICE": str(folder),
            "DATABASE_URL": database or f"sqlite:///{at}/banshi.db",
            "PORT": str(port),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": str(server.make_url("")).rstrip("/"),
        }
        if webhook:
            environment |= {"PUBLIC_URL": PUBLIC, "TELEGRAM_WEBHOOK_SECRET": SECRET}
        house = open_house(from_environment(environment), clock)
        service = Service(house, Pacer(AT_ONCE, AT_ONCE, AT_ONCE))
        api.reach = f"http://127.0.0.1:{await service.start()}"
        try:
            if service.telegram is not None:
                await service.telegram.line.ready()
            yield TelegramOffice(api, house, service, clock, before.phones if before else {})
        finally:
            await service.stop()
