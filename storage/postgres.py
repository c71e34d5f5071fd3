"""The door to PostgreSQL, for an office that outgrows one machine: the same statements through psycopg.

Units of work run as READ COMMITTED transactions. Rows a unit decides on are locked when they are read (`locked`);
a unit that loses a race otherwise (a deadlock, a key somebody else kept first) is run again and then sees the other's
work, see `lost_race`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import tzinfo
from functools import lru_cache
from typing import Any, ClassVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from storage.connection import OFFICE_ZONE, Connection, DatabaseAway, Param, Row

CONNECT_TIMEOUT = 5
"""Seconds a server that does not answer is waited for."""
PREPARED = 512
"""Statements the server keeps prepared for a connection: more than we have, so that none is given up for another."""
_NAME = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")
_RACES = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)


@lru_cache(maxsize=2048)
def translated(sql: str) -> str:
    """The statement as psycopg writes it: `%(name)s` for `:name`, and every other percent sign doubled."""
    return _NAME.sub(r"%(\1)s", sql.replace("%", "%%"))


def carried(params: Mapping[str, Param]) -> Mapping[str, Param]:
    """The parameters as the server can take them: it knows no NUL, so what is looked for with one is not found."""
    if not any(isinstance(value, str) and "\0" in value for value in params.values()):
        return params
    return {name: value.replace("\0", "\ufffd") if isinstance(value, str) else value for name, value in params.items()}


def place_of(url: str) -> str:
    """Where the address leads, without the password: what an operator is told.

    Raises:
        DatabaseAway: the address cannot be read.
    """
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise DatabaseAway(
            "DATABASE_URL 写得不对：请写成 postgresql://用户:密码@主机:5432/数据库（特殊字符用 %xx 表示）。"
        ) from None
    host, port, name = (parts.get(key) or "" for key in ("host", "port", "dbname"))
    return f"{host or '本机'}:{port or 5432}/{name or '（默认数据库）'}"


@contextmanager
def answering(url: str) -> Iterator[None]:
    """Where a connection is opened: what the driver says becomes one sentence.

    Raises:
        DatabaseAway: the server does not answer, or does not let us in.
    """
    place = place_of(url)
    try:
        yield
    except psycopg.Error as error:
        said = " ".join(str(error).split())
        raise DatabaseAway(
            f"连不上数据库 {place}：请检查数据库服务是否在运行、DATABASE_URL 是否正确。（{said}）"
        ) from None


def open_driver(url: str) -> psycopg.Connection:
    """The driver's own connection, as SQLAlchemy wants it for migrations.

    Raises:
        DatabaseAway: the server does not answer, or does not let us in.
    """
    with answering(url):
        return psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT)


class PostgresConnection(Connection):
    """A connection to a PostgreSQL database; the address may name a schema by `options=-csearch_path%3D…`."""

    shared: ClassVar[bool] = True

    def __init__(self, url: str, zone: tzinfo = OFFICE_ZONE) -> None:
        super().__init__(zone)
        with answering(url):
            self._raw = psycopg.connect(
                url, autocommit=True, row_factory=dict_row, connect_timeout=CONNECT_TIMEOUT, client_encoding="utf8"
            )
        self._raw.prepared_max = PREPARED
        self._place = place_of(url)
        self._written = 0

    def rows(self, sql: str, /, **params: Param) -> Sequence[Row]:
        """Every row the statement gives, in its order."""
        return self._run(sql, params).fetchall()

    def row(self, sql: str, /, **params: Param) -> Row | None:
        """The first row, if there is one."""
        return self._run(sql, params).fetchone()

    def value(self, sql: str, /, **params: Param) -> Any:  # noqa: ANN401
        """The first column of the first row, or None."""
        found = self._run(sql, params).fetchone()
        return next(iter(found.values())) if found else None

    def change(self, sql: str, /, **params: Param) -> int:
        """How many rows the statement changed."""
        return self._run(sql, params).rowcount

    def change_each(self, sql: str, params: Iterable[Mapping[str, Param]]) -> None:
        """Run the statement once for each set of parameters."""
        listed = [carried(each) for each in params]
        if not listed:
            return
        with self._raw.cursor() as cursor:
            cursor.executemany(translated(sql), listed)
            self._written += max(cursor.rowcount, 0)

    def _run(self, sql: str, params: Mapping[str, Param]) -> "psycopg.Cursor[dict[str, Any]]":
        cursor = self._raw.execute(translated(sql), carried(params))
        if not (cursor.statusmessage or "").startswith("SELECT"):
            self._written += max(cursor.rowcount, 0)
        return cursor

    def locked(self, sql: str) -> str:
        """The SELECT, its rows locked until the transaction ends."""
        return f"{sql} FOR NO KEY UPDATE"

    def claiming(self, sql: str) -> str:
        """The same, rows somebody else holds left out; the rows are those of the table it calls `waiting`."""
        return f"{sql} FOR NO KEY UPDATE OF waiting SKIP LOCKED"

    def hold_still(self, table: str) -> None:
        """Wait until nobody is writing to the table, and let nobody until the transaction ends."""
        self._command(f"LOCK TABLE {table} IN SHARE MODE")

    def begin(self) -> None:
        """Open a transaction that may write."""
        self._command("BEGIN")

    def commit(self) -> None:
        """Make everything since `begin` durable.

        Raises:
            DatabaseAway: the connection broke meanwhile, and nobody knows whether it was.
        """
        try:
            self._command("COMMIT")
        except psycopg.OperationalError:
            if self.usable:
                raise
            raise DatabaseAway(f"数据库 {self._place} 在提交时断开：这一步是否已保存，以重新连上后为准。") from None

    def roll_back(self) -> None:
        """Give up everything since `begin`, if a transaction is still open."""
        if self.in_transaction:
            with suppress(psycopg.OperationalError):
                self._command("ROLLBACK")

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._raw.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    @property
    def usable(self) -> bool:
        """Whether the connection, as far as is known, still leads to the server."""
        return not self._raw.closed

    @property
    def written(self) -> int:
        """How many rows this connection has changed since it was opened."""
        return self._written

    def close(self) -> None:
        """Close the connection; an open transaction is given up."""
        self._raw.close()

    def _command(self, sql: str) -> None:
        self._raw.execute(sql)

    def lost_race(self, error: BaseException) -> bool:
        """Whether the unit failed only because of somebody else's and may succeed when it is run again.

        The server going away is such a case too, as long as the commit had not begun.
        """
        return isinstance(error, _RACES) or (isinstance(error, psycopg.OperationalError) and not self.usable)
