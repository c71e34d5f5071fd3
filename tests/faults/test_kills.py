"""A process killed at any moment, again and again, while an office works in console and Telegram."""

import os
from pathlib import Path

from tests.faults import kills

KILLS = int(os.environ.get("BANSHI_KILLS", "30"))
SEED = int(os.environ.get("BANSHI_SEED", "1"))


async def test_killed_at_any_moment_nothing_is_lost_or_doubled_and_every_copy_converges(tmp_path: Path) -> None:
    outcome = await kills.run(tmp_path, KILLS, SEED)
    assert outcome.found.wrong == ()
    assert outcome.kills == KILLS
    assert outcome.found.cases >= KILLS // 2
    assert outcome.found.decisions >= KILLS // 2
