"""Opening the database: SQLite with a write-ahead log, durable at every commit, its schema checked first.

An up-to-date database is opened without importing Alembic; only `migrate` needs it.
"""

import sqlite3
from datetime import tzinfo
from functools import cache
from pathlib import Path

from storage.connection import OFFICE_ZONE, Connection

HEAD = "0002"
"""The newest schema version, which this code needs."""
MEMORY = "sqlite://"
_PREFIX = "sqlite:///"
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "temp_store=MEMORY")


class UnknownDatabase(ValueError):
    """The address names a database this version does not know."""


class WrongSchema(RuntimeError):
    """The database has another schema version than this code."""


def path_of(url: str) -> Path | None:
    """The file a SQLite address names; None for a database in memory.

    Raises:
        UnknownDatabase: it is no SQLite address.
    """
    if url in (MEMORY, _PREFIX, f"{_PREFIX}:memory:"):
        return None
    if not url.startswith(_PREFIX):
        scheme = url.partition(":")[0]
        raise UnknownDatabase(
            f"DATABASE_URL begins with {scheme}: this version keeps its facts in SQLite (sqlite:///…)"
        )
    return Path(url.removeprefix(_PREFIX))


def schema_version(url: str) -> str:
    """The schema version of the database; empty where there is none yet."""
    path = path_of(url)
    if path is None or not path.exists():
        return ""
    raw = sqlite3.connect(path)
    try:
        has = raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        found = raw.execute("SELECT version_num FROM alembic_version").fetchone() if has else None
    finally:
        raw.close()
    return str(found[0]) if found else ""


def up_to_date(url: str) -> bool:
    """Whether the database can be opened as it is; one in memory always can."""
    return path_of(url) is None or schema_version(url) == HEAD


def migrate(url: str) -> None:
    """Bring the database to the newest schema; one that is not there yet is made.

    Raises:
        WrongSchema: the database was made by a newer version of banshi.
    """
    # Alembic and SQLAlchemy cost half a second: only a migration pays for them.
    from storage.migrations.upgrade import known, upgrade

    path = path_of(url)
    if path is None:
        return
    version = schema_version(url)
    if version and not known(version):
        raise WrongSchema(f"the database is at schema {version}, which this version of banshi does not know; update it")
    path.parent.mkdir(parents=True, exist_ok=True)
    upgrade(url)


def prepare(url: str) -> None:
    """Migrate the database if it needs it.

    Raises:
        WrongSchema: the database was made by a newer version of banshi.
    """
    if not up_to_date(url):
        migrate(url)


def connect(url: str, zone: tzinfo = OFFICE_ZONE) -> Connection:
    """A connection ready for units of work; one in memory comes with an empty schema.

    Raises:
        WrongSchema: the schema is not the newest.
        UnknownDatabase: the address is none of ours.
    """
    path = path_of(url)
    if not up_to_date(url):
        raise WrongSchema(f"the database is at schema {schema_version(url) or 'none'}, not {HEAD}; run: banshi migrate")
    raw = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512)
    raw.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")
    if path is None:
        for statement in _schema():
            raw.execute(statement)
    return Connection(raw, zone)


@cache
def _schema() -> tuple[str, ...]:
    """The newest schema as statements, taken once from a migrated database in memory."""
    from storage.migrations.upgrade import schema_statements

    return schema_statements()
