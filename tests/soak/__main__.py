"""`make soak MINUTES=30`: rounds of kills and of tests with other seeds until the time is over, and one verdict.

    kills    an office of eleven in console and Telegram, its process killed again and again (tests/faults/kills.py)
    tests    faults, the state machine and races (tests/proof), the fuzzer and the attacks (tests/attack)

Every round has a number that seeds it; a round that fails says how it is run again. Each kind is run once at least.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count, cycle

from bot.clock import seconds
from tests.tree import ROOT

KILLS = 30
FOLDERS = ("tests/faults", "tests/proof", "tests/attack")
_COUNTED = re.compile(r"(\d+) (kills|cases|decisions|lost|doubled|told twice|differences|passed|failed|errors?)")
_SHOWN = ("kills", "cases", "decisions", "lost", "doubled", "told twice", "differences", "passed", "failed")
_TAIL = 60


@dataclass(frozen=True)
class Round:
    """One command with what it is told by the environment."""

    words: tuple[str, ...]
    environment: Mapping[str, str]

    def __str__(self) -> str:
        given = " ".join(f"{name}={value}" for name, value in self.environment.items())
        return f"{given} python {' '.join(self.words)}".strip()


def kills(number: int) -> Round:
    """An office killed thirty times."""
    return Round(("-m", "tests.faults.kills", str(KILLS), str(number)), {})


def tests(number: int) -> Round:
    """The tests that take a seed and a length; those there are."""
    there = [folder for folder in FOLDERS if (ROOT / folder).is_dir()]
    words = ("-m", "pytest", "-q", "-m", "not browser", f"--hypothesis-seed={number}", *there)
    left_out = ("--deselect", "tests/faults/test_kills.py", "-p", "no:cacheprovider")
    return Round((*words, *left_out), {"BANSHI_SOAK": "2", "BANSHI_FUZZ": "3000", "BANSHI_FUZZ_SEED": f"soak-{number}"})


def soak(minutes: float) -> int:
    """Run rounds until the time is over; returns 0 where everything held."""
    end, counted, failed = seconds() + minutes * 60, Counter[str](), list[Round]()
    kinds = cycle((kills, tests))
    for number in count(1):
        if number > 2 and seconds() >= end:
            break
        coming = next(kinds)(number)
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
        _say("\n".join(lines[-_TAIL:-1]))
    _say(f"{'held' if done.returncode == 0 else 'BROKE'}: {lines[-1].strip('= ')}")
    return done.returncode == 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(soak(float(sys.argv[1]) if len(sys.argv) > 1 else 30))
