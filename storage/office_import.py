"""A staff list as the personnel office gives it, laid over the office's own `people.csv`.

Who is on the list and not in the file is added at its end; a cell of the list that says something else changes that
cell; an empty cell and a column the list does not have leave what stands. Lines nobody changed stay as they are
written. The result is read as the office would read it before anybody is told that it can be written.
"""

import re
import shutil
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.procedure.model import Pack
from storage.office import FILE as OFFICE
from storage.office import OfficeErrors, read_office
from storage.office_calendar import FILE as CALENDAR
from storage.office_people import COLUMNS, FILES, LEFT, REQUIRED, PostNames, StaffWords
from storage.office_rows import Row, read_date, read_rows
from storage.office_sheet import Sheet
from storage.problems import Problem, Problems

GONE = LEFT[0]
_NAMED = ("staff_no", "name")
_BROKEN = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_INSIDE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_LINE = re.compile(r"第 (\d+) 行")


class ListErrors(Exception):
    """The list cannot be laid over the office's file; `problems` are all that is wrong, by file and line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one person: each column that changes with what stood there and what will."""

    staff_no: str
    name: str
    cells: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Merge:
    """The office's file with the list laid over it.

    `missing` are in office and not on the list; `returned` are on the list and in the file as gone, while the list has
    no word on it. `content` is the whole new file.
    """

    added: tuple[Change, ...]
    changed: tuple[Change, ...]
    missing: tuple[Change, ...]
    returned: tuple[Change, ...]
    content: bytes

    @property
    def anything(self) -> bool:
        """Whether the file becomes another."""
        return bool(self.added or self.changed)


def lay_over(folder: Path, listed: Path, packs: Iterable[Pack], *, leave: bool = False) -> Merge:
    """The list laid over the folder's people.csv; `leave` marks those in office whom it does not name as gone.

    Raises:
        ListErrors: something in the list is wrong, or the office could not be read afterwards; all of it is told.
    """
    packs = tuple(packs)
    path = folder / FILES[0]
    problems = Problems()
    if not (folder / OFFICE).exists():
        problems.error(OFFICE, 0, f"没有 {OFFICE}，名册里的岗位和科室无从核对", "用 OFFICE 指出单位文件夹")
    if (folder / FILES[1]).exists():
        problems.error(FILES[1], 0, "人员名册是 .xlsx，不能往里导入", f"另存为 {FILES[0]} 并删去 {FILES[1]}，再导入")
    if problems.errors:
        raise ListErrors(problems.errors)
    kept = read_rows(path, COLUMNS, REQUIRED, problems) if path.exists() else []
    _once(kept, path.name, problems)
    coming = _listed(listed, REQUIRED if not kept else _NAMED, problems)
    if problems.errors:
        raise ListErrors(problems.errors)
    merging = _Merging(Sheet.of(path, COLUMNS), StaffWords(PostNames.of(packs, {})), str(listed))
    merging.take(kept, coming, leave=leave)
    merging.problems.found += _found_wrong(folder, packs, merging)
    if merging.problems.errors:
        raise ListErrors(merging.problems.errors)
    return merging.result()


def _once(rows: Iterable[Row], file: str, problems: Problems) -> None:
    """Every row has a number, and no two the same."""
    seen: dict[str, int] = {}
    for row in rows:
        number = row.get("staff_no")
        if not number:
            problems.error(file, row.line, f"{row.get('name') or '这一行'}没有工号", "补上工号")
        elif number in seen:
            problems.error(file, row.line, f"工号 {number} 重复（第一次在第 {seen[number]} 行）", "一人一号")
        seen.setdefault(number, row.line)


def _listed(listed: Path, required: tuple[str, ...], problems: Problems) -> list[Row]:
    """The rows of the list, tidied; what is wrong in it is told by the name it was given under."""
    found = Problems()
    rows = [
        Row(row.line, {name: _tidy(name, cell) for name, cell in row.cells.items()})
        for row in read_rows(listed, COLUMNS, required, found)
    ]
    _once(rows, listed.name, found)
    for row in rows:
        for name, cell in row.cells.items():
            if cell in _BROKEN:
                message = f"「{COLUMNS[name][0]}」一格是 {cell}，公式没有算出来"
                found.error(listed.name, row.line, message, "在表格里改正这一格")
    problems.found += [replace(problem, file=str(listed)) for problem in found.found]
    return rows


def _tidy(column: str, cell: str) -> str:
    """A cell as it is meant: digits of one width in numbers, one way to write a date, no gap inside 张　三."""
    if column == "staff_no":
        return unicodedata.normalize("NFKC", cell)
    if column == "since":
        day = read_date(cell)
        return day.isoformat() if day is not None else cell
    return _INSIDE.sub("", cell) if column in ("name", "section", "title", "status") else cell


@dataclass
class _Merging:
    """The file as it becomes, line by line; `origin` says which line of the list stands at a line of the file."""

    sheet: Sheet
    words: StaffWords
    listed: str
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    missing: list[Change] = field(default_factory=list)
    returned: list[Change] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    def take(self, kept: Iterable[Row], coming: Iterable[Row], *, leave: bool) -> None:
        """Lay every row of the list over the file, then look at who is not on it."""
        known = {row.get("staff_no"): row for row in kept}
        self.places = {row.get("staff_no"): row.line for row in coming}
        for row in coming:
            before = known.get(row.get("staff_no"))
            if before is None:
                self._add(row, known)
            else:
                self._change(row, before)
        for number, row in known.items():
            if number not in self.places and row.get("status") not in LEFT:
                self._leave(number, row, leave=leave)

    def _add(self, row: Row, known: Iterable[str]) -> None:
        number = row.get("staff_no")
        short = next((other for other in known if other.lstrip("0") == number.lstrip("0")), "")
        if short:
            message = f"工号 {number} 与名册里的 {short} 只差前面的 0"
            self.problems.error(self.listed, row.line, message, "把工号一栏的格式设为文本，写成一样的")
        given = {name: cell for name, cell in row.cells.items() if cell}
        self.sheet.append(given)
        self.added.append(Change(number, row.get("name"), {name: ("", cell) for name, cell in given.items()}))

    def _change(self, row: Row, before: Row) -> None:
        number, name = row.get("staff_no"), row.get("name") or before.get("name")
        cells = {
            column: (before.get(column), cell)
            for column, cell in row.cells.items()
            if cell and column != "staff_no" and not self.words.same(column, before.get(column), cell)
        }
        if cells:
            self.sheet.change(number, {column: after for column, (_, after) in cells.items()})
            self.changed.append(Change(number, name, cells))
        if before.get("status") in LEFT and not row.get("status"):
            self.returned.append(Change(number, name, {}))

    def _leave(self, number: str, row: Row, *, leave: bool) -> None:
        cells = {"status": (row.get("status"), GONE)}
        self.missing.append(Change(number, row.get("name"), {}))
        if leave:
            self.sheet.change(number, {"status": GONE})
            self.changed.append(Change(number, row.get("name"), cells))

    def origin(self) -> Mapping[int, int]:
        """The line of the list whose person stands at each line of the new file."""
        lines = self.sheet.lines()
        return {lines[number]: line for number, line in self.places.items() if number in lines}

    def result(self) -> Merge:
        """The merge, once nothing is wrong with it."""
        return Merge(
            tuple(self.added),
            tuple(self.changed),
            tuple(self.missing),
            tuple(self.returned),
            self.sheet.content(),
        )


def _found_wrong(folder: Path, packs: tuple[Pack, ...], merging: _Merging) -> list[Problem]:
    """What the office would say of the new file: everything in lines of the list, elsewhere what was not so before."""
    before = {(problem.file, problem.message) for problem in _errors(folder, packs)}
    with TemporaryDirectory() as place:
        trial = Path(place)
        for name in (OFFICE, CALENDAR):
            if (folder / name).exists():
                shutil.copyfile(folder / name, trial / name)
        (trial / FILES[0]).write_bytes(merging.sheet.content())
        found = _errors(trial, packs)
    origin = merging.origin()
    told = []
    for problem in found:
        if problem.file != FILES[0] or problem.line not in origin:
            if (problem.file, problem.message) not in before:
                told.append(problem)
            continue
        line = origin[problem.line]
        message = _LINE.sub(lambda said: _place(int(said[1]), origin, merging.listed), problem.message)
        told.append(replace(problem, file=merging.listed, line=line, message=message))
    return told


def _place(line: int, origin: Mapping[int, int], listed: str) -> str:
    return f"{listed} 第 {origin[line]} 行" if line in origin else f"{FILES[0]} 第 {line} 行"


def _errors(folder: Path, packs: tuple[Pack, ...]) -> tuple[Problem, ...]:
    try:
        read_office(folder, packs)
    except OfficeErrors as errors:
        return errors.problems
    return ()
