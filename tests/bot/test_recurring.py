"""What recurs in a running house: set once, told at its moment, once after a time of silence, and set again."""

from datetime import datetime, timedelta
from pathlib import Path

from bot.assemble import open_house
from bot.scheduler import Scheduler
from bot.service import House
from bot.settings import from_environment
from flows.approval.outcome import RegisterRow
from flows.procedure.model import Json
from storage.outbox import OutboxLine
from storage.unit import Unit
from tests.fakes import MovableClock
from tests.flows.families.desk import at
from tests.tree import ROOT

COUNT = "school-office/pack/recurring/seal_daily_count"
EVENING = "school-office/pack/recurring/seal_evening_check"
OFFICE = """
name: 试点学校
packs: {seal: school-office}
sections: [综合办公室]
administrator: S001
stand_ins: {S002: S001}
"""
PEOPLE = "工号,姓名,部门,岗位\nS001,林静,综合办公室,office_director\nS002,何苗,综合办公室,admin_assistant\n"


def house(tmp_path: Path, clock: MovableClock) -> House:
    office = tmp_path / "office"
    office.mkdir(exist_ok=True)
    (office / "office.yaml").write_text(OFFICE, encoding="utf-8")
    (office / "people.csv").write_text(PEOPLE, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/var/banshi.db"
    return open_house(from_environment({"OFFICE": str(office), "DATABASE_URL": url}), clock)


def said(made: House) -> list[OutboxLine]:
    return list(made.work.run_sync(lambda unit: unit.outbox_log("")))


def due(made: House) -> dict[str, datetime]:
    return made.work.run_sync(lambda unit: dict(unit.recurring()))


async def test_told_at_its_moment_and_set_for_the_next(tmp_path: Path) -> None:
    clock = MovableClock(at("2026-11-27T09:00"))
    made = house(tmp_path, clock)
    scheduler = Scheduler(made.work, made.desk, clock, made.metrics)
    assert due(made) == {COUNT: at("2026-11-27T17:00"), EVENING: at("2026-11-27T17:00")}
    assert await scheduler.settle() == 0
    clock.set(at("2026-11-27T17:00"))
    assert await scheduler.settle() == 2
    assert [(line.person, line.about) for line in said(made)] == [("S002", EVENING), ("S002", COUNT)]
    assert "今天用印 0 件，退回 0 件，还在办 0 件" in said(made)[1].text
    assert due(made) == {COUNT: at("2026-11-30T17:00"), EVENING: at("2026-11-30T17:00")}
    made.work.close()


async def test_a_silence_is_told_once_and_a_new_start_sets_nothing_twice(tmp_path: Path) -> None:
    clock = MovableClock(at("2026-11-23T09:00"))
    house(tmp_path, clock).work.close()
    clock.set(at("2026-11-26T08:00"))
    made = house(tmp_path, clock)
    assert due(made)[COUNT] == at("2026-11-23T17:00")
    assert await Scheduler(made.work, made.desk, clock, made.metrics).settle() == 2
    assert len(said(made)) == 2
    assert due(made)[COUNT] == at("2026-11-26T17:00")
    made.work.close()


async def test_what_the_rules_no_longer_know_ends(tmp_path: Path) -> None:
    clock = MovableClock(at("2026-11-23T09:00"))
    made = house(tmp_path, clock)
    made.work.run_sync(lambda unit: unit.set_recurring("school-office/pack/recurring/gone", clock.now()))
    assert await Scheduler(made.work, made.desk, clock, made.metrics).settle() == 1
    assert "school-office/pack/recurring/gone" not in due(made)
    assert said(made) == []
    clock.set(clock.now() + timedelta(minutes=1))
    assert await Scheduler(made.work, made.desk, clock, made.metrics).settle() == 0
    made.work.close()


async def test_what_the_text_leaves_open_is_told_when_the_office_says(tmp_path: Path) -> None:
    """The sample office has the use of seals looked into on the month's fifteenth (印章管理与使用制度(六))."""
    clock = MovableClock(at("2026-12-15T14:59"))
    settings = {"OFFICE": str(ROOT / "offices" / "sample"), "DATABASE_URL": f"sqlite:///{tmp_path}/banshi.db"}
    made = open_house(from_environment(settings), clock)
    check = "futian-office/pack/recurring/seal_spot_check"
    assert due(made)[check] == at("2026-12-15T15:00")
    clock.set(at("2026-12-15T15:00"))
    assert await Scheduler(made.work, made.desk, clock, made.metrics).settle() == 1
    heads = {who.staff_no for who in made.office.holders("section_chief")}
    assert {line.person for line in said(made) if line.about == check} == heads
    assert due(made)[check] == at("2027-01-15T15:00")
    made.work.close()


NOTICE = "futian-office/pack/recurring/vehicle_cost_notice"


async def test_the_months_costs_are_told_on_its_last_working_day(tmp_path: Path) -> None:
    """Repairs and fuel of February, whose last day is a Sunday (财务报销管理制度(七)句4)."""
    clock = MovableClock(at("2027-02-20T09:00"))
    settings = {"OFFICE": str(ROOT / "offices" / "sample"), "DATABASE_URL": f"sqlite:///{tmp_path}/banshi.db"}
    made = open_house(from_environment(settings), clock)
    keepers = {who.staff_no for who in made.office.holders("secretariat")}

    def pay(unit: Unit) -> None:
        for day, amount in (("2027-02-03", 300.0), ("2027-02-25", 120.5), ("2027-01-31", 7.0)):
            cells: dict[str, Json] = {
                "date": day,
                "vehicle": "云溪一号",
                "kind": "燃油",
                "litres": 40,
                "amount": amount,
            }
            unit.keep_rows((RegisterRow("vehicle_costs", day, cells),), "", clock.now())

    made.work.run_sync(pay)
    assert due(made)[NOTICE] == at("2027-02-26T17:00")
    clock.set(at("2027-02-26T17:00"))
    fallen = [entry for entry, moment in due(made).items() if moment <= clock.now()]
    assert NOTICE in fallen
    assert await Scheduler(made.work, made.desk, clock, made.metrics).settle() == len(fallen)
    told = {line.person: line.text for line in said(made) if line.about == NOTICE}
    assert set(told) == keepers
    assert "2027年2月车辆费用共 420.50 元：\n· 云溪一号：燃油 420.50 元（80 升）" in told.popitem()[1]
    assert due(made)[NOTICE] == at("2027-03-31T17:00")
    made.work.close()
