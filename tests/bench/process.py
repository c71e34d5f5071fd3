"""banshi as it is measured: the whole service, its people bound, the clock in a month whose calendar is published.

Run as: python -m tests.bench.process kept|memory [RECORD], RECORD being the file its statements are written to.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot import logs
from bot.assemble import open_house
from bot.channels.pacer import Pacer, Rate
from bot.clock import SystemClock
from bot.service import Service
from bot.settings import from_environment
from storage.database import MEMORY
from storage.unit import Unit

_UNPACED = Rate(1_000_000, 0.0)
"""No peer waits for Telegram's own limits, so they are no part of what is compared."""
_BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class ShiftedClock:
    """Goes on like the real one from a Tuesday morning in November 2026."""

    def __init__(self) -> None:
        self._real = SystemClock(ZoneInfo("Asia/Shanghai"))
        self._shift = self._real.now() - _BEGIN

    def now(self) -> datetime:
        """The moment."""
        return self._real.now() - self._shift


class Recorder:
    """A SQLite connection that writes down every statement it is given, parameters and all."""

    def __init__(self, real: sqlite3.Connection, path: Path) -> None:
        object.__setattr__(self, "_real", real)
        object.__setattr__(self, "_file", path.open("a", encoding="utf-8"))

    def execute(self, sql: str, params: Any = ()) -> sqlite3.Cursor:
        """Write the statement down and carry it out."""
        self._file.write(json.dumps([sql, params], ensure_ascii=False) + "\n")
        self._file.flush()
        return cast("sqlite3.Cursor", self._real.execute(sql, params))

    def executemany(self, sql: str, params: Any) -> sqlite3.Cursor:
        """Write each of the statements down and carry them out."""
        listed = list(params)
        for one in listed:
            self._file.write(json.dumps([sql, one], ensure_ascii=False) + "\n")
        return cast("sqlite3.Cursor", self._real.executemany(sql, listed))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._real, name, value)


async def serve(kept: bool) -> None:
    """Serve until told to end."""
    settings = from_environment(os.environ)
    folder = settings.office.parent
    logs.set_up(settings.log_level, settings.zone)
    house = open_house(settings if kept else replace(settings, database_url=MEMORY), ShiftedClock())

    def bind(unit: Unit) -> None:
        for line in (folder / "accounts.txt").read_text(encoding="utf-8").splitlines():
            account, number = line.split()
            unit.bind("telegram", account, number)

    house.work.run_sync(bind)
    service = Service(house, pacer=Pacer(overall=_UNPACED, chat=_UNPACED, group=_UNPACED))
    await service.start()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    await service.stop()


def record(path: Path) -> None:
    """From now on every connection writes its statements down."""
    connect = sqlite3.connect

    def recorded(*given: Any, **more: Any) -> Any:
        return Recorder(connect(*given, **more), path)

    sqlite3.connect = recorded


if __name__ == "__main__":
    if len(sys.argv) > 2:
        record(Path(sys.argv[2]))
    asyncio.run(serve(sys.argv[1] == "kept"))
