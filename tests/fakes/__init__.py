"""Small real classes tests put in place of the world: a clock that is moved by hand."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime | str = "2026-11-24T09:00") -> None:
        self._now = _moment(at)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._now

    def set(self, at: datetime | str) -> None:
        """Go to that moment (a text without a zone is Shanghai's)."""
        self._now = _moment(at)

    def wait(self, **length: float) -> datetime:
        """Go on by that length (days=1, minutes=30) and say where it is now."""
        self._now += timedelta(**length)
        return self._now


def _moment(at: datetime | str) -> datetime:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
