"""A copy of the embedded database as it is at one moment, taken while others write to it."""

import sqlite3
from contextlib import closing
from pathlib import Path


class Damaged(RuntimeError):
    """The database's own check finds it damaged; what is wrong is the message, as SQLite says it."""


def copy_database(source: Path, target: Path) -> tuple[str, ...]:
    """Copy the file's facts into a new file, writers not held up; returns the digests of the uploads it names.

    The copy is whole: the uploads it names were on disk before they were named.

    Raises:
        Damaged: the database does not pass SQLite's integrity check, or is none.
        sqlite3.OperationalError: it cannot be read, or the copy not be written.
    """
    try:
        return _copy(source, target)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise Damaged(str(error)) from None


def _copy(source: Path, target: Path) -> tuple[str, ...]:
    with closing(sqlite3.connect(source)) as kept, closing(sqlite3.connect(target)) as copy:
        kept.backup(copy)
        (said,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            raise Damaged(" ".join(said.split()))
        # One file without a log beside it; whoever opens it turns the log on again.
        copy.execute("PRAGMA journal_mode=DELETE")
        return tuple(row[0] for row in copy.execute("SELECT DISTINCT sha256 FROM files ORDER BY sha256"))
