"""People on the other side: each tells their leave talk, update by update, and the approver taps 同意."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from aiohttp import ClientSession, TCPConnector

SECRET = "bench-secret-bench-secret"
UPDATES_A_TALK = 7
STRANGER = 1
SECTION = 10
"""Members of staff who share a head."""


@dataclass
class Person:
    """One applicant and the head who decides."""

    number: int
    account: int
    head_account: int
    name: str


def people(count: int) -> list[Person]:
    """Applicants in sections of ten, every section with a head of its own."""
    return [Person(n, 1_000_000 + n, 2_000_000 + n // SECTION, f"员{n:04d}") for n in range(count)]


def workdays() -> Iterator[date]:
    """Working days of a month that is published; nobody asks for the same day twice."""
    day = date(2026, 12, 1)
    while day.month == 12:
        if day.weekday() < 5:
            yield day
        day += timedelta(days=1)


def lines(day: date) -> tuple[str, ...]:
    """The six things an applicant says for a half day."""
    when = f"{day.month}月{day.day}日上午"
    return ("请假", "事假", when, when, "去医院看牙", "提交")


@dataclass
class Load:
    """Drives one bot: `latencies` are seconds from an update sent to its answer.

    `blind` taps without looking for a card, for a bot that makes calls and shows nothing.
    """

    bot: str
    api: str
    blind: bool = False
    latencies: list[float] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(2))

    async def run(self, everybody: list[Person], talks: int, *, first: int) -> float:
        """Everybody tells `talks` talks one after another, all at once, from the `first` day on; seconds it took."""
        connector = TCPConnector(limit=0)
        async with ClientSession(connector=connector) as session:
            begun = time.perf_counter()
            await asyncio.gather(*(self._live(session, person, first, talks) for person in everybody))
            return time.perf_counter() - begun

    async def _live(self, session: ClientSession, person: Person, first: int, talks: int) -> None:
        for day in itertools.islice(workdays(), first, first + talks):
            for text in lines(day):
                await self._post(session, _said(next(self._ids), person.account, text))
            asked = {"chat": str(person.head_account), "words": person.name}
            press = "" if self.blind else await self._card(session, asked)
            await self._post(session, _tapped(next(self._ids), person.head_account, press))

    async def _card(self, session: ClientSession, asked: dict[str, str]) -> str:
        async with session.get(f"{self.api}/card", params=asked) as answer:
            press: str = await answer.json()
            return press

    async def poke(self) -> None:
        """Send one update of a stranger, which means nothing to anybody."""
        async with ClientSession() as session:
            await self._post(session, _said(1, STRANGER, "在吗"))

    async def _post(self, session: ClientSession, update: dict[str, object]) -> None:
        begun = time.perf_counter()
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with session.post(f"{self.bot}/telegram", json=update, headers=headers) as answer:
            await answer.read()
            assert answer.status == 200, answer.status
        self.latencies.append(time.perf_counter() - begun)


def _chat(account: int) -> dict[str, object]:
    return {"id": account, "type": "private", "first_name": "x"}


def _who(account: int) -> dict[str, object]:
    return {"id": account, "is_bot": False, "first_name": "x"}


def _said(number: int, account: int, text: str) -> dict[str, object]:
    message = {"message_id": number, "date": 1, "chat": _chat(account), "from": _who(account), "text": text}
    return {"update_id": number, "message": message}


def _tapped(number: int, account: int, press: str) -> dict[str, object]:
    under = {"message_id": number, "date": 1, "chat": _chat(account), "text": "x"}
    query = {"id": str(number), "from": _who(account), "chat_instance": "1", "data": press, "message": under}
    return {"update_id": number, "callback_query": query}
