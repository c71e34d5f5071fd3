"""A database to work on: in memory for most tests, on disk where it is opened twice."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from storage.database import MEMORY, connect, prepare
from storage.unit import Unit
from storage.work import Work
from tests.storage.sample import NOW


def fixed_clock() -> datetime:
    return NOW


@pytest.fixture
def work() -> Iterator[Work]:
    opened = Work(connect(MEMORY), fixed_clock)
    yield opened
    opened.close()


@pytest.fixture
def unit() -> Iterator[Unit]:
    """A unit of work that is given up at the end."""
    db = connect(MEMORY)
    db.begin()
    yield Unit(db, fixed_clock)
    db.close()


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path}/banshi.db"
    prepare(made)
    return made


@pytest.fixture
def reopen(url: str) -> Iterator[Callable[[], Work]]:
    """Opens the database on disk; what was opened before is closed first."""
    opened: list[Work] = []

    def open_again() -> Work:
        if opened:
            opened[-1].close()
        opened.append(Work(connect(url), fixed_clock))
        return opened[-1]

    yield open_again
    if opened:
        opened[-1].close()
