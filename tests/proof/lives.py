"""Living many lives of a state machine, each on an empty database.

`BANSHI_SOAK` (1 by default) multiplies how many lives are lived, and gives them up to chance.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import cast

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from storage.database import prepare

LIVES = int(os.environ.get("BANSHI_SOAK", "1"))


def live(born: Callable[[], RuleBasedStateMachine], lives: int) -> None:
    """Live so many lives of up to forty acts; every machine that is born has an empty database."""
    run_state_machine_as_test(
        cast("type[RuleBasedStateMachine]", born),
        settings=settings(
            max_examples=lives * LIVES,
            stateful_step_count=40,
            deadline=None,
            derandomize=LIVES == 1,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def fresh_files(folder: Path) -> Callable[[], str]:
    """What gives, each time, the address of a SQLite file nobody has written to."""
    empty, count = folder / "empty.db", iter(range(10**9))
    prepare(f"sqlite:///{empty}")

    def fresh() -> str:
        used = folder / f"{next(count)}.db"
        shutil.copy(empty, used)
        return f"sqlite:///{used}"

    return fresh
