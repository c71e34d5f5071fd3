"""Opening the database an address names, its schema checked first: a SQLite file by default, PostgreSQL by address.

An up-to-date database is opened without importing Alembic, and SQLite without PostgreSQL's driver. An empty SQLite
database is made from `schema.sql`, which says what the migrations come to.
"""

import sqlite3
from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from storage.connection import OFFICE_ZONE, Connection
from storage.embedded import SqliteConnection
from storage.part import Clock
from storage.work import Work

if TYPE_CHECKING:
    from storage.postgres import PostgresConnection

HEAD = "0004"
"""The newest schema version, which this code needs."""
SCHEMA = Path(__file__).parent / "schema.sql"
MEMORY = "sqlite://"
POSTGRES = ("postgresql://", "postgres://")
_PREFIX = "sqlite:///"


class UnknownDatabase(ValueError):
    """The address names a database this version does not know."""


class WrongSchema(RuntimeError):
    """The database has another schema version than this code."""


def on_server(url: str) -> bool:
    """Whether the address names a PostgreSQL database, which several processes may share."""
    return url.startswith(POSTGRES)


def path_of(url: str) -> Path | None:
    """The file a SQLite address names; None for a database in memory or on a server.

    Raises:
        UnknownDatabase: it is no address of ours.
    """
    if url in (MEMORY, _PREFIX, f"{_PREFIX}:memory:") or on_server(url):
        return None
    if not url.startswith(_PREFIX):
        scheme = url.partition(":")[0]
        raise UnknownDatabase(f"DATABASE_URL begins with {scheme}: write sqlite:///… or postgresql://…")
    return Path(url.removeprefix(_PREFIX))


def schema_version(url: str) -> str:
    """The schema version of the database; empty where there is none yet.

    Raises:
        DatabaseAway: its server does not answer.
    """
    if on_server(url):
        return _version_on_server(url)
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


def _version_on_server(url: str) -> str:
    db = _postgres(url)
    try:
        has = db.value("SELECT to_regclass('alembic_version') IS NOT NULL")
        return str(db.value("SELECT version_num FROM alembic_version") or "") if has else ""
    finally:
        db.close()


def up_to_date(url: str) -> bool:
    """Whether the database can be opened as it is; one in memory always can."""
    in_memory = not on_server(url) and path_of(url) is None
    return in_memory or schema_version(url) == HEAD


def migrate(url: str) -> None:
    """Bring the database to the newest schema; one that is not there yet is made.

    Raises:
        WrongSchema: the database was made by a newer version of banshi.
        DatabaseAway: its server does not answer.
    """
    path = path_of(url)
    if path is None and not on_server(url):
        return
    version = schema_version(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not version and _made(path):
            return
    # Alembic and SQLAlchemy cost half a second: only a migration pays for them.
    from storage.migrations.upgrade import known, upgrade

    if version and not known(version):
        raise WrongSchema(f"the database is at schema {version}, which this version of banshi does not know; update it")
    upgrade(url)


def _made(path: Path) -> bool:
    """Whether the file was empty and is now at the newest schema, all of it or nothing."""
    raw = sqlite3.connect(path, isolation_level=None)
    try:
        raw.execute("BEGIN IMMEDIATE")
        if raw.execute("SELECT 1 FROM sqlite_master").fetchone():
            return False
        for statement in _schema():
            raw.execute(statement)
        raw.execute("INSERT INTO alembic_version (version_num) VALUES (?)", (HEAD,))
        raw.execute("COMMIT")
    finally:
        raw.close()
    return True


def prepare(url: str) -> None:
    """Migrate the database if it needs it.

    Raises:
        WrongSchema: the database was made by a newer version of banshi.
        DatabaseAway: its server does not answer.
    """
    if not up_to_date(url):
        migrate(url)


def connect(url: str, zone: tzinfo = OFFICE_ZONE) -> Connection:
    """A connection of one's own; a database in memory comes with an empty schema.

    Raises:
        WrongSchema: the schema is not the newest.
        UnknownDatabase: the address is none of ours.
        DatabaseAway: its server does not answer.
    """
    _check_schema(url)
    if on_server(url):
        return _postgres(url, zone)
    path = path_of(url)
    opened = SqliteConnection(path, zone)
    if path is None:
        for statement in _schema():
            opened.change(statement)
    return opened


def open_work(url: str, clock: Clock, zone: tzinfo = OFFICE_ZONE) -> Work:
    """The database ready for units of work; `clock` tells the moment to acts that carry none.

    Raises:
        WrongSchema: the schema is not the newest.
        UnknownDatabase: the address is none of ours.
        DatabaseAway: its server does not answer.
    """
    if on_server(url):
        from storage.pool import Pool

        _check_schema(url)
        return Pool(url, clock, zone)
    from storage.writer import Writer

    return Writer(connect(url, zone), clock)


def _check_schema(url: str) -> None:
    if not up_to_date(url):
        raise WrongSchema(f"the database is at schema {schema_version(url) or 'none'}, not {HEAD}; run: banshi migrate")


def _postgres(url: str, zone: tzinfo = OFFICE_ZONE) -> "PostgresConnection":
    # The driver costs a tenth of a second: only an office on a server pays for it.
    from storage.postgres import PostgresConnection

    return PostgresConnection(url, zone)


@cache
def _schema() -> tuple[str, ...]:
    """The newest schema as statements; `python -m storage.migrations` writes them."""
    return tuple(SCHEMA.read_text(encoding="utf-8").removesuffix(";\n").split(";\n\n"))
