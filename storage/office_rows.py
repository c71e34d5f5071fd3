"""Tables an office keeps in a spreadsheet: CSV in UTF-8 or GBK, or the first sheet of an .xlsx, row by row."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from storage.problems import Problems

ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (from 1) and its cells by column name, blanks trimmed."""

    line: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cell of that column; empty where there is none."""
        return self.cells.get(column, "")


def read_rows(
    path: Path, columns: Mapping[str, tuple[str, ...]], required: tuple[str, ...], problems: Problems
) -> list[Row]:
    """The rows under the header, keyed by the names in `columns` (each may be headed in several ways).

    Empty rows are left out; a missing required column, a file that cannot be read or holds nothing is a problem.
    """
    lines = list(_sheet(path, problems) if path.suffix == ".xlsx" else _csv(path, problems))
    if not lines:
        if not problems.errors:
            problems.error(path.name, 0, "文件是空的", f"第一行写栏目：{','.join(required)}")
        return []
    head_line, head = lines[0]
    where = {name: _position(head, headings) for name, headings in columns.items()}
    for name in required:
        if where[name] is None:
            heading = columns[name][0]
            problems.error(path.name, head_line, f"缺少「{heading}」一栏", f"在第一行加上「{heading}」")
    if any(where[name] is None for name in required):
        return []
    return [
        Row(line, {name: cells[at] if at < len(cells) else "" for name, at in where.items() if at is not None})
        for line, cells in lines[1:]
        if any(cells)
    ]


def _position(head: list[str], headings: tuple[str, ...]) -> int | None:
    return next((head.index(heading) for heading in headings if heading in head), None)


def _csv(path: Path, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(path.read_bytes())
    if text is None:
        problems.error(path.name, 0, "文字编码无法识别", "在表格软件里另存为「CSV UTF-8」")
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    line = 1
    for cells in reader:
        yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


def _decoded(content: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _sheet(path: Path, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    # Loaded here: openpyxl costs more memory than the rest of the office, and most offices keep CSV.
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError):
        problems.error(path.name, 0, "不是可以读取的 .xlsx 表格", "在表格软件里另存为 .xlsx 或 CSV UTF-8")
        return
    try:
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield line, [_cell(value) for value in cells]
    finally:
        book.close()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip()


def read_date(text: str) -> date | None:
    """The date in one of the ways offices write it (2004-05-10, 2004/5/10, 2004.5.10, 2004年5月10日), or None."""
    plain = text.strip().rstrip("日")
    for mark in ("年", "月", "/", "."):
        plain = plain.replace(mark, "-")
    parts = plain.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None
