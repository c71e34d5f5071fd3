"""The roster an office keeps: read with its hours, every mistake told with its line."""

from datetime import date, time
from pathlib import Path

import pytest

from flows.roster import Shift
from storage.office import OfficeErrors, read_office
from storage.packs import load_packs
from tests.bot.office_folder import office_folder

HEAD = "日期,班次,人员,角色\n"


def roster_of(tmp_path: Path, rows: str, duty: str = "") -> tuple[Shift, ...]:
    folder = office_folder(tmp_path / "office")
    (folder / "roster.csv").write_text(HEAD + rows, encoding="utf-8")
    if duty:
        path = folder / "office.yaml"
        path.write_text(path.read_text(encoding="utf-8") + duty, encoding="utf-8")
    return read_office(folder, load_packs().values()).office.roster.shifts


def test_shifts_by_number_or_name_with_or_without_a_role(tmp_path: Path) -> None:
    found = roster_of(tmp_path, "2026-11-25,夜班,刘洋,\n2026/11/24,白班,F022,\n2026-11-24,白班,F002,值班组长\n")
    day = date(2026, 11, 24)
    assert found == (
        Shift(day, "白班", "F002", "duty_leader"),
        Shift(day, "白班", "F022"),
        Shift(date(2026, 11, 25), "夜班", "F021"),
    )


def test_the_office_may_name_its_own_shifts(tmp_path: Path) -> None:
    assert roster_of(tmp_path, "2026-11-25,中班,刘洋,\n", "duty: {hours: {中班: '12:00-20:00'}}\n")[0].name == "中班"
    folder = tmp_path / "office"
    hours = read_office(folder, load_packs().values()).office.roster.hours
    assert hours["中班"] == (time(12), time(20))
    assert hours["夜班"] == (time(17, 30), time(8, 30))


@pytest.mark.parametrize(
    ("rows", "line", "told"),
    [
        ("2026-11-24,白班,F021,\n2026-11-24,白班,刘洋,\n", 3, "与第 2 行重复"),
        ("2026-13-24,白班,F021,\n", 2, "日期「2026-13-24」不对"),
        ("2026-11-24,早班,F021,\n", 2, "没有班次「早班」"),
        ("2026-11-24,白班,张三丰,\n", 2, "没有在职的人员「张三丰」"),
        ("2026-11-24,白班,F029,\n", 2, "没有在职的人员「F029」"),
        ("2026-11-24,白班,F021,班长\n", 2, "没有角色「班长」"),
    ],
)
def test_a_mistake_is_told_with_its_line(rows: str, line: int, told: str, tmp_path: Path) -> None:
    with pytest.raises(OfficeErrors) as caught:
        roster_of(tmp_path, rows)
    assert [(p.file, p.line) for p in caught.value.problems] == [("roster.csv", line)]
    assert told in caught.value.problems[0].message


def test_hours_that_are_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(OfficeErrors, match="夜班"):
        roster_of(tmp_path, "", "duty: {hours: {夜班: 晚上}}\n")
