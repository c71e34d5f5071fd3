"""An office to be attacked, and an ear for what breaks in it."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.attack.siege import Bugs, Siege, siege


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def besieged(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Siege]:
    """The sample office with something to steal, one for all attacks of a module: none of them may change it."""
    async with siege(tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def bugs() -> Iterator[list[str]]:
    """What is logged as an error while the test runs."""
    handler = Bugs()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)
