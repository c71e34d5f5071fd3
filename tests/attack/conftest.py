"""An office to be attacked, and an ear for what breaks in it.

`BANSHI_FUZZ_ON=postgres` keeps its facts on the PostgreSQL server of the tests.
"""

import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import chdir

import pytest
import pytest_asyncio

from storage.scratch import Scratch
from tests.attack.siege import Bugs, Siege, siege


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def besieged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Siege]:
    """The sample office with something to steal, one for all attacks of a module: none of them may change it."""
    folder, url = tmp_path_factory.mktemp("office"), ""
    if os.environ.get("BANSHI_FUZZ_ON") == "postgres":
        scratch: Scratch = request.getfixturevalue("postgres_scratch")
        scratch.empty()
        url = scratch.url
    # On a server, uploads and the secret lie in the current folder.
    with chdir(folder):
        async with siege(folder, url) as made:
            yield made


@pytest.fixture
def bugs() -> Iterator[list[str]]:
    """What is logged as an error while the test runs."""
    handler = Bugs()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)
