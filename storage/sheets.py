"""Registers as spreadsheets, for offices that keep them in a binder or hand them on."""

import csv
from io import BytesIO, StringIO

from flows.cards import RegisterBook
from storage.office_rows import guarded

_STRUCK = "已作废"
_NARROWEST, _WIDEST = 8, 40


def sheet_of(book: RegisterBook) -> bytes:
    """The .xlsx file of a register: a heading row that stays in sight, struck rows struck through.

    Whatever people wrote is written as text, so that nothing of it becomes a formula or a link.
    """
    # Loaded here: most starts never write a sheet.
    from xlsxwriter import Workbook

    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as file:
        sheet = file.add_worksheet(book.title[:31])
        head = file.add_format({"bold": True, "bottom": 1})
        struck = file.add_format({"font_strikeout": True})
        for at, label in enumerate(book.columns):
            sheet.write_string(0, at, label, head)
            sheet.set_column(at, at, _width(label, book, at))
        for line, row in enumerate(book.rows, start=1):
            style = struck if line - 1 in book.void else None
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(line, at, cell, style)
                else:
                    sheet.write_number(line, at, cell, style)
        sheet.freeze_panes(1, 0)
        if book.rows:
            sheet.autofilter(0, 0, len(book.rows), len(book.columns) - 1)
    return content.getvalue()


def _width(label: str, book: RegisterBook, at: int) -> int:
    """A column as wide as its longest cell within reason; a Chinese character counts as two."""
    cells = (label, *(str(row[at]) for row in book.rows))
    longest = max(sum(2 if ord(char) > 0x2E80 else 1 for char in cell) for cell in cells)
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def csv_of(book: RegisterBook) -> bytes:
    """The book as CSV in UTF-8 that spreadsheets open as it is; nothing people wrote becomes a formula.

    Struck rows, which CSV cannot show, are marked in a column of their own where there are any.
    """
    content = StringIO(newline="")
    writer = csv.writer(content)
    mark = (_STRUCK,) if book.void else ()
    writer.writerow((*book.columns, *mark))
    for at, row in enumerate(book.rows):
        cells = (guarded(cell) if isinstance(cell, str) else _figure(cell) for cell in row)
        writer.writerow((*cells, *(("是" if at in book.void else "",) if mark else ())))
    return content.getvalue().encode("utf-8-sig")


def _figure(number: float) -> float:
    """A number without a needless .0."""
    return int(number) if float(number).is_integer() else number
