"""The invented year: the same dice, the same lines; a year that is sound; and every promise seen broken once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli import main
from bot.failed import Failed
from bot.scenarios import rules_of
from bot.simulate import simulate
from bot.simulation.dice import Dice
from bot.simulation.house import House
from bot.simulation.town import PACK, town
from bot.simulation.watch import wrong_in_all, wrong_today
from bot.simulation.year import Year
from storage.database import MEMORY, open_work
from storage.office_calendar import published_calendar
from storage.packs import load_packs
from storage.unit import Unit

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 3, 2)


def lived(days: int, seed: int, log: Path) -> tuple[int, bytes, list[str]]:
    said: list[str] = []
    code = simulate(days, seed, said.append, log)
    return code, log.read_bytes(), said


def test_the_same_dice_make_the_same_days_and_they_are_sound(tmp_path: Path) -> None:
    code, log, said = lived(12, 7, tmp_path / "a.log")
    assert (code, said[-1]) == (0, "不符 0 处")
    assert b"files QJ-2026-0001" in log
    assert lived(12, 7, tmp_path / "b.log") == (code, log, said)
    assert lived(12, 8, tmp_path / "c.log")[1] != log


def test_an_office_of_sixty_has_somebody_for_every_post() -> None:
    pack = load_packs()[PACK]
    office = town(pack, Dice(1))
    assert len(office.people) == 60
    empty = [post for post in pack.roles if not office.holders(post) and post not in office.bodies]
    assert empty == []


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house after three weeks."""
    packs = {PACK: load_packs()[PACK]}
    dice = Dice(3)
    start = datetime(2026, 3, 2, tzinfo=ZONE)
    work = open_work(MEMORY, lambda: made.now, ZONE)
    made = House(work, town(packs[PACK], dice), rules_of(packs), published_calendar(), start)
    figures = Year(made, dice, lambda line: None).live(FIRST, date(2026, 3, 19))
    assert figures.wrong == []
    yield made
    work.close()


PLANTED = {
    "UPDATE ledger SET used = used + 1 WHERE id = (SELECT MIN(id) FROM ledger)": "the ledger is not the sum",
    "UPDATE trips SET status = 'out', vehicle = '一号车' WHERE case_id IN"
    " (SELECT case_id FROM trips ORDER BY case_id LIMIT 2)": "one car or driver for both",
    "UPDATE leaves SET status = 'reserved' WHERE case_id IN"
    " (SELECT id FROM cases WHERE state IN ('approved', 'closed'))": "while its case is",
    "UPDATE leaves SET person = 'X001', slots = '2026-03-10 am', status = 'settled'": "two leaves of X001",
    "INSERT INTO asks SELECT id, 0, 'X001', 'director', '', 'x', 'approve', 'to_approve', '', filed_at FROM cases"
    " WHERE state IN ('closed', 'refused') LIMIT 1": "ended and still asking",
    "DELETE FROM asks": "waiting for nobody",
    "INSERT INTO timers (case_id, visit, kind, due_at, data) SELECT id, 0, 'nudge', filed_at, '{}' FROM cases"
    " WHERE state = 'refused' LIMIT 1": "ended with a timer",
    "UPDATE asks SET person = 'X999'": "who has left",
    "UPDATE journal SET actor = 'X001' WHERE id = (SELECT MAX(id) FROM journal)": "与校验值不符",
    "UPDATE cases SET state = 'approved' WHERE id = (SELECT MIN(id) FROM cases WHERE state = 'pending')": "与日志不符",
}
"""What is done to the tables behind the engine's back, and what the evening says of it."""


@pytest.mark.parametrize(("damage", "told"), PLANTED.items())
def test_the_evening_sees_what_is_not_as_it_must_be(house: House, damage: str, told: str) -> None:
    class Undone(Exception):
        pass

    found: list[str] = []
    gone = Dice(1).choice([one for one in house.office.people.values() if one.section == "综合科"])

    def damaged(unit: Unit) -> None:
        assert unit.db.change(damage.replace("X999", gone.staff_no)) > 0
        left = {**house.office.people, gone.staff_no: replace(gone, active=False)}
        office = replace(house.office, people=left) if "X999" in damage else house.office
        found.extend(wrong_today(unit, office, datetime(2026, 3, 2, tzinfo=ZONE), house.now))
        found.extend(wrong_in_all(unit))
        raise Undone

    with pytest.raises(Undone):
        house.do(damaged)
    assert any(told in line for line in found), found


def test_a_deadline_that_passed_and_told_nobody_is_seen(house: House) -> None:
    class Undone(Exception):
        pass

    found: list[str] = []

    def damaged(unit: Unit) -> None:
        waiting = unit.db.rows("SELECT id FROM cases WHERE due_at <> '' AND state IN ('pending', 'approved')")
        assert waiting
        latest = datetime(2026, 12, 31, tzinfo=ZONE)
        found.extend(wrong_today(unit, house.office, house.now, latest))
        raise Undone

    with pytest.raises(Undone):
        house.do(damaged)
    assert any("past its deadline" in line for line in found), found


def test_what_cannot_be_lived_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Failed, match="天数"):
        simulate(0, 1, lambda line: None)
    assert main(["simulate", "--days", "1", "--log", str(tmp_path / "none" / "year.log")]) == 1
    assert capsys.readouterr().err.count("。") == 1
