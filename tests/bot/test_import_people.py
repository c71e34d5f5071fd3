"""`banshi import-people`: a personnel office's list laid over the office's own, or nothing at all."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.cli import main
from storage.office import read_office
from storage.office_people import COLUMNS
from storage.packs import load_packs
from tests.bot.office_folder import office_folder

HEAD = "工号,姓名,科室,职务,岗位,参加工作日期,状态\n"
EVERYBODY = """\
F001,周建国,室领导,主任,director、office_leader,1996-07-01,在职
F002,李慧敏,室领导,副主任,deputy_director、deputy_director_in_charge、office_leader,1999-08-01,在职
F010,陈志远,秘书科,科长,section_chief、secretariat_chief,2004-05-10,在职
F013,何静,秘书科,,staff、seal_keeper,2010-04-06,在职
F020,王芳,办文科,科长,section_chief、doc_chief,2005-07-01,在职
F021,刘洋,办文科,,staff,2023-06-05,在职
F022,赵倩,办文科,,staff、attendance_clerk,2017-09-04,在职
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The office folder that is in the environment."""
    made = office_folder(tmp_path / "office")
    monkeypatch.setenv("OFFICE", str(made))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return made


class Told:
    """What one run said, line by line, and where."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, code: int, *words: object) -> list[str]:
        assert main(["import-people", *map(str, words)]) == code
        said = self._capsys.readouterr()
        assert bool(said.err) == bool(code)
        return (said.err if code else said.out).splitlines()


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(capsys)


def kept(folder: Path) -> list[str]:
    return (folder / "people.csv").read_text(encoding="utf-8").splitlines()


def listed(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder.parent / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def sheet(folder: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(list(row))
    path = folder.parent / "list.xlsx"
    book.save(path)
    return path


def test_new_people_are_added_changes_told_field_by_field_and_the_rest_left_as_written(
    folder: Path, told: Told
) -> None:
    before = kept(folder)
    text = HEAD + "F021,刘洋,秘书科,主任科员,staff,2023/6/5,在岗\nF030,孟晓,办文科,,工作人员,2026.7.1,\n"
    path = listed(folder, text)
    rehearsed = told.run(0, path, "--dry-run")
    assert kept(folder) == before
    assert rehearsed[0] == "新增 1 人，变更 1 人，名单里没有的 6 人。"
    assert rehearsed[1] == "新增 F030 孟晓：科室 办文科，岗位 工作人员，参加工作日期 2026-07-01"
    assert rehearsed[2] == "变更 F021 刘洋：科室 办文科 → 秘书科；职务 （空） → 主任科员"
    missing = [line.removeprefix("名单里没有 ") for line in rehearsed if line.startswith("名单里没有 ")]
    assert missing == ["F001 周建国", "F002 李慧敏", "F010 陈志远", "F013 何静", "F020 王芳", "F022 赵倩"]
    written = told.run(0, path)
    assert written[:-1] == rehearsed[:-1]
    after = kept(folder)
    assert [line for line in before if line not in after] == [before[6]]
    assert after[6:] == ["F021,刘洋,秘书科,主任科员,staff,2023-06-05,在职", *before[7:], after[-1]]
    assert after[-1] == "F030,孟晓,办文科,,工作人员,2026-07-01,"
    assert told.run(0, path)[-1].startswith("与 ")
    assert kept(folder) == after
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_encoding_is_read_and_the_offices_own_is_kept(folder: Path, told: Told, encoding: str) -> None:
    own = (folder / "people.csv").read_text(encoding="utf-8").replace("\n", "\r\n")
    (folder / "people.csv").write_bytes(own.encode("gb18030"))
    told.run(0, listed(folder, "人员名册\nstaff_no,name,section,posts\nF030,孟 晓䶮,办文科,staff\n", encoding))
    assert (folder / "people.csv").read_bytes().decode("gb18030") == own + "F030,孟晓䶮,办文科,,staff,,\r\n"


def test_a_sheet_brings_numbers_dates_and_what_formulas_came_to_as_they_are_shown(folder: Path, told: Told) -> None:
    (folder / "people.csv").write_text(HEAD + EVERYBODY.replace("F021", "0021"), encoding="utf-8")
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["人员名册"])
    page.append(["编号", "姓名", "部门", "岗位", "参加工作时间"])
    page.append([21, "刘洋", "秘书科", None, datetime(2023, 6, 5)])  # noqa: DTZ001  a sheet knows no zone
    page["A3"].number_format = "0000"
    page.append(["F031", "=1+1", "办文科", "staff", "2026年7月1日"])
    path = folder.parent / "list.XLSX"
    book.save(path)
    lines = told.run(0, path)
    assert lines[1:3] == [
        "新增 F031 =1+1：科室 办文科，岗位 staff，参加工作日期 2026-07-01",
        "变更 0021 刘洋：科室 办文科 → 秘书科",
    ]
    assert kept(folder)[-1] == "F031,'=1+1,办文科,,staff,2026-07-01,"
    people = read_office(folder, load_packs().values()).office.people
    assert (people["F031"].name, people["0021"].section) == ("=1+1", "秘书科")
    assert told.run(0, path)[-1].startswith("与 ")


@pytest.mark.parametrize(
    ("row", "line", "said"),
    [
        ("F021,刘洋,办文科,,stuff,,", 3, "岗位「stuff」不认识 — 是否要写「staff」"),
        ("F021,刘洋,办文科,,staff,去年,", 3, "不是日期"),
        ("F021,刘洋,办文科,,staff,2026-02-30,", 3, "不是日期"),
        (",刘洋,办文科,,staff,,", 3, "刘洋没有工号 — 补上工号"),
        ("F030,孟晓,办文科,,staff,,", 3, "工号 F030 重复（第一次在第 2 行） — 一人一号"),
        ("F031,,办文科,,staff,,", 3, "没有姓名"),
        ("F031,于川,办文科,,,,", 3, "没有岗位"),
        ("F031,于川,,,staff,,", 3, "没有科室"),
        ("F021,刘洋,办文科,,staff,,在家", 3, "状态「在家」不认识"),
        ("F021,刘洋,#N/A,,staff,,", 3, "「科室」一格是 #N/A"),
        ("F021,刘洋,办文科,,section_chief,,", 3, "有两个科室负责人（科长）：王芳（people.csv 第 6 行）、刘洋"),
        ("0F021,刘洋,办文科,,staff,,", 3, "只差前面的 0"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_line_and_nothing_is_written(
    folder: Path, told: Told, row: str, line: int, said: str
) -> None:
    before = (folder / "people.csv").read_bytes()
    path = listed(folder, f"{HEAD}F030,孟晓,办文科,,staff,,\n{row}\n")
    lines = told.run(1, path)
    assert [each for each in lines[:-1] if f"{path}:{line} " not in each] == []
    assert [each for each in lines[:-1] if said in each], lines
    assert lines[-1].startswith("名单没有导入")
    assert (folder / "people.csv").read_bytes() == before


def test_every_mistake_is_told_at_once(folder: Path, told: Told) -> None:
    text = HEAD + ",甲,办文科,,staff,,\nF030,乙,办文科,,staff,,\nF030,丙,办文科,,staff,,\n"
    assert len(told.run(1, listed(folder, text))) == 3


def test_who_is_not_on_the_list_leaves_only_where_that_is_asked_for(folder: Path, told: Told) -> None:
    path = listed(folder, HEAD + EVERYBODY.replace("F022,赵倩,办文科,,staff、attendance_clerk,2017-09-04,在职\n", ""))
    assert "加 --leave" in " ".join(told.run(0, path))
    assert kept(folder)[7].endswith("2017-09-04,在职")
    assert "变更 F022 赵倩：状态 在职 → 离职" in told.run(0, path, "--leave")
    assert kept(folder)[7] == "F022,赵倩,办文科,,staff、attendance_clerk,2017-09-04,离职"
    assert kept(folder)[8].endswith("退休")
    assert not read_office(folder, load_packs().values()).office.people["F022"].active


def test_nobody_leaves_whom_the_office_still_names(folder: Path, told: Told) -> None:
    before = kept(folder)
    text = HEAD + "".join(line for line in EVERYBODY.splitlines(keepends=True) if not line.startswith("F010"))
    lines = told.run(1, listed(folder, text), "--leave")
    assert [line for line in lines if "office.yaml:2" in line and "陈志远（F010）已不在职" in line]
    assert kept(folder) == before


def test_a_column_the_office_has_not_is_added_and_who_came_back_is_told(folder: Path, told: Told) -> None:
    text = "工号,姓名,科室,岗位,状态\nF001,周建国,室领导,director;office_leader,\nF002,李慧敏,室领导,deputy_director,\n"
    text += "F010,陈志远,秘书科,section_chief,\nF029,许平,办文科,staff,退休"
    (folder / "people.csv").write_text(text, encoding="utf-8")
    lines = told.run(0, listed(folder, "工号,姓名,职务\nF001,周建国,主任\nF029,许平,\n"))
    assert "F029 许平 在名单里，名册上已不在职；如已回来，名单里加「状态」一栏写在职。" in lines
    after = kept(folder)
    assert (after[0], after[1]) == ("工号,姓名,科室,岗位,状态,职务", "F001,周建国,室领导,director;office_leader,,主任")
    assert after[4] == "F029,许平,办文科,staff,退休,"
    assert read_office(folder, load_packs().values()).office.people["F001"].title == "主任"


def test_a_folder_without_a_list_gets_one_and_one_with_a_sheet_is_left(folder: Path, told: Told) -> None:
    (folder / "people.csv").unlink()
    rows = [[headings[0] for headings in COLUMNS.values()], *(line.split(",") for line in EVERYBODY.splitlines())]
    path = sheet(folder, rows)
    assert told.run(0, path)[0].startswith("新增 7 人")
    assert kept(folder) == (HEAD + EVERYBODY).splitlines()
    (folder / "people.csv").rename(folder / "people.xlsx")
    assert "另存为 people.csv" in told.run(1, path)[0]
    assert not (folder / "people.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.csv", b"", "文件是空的"),
        ("list.csv", "工号,名字\nF021,刘洋\n".encode(), "缺少「姓名」一栏"),
        ("list.csv", b"PK\x03\x04\x00\xff", "文字编码无法识别"),
        ("list.xlsx", b"no sheet", "不是可以读取的 .xlsx 表格"),
        ("list.xls", b"\xd0\xcf\x11\xe0\x00", "文字编码无法识别"),
    ],
)
def test_a_list_that_cannot_be_read_is_told(folder: Path, told: Told, name: str, content: bytes, said: str) -> None:
    path = folder.parent / name
    path.write_bytes(content)
    assert said in told.run(1, path)[0]


def test_a_list_that_is_not_there_and_a_folder_that_is_no_office_are_one_sentence(folder: Path, told: Told) -> None:
    assert len(told.run(1, folder.parent / "nothing.csv")) == 1
    (folder / "office.yaml").unlink()
    assert "没有 office.yaml" in told.run(1, listed(folder, HEAD + EVERYBODY))[0]


def test_where_it_cannot_be_written_the_office_keeps_what_it_had(
    folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(folder)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.output.os.fsync", full)
    assert "没有写成" in told.run(1, listed(folder, HEAD + "F030,孟晓,办文科,,staff,,\n"))[0]
    assert kept(folder) == before
    assert sorted(path.name for path in folder.iterdir()) == ["office.yaml", "people.csv"]
