"""`make soak MINUTES=30`: rounds of kills and of tests with other seeds until the time is over, and one verdict.

    kills    an office of eleven in console and Telegram, its process killed again and again (tests/faults/kills.py)
    tests    faults, state machines and races (tests/proof), the fuzzer and the attacks (tests/attack)
    server   the fuzzer and the attacks once more, on PostgreSQL

Every round has a number that seeds it; a round that fails says how it is run again. Each kind is run once at least.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, cycle

from bot.clock import seconds
from tests.tree import ROOT

KILLS = 30
EVENTS = 3000
"""What the fuzzer sends to the console in a round; the other doors get their part."""
_PYTEST = ("-m", "pytest", "-q", "-m", "not browser")
FOLDERS = ("tests/faults", "tests/proof", "tests/attack")
_COUNTED = re.compile(r"(\d+) (kills|cases|decisions|lost|doubled|told twice|differences|passed|failed|errors?)")
_SHOWN = ("kills", "cases", "decisions", "lost", "doubled", "told twice", "differences", "passed", "failed", "events")
_ERROR = re.compile(r"(?:[ |+]*)E  ")
_TAIL = 60


@dataclass(frozen=True)
class Round:
    """One command with what it is told by the environment."""

    kind: str
    words: tuple[str, ...]
    environment: Mapping[str, str]
    events: int = 0

    def __str__(self) -> str:
        given = " ".join(f"{name}={value}" for name, value in self.environment.items())
        return f"{given} python {' '.join(self.words)}".strip()


def kills(number: int) -> Round:
    """An office killed thirty times."""
    return Round("kills", ("-m", "tests.faults.kills", str(KILLS), str(number)), {})


def tests(number: int) -> Round:
    """The tests that take a seed and a length."""
    left_out = ("--deselect", "tests/faults/test_kills.py", "-p", "no:cacheprovider")
    words = (*_PYTEST, f"--hypothesis-seed={number}", *FOLDERS, *left_out)
    return Round("tests", words, {"BANSHI_SOAK": "2", **_fuzz(number)}, EVENTS)


def server(number: int) -> Round:
    """The fuzzer and the attacks where the facts are on a server."""
    words = (*_PYTEST, "tests/attack", "-p", "no:cacheprovider")
    return Round("server", words, {"BANSHI_FUZZ_ON": "postgres", **_fuzz(number)}, EVENTS)


def _fuzz(number: int) -> dict[str, str]:
    return {"BANSHI_FUZZ": str(EVENTS), "BANSHI_FUZZ_SEED": f"soak-{number}"}


def soak(minutes: float) -> int:
    """Run rounds until the time is over; returns 0 where everything held."""
    end, counted, failed = seconds() + minutes * 60, Counter[str](), list[Round]()
    kinds = (kills, tests, server)
    coming_kinds = cycle(kinds)
    for number in count(1):
        if number > len(kinds) and seconds() >= end:
            break
        coming = next(coming_kinds)(number)
        counted["events"] += coming.events
        if not _run(coming, counted):
            failed.append(coming)
    told = ", ".join(f"{counted[what]} {what}" for what in _SHOWN)
    for each in failed:
        _say(f"run again: {each}")
    _say(f"{'NOT sound' if failed else 'sound'}: {told} in {number - 1} rounds")
    return 1 if failed else 0


def _run(coming: Round, counted: Counter[str]) -> bool:
    """Whether the round held; what it counted is added."""
    done = subprocess.run(
        [sys.executable, *coming.words],
        cwd=ROOT,
        env={**os.environ, **coming.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = done.stdout.rstrip().splitlines() or ["(nothing said)"]
    for number, what in _COUNTED.findall(lines[-1]):
        counted[what] += int(number)
    if done.returncode:
        _say("\n".join([*_wrong(lines[:-_TAIL]), *lines[-_TAIL:-1]]))
    _say(f"{'held' if done.returncode == 0 else 'BROKE'} ({coming.kind}): {lines[-1].strip('= ')}")
    return done.returncode == 0


def _wrong(lines: Sequence[str]) -> list[str]:
    """What was wrong in pytest's words: its `E` lines, which stand before the steps that led there."""
    return [line for line in lines if _ERROR.match(line)][-_TAIL:]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(soak(float(sys.argv[1]) if len(sys.argv) > 1 else 30))
