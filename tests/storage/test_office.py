"""A broken office folder: every mistake by file and line, in words that say what to write instead."""

from datetime import date
from pathlib import Path

import pytest

from storage.office import OfficeErrors, ReadOffice, read_office
from storage.packs import load_packs
from tests.bot.office_folder import office_folder

Edit = tuple[str, str, str]
"""A file of the folder, what stands there, and what is written instead."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return office_folder(tmp_path / "office")


def read(folder: Path) -> ReadOffice:
    return read_office(folder, tuple(load_packs().values()))


def told(folder: Path) -> list[str]:
    """Every error of the folder; none where it can be read."""
    try:
        read(folder)
    except OfficeErrors as errors:
        return [str(problem) for problem in errors.problems]
    return []


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def append(text: str) -> Edit:
    return ("office.yaml", "in_charge: {F002: [秘书科, 办文科]}\n", f"in_charge: {{F002: [秘书科, 办文科]}}\n{text}\n")


def test_the_folder_as_it_is_can_be_read(folder: Path) -> None:
    office = read(folder)
    assert told(folder) == []
    assert office.office.people["F021"].name == "刘洋"
    assert not office.office.people["F029"].active
    assert (office.places["person/F021"].file, office.places["person/F021"].line) == ("people.csv", 7)


def test_when_the_rest_recurs_is_the_offices_word(folder: Path) -> None:
    """An item whose rhythm the text leaves open, and one whose hour it does not fix."""
    asked = [notice.message for notice in read(folder).notices if "抽查用印" in notice.message]
    assert ["由单位定" in message for message in asked] == [True]
    lines = (
        "recurring:\n  futian-office/seal_spot_check: '0 15 1 * *'\n  futian-office/attendance_monthly: ['0 9 25 * *']"
    )
    edit(folder, *append(lines))
    read_so = read(folder)
    assert read_so.office.rhythms == {
        "futian-office/pack/recurring/seal_spot_check": ("0 15 1 * *",),
        "futian-office/pack/recurring/attendance_monthly": ("0 9 25 * *",),
    }
    assert [notice.message for notice in read_so.notices if "抽查用印" in notice.message] == []


CHAIN = """\
delegations:
  - {from: F001, to: F002, start: 2026-11-24, end: 2026-11-26}
  - {from: F002, to: F010, start: 2026-11-26, end: 2026-11-27}"""


def test_what_the_office_settles_for_whole_procedures_is_read(folder: Path) -> None:
    edit(folder, *append("copy_to: {leave_request: [F010, F013]}\nstand_in_allowed: [vacation_request]"))
    office = read(folder).office
    assert dict(office.copy_to) == {"leave_request": ("F010", "F013")}
    assert office.stand_in_allowed == {"vacation_request"}


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (("office.yaml", "administrator: F010", "administrator: F999"), "office.yaml:2", "F999"),
        (("office.yaml", "administrator: F010", "administrator: F029"), "office.yaml:2", "不在职"),
        (("office.yaml", "futian-office", "futian"), "office.yaml:3", "是否要写「futian-office」"),
        (("office.yaml", "futian-office", "[futian-office]"), "office.yaml:3", "packs"),
        (("office.yaml", "'*'", "'leaves'"), "office.yaml:3", "是否要写「leave」"),
        (("office.yaml", "办文科]", "办公科]"), "office.yaml:4", "没有科室「办公科」"),
        (("office.yaml", "name: 试点办公室", "nane: 试点办公室"), "office.yaml:1", "nane"),
        (append("in_charge: {}"), "office.yaml:5", "写了两次（第一次在第 4 行）"),
        (append("desk: {seal_keeper: F021}"), "office.yaml:5", "刘洋没有岗位 seal_keeper"),
        (append("desk: {seal_keper: F013}"), "office.yaml:5", "是否要写「seal_keeper」"),
        (append("stand_ins: {F001: F001}"), "office.yaml:5", "代办人是本人"),
        (append("stand_ins: {F001: F002, F002: F010, F010: F001}"), "office.yaml:5", "绕成一圈"),
        (append("seals: [{name: 区委印章, keeper: F777}]"), "office.yaml:5", "F777"),
        (append("settings: {futian-office/d12: 也许}"), "office.yaml:5", "不能是 也许"),
        (append("settings: {futian-office/d999: true}"), "office.yaml:5", "没有待定事项"),
        (append("hours: {am: '12:00-08:30'}"), "office.yaml:5", "不成先后"),
        (append("hours: {am: 八点半}"), "office.yaml:5", "'08:30-12:00'"),
        (append("delegations: [{from: F001, to: F002, start: 2026-11-30, end: 2026-11-24}]"), "office.yaml:5", "起止"),
        (append("delegations: [{from: F001, to: F001, start: 2026-11-24, end: 2026-11-25}]"), "office.yaml:5", "本人"),
        (append(CHAIN), "office.yaml:7", "不能转委托"),
        (append("copy_to: {leave_requst: [F010]}"), "office.yaml:5", "是否要写「leave_request」"),
        (append("copy_to: {leave_request: [F777]}"), "office.yaml:5", "没有工号 F777"),
        (append("stand_in_allowed: [leave_requst]"), "office.yaml:5", "是否要写「leave_request」"),
        (
            append("recurring: {futian-office/seal_spot_chek: '0 15 1 * *'}"),
            "office.yaml:5",
            "写「futian-office/seal_spot",
        ),
        (append("recurring: {futian-office/seal_spot_check: 每周一}"), "office.yaml:5", "要写五栏时间"),
        (append("  desk: {"), "office.yaml:5", "YAML 写法有误"),
        (("people.csv", "F022,赵倩", "F021,赵倩"), "people.csv:8", "重复（第一次在第 7 行）"),
        (("people.csv", "F021,刘洋", "F021,"), "people.csv:7", "没有姓名"),
        (("people.csv", "F021,刘洋", ",刘洋"), "people.csv:7", "没有工号"),
        (("people.csv", "办文科,,staff,2023", "办文科,,stuff,2023"), "people.csv:7", "是否要写「staff」"),
        (("people.csv", "办文科,,staff,2023", "办文科,,,2023"), "people.csv:7", "没有岗位"),
        (("people.csv", "办文科,,staff,2023-06-05", "办文科,,staff,去年"), "people.csv:7", "不是日期"),
        (("people.csv", "2023-06-05,在职", "2023-06-05,在家"), "people.csv:7", "可写：在职"),
        (("people.csv", "办文科,,staff,2023", "办文科,,section_chief,2023"), "people.csv:7", "有两个科室负责人"),
        (("people.csv", "工号,姓名", "工号,名字"), "people.csv:1", "缺少「姓名」一栏"),
    ],
)
def test_each_mistake_is_told_with_its_line_and_what_to_write(
    folder: Path, change: Edit, place: str, words: str
) -> None:
    edit(folder, *change)
    found = told(folder)
    assert any(line.startswith(f"error: {place} ") and words in line for line in found), found


def test_every_mistake_is_told_at_once(folder: Path) -> None:
    edit(folder, "office.yaml", "administrator: F010", "administrator: F999")
    edit(folder, "people.csv", "2023-06-05,在职", "2023-06-05,在家")
    assert [line.split(" ")[1] for line in told(folder)] == ["office.yaml:2", "people.csv:7"]


def test_a_list_saved_in_gbk_is_read_like_one_in_utf8(folder: Path) -> None:
    people = folder / "people.csv"
    utf8 = read(folder).office.people
    people.write_bytes(people.read_text(encoding="utf-8").encode("gb18030"))
    assert read(folder).office.people == utf8


@pytest.mark.parametrize(("content", "words"), [(b"\xff\xfe\x00\x01\x00", "编码无法识别"), (b"", "文件是空的")])
def test_a_list_nobody_can_read_is_one_sentence(folder: Path, content: bytes, words: str) -> None:
    (folder / "people.csv").write_bytes(content)
    assert [words in line for line in told(folder) if line.startswith("error: people.csv")] == [True]


def test_two_lists_are_one_too_many(folder: Path) -> None:
    (folder / "people.xlsx").write_bytes(b"")
    assert any("同时存在" in line for line in told(folder))


def test_a_sheet_that_is_none_is_told_by_its_name(folder: Path) -> None:
    (folder / "people.csv").unlink()
    (folder / "people.xlsx").write_bytes(b"no sheet")
    assert any("people.xlsx" in line and "另存为" in line for line in told(folder))


@pytest.mark.parametrize("missing", ["office.yaml", "people.csv"])
def test_a_missing_file_is_named(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    assert any(line.startswith(f"error: {missing} ") for line in told(folder))


@pytest.mark.parametrize(
    ("row", "line", "words"),
    [
        ("2026-13-01,off,", 2, "不是日期"),
        ("2026-11-30,holiday,", 2, "放假写 off"),
        ("2026-11-30,off,\n2026-11-30,work,", 3, "写了两次"),
    ],
)
def test_mistakes_of_the_offices_own_calendar(folder: Path, row: str, line: int, words: str) -> None:
    (folder / "calendar.csv").write_text(f"date,kind,note\n{row}\n", encoding="utf-8")
    assert any(
        told_line.startswith(f"error: calendar.csv:{line} ") and words in told_line for told_line in told(folder)
    )


def test_the_offices_own_days_go_before_the_published_ones(folder: Path) -> None:
    """An office's file is the last word on a day (design section 7)."""
    (folder / "calendar.csv").write_text(
        "date,kind,note\n2026-11-30,off,停电\n2026-11-29,work,补班\n", encoding="utf-8"
    )
    calendar = read(folder).calendar
    assert [calendar.is_workday(date(2026, 11, day)) for day in (29, 30)] == [True, False]


def test_what_the_office_has_still_to_settle_are_notices(folder: Path) -> None:
    notices = [str(problem) for problem in read(folder).notices]
    assert any("待单位确认 futian-office/d12" in notice for notice in notices)
    edit(folder, *append("settings: {futian-office/d12: true}"))
    assert not any("futian-office/d12" in str(problem) for problem in read(folder).notices)
