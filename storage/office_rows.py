"""Tables an office keeps in a spreadsheet: CSV in UTF-8 or GBK, or the first sheet of an .xlsx, row by row."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from storage.problems import Problems

ENCODINGS = ("utf-8-sig", "gb18030")
TITLES = 5
"""How many lines at the top may be a title instead of the header."""
_FORMULA = re.compile(r"'*[=+\-@\t\r].", re.DOTALL)
_Cell = tuple[object, str, str]


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

    A title above the header and empty rows are left out; a missing required column, a file that cannot be read or
    holds nothing is a problem.
    """
    lines = list(_sheet(path, problems) if path.suffix.lower() == ".xlsx" else _csv(path, problems))
    if not lines:
        if not problems.errors:
            problems.error(path.name, 0, "文件是空的", f"第一行写栏目：{','.join(required)}")
        return []
    top = header_of([cells for _, cells in lines], columns)
    head_line, head = lines[top]
    where = {name: _position(head, headings) for name, headings in columns.items()}
    for name in required:
        if where[name] is None:
            heading = columns[name][0]
            problems.error(path.name, head_line, f"缺少「{heading}」一栏", f"在第一行加上「{heading}」")
    if any(where[name] is None for name in required):
        return []
    return [
        Row(line, {name: cells[at] if at < len(cells) else "" for name, at in where.items() if at is not None})
        for line, cells in lines[top + 1 :]
        if any(cells)
    ]


def header_of(lines: Sequence[Sequence[str]], columns: Mapping[str, tuple[str, ...]]) -> int:
    """Which line is the header: the first of the top with two of the headings, else the first of all."""
    known = {heading for headings in columns.values() for heading in headings}
    return next((at for at, cells in enumerate(lines[:TITLES]) if len(known & set(cells)) > 1), 0)


def guarded(text: str) -> str:
    """The text as it may stand in a CSV file: one that a spreadsheet would take for a formula stays text."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` wrote."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


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
        yield line, [unguarded(cell.strip()) for cell in cells]
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
    from xml.etree.ElementTree import ParseError
    from zipfile import BadZipFile

    from openpyxl.utils.exceptions import InvalidFileException

    try:
        rows = _cells(path, counted=False)
        if any(kind == "f" for row in rows for _, kind, _ in row):
            rows = [_counted(*both) for both in zip(rows, _cells(path, counted=True), strict=True)]
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, ParseError):
        problems.error(path.name, 0, "不是可以读取的 .xlsx 表格", "在表格软件里另存为 .xlsx 或 CSV UTF-8")
        return
    for line, row in enumerate(rows, start=1):
        yield line, [_cell(value, form) for value, _, form in row]


def _cells(path: Path, *, counted: bool) -> list[list[_Cell]]:
    """Value, type and number format of every cell of the first sheet; `counted` gives what formulas came to."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=counted)
    try:
        sheet = book.worksheets[0]
        # Some programs write a size that is not the sheet's.
        sheet.reset_dimensions()
        return [[(cell.value, cell.data_type, cell.number_format) for cell in row] for row in sheet.iter_rows()]
    finally:
        book.close()


def _counted(row: list[_Cell], figures: list[_Cell]) -> list[_Cell]:
    """The row with what its formulas came to; one that was never counted stays the text it was typed as."""
    return [
        figure if cell[1] == "f" and figure[0] is not None else cell for cell, figure in zip(row, figures, strict=True)
    ]


def _cell(value: object, form: str) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return _padded(int(value), form)
        case int() if not isinstance(value, bool):
            return _padded(value, form)
        case _:
            return str(getattr(value, "text", value)).strip()


def _padded(number: int, form: str) -> str:
    """A number as it is shown: 0012 under the format 0000."""
    return str(number).zfill(len(form)) if set(form) == {"0"} else str(number)


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
