"""What a request is read against: the day it is said and the people of the office."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Today:
    """The day of the message, and the names of people it may speak of."""

    day: date
    names: frozenset[str] = frozenset()
