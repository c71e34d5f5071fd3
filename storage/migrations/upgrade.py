"""Running the migrations from code, wherever the package is installed."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, String, Text, create_engine, event, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool, StaticPool
from sqlalchemy.sql.compiler import TypeCompiler
from sqlalchemy.types import TypeEngine

from storage.database import MEMORY, on_server

HERE = Path(__file__).parent


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings; a percent sign in the path would be read as an interpolation."""
    made = Config()
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def known(version: str) -> bool:
    """Whether that version is in the history."""
    return version in {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}


@compiles(String, "postgresql")
@compiles(Text, "postgresql")
def _by_code_point(_type: TypeEngine[str], _compiler: TypeCompiler, **_: object) -> str:
    """Text of one kind whose order is that of SQLite, whatever the server's language is."""
    return 'TEXT COLLATE "C"'


def _engine(url: str) -> Engine:
    """An engine whose migrations are one transaction, on a server one at a time."""
    return _on_server(url) if on_server(url) else _embedded(url)


def _on_server(url: str) -> Engine:
    # Imported here because SQLite's users need no such driver.
    from storage.postgres import open_driver

    engine = create_engine("postgresql+psycopg://", creator=lambda: open_driver(url), poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(_ALONE))
    return engine


def _embedded(url: str) -> Engine:
    """SQLite's driver would commit before each CREATE TABLE."""
    options = {"poolclass": StaticPool} if url == MEMORY else {}
    engine = create_engine(url, connect_args={"isolation_level": None}, **options)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


_ALONE = "SELECT pg_advisory_xact_lock(hashtext('banshi migrate'))"
"""Replicas that start together migrate one after the other; the second finds nothing left to do."""


def upgrade(url: str, version: str = "head") -> None:
    """Bring the database to that version (the newest), all of it or nothing."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), version)
    finally:
        engine.dispose()


def schema_text() -> str:
    """What `schema.sql` has to say: the statements that make the newest schema, tables first."""
    return ";\n\n".join(_schema_statements()) + ";\n"


def _schema_statements() -> tuple[str, ...]:
    engine = _engine(MEMORY)
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), "head")
            found = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'index', rowid")
            )
            return tuple(str(row[0]) for row in found)
    finally:
        engine.dispose()
