"""From every earlier version with data in it, on both databases: nothing is lost and everything still agrees."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, create_engine, insert, select
from sqlalchemy.pool import NullPool

from flows.approval.outcome import Effects, RegisterRow, Timer
from storage.connection import Connection
from storage.database import HEAD, SCHEMA, connect, migrate, on_server, open_work, schema_version
from storage.migrations.upgrade import config, schema_text, upgrade
from storage.postgres import open_driver
from storage.scratch import bare_schema
from storage.unit import Unit
from storage.verify import verify
from tests.storage.conftest import fixed_clock
from tests.storage.sample import DUE, LIU, NOW, WANG, ask, done, ended, entered, file, go_on, leave, reserve, settle


def test_what_is_made_at_once_is_what_the_migrations_come_to() -> None:
    """Where this fails: `python -m storage.migrations`."""
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()


VERSIONS = sorted(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())


@pytest.fixture
def bare(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database in which nothing is, not even a table."""
    with ExitStack() as stack:
        if database == "sqlite":
            yield f"sqlite:///{tmp_path}/old.db"
        else:
            yield stack.enter_context(bare_schema(request.getfixturevalue("postgres_server")))


def some_work(unit: Unit) -> None:
    """A decided and settled leave, and one that waits."""
    for person in (LIU, WANG):
        unit.bind("console", person, person)
    unit.first_time("k", NOW)
    effects = Effects(ledger=(reserve(),), leave=leave(), timers=(Timer(DUE, "due", 0),))
    case = file(unit, entered(WANG, due=DUE), notices=(ask(WANG, 0),), effects=effects)
    row = RegisterRow("attendance", case.id, {"person": LIU, "event": "事假"})
    settled = Effects(ledger=(settle(),), leave=leave("settled"), rows=(row,))
    go_on(unit, case, done(WANG, 0, reason="同意"), ended(WANG, "closed"), effects=settled)
    file(unit, entered(WANG), notices=(ask(WANG, 0),), applicant="F022", reason="看病")
    unit.console_say(LIU, "in", "请假", at=NOW)
    unit.checkpoint(NOW)


def engine_of(url: str) -> Engine:
    if on_server(url):
        return create_engine("postgresql+psycopg://", creator=lambda: open_driver(url), poolclass=NullPool)
    return create_engine(url)


def copy_rows(source: str, target: str) -> dict[str, int]:
    """Copy what the older schema has room for; how many rows of each table."""
    old, new, counted = MetaData(), MetaData(), {}
    to, of = engine_of(target), engine_of(source)
    old.reflect(to)
    new.reflect(of)
    with of.connect() as reading, to.begin() as writing:
        for table in old.sorted_tables:
            if table.name in new.tables and table.name != "alembic_version":
                columns = [new.tables[table.name].c[column.name] for column in table.columns]
                rows = [dict(row) for row in reading.execute(select(*columns)).mappings()]
                counted[table.name] = len(rows)
                if rows:
                    writing.execute(insert(table), rows)
    of.dispose()
    to.dispose()
    return counted


def counts(db: Connection, tables: dict[str, int]) -> dict[str, int]:
    return {table: db.value("SELECT COUNT(*) FROM {table}".replace("{table}", table)) for table in tables}


@pytest.mark.parametrize("version", VERSIONS)
def test_facts_kept_by_an_earlier_version_are_all_there(url: str, bare: str, version: str) -> None:
    work = open_work(url, fixed_clock)
    work.run_sync(some_work)
    work.close()
    upgrade(bare, version)
    copied = copy_rows(url, bare)
    assert copied["journal"] > 3
    migrate(bare)
    assert schema_version(bare) == HEAD
    db = connect(bare)
    assert counts(db, copied) == copied
    assert verify(Unit(db, fixed_clock)).ok
    db.close()


def test_two_that_start_together_migrate_once(bare: str) -> None:
    assert schema_version(bare) == ""
    migrate(bare)
    migrate(bare)
    assert schema_version(bare) == HEAD
