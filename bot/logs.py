"""Logs as one JSON object a line: ids and outcomes, never names, reasons, texts or tokens.

A bug is told by its type and the places it passed through; its own words may quote what people wrote.
"""

import json
import logging
import sys
import traceback
from datetime import datetime, tzinfo

from storage.connection import DatabaseAway

_FRAMES = 6
_QUIET = ("aiohttp.access", "alembic", "asyncio")


class JsonLines(logging.Formatter):
    """Lays a record out as one line of JSON, its moment in the office's zone."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, self._zone).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
            **getattr(record, "told", {}),
        }
        bug = record.exc_info[1] if record.exc_info else None
        if bug is not None:
            line |= {"error": type(bug).__name__, "where": where(bug)}
        return json.dumps(line, ensure_ascii=False, default=str)


def where(bug: BaseException) -> str:
    """The innermost places the error passed through, as function:line, innermost first."""
    frames = traceback.extract_tb(bug.__traceback__)
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-_FRAMES:]))


def tell(log: logging.Logger, event: str, *, level: int = logging.INFO, **told: object) -> None:
    """Log an event with its ids and outcome."""
    log.log(level, event, extra={"told": told})


def tell_bug(log: logging.Logger, event: str, bug: BaseException, **told: object) -> None:
    """Log an error nobody expected: where it came from, and the ids it was about.

    A database that is away is no bug: its own sentence is logged.
    """
    if isinstance(bug, DatabaseAway):
        tell(log, event, level=logging.ERROR, said=str(bug), **told)
        return
    log.error(event, exc_info=bug, extra={"told": told})


def set_up(level: str, zone: tzinfo) -> None:
    """Send every log to standard error, one JSON line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(zone))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
