"""Something waited for beside the route of a case that is otherwise done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.approval.outcome import Timer
from flows.procedure.model import Json


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is waited for beside the route: the journal's particulars of the visit, and its moments."""

    entry: Mapping[str, Json]
    remind_at: datetime
    due_at: datetime

    def timers(self, visit: int) -> tuple[Timer, ...]:
        """A reminder when the office opens on the day, and the end of that day."""
        return (Timer(self.remind_at, "remind", visit), Timer(self.due_at, "due", visit))
