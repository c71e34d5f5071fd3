"""What every part of a unit of work stands on: the connection and the moment."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TypeAlias, cast

from flows.procedure.model import Json
from storage.connection import Connection

Clock: TypeAlias = Callable[[], datetime]


def dump(value: Json | Mapping[str, Json]) -> str:
    """The one text a JSON value has here: keys sorted, no needless space, Chinese as it is."""
    plain = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def load(text: str) -> Json:
    """The JSON value of a kept text."""
    return cast("Json", json.loads(text))


def load_object(text: str) -> dict[str, Json]:
    """The JSON object of a kept text.

    Raises:
        ValueError: the text holds no object.
    """
    match load(text):
        case dict() as found:
            return found
        case other:
            raise ValueError(f"{type(other).__name__} where an object is kept")


class Part:
    """One part of a unit of work; `clock` tells the moment where an act does not carry its own."""

    def __init__(self, db: Connection, clock: Clock) -> None:
        self.db = db
        self._clock = clock

    @cached_property
    def now(self) -> datetime:
        """The moment of this unit, the same throughout it."""
        return self._clock()

    def next_number(self, name: str, year: int = 0, *, count: int = 1) -> int:
        """The next of a running number, counted from 1, or the last of the next `count`; given back by a failure."""
        found = self.db.value(
            "INSERT INTO numbers (name, year, last) VALUES (:name, :year, :count)"
            " ON CONFLICT (name, year) DO UPDATE SET last = numbers.last + :count RETURNING last",
            name=name,
            year=year,
            count=count,
        )
        return int(found)
