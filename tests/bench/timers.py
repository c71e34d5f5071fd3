"""Claiming the timers that are due, with few and with millions waiting behind them: on SQLite, in a file."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median

from storage.connection import OFFICE_ZONE
from storage.database import connect, prepare
from storage.unit import Unit

WAITING = (10_000, 100_000, 1_000_000, 5_000_000)
DUE = 100
_ROUNDS = 200
_NOW = datetime(2026, 11, 24, 9, 0, tzinfo=OFFICE_ZONE)


def claims(waiting: tuple[int, ...] = WAITING) -> Iterator[str]:
    """A line for each number of timers: what claiming a hundred due ones took, half of the rounds less."""
    for count in waiting:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "timers.db"
            prepare(f"sqlite:///{path}")
            _fill(path, count)
            yield f"claim of {DUE} due timers among {count}: {_claim(path) * 1000:.2f} ms"


def _fill(path: Path, count: int) -> None:
    """So many timers, each of a case of its own, a hundred of them due and the others in the year to come."""
    raw = sqlite3.connect(path)
    raw.execute(
        "WITH RECURSIVE each(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM each WHERE n + 1 < :count)"
        " INSERT INTO timers (case_id, visit, kind, due_at, data) SELECT printf('case%08d', n), 1, 'nudge',"
        " strftime('%Y-%m-%dT%H:%M:%S', :now + CASE WHEN n < :due THEN -n ELSE 60 + 31 * n % 31536000 END, 'unixepoch')"
        " || '.000000+00:00', '{}' FROM each",
        {"count": count, "due": DUE, "now": int(_NOW.timestamp())},
    )
    raw.commit()
    raw.close()


def _claim(path: Path) -> float:
    """Seconds a claim takes."""
    db = connect(f"sqlite:///{path}")
    took = []
    for _ in range(_ROUNDS):
        db.begin()
        begun = time.perf_counter()
        assert len(Unit(db, lambda: _NOW).due_timers(_NOW, DUE)) == DUE
        took.append(time.perf_counter() - begun)
        db.roll_back()
    db.close()
    return median(took)
