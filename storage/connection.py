"""The one small door to the database driver: plain SQL with `:name` parameters in, rows out.

This is the seam for PostgreSQL: a second class with these methods (translating `:name` to the driver's form) runs the
same statements. Statements keep to what both databases know; literals hold no colon.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol, TypeAlias
from zoneinfo import ZoneInfo

Param: TypeAlias = str | int | float | None
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
DriverError = sqlite3.Error
Conflict = sqlite3.IntegrityError


class Row(Protocol):
    """One row; its columns by name."""

    def __getitem__(self, column: str, /) -> Any:  # noqa: ANN401
        """The column's value."""
        ...


class Connection:
    """A connection of its own transaction control; one thread uses it at a time.

    `zone` is the office's: moments are kept in UTC and given back in it.
    """

    def __init__(self, raw: sqlite3.Connection, zone: tzinfo = OFFICE_ZONE) -> None:
        self._raw = raw
        self.zone = zone

    def rows(self, sql: str, /, **params: Param) -> Sequence[Row]:
        """Every row the statement gives, in its order."""
        return self._raw.execute(sql, params).fetchall()

    def row(self, sql: str, /, **params: Param) -> Row | None:
        """The first row, if there is one."""
        found: Row | None = self._raw.execute(sql, params).fetchone()
        return found

    def value(self, sql: str, /, **params: Param) -> Any:  # noqa: ANN401
        """The first column of the first row, or None."""
        found = self._raw.execute(sql, params).fetchone()
        return found[0] if found else None

    def rows_among(self, sql: str, among: Sequence[str], /, **params: Param) -> Sequence[Row]:
        """Every row of a statement with `IN (:among)`; no values, no rows."""
        if not among:
            return ()
        places = {f"among_{index}": value for index, value in enumerate(among)}
        return self.rows(sql.replace(":among", ", ".join(f":{name}" for name in places)), **params, **places)

    def change(self, sql: str, /, **params: Param) -> int:
        """How many rows the statement changed."""
        return self._raw.execute(sql, params).rowcount

    def change_each(self, sql: str, params: Iterable[Mapping[str, Param]]) -> None:
        """Run the statement once for each set of parameters."""
        self._raw.executemany(sql, params)

    def stamp(self, at: datetime) -> str:
        """The moment as it is kept: UTC text of one width, so that it sorts.

        Raises:
            ValueError: the moment is naive.
        """
        if at.tzinfo is None:
            raise ValueError(f"a naive moment cannot be kept: {at.isoformat()}")
        return at.astimezone(UTC).isoformat(timespec="microseconds")

    def moment(self, stamp: str) -> datetime:
        """The kept moment in the office's zone."""
        return datetime.fromisoformat(stamp).astimezone(self.zone)

    def begin(self) -> None:
        """Open a transaction that may write."""
        self._raw.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make everything since `begin` durable."""
        self._raw.execute("COMMIT")

    def roll_back(self) -> None:
        """Give up everything since `begin`, if a transaction is still open."""
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """All that is written inside becomes part of the transaction, or on an error nothing of it does.

        Raises:
            DriverError: the database has given up the whole transaction, not only what was inside.
        """
        self._raw.execute("SAVEPOINT inside")
        try:
            yield
        except BaseException:
            self._raw.execute("ROLLBACK TO inside")
            self._raw.execute("RELEASE inside")
            raise
        self._raw.execute("RELEASE inside")

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; some errors (a full disk) make the database give it up by itself."""
        return self._raw.in_transaction

    @property
    def written(self) -> int:
        """How many rows this connection has changed since it was opened."""
        return self._raw.total_changes

    def close(self) -> None:
        """Close the connection; an open transaction is given up."""
        self._raw.close()
