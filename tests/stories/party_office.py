"""The sample party office at work, for the stories told in it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.assemble import open_house
from bot.service import House
from bot.settings import from_environment
from flows.approval.case import Case
from tests.fakes import MovableClock
from tests.tree import ROOT


@contextmanager
def party_house(folder: Path, clock: MovableClock) -> Iterator[House]:
    """The office over a database of its own in that folder."""
    settings = from_environment(
        {
            "OFFICE": str(ROOT / "offices" / "party"),
            "DATABASE_URL": f"sqlite:///{folder}/banshi.db",
            "PORT": "0",
            "SECRET_KEY": "k" * 20,
        }
    )
    made = open_house(settings, clock)
    try:
        yield made
    finally:
        made.work.close()


async def paper() -> AsyncIterator[bytes]:
    """The bytes of a small file."""
    yield b"%PDF-1.7"


def case_of(house: House, case_id: str) -> Case:
    """The case as it is kept."""
    return house.work.run_sync(lambda unit: unit.case(case_id))
