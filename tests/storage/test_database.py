"""The schema: made from nothing, equal to the tables, opened without Alembic, refused where it does not fit."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from storage import tables, trip_tables
from storage.database import (
    HEAD,
    MEMORY,
    UnknownDatabase,
    WrongSchema,
    connect,
    migrate,
    path_of,
    prepare,
    schema_version,
    up_to_date,
)
from storage.migrations.upgrade import config


def test_the_migrated_schema_is_that_of_the_tables(file_url: str) -> None:
    assert tables.CaseRow.metadata is trip_tables.TripRow.metadata is SQLModel.metadata
    engine = create_engine(file_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_a_difference_would_be_seen(file_url: str) -> None:
    raw = sqlite3.connect(path_of(file_url) or "")
    raw.execute("ALTER TABLE cases ADD COLUMN mood TEXT")
    raw.execute("DROP INDEX outbox_due")
    raw.commit()
    raw.close()
    engine = create_engine(file_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        found = compare_metadata(context, SQLModel.metadata)
    engine.dispose()
    assert {str(difference[0]) for difference in found} == {"remove_column", "add_index"}


def test_the_newest_version_is_the_one_the_code_needs() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == HEAD


def test_an_empty_folder_becomes_a_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new folder/50%/banshi.db"
    assert schema_version(url) == ""
    assert not up_to_date(url)
    with pytest.raises(WrongSchema, match="migrate"):
        connect(url)
    prepare(url)
    assert (schema_version(url), up_to_date(url)) == (HEAD, True)
    migrate(url)
    connect(url).close()


def test_memory_has_the_same_schema_as_a_file(file_url: str) -> None:
    sql = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    in_memory, on_disk = connect(MEMORY), connect(file_url)
    assert [tuple(row) for row in in_memory.rows(sql)] == [tuple(row) for row in on_disk.rows(sql)]  # type: ignore[arg-type]
    assert in_memory.value("SELECT COUNT(*) FROM cases") == 0
    in_memory.close()
    on_disk.close()


def test_a_database_on_disk_is_durable_and_checks_its_keys(file_url: str) -> None:
    db = connect(file_url)
    assert db.value("PRAGMA journal_mode") == "wal"
    assert db.value("PRAGMA synchronous") == 2
    assert db.value("PRAGMA foreign_keys") == 1
    with pytest.raises(sqlite3.IntegrityError):
        db.change("INSERT INTO contents (case_id, digest, salt, body) VALUES ('none', '', '', '')")
    db.close()


def test_a_database_from_the_future_is_left_alone(file_url: str) -> None:
    raw = sqlite3.connect(path_of(file_url) or "")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(WrongSchema, match="9999"):
        prepare(file_url)
    with pytest.raises(WrongSchema, match="9999"):
        connect(file_url)


def test_another_kind_of_database_is_named(file_url: str) -> None:
    with pytest.raises(UnknownDatabase, match="mysql"):
        prepare("mysql://office@localhost/banshi")


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_memory_has_no_file(address: str) -> None:
    assert path_of(address) is None


def test_a_path_is_relative_or_absolute() -> None:
    assert path_of("sqlite:///var/banshi.db") == Path("var/banshi.db")
    assert path_of("sqlite:////srv/banshi.db") == Path("/srv/banshi.db")


def test_an_up_to_date_database_opens_without_the_heavy_libraries(file_url: str) -> None:
    script = (
        "import sys; from storage.database import connect, prepare; from storage.writer import Writer\n"
        "prepare(sys.argv[1]); connect(sys.argv[1]).close()\n"
        "print([name for name in ('alembic', 'sqlalchemy', 'sqlmodel', 'pydantic', 'psycopg') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run([sys.executable, "-c", script, file_url], capture_output=True, text=True, check=True, cwd=root)
    assert ran.stdout.strip() == "[]"


def test_half_a_migration_is_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/banshi.db"
    raw = sqlite3.connect(tmp_path / "banshi.db")
    raw.execute("CREATE TABLE outbox (id INTEGER)")
    raw.commit()
    raw.close()
    with pytest.raises(Exception, match="outbox"):
        prepare(url)
    raw = sqlite3.connect(tmp_path / "banshi.db")
    assert [row[0] for row in raw.execute("SELECT name FROM sqlite_master")] == ["outbox"]
    raw.close()
