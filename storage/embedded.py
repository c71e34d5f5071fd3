"""The door to SQLite, the embedded default: one file with a write-ahead log, durable at every commit."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from storage.connection import OFFICE_ZONE, Connection, Param, Row

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "temp_store=MEMORY")


class SqliteConnection(Connection):
    """A connection to one SQLite file, or to a database in memory."""

    def __init__(self, path: Path | None, zone: tzinfo = OFFICE_ZONE) -> None:
        super().__init__(zone)
        self._raw = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512
        )
        self._raw.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            self._raw.execute(f"PRAGMA {pragma}")

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

    def change(self, sql: str, /, **params: Param) -> int:
        """How many rows the statement changed."""
        return self._raw.execute(sql, params).rowcount

    def change_each(self, sql: str, params: Iterable[Mapping[str, Param]]) -> None:
        """Run the statement once for each set of parameters."""
        self._raw.executemany(sql, params)

    def hold_still(self, table: str) -> None:
        """Nobody else writes while this transaction is open."""

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

    def _command(self, sql: str) -> None:
        self._raw.execute(sql)
