"""`python -m tests.bench PEER_PYTHON [USERS…]`: the table of one run, ratios against peers and limits."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from tests.bench.api import serve_forever
from tests.bench.contestants import OURS, bare, contestants, recorded
from tests.bench.load import UPDATES_A_TALK, Person, people
from tests.bench.measure import WARMING, Measured, calls_of, measure, settled
from tests.bench.timers import claims

TALKS = {1: 15, 50: 4, 500: 1}
_HEAD = ("", "users", "CPU ms/update", "updates/s", "p50 ms", "p99 ms", "RSS MB", "start s", "bytes/case")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _until_open(port: int) -> None:
    """Return when somebody listens on the port."""
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return


@contextmanager
def fast_api() -> Iterator[str]:
    """The local Bot API in a process of its own."""
    port = _free_port()
    process = get_context("spawn").Process(target=serve_forever, args=(port,))
    process.start()
    try:
        _until_open(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join()


async def run(peer_python: str, users: list[int]) -> list[Measured]:
    """Everybody under every load, one after another."""
    found: list[Measured] = []
    for count in users:
        everybody = people(count)
        with tempfile.TemporaryDirectory() as folder, fast_api() as api:
            await settled(api)
            port = _free_port()
            for contestant in contestants(Path(folder), peer_python, api, port, everybody):
                _tell(found, await measure(contestant, api, port, everybody, TALKS.get(count, 1)))
            _tell(found, await _limit(Path(folder), api, port, everybody, TALKS.get(count, 1)))
    return found


async def _limit(folder: Path, api: str, port: int, everybody: list[Person], talks: int) -> Measured:
    """Our own statements and calls, recorded and carried out again with nothing between."""
    before = await calls_of(api)
    contestant, base, statements = recorded(folder, api, port, everybody)
    await measure(contestant, api, port, everybody, talks)
    updates = (len(everybody) * talks + len(everybody[:WARMING])) * UPDATES_A_TALK
    again = bare(api, port, base, statements, updates=updates, calls=await calls_of(api) - before)
    return await measure(again, api, port, everybody, talks, blind=True)


def _tell(found: list[Measured], one: Measured) -> None:
    found.append(one)
    print(_line(one), flush=True)


def _line(it: Measured) -> str:
    figures = (f"{it.cpu * 1000:.2f}", f"{it.rate:.0f}", f"{it.p50 * 1000:.1f}", f"{it.p99 * 1000:.1f}")
    more = (f"{it.rss:.0f}", f"{it.start:.2f}", f"{it.bytes_a_case:.0f}" if it.bytes_a_case else "–")
    return "| " + " | ".join((it.name, str(it.users), *figures, *more)) + " |"


def ratios(found: list[Measured]) -> Iterator[str]:
    """How much less CPU ours takes than each, load by load."""
    for ours in (it for it in found if it.name == OURS):
        for other in found:
            if other.users == ours.users and other is not ours:
                cpu, late = other.cpu / ours.cpu, ours.p99 / other.p99
                yield f"{ours.users} users: {other.name}: {cpu:.2f} × our CPU, our p99 {late:.2f} × theirs"


def main(arguments: list[str]) -> None:
    """Print the table, then the ratios, then what claiming timers takes."""
    users = [int(word) for word in arguments[1:]] or [1, 50, 500]
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    print("| " + " | ".join(_HEAD) + " |\n|" + "---|" * len(_HEAD))
    found = asyncio.run(run(arguments[0], users))
    for line in (*ratios(found), *claims()):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
