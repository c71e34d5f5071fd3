"""`banshi export`: registers and lists as spreadsheets, on either database, and never over what is there."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.cards import RegisterBook
from flows.procedure.model import Pack
from handlers.books import private_columns
from storage.packs import load_packs
from storage.scratch import Scratch
from storage.sheets import csv_of
from tests.bot.exported import BIAN, LUO, REASON, Exporting, Past, at_rest, past_of, there
from tests.fakes import MovableClock


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    """The office once for all tests of this file, which only read it."""
    folder, url = tmp_path_factory.mktemp("office"), ""
    if request.param == "postgres":
        scratch: Scratch = request.getfixturevalue("postgres_scratch")
        scratch.empty()
        url = scratch.url
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        made = past_of(url or f"sqlite:///{folder}/var/banshi.db", MovableClock())
    yield made
    made.house.work.close()


@pytest.fixture
def past(lived: Past, home: Path, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> Past:
    """The office at rest, in the environment, at ten o'clock of 5 December."""
    at_rest(lived, monkeypatch)
    clock.set("2026-12-05T10:00")
    monkeypatch.setattr("bot.clock.SystemClock", lambda _zone: clock)
    return lived


@pytest.fixture
def export(capsys: pytest.CaptureFixture[str]) -> Exporting:
    return Exporting(capsys)


@pytest.fixture
def out(home: Path) -> Path:
    """An empty folder to write into."""
    made = home / "out"
    made.mkdir()
    return made


def rows(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))


def test_a_register_has_the_offices_columns_in_both_formats(past: Past, export: Exporting, out: Path) -> None:
    said = export.run(0, "register", "请假备案与考勤登记簿", "--out", out / "a.csv")
    assert said.splitlines()[0].startswith(f"已导出 {out / 'a.csv'}：请假备案与考勤登记簿 1 行。")
    head, line = rows(out / "a.csv")
    assert head == ["人员", "事项", "起", "止", "天数", "分钟", "状态"]
    assert line == ["卞清扬", "私事", "2026-11-25 am", "2026-11-25 pm", "1", "", "有效"]
    export.run(0, "register", "attendance", "--out", out / "a.xlsx")
    page = load_workbook(out / "a.xlsx").worksheets[0]
    assert [list(row) for row in page.iter_rows(values_only=True)] == [
        head,
        ["卞清扬", "私事", "2026-11-25 am", "2026-11-25 pm", 1, "", "有效"],
    ]
    assert (out / "a.xlsx").stat().st_mode & 0o777 == 0o600


DAYS = (
    (("--from", "2026-11-25", "--to", "2026-11-25"), 1),
    (("--from", "2026年11月26日"), 0),
    (("--to", "2026/11/24"), 0),
)


def test_a_register_of_some_days(past: Past, export: Exporting, out: Path) -> None:
    for days, lines in DAYS:
        export.run(0, "register", "attendance", *days, "--out", out / "a.csv", "--force")
        assert len(rows(out / "a.csv")) == 1 + lines, days


def test_a_case_is_a_line_with_its_steps_and_how_long_it_took(past: Past, export: Exporting, out: Path) -> None:
    assert "申请 3 件" in export.run(0, "cases", "--out", out / "c.csv")
    head, *lines = rows(out / "c.csv")
    taken, refused, waiting = (dict(zip(head, line, strict=True)) for line in lines)
    assert [each["编号"] for each in (taken, refused, waiting)] == [
        past.no(past.taken),
        past.no(past.refused),
        past.no(past.waiting),
    ]
    assert (taken["事项"], taken["申请人"], taken["工号"], taken["科室"]) == ("请假审批", "卞清扬", BIAN, "综合室")
    assert (taken["提交时间"], taken["状态"], taken["办结时间"]) == ("2026-11-24 09:11", "已通过", "")
    assert (taken["历时(天)"], taken["申请天数"]) == ("11", "1")
    assert "副主任（分管）批1天及以内：葛长风 同意 2026-11-24 09:13" in taken["办理过程"].split("；")
    assert f"事由：{REASON}" in taken["内容"].split("；")
    assert (refused["状态"], refused["办结时间"], refused["历时(天)"]) == ("未通过", "2026-11-27 10:01", "1")
    assert "邬志高 不同意 2026-11-27 10:01" in refused["办理过程"]
    assert "工作紧" not in ",".join(lines[1])
    assert (waiting["状态"], waiting["工号"]) == ("待审批", LUO)
    assert waiting["办理过程"].endswith("待邬志高（2026-12-03 09:11起）")


def test_cases_of_a_kind_and_of_some_days(past: Past, export: Exporting, out: Path) -> None:
    export.run(
        0, "cases", "--procedure", "leave_request", "--from", "2026-11-26", "--to", "2026-12-02", "--out", "c.csv"
    )
    assert [line[0] for line in rows(Path("c.csv"))[1:]] == [past.no(past.refused)]
    export.run(0, "cases", "--procedure", "leave_return", "--out", "d.xlsx")
    assert load_workbook("d.xlsx").worksheets[0].max_row == 1


def test_what_only_approvers_read_is_left_out_unless_it_is_asked_for(past: Past, export: Exporting, out: Path) -> None:
    assert "--private" in export.run(0, "cases", "--out", out / "c.csv")
    assert "诊断证明" not in (out / "c.csv").read_text(encoding="utf-8-sig")
    assert "--private" not in export.run(0, "cases", "--private", "--out", out / "p.csv")
    assert "医保定点医院证明：诊断证明.pdf" in (out / "p.csv").read_text(encoding="utf-8-sig")


def test_a_column_that_takes_a_private_line_of_the_form_is_private() -> None:
    pack = load_packs()["party-office"]
    assert private_columns([pack], "attendance") == frozenset()
    assert private_columns([_private(pack, "leave_request", "leave_type")], "attendance") == {"event"}
    assert private_columns([_private(pack, "leave_request", "leave_type")], "seal_register") == frozenset()


def _private(pack: Pack, procedure: str, field: str) -> Pack:
    chosen = pack.procedures[procedure]
    fields = tuple(replace(each, private=each.private or each.id == field) for each in chosen.fields)
    return replace(pack, procedures={**pack.procedures, procedure: replace(chosen, fields=fields)})


def test_private_columns_leave_the_register(
    past: Past, export: Exporting, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = load_packs()
    changed = {**packs, "party-office": _private(packs["party-office"], "leave_request", "leave_type")}
    monkeypatch.setattr("bot.export.load_packs", lambda: changed)
    assert "--private" in export.run(0, "register", "attendance", "--out", out / "a.csv")
    assert rows(out / "a.csv")[1] == ["卞清扬", "2026-11-25 am", "2026-11-25 pm", "1", "", "有效"]
    export.run(0, "register", "attendance", "--private", "--out", out / "b.csv")
    assert "私事" in rows(out / "b.csv")[1]


def test_csv_holds_no_formula_and_marks_struck_rows() -> None:
    book = RegisterBook("册", ("甲", "乙"), (("=1+1", 1234567.5), ("@x", 2.0), ("-", -3), ("'=1", 0)), frozenset({1}))
    text = csv_of(book).decode("utf-8-sig")
    assert text.splitlines() == [
        "甲,乙,已作废",
        "'=1+1,1234567.5,",
        "'@x,2,是",
        "-,-3,",
        "''=1,0,",
    ]
    assert csv_of(replace(book, void=frozenset())).decode("utf-8-sig").startswith("甲,乙\r\n")


def test_a_file_that_is_there_is_written_over_only_by_force(past: Past, export: Exporting, out: Path) -> None:
    for kind in (("register", "attendance"), ("cases",)):
        path = out / f"{kind[0]}.csv"
        path.write_text("mine")
        assert "--force" in export.run(1, *kind, "--out", path)
        assert path.read_text() == "mine"
        export.run(0, *kind, "--out", path, "--force")
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert there(out) == ["cases.csv", "register.csv"]


WRONG = (
    (("register", "nothing", "--out", "a.csv"), "attendance（请假备案与考勤登记簿）"),
    (("register", "attendance", "--out", "a.pdf"), ".xlsx 或 .csv"),
    (("register", "attendance", "--out", "nowhere/a.csv"), "没有写成"),
    (("register", "attendance", "--from", "昨天", "--out", "a.csv"), "写成 2026-11-01"),
    (("cases", "--from", "2026-11-02", "--to", "2026-11-01", "--out", "a.csv"), "晚于"),
    (("cases", "--procedure", "nothing", "--out", "a.csv"), "leave_request"),
    (("evidence", "QJ-2026-9999", "--out", "a.zip"), "没有找到申请"),
    (("evidence", "QJ-2026-0001", "--out", "a.csv"), ".zip"),
)


def test_what_cannot_be_exported_is_one_sentence(past: Past, export: Exporting, home: Path) -> None:
    before = there(home)
    for words, said in WRONG:
        assert said in export.run(1, *words)
    assert there(home) == before


def test_without_a_database_it_says_where_it_looked(
    home: Path, export: Exporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{home}/none.db")
    monkeypatch.setenv("OFFICE", str(home))
    assert "none.db" in export.run(1, "cases", "--out", "a.csv")
    assert there(home) == []
