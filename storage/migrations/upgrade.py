"""Running the migrations from code, wherever the package is installed."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import StaticPool

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


def _engine(url: str) -> Engine:
    """An engine whose migrations are one transaction; SQLite's driver would commit before each CREATE TABLE."""
    options = {"poolclass": StaticPool} if url == "sqlite://" else {}
    engine = create_engine(url, connect_args={"isolation_level": None}, **options)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def upgrade(url: str) -> None:
    """Bring the database to the newest version, all of it or nothing."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), "head")
    finally:
        engine.dispose()


def schema_statements() -> tuple[str, ...]:
    """The statements that make the newest schema, tables first."""
    engine = _engine("sqlite://")
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), "head")
            found = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'index', rowid")
            )
            return tuple(str(row[0]) for row in found)
    finally:
        engine.dispose()
