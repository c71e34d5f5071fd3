"""Databases written by the code of each earlier schema, with cases open in them: upgraded they are sound and go on.

`history/` holds them as SQL, made by running each time the last revision of that schema: five leaves (one approved, one
waiting for its second signature, one taken back, one refused, one sent back), a seal waiting to be signed for, a half
finished talk, and from 0003 on a car that is given out.
"""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Integer, MetaData, insert

from bot.assemble import open_house
from bot.service import House, Service
from bot.settings import from_environment
from flows.approval.case import Case
from storage.database import HEAD, schema_version
from storage.migrations.upgrade import upgrade
from storage.scratch import bare_schema
from storage.unit import Unit
from storage.verify import verify
from tests.bot.office_folder import office_folder
from tests.bot.small_house import CLERK, DEPUTY, DIRECTOR, KEEPER, LIU
from tests.fakes import MovableClock
from tests.storage.test_migrations import engine_of
from tests.tree import ROOT

HISTORY = ROOT / "tests" / "running" / "history"
VERSIONS = sorted(path.name.partition(".")[0] for path in HISTORY.glob("*.sql.gz"))
DISPATCHER, DRIVER = "F015", "F018"
_CARS = """\
vehicles:
  - {name: 福办一号, kind: 轿车, seats: 5, driver: F018}
drivers: {F018: C1}
"""
_DRIVERS = """\
F015,邓洁,秘书科,,staff、vehicle_dispatcher,2012-01-04,在职
F018,马国强,秘书科,,staff、driver,2012-01-04,在职
"""


def as_it_was(version: str, at: Path) -> None:
    """The SQLite file as the code of that time left it."""
    with closing(sqlite3.connect(at)) as db:
        db.executescript(gzip.decompress((HISTORY / f"{version}.sql.gz").read_bytes()).decode())


def moved(version: str, of: Path, server: str) -> None:
    """The same facts on PostgreSQL, in the schema of that time."""
    upgrade(server, version)
    source, target, tables = engine_of(f"sqlite:///{of}"), engine_of(server), MetaData()
    tables.reflect(target)
    with source.connect() as reading, target.begin() as writing:
        for table in tables.sorted_tables:
            rows = [dict(row) for row in reading.execute(table.select()).mappings()]
            if rows and table.name != "alembic_version":
                writing.execute(insert(table), rows)
                if "id" in table.c and isinstance(table.c.id.type, Integer):
                    writing.exec_driver_sql(_COUNT_ON.format(table=table.name))
    source.dispose()
    target.dispose()


_COUNT_ON = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"


@dataclass
class Old:
    """An office that goes on with today's code on a database of an earlier schema."""

    version: str
    house: House
    service: Service
    clock: MovableClock
    said: int = 0

    async def say(self, person: str, *texts: str) -> str:
        """Say or press each; returns what flashed up last."""
        flashed = ""
        for text in texts:
            self.said += 1
            self.clock.wait(minutes=1)
            tap = ":" in text and text.isascii()
            answer = await self.service.console.receive(person, f"new{self.said}", "tap" if tap else "text", text=text)
            flashed = answer.text
        return flashed

    def case(self, kind: str, state: str) -> Case:
        """The one case of that kind and state."""

        def read(unit: Unit) -> Case:
            sql = "SELECT id FROM cases WHERE procedure LIKE :kind AND state = :state"
            (row,) = unit.db.rows(sql, kind=f"%{kind}%", state=state)
            return unit.case(row["id"])

        return self.house.work.run_sync(read)

    def state(self, case: Case) -> str:
        """How it stands now."""
        return self.house.work.run_sync(lambda unit: unit.case(case.id).state)

    def sound(self) -> bool:
        """Whether `banshi verify` would find nothing."""
        return self.house.work.run_sync(verify).ok


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    return str(request.param)


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, database: str, tmp_path: Path, home: Path) -> Iterator[Old]:
    """The office on the upgraded database, a minute after it was left."""
    file, url, clock = tmp_path / "banshi.db", f"sqlite:///{tmp_path}/banshi.db", MovableClock("2026-11-24T10:00")
    folder = office_folder(tmp_path / "office")
    for name, more in (("office.yaml", _CARS), ("people.csv", _DRIVERS)):
        with (folder / name).open("a", encoding="utf-8") as growing:
            growing.write(more)
    with ExitStack() as stack:
        as_it_was(request.param, file)
        if database == "postgres":
            url = stack.enter_context(bare_schema(request.getfixturevalue("postgres_server")))
            moved(request.param, file, url)
        assert schema_version(url) == request.param
        given = {"OFFICE": str(folder), "DATABASE_URL": url, "PORT": "0", "SECRET_KEY": "k" * 20}
        house = open_house(from_environment(given), clock)
        assert schema_version(url) == HEAD
        yield Old(request.param, house, Service(house), clock)
        house.work.close()


def test_there_is_a_database_of_every_earlier_schema() -> None:
    assert [f"{number:04}" for number in range(1, int(HEAD))] == VERSIONS


async def test_it_is_sound_and_nobody_is_told_anything_anew(old: Old) -> None:
    told = "SELECT COUNT(*) FROM console_messages"
    before = old.house.work.run_sync(lambda unit: int(unit.db.value(told)))
    assert old.sound()
    await old.service.delivery.settle()
    await old.service.scheduler.settle()
    assert old.house.work.run_sync(lambda unit: int(unit.db.value(told))) == before


async def test_cases_that_were_open_are_brought_to_their_end(old: Old) -> None:
    waiting = old.case("leave", "pending")
    assert await old.say(DEPUTY, f"do:agree:{waiting.id}:2") == "已同意。"
    assert await old.say(CLERK, f"do:execute:{waiting.id}:3") == "已办理。"
    assert old.state(waiting) == "approved"
    sent_back = old.case("leave", "returned")
    await old.say(CLERK, f"重交 {sent_back.code}", "提交")
    assert old.state(sent_back) == "pending"
    seal = old.case("seal", "pending")
    assert await old.say(DIRECTOR, f"do:agree:{seal.id}:1") == "已同意。"
    assert len(old.house.work.run_sync(lambda unit: unit.files_of(seal.id))) == 1
    if old.version >= "0003":
        car = old.case("vehicle", "approved")
        await old.say(DRIVER, f"do:execute:{car.id}:2", "正常", "12000")
        await old.say(DRIVER, f"do:execute:{car.id}:3", "12080", "跳过", "0")
        assert old.state(car) == "closed"
    assert old.sound()


async def test_the_leave_that_was_approved_is_reported_back_after_its_day(old: Old) -> None:
    approved = old.case("leave", "approved")
    old.clock.set("2026-11-27T09:00")
    await old.service.scheduler.settle()
    await old.say(LIU, f"销假 {approved.code}")
    await old.say(DEPUTY, f"确认 {approved.code}")
    assert old.state(approved) == "closed"
    assert old.sound()


async def test_a_talk_that_was_begun_goes_on(old: Old) -> None:
    await old.say(KEEPER, "12月8日上午", "12月8日上午", "去银行", "提交")
    mine = "SELECT COUNT(*) FROM cases WHERE applicant = :who AND state = 'pending'"
    assert old.house.work.run_sync(lambda unit: unit.db.value(mine, who=KEEPER)) == 1
    assert old.sound()
