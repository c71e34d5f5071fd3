"""How updates reach us: set up until it works, confirmed once they are kept, and brought again where they were not."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_door import Door, Line
from bot.channels.telegram_updates import Update
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_rules import Refusal
from tests.fakes.phone import Phone


@dataclass
class Book:
    """Takes updates in, or breaks as it is told to."""

    taken: list[str] = field(default_factory=list)
    sorry_for: list[str] = field(default_factory=list)
    breaks: dict[str, list[Exception]] = field(default_factory=dict)

    async def take(self, update: Update) -> None:
        if self.breaks.get(update.text):
            raise self.breaks[update.text].pop()
        self.taken.append(update.text)

    async def sorry(self, update: Update, bug: Exception) -> None:
        self.sorry_for.append(update.text)


@dataclass
class Pauses:
    """Nobody waits; how long somebody would have is kept."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
async def fake() -> BotApi:
    return BotApi()


@pytest.fixture
async def api(fake: BotApi) -> AsyncIterator[TelegramApi]:
    async with TestServer(fake.app()) as server:
        made = TelegramApi(TOKEN, str(server.make_url("")))
        yield made
        await made.close()


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


Run = Callable[[tuple[str, str] | None], Line]


@pytest.fixture
async def run(api: TelegramApi, book: Book, pauses: Pauses) -> AsyncIterator[Run]:
    """Sets a line at work until the end of the test."""
    tasks: list[asyncio.Task[None]] = []

    def start(webhook: tuple[str, str] | None) -> Line:
        door = Door(book, (sqlite3.Error,))
        line = Line(api, door, lambda: {"leave": "请假"}, webhook=webhook, pause=pauses)
        tasks.append(asyncio.create_task(line.run()))
        return line

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


@pytest.fixture
def phone(fake: BotApi) -> Phone:
    return Phone(fake, 42, "王")


async def test_what_was_fetched_is_confirmed_and_taken_once(fake: BotApi, run: Run, phone: Phone, book: Book) -> None:
    await phone.says("一")
    await run(None).ready()
    await phone.says("二")
    await fake.fetched()
    assert book.taken == ["一", "二"]
    assert fake.commands == {"leave": "请假"}


async def test_what_could_not_be_kept_comes_again(
    fake: BotApi, run: Run, phone: Phone, book: Book, pauses: Pauses
) -> None:
    book.breaks = {"二": [sqlite3.OperationalError("disk full"), sqlite3.OperationalError("disk full")]}
    for text in ("一", "二", "三"):
        await phone.says(text)
    run(None)
    await fake.fetched()
    assert book.taken.count("二") == 1
    assert set(book.taken) == {"一", "二", "三"}
    assert book.sorry_for == []
    assert len(pauses.seconds) == 2


async def test_what_breaks_on_a_bug_does_not_come_again(fake: BotApi, run: Run, phone: Phone, book: Book) -> None:
    book.breaks = {"一": [ZeroDivisionError()]}
    await phone.says("一")
    await phone.says("二")
    run(None)
    await fake.fetched()
    assert (book.taken, book.sorry_for) == (["二"], ["一"])


async def test_telegram_away_at_the_start_is_asked_again_less_and_less_often(
    fake: BotApi, run: Run, pauses: Pauses
) -> None:
    down = Refusal(502, "Bad Gateway")
    fake.plan("getMe", down, down, down, Refusal(429, "Too Many Requests: retry after 3", retry_after=3))
    await run(("https://office.example/telegram", "secret")).ready()
    assert pauses.seconds == [5.0, 10.0, 20.0, 40.0]
    assert (fake.webhook, fake.secret) == ("https://office.example/telegram", "secret")


async def test_a_fetch_that_fails_is_tried_again(
    fake: BotApi, run: Run, phone: Phone, book: Book, pauses: Pauses
) -> None:
    fake.plan("getUpdates", Refusal(502, "Bad Gateway"), None)
    await phone.says("一")
    run(None)
    await fake.fetched()
    assert book.taken == ["一"]
    assert len(pauses.seconds) == 2
