"""One bot under one load: started, warmed up, measured, stopped."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession

from tests.bench.contestants import Contestant, environment_of
from tests.bench.load import UPDATES_A_TALK, Load, Person

_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE = 60.0
WARMING = 20
"""People who tell a talk before it is measured."""


@dataclass(frozen=True)
class Measured:
    """What one run cost. Seconds where nothing else is said; `cpu` is of the bot's process alone, per update."""

    name: str
    users: int
    start: float
    cpu: float
    rate: float
    p50: float
    p99: float
    rss: float
    bytes_a_case: float


async def measure(
    contestant: Contestant, api: str, port: int, everybody: list[Person], talks: int, *, blind: bool = False
) -> Measured:
    """Start the bot, let the first of them tell a talk to warm it up, then measure everybody's others."""
    cases, warming = len(everybody) * talks, everybody[:WARMING]
    async with running(contestant, port) as (process, start):
        load = Load(f"http://127.0.0.1:{port}", api, blind)
        await load.run(warming, 1, first=0)
        await settled(api)
        load.latencies.clear()
        before = cpu_of(process.pid)
        seconds = await load.run(everybody, talks, first=1)
        await settled(api)
        cpu, rss = cpu_of(process.pid) - before, rss_of(process.pid)
    updates, ranked = len(load.latencies), sorted(load.latencies)
    assert updates == cases * UPDATES_A_TALK
    return Measured(
        name=contestant.name,
        users=len(everybody),
        start=start,
        cpu=cpu / updates,
        rate=updates / seconds,
        p50=ranked[len(ranked) // 2],
        p99=ranked[int(len(ranked) * 0.99)],
        rss=rss,
        bytes_a_case=_size(contestant) / (cases + len(warming)),
    )


@asynccontextmanager
async def running(contestant: Contestant, port: int) -> AsyncIterator[tuple[asyncio.subprocess.Process, float]]:
    """The bot's process, and how long it took from its start to the first update answered."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *contestant.command, env=environment_of(contestant), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await _first_answer(f"http://127.0.0.1:{port}", process)
        yield process, time.perf_counter() - begun
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _first_answer(address: str, process: asyncio.subprocess.Process) -> None:
    """Send an update that means nothing until it is answered."""
    ended = asyncio.create_task(process.wait())
    async with asyncio.timeout(_PATIENCE):
        while not ended.done():
            try:
                await Load(address, "").poke()
            except OSError:
                await asyncio.wait({ended}, timeout=0.01)
            else:
                ended.cancel()
                return
    raise RuntimeError("the bot ended before it answered")


async def calls_of(api: str) -> int:
    """How many calls the bot has made so far."""
    async with ClientSession() as session, session.get(f"{api}/calls") as answer:
        return int(await answer.json())


async def settled(api: str) -> None:
    """Return when no call has come for a moment: everything decided has been sent."""
    async with ClientSession() as session, session.get(f"{api}/quiet") as answer:
        await answer.read()


def cpu_of(pid: int) -> float:
    """Processor seconds the process has used, all threads, user and system."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def rss_of(pid: int) -> float:
    """Megabytes the process holds in memory now."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _size(contestant: Contestant) -> int:
    """Bytes of the database once it was closed, what an empty one takes included."""
    found = contestant.database
    return found.stat().st_size if found is not None and found.exists() else 0
