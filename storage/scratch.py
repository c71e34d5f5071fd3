"""An empty database to try something on, gone afterwards: in memory, or a schema of its own on a server."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from storage.connection import Connection
from storage.database import MEMORY, connect, migrate, on_server

PREFIX = "banshi_scratch_"


@dataclass(frozen=True, slots=True)
class Scratch:
    """A database with this version's schema and no row in it."""

    url: str

    def empty(self) -> None:
        """Take every row out again; a database in memory is a new one whenever it is opened."""
        if on_server(self.url):
            db = connect(self.url)
            _empty(db)
            db.close()


@contextmanager
def scratch(server: str = "") -> Iterator[Scratch]:
    """An empty database for as long as the block lasts: in memory, or on that PostgreSQL server in its own schema.

    Raises:
        DatabaseAway: the server does not answer.
    """
    if not on_server(server):
        yield Scratch(MEMORY)
        return
    with bare_schema(server) as url:
        migrate(url)
        yield Scratch(url)


@contextmanager
def bare_schema(server: str) -> Iterator[str]:
    """The address of a new schema on that server, without a table in it, for as long as the block lasts.

    Raises:
        DatabaseAway: the server does not answer.
    """
    from storage.postgres import PostgresConnection

    name = PREFIX + secrets.token_hex(6)
    db = PostgresConnection(server)
    try:
        db.change(f"CREATE SCHEMA {name}")
        yield in_schema(server, name)
    finally:
        db.change(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        db.close()


def in_schema(url: str, schema: str) -> str:
    """The address of that schema in the database, its other options kept."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    query["options"] = f"{query.get('options', '')} -csearch_path={schema}".strip()
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def _empty(db: Connection) -> None:
    """Row by row: emptying so small tables by TRUNCATE takes a hundred times as long."""
    db.begin()
    for row in db.rows(_TABLES):
        db.change("DELETE FROM {table}".replace("{table}", row["name"]))
    db.rows(_COUNT_AGAIN)
    db.commit()


_TABLES = (
    "SELECT relname AS name FROM pg_class AS kept WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    " AND relname <> 'alembic_version' ORDER BY EXISTS ("
    " SELECT 1 FROM pg_constraint WHERE contype = 'f' AND conrelid = kept.oid) DESC"
)
"""Tables that refer to others first."""
_COUNT_AGAIN = (
    "SELECT setval(oid::regclass, 1, false) FROM pg_class"
    " WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace"
)
