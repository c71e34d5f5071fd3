"""A running office: what it knows, and the loops and the web server at work in it."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from bot.access import Access
from bot.channels.base import Channel
from bot.channels.closed import ClosedChannel
from bot.channels.console import add_console
from bot.channels.console_guard import ConsoleSettings
from bot.channels.console_hub import LocalHub
from bot.channels.console_sender import ConsoleSender
from bot.channels.console_sign_in import SignIn
from bot.channels.pacer import Pacer
from bot.console_desk import CHANNEL, ConsoleDesk
from bot.delivery import Delivery
from bot.intake import Intake
from bot.logs import tell, tell_bug
from bot.metrics import Metrics
from bot.neighbours import neighbours_of
from bot.scheduler import Scheduler
from bot.secret import secret_for
from bot.settings import Settings
from bot.uploads import LIMIT, Uploads
from bot.web import Server, add_health
from flows.calendar import Calendar
from flows.channels import forbidden_channels
from flows.people import Office
from flows.procedure.model import ForbiddenChannel
from handlers.ports import Clock, Desk, Rules
from storage.connection import News
from storage.work import Work

if TYPE_CHECKING:
    from bot.telegram_house import TelegramHouse

_log = logging.getLogger("banshi")


@dataclass(frozen=True)
class House:
    """One running office: what it knows and the parts at work in it."""

    settings: Settings
    clock: Clock
    office: Office
    calendar: Calendar
    rules: Rules
    work: Work
    hub: LocalHub = field(default_factory=LocalHub)
    metrics: Metrics = field(default_factory=Metrics)

    def desk(self) -> Desk:
        """What handlers are given for an event that happens now."""
        return Desk(self.office, self.rules, self.calendar, self.clock.now())

    @property
    def closed(self) -> Mapping[str, ForbiddenChannel]:
        """The channels a regulation in force forbids and the office has not allowed: nothing goes through them."""
        return forbidden_channels(self.office, self.rules.current.values())


class Service:
    """The house at work: its loops and a web server, from `start` to `stop`.

    `pacer` says how fast a messenger may be written to (None: as its platform advises).
    """

    def __init__(self, house: House, pacer: Pacer | None = None) -> None:
        self._house = house
        self._pacer = pacer or Pacer()
        settings = house.settings
        self._port = settings.port
        uploads = Uploads(settings.var / "files")
        self.intake = Intake(house.work, house.desk, house.metrics, uploads.drop)
        self.access, self.telegram = self._open_telegram(uploads)
        closed = {name: ClosedChannel(name) for name in house.closed}
        channels: dict[str, Channel] = {**closed, CHANNEL: ConsoleSender(house.work, house.hub, house.clock)}
        if self.telegram is not None:
            channels[self.telegram.sender.name] = self.telegram.sender
        self.delivery = Delivery(house.work, channels, house.desk, house.clock, house.metrics)
        self.scheduler = Scheduler(house.work, house.desk, house.clock, house.metrics)
        self.console = ConsoleDesk(house.work, house.desk, self.intake, uploads, self.access)
        self.neighbours = neighbours_of(settings.redis_url, house.work, house.hub, self._ring_here)
        self._server = Server(self._app())
        self._loops: tuple[asyncio.Task[None], ...] = ()

    def _open_telegram(self, uploads: Uploads) -> "tuple[Access, TelegramHouse | None]":
        house, settings = self._house, self._house.settings
        if not settings.telegram.token or "telegram" in house.closed:
            return Access(house.work, house.desk, self.address, trial=settings.on_trial), None
        # python-telegram-bot costs a third of a second: only an office with a bot pays for it.
        from bot.channels.telegram_api import TelegramApi
        from bot.telegram_house import TelegramHouse, binding_link

        api = TelegramApi(settings.telegram.token, settings.telegram.api_base)
        access = Access(house.work, house.desk, self.address, partial(binding_link, api), settings.on_trial)
        return access, TelegramHouse(
            settings.telegram,
            settings.public_url,
            house.desk,
            house.work,
            self.intake,
            uploads,
            api=api,
            access=access,
            pacer=self._pacer,
        )

    def address(self) -> str:
        """Where a browser finds the console."""
        return self._house.settings.address(self._port)

    def _app(self) -> web.Application:
        settings = self._house.settings
        app = web.Application()
        add_health(app, self.lacking, self.figures)
        console = ConsoleSettings(
            office=self._house.office.name,
            secret=secret_for(settings.secret_key, settings.var),
            public_url=settings.public_url,
            sample=settings.on_trial,
            file_limit=LIMIT,
        )
        sign_in = None if settings.on_trial else SignIn(self.access, console)
        add_console(app, self.console, self._house.hub, console, sign_in=sign_in)
        if self.telegram is not None:
            self.telegram.add_to(app)
        return app

    async def start(self) -> int:
        """Listen, deliver and keep time; returns the port.

        Raises:
            PortTaken: it cannot be listened on; nothing runs.
        """
        settings = self._house.settings
        port = self._port = await self._server.start(settings.host, settings.port)
        self._house.work.on_commit(self._ring)
        self._loops = (
            asyncio.create_task(self.delivery.run(), name="delivery"),
            asyncio.create_task(self.scheduler.run(), name="timers"),
        )
        if self.telegram is not None:
            self._loops += (asyncio.create_task(self.telegram.line.run(), name="telegram"),)
        if self.neighbours is not None:
            self._loops += (asyncio.create_task(self.neighbours.run(), name="neighbours"),)
        for loop in self._loops:
            loop.add_done_callback(_ended)
        tell(_log, "started", port=port)
        return port

    def _ring(self, news: News) -> None:
        """Wake whom a commit concerns, here and in the other processes."""
        if news.outbox:
            self.delivery.ring()
        if news.timers:
            self.scheduler.ring()
        if news.people:
            self._house.hub.wake(news.people)
        if self.neighbours is not None and (news.outbox or news.timers):
            self.neighbours.tell(())

    def _ring_here(self) -> None:
        self.delivery.ring()
        self.scheduler.ring()

    async def stop(self) -> None:
        """Take nothing more in, let what is on its way arrive, and close the database."""
        await self._server.stop()
        for loop in self._loops:
            loop.cancel()
        for loop in self._loops:
            with suppress(asyncio.CancelledError):
                await loop
        if self.telegram is not None:
            await self.telegram.stop()
        await asyncio.to_thread(self._house.work.close)
        tell(_log, "stopped")

    async def lacking(self) -> tuple[str, ...]:
        """What keeps the service from being ready, in one word each."""
        lacks = [loop.get_name() for loop in self._loops if loop.done()]
        try:
            await self._house.work.run(lambda unit: unit.console_version())
        except Exception as bug:  # noqa: BLE001  whatever is wrong with the database, this is where it is asked
            tell_bug(_log, "database not ready", bug)
            lacks.append("database")
        return tuple(lacks)

    async def figures(self) -> str:
        """The metrics, with how far sending and timers are behind."""
        message, timer = await self._house.work.run(lambda unit: (unit.next_outbox_at(), unit.next_timer_at()))
        now = self._house.clock.now()
        return self._house.metrics.text(
            {"banshi_outbox_lag_seconds": _lag(message, now), "banshi_timers_lag_seconds": _lag(timer, now)}
        )


def _lag(due: datetime | None, now: datetime) -> float:
    return max((now - due) / timedelta(seconds=1), 0.0) if due else 0.0


def _ended(loop: asyncio.Task[None]) -> None:
    """A loop ends when it is cancelled; any other end is a bug that `/readyz` shows as well."""
    if not loop.cancelled() and (bug := loop.exception()) is not None:
        tell_bug(_log, f"{loop.get_name()} ended", bug)
