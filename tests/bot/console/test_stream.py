"""The live stream: what was missed comes once, in order, with the counts, and nothing is lost at a cut."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.channels.console_hub import LocalHub
from flows.cards import Message
from tests.bot.console.conftest import Window
from tests.bot.console.fakes import SmallOffice

Client = TestClient[web.Request, web.Application]


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    id: int
    name: str
    data: str

    @property
    def messages(self) -> list[tuple[int, int]]:
        """Id and version of every message in it."""
        found = re.findall(r'data-id="(\d+)" data-version="(\d+)"', self.data)
        return [(int(one), int(version)) for one, version in found]


async def next_event(response: aiohttp.ClientResponse, *, pings: bool = False) -> Event:
    """The next event of the stream (heartbeats only where asked for)."""
    async with asyncio.timeout(5):
        while True:
            fields: dict[str, list[str]] = {"id": [], "event": [], "data": []}
            while line := (await response.content.readline()).decode().rstrip("\n"):
                name, _, value = line.partition(": ")
                fields[name].append(value)
            event = Event(int(fields["id"][0]), "".join(fields["event"]), "\n".join(fields["data"]))
            if pings or event.name != "ping":
                return event


@asynccontextmanager
async def stream(client: Client, person: str, after: int, last: str = "") -> AsyncIterator[aiohttp.ClientResponse]:
    """An open stream of that person."""
    headers = {"Last-Event-ID": last} if last else {}
    async with client.get(f"/as/{person}/events?after={after}", headers=headers) as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        yield response


async def test_a_new_message_comes_with_its_version_as_id(client: Client, office: SmallOffice) -> None:
    now = await office.version("F021")
    async with stream(client, "F021", now) as events:
        assert (await next_event(events)).messages == []
        kept = office.say("F021", Message("您的申请已通过。"))
        event = await next_event(events)
        assert (event.id, event.messages) == (kept.version, [(kept.id, kept.version)])
        assert "您的申请已通过。" in event.data


async def test_after_a_cut_exactly_the_missed_ones_come(client: Client, office: SmallOffice) -> None:
    first = office.say("F021", Message("第一条"))
    missed = [office.say("F021", Message(text)) for text in ("第二条", "第三条")]
    async with stream(client, "F021", 0, last=str(first.version)) as events:
        got = [await next_event(events) for _ in range(2)]
        assert [event.messages for event in got] == [[(one.id, one.version)] for one in missed]
        assert (await next_event(events)).messages == []


async def test_resuming_from_any_point_gives_every_later_version_once(client: Client, office: SmallOffice) -> None:
    start = await office.version("F021")
    texts = [office.say("F021", Message(f"第{n}条")) for n in range(6)]
    for cut in range(7):
        last = start if cut == 0 else texts[cut - 1].version
        async with stream(client, "F021", 0, last=str(last)) as events:
            got = [(await next_event(events)).messages for _ in range(7 - cut)]
        assert [pair for one in got for pair in one] == [(one.id, one.version) for one in texts[cut:]]


async def test_a_decision_changes_the_card_in_place_and_the_counts(client: Client, office: SmallOffice) -> None:
    now = await office.version("F002")
    card = next(m.id for m in office.talks["F002"] if m.message and m.message.card and m.message.card.case_id == "c01")
    async with stream(client, "F002", now) as events:
        await next_event(events)
        await Window(client, "F002").send("/press", press="agree:c01")
        changed, counted = await next_event(events), await next_event(events)
    assert [one for one, _ in changed.messages] == [card]
    assert "已通过" in changed.data
    assert '[data-count=to_approve]" hx-swap="textContent">19<' in counted.data


async def test_somebody_elses_news_do_not_come(client: Client, office: SmallOffice) -> None:
    async with stream(client, "F021", await office.version("F021")) as events:
        await next_event(events)
        office.say("F002", Message("只给李慧敏"))
        mine = office.say("F021", Message("给刘洋"))
        assert (await next_event(events)).messages == [(mine.id, mine.version)]


async def test_silence_is_broken_by_heartbeats_with_the_last_id(client: Client, office: SmallOffice) -> None:
    now = await office.version("F021")
    async with stream(client, "F021", now) as events:
        await next_event(events)
        beat = await next_event(events, pings=True)
        assert (beat.name, beat.id) == ("ping", now)


async def test_a_page_too_far_behind_is_told_to_load_anew(client: Client, office: SmallOffice) -> None:
    now = await office.version("F021")
    for n in range(101):
        office.say("F021", Message(f"第{n}条"))
    async with stream(client, "F021", now) as events:
        assert (await next_event(events)).name == "reload"


async def test_a_page_from_another_database_is_told_to_load_anew(client: Client, office: SmallOffice) -> None:
    async with stream(client, "F021", await office.version("F021") + 1000) as events:
        assert (await next_event(events)).name == "reload"


async def test_asking_gives_what_the_stream_would_have(client: Client, office: SmallOffice) -> None:
    now = await office.version("F021")
    kept = office.say("F021", Message("新消息"))
    html = await Window(client).get(f"/changes?after={now}")
    assert f'data-id="{kept.id}"' in html
    assert f'<data id="version" value="{kept.version}"' in html


async def test_closing_the_house_ends_the_stream(client: Client, office: SmallOffice) -> None:
    async with stream(client, "F021", await office.version("F021")) as events:
        await next_event(events)
        office.hub.close()
        async with asyncio.timeout(5):
            await events.content.read()
        assert events.content.at_eof()


async def test_a_hub_forgets_who_has_left() -> None:
    hub = LocalHub()
    with hub.listen("F021") as ear:
        hub.wake(("F021", "F002"))
        assert await ear.wait(1)
        assert not await ear.wait(0.001)
    hub.close()
    with hub.listen("F021") as late:
        assert late.closed
