"""A database in memory, a clock moved by hand, and a small office on both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.service import House, Service
from storage.database import MEMORY, open_work
from storage.work import Work
from tests.bot.small_house import Talk, small_house
from tests.fakes import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    """Tuesday, 24 November 2026, nine o'clock."""
    return MovableClock()


@pytest.fixture
def work(clock: MovableClock) -> Iterator[Work]:
    """An empty database."""
    opened = open_work(MEMORY, clock.now)
    yield opened
    opened.close()


@pytest.fixture
def house(tmp_path: Path, clock: MovableClock) -> Iterator[House]:
    """A small office of the Futian regulations."""
    made = small_house(tmp_path, clock)
    yield made
    made.work.close()


@pytest.fixture
async def service(house: House) -> Service:
    """Its service, not started: nothing runs but what a test asks for."""
    return Service(house)


@pytest.fixture
def talk(service: Service, clock: MovableClock) -> Talk:
    """People talking to it."""
    return Talk(service, clock)
