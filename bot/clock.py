"""The clock: the only place where the moment is read; everywhere else it is an argument."""

from datetime import datetime
from time import monotonic
from zoneinfo import ZoneInfo


class SystemClock:
    """Tells the time of this machine in the office's zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def now(self) -> datetime:
        """The moment, aware, in the office's zone."""
        return datetime.now(self.zone)


def seconds() -> float:
    """Seconds since some moment before, for measuring how long something took."""
    return monotonic()
