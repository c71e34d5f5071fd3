"""Databases to work on, each test on SQLite and on PostgreSQL: empty, in memory where it is opened only once."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from storage.database import MEMORY, connect, open_work, prepare
from storage.unit import Unit
from storage.work import Work
from tests.storage.sample import NOW

DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


def fixed_clock() -> datetime:
    return NOW


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    return str(request.param)


@pytest.fixture
def empty(database: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty database to be opened once."""
    return MEMORY if database == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def work(empty: str) -> Iterator[Work]:
    opened = open_work(empty, fixed_clock)
    yield opened
    opened.close()


@pytest.fixture
def unit(empty: str) -> Iterator[Unit]:
    """A unit of work that is given up at the end."""
    db = connect(empty)
    db.begin()
    yield Unit(db, fixed_clock)
    db.close()


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """The address of an empty SQLite file."""
    made = f"sqlite:///{tmp_path}/banshi.db"
    prepare(made)
    return made


@pytest.fixture
def url(database: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty database that keeps what is written."""
    return str(request.getfixturevalue("file_url" if database == "sqlite" else "postgres_url"))


@pytest.fixture
def reopen(url: str) -> Iterator[Callable[[], Work]]:
    """Opens the database that keeps; what was opened before is closed first."""
    opened: list[Work] = []

    def open_again() -> Work:
        if opened:
            opened[-1].close()
        opened.append(open_work(url, fixed_clock))
        return opened[-1]

    yield open_again
    if opened:
        opened[-1].close()
