"""A database in memory and a clock moved by hand."""

from collections.abc import Iterator

import pytest

from storage.database import MEMORY, connect
from storage.work import Work
from tests.fakes import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    """Tuesday, 24 November 2026, nine o'clock."""
    return MovableClock()


@pytest.fixture
def work(clock: MovableClock) -> Iterator[Work]:
    """An empty database."""
    opened = Work(connect(MEMORY), clock.now)
    yield opened
    opened.close()
