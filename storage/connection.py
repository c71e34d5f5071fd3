"""The one small door to the database: plain SQL with `:name` parameters in, rows out.

`storage.embedded` is this door to SQLite, `storage.postgres` to PostgreSQL; both run the same statements. Statements
keep to what both databases know and literals hold no colon; rows that must not change under a unit are read through
`locked` or `claiming`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, ClassVar, Protocol, TypeAlias
from zoneinfo import ZoneInfo

Param: TypeAlias = str | int | float | None
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


class DatabaseAway(RuntimeError):
    """The database does not answer; what it says is one sentence for the operator, without the password.

    Nothing of the unit of work was kept, unless the connection broke in the middle of the commit: then it may have
    been, and an event that comes again finds its key.
    """


class Row(Protocol):
    """One row; its columns by name."""

    def __getitem__(self, column: str, /) -> Any:  # noqa: ANN401
        """The column's value."""
        ...


@dataclass(slots=True)
class News:
    """What a commit brings, so that only those it concerns look: a unit that failed may have left some of it too.

    `outbox`: there may be something to send; `timers`: a moment was set; `people`: whose console has a new line.
    """

    outbox: bool = False
    timers: bool = False
    people: set[str] = field(default_factory=set)


class Connection(ABC):
    """A connection of its own transaction control; one thread uses it at a time.

    `zone` is the office's: moments are kept in UTC and given back in it.
    """

    shared: ClassVar[bool] = False
    """Whether other processes may be at work in the same database."""

    def __init__(self, zone: tzinfo = OFFICE_ZONE) -> None:
        self.zone = zone
        self.news = News()

    def take_news(self) -> News:
        """What has come since this was asked last."""
        taken, self.news = self.news, News()
        return taken

    @abstractmethod
    def rows(self, sql: str, /, **params: Param) -> Sequence[Row]:
        """Every row the statement gives, in its order."""

    @abstractmethod
    def row(self, sql: str, /, **params: Param) -> Row | None:
        """The first row, if there is one."""

    @abstractmethod
    def value(self, sql: str, /, **params: Param) -> Any:  # noqa: ANN401
        """The first column of the first row, or None."""

    @abstractmethod
    def change(self, sql: str, /, **params: Param) -> int:
        """How many rows the statement changed."""

    @abstractmethod
    def change_each(self, sql: str, params: Iterable[Mapping[str, Param]]) -> None:
        """Run the statement once for each set of parameters."""

    @abstractmethod
    def begin(self) -> None:
        """Open a transaction that may write."""

    @abstractmethod
    def commit(self) -> None:
        """Make everything since `begin` durable."""

    @abstractmethod
    def roll_back(self) -> None:
        """Give up everything since `begin`, if a transaction is still open."""

    @property
    @abstractmethod
    def in_transaction(self) -> bool:
        """Whether a transaction is open; some errors (a full disk) make the database give it up by itself."""

    @property
    @abstractmethod
    def written(self) -> int:
        """How many rows this connection has changed since it was opened."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection; an open transaction is given up."""

    @abstractmethod
    def _command(self, sql: str) -> None:
        """Run a statement of transaction control."""

    def locked(self, sql: str) -> str:
        """The SELECT, its rows locked until the transaction ends; one writer alone needs no lock."""
        return sql

    def claiming(self, sql: str) -> str:
        """The same, rows somebody else holds left out; the rows are those of the table it calls `waiting`."""
        return sql

    @abstractmethod
    def hold_still(self, table: str) -> None:
        """Wait until nobody is writing to the table, and let nobody until the transaction ends."""

    def rows_among(self, sql: str, among: Sequence[str], /, **params: Param) -> Sequence[Row]:
        """Every row of a statement with `IN (:among)`; no values, no rows."""
        if not among:
            return ()
        places = {f"among_{index}": value for index, value in enumerate(among)}
        return self.rows(sql.replace(":among", ", ".join(f":{name}" for name in places)), **params, **places)

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

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """All that is written inside becomes part of the transaction, or on an error nothing of it does.

        The driver's own error comes out where the database has given up the whole transaction, not only the inside.
        """
        self._command("SAVEPOINT inside")
        try:
            yield
        except BaseException:  # whatever ended the inside, nothing of it may stay for the commit of the others
            self._command("ROLLBACK TO inside")
            self._command("RELEASE inside")
            raise
        self._command("RELEASE inside")
