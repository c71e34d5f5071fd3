"""Register books in the office's own columns, whole or of some days."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from flows.cards import RegisterBook
from flows.conversation.reading import figure_text
from flows.procedure.model import Json, Pack, Register
from flows.records import StoredRow
from handlers.gather import procedures_of
from handlers.ports import Desk, Unit

_CELLS: Mapping[str, str] = {"active": "有效", "void": "作废", "to_confirm": "待确认", "complete": "齐备"}


def registers_of(desk: Desk) -> tuple[Register, ...]:
    """Every register of the packs this office runs."""
    packs = dict.fromkeys(pack.id for pack, _ in procedures_of(desk))
    return tuple(register for name in packs for register in desk.rules.current[name].registers.values())


def book_of(
    unit: Unit,
    register: Register,
    *,
    first: date = date.min,
    last: date = date.max,
    without: Collection[str] = (),
) -> RegisterBook:
    """The register's rows of these days, oldest first; the columns `without` are left out."""
    rows = unit.register(register.id, offset=0, limit=max(1, unit.register_size(register.id)))[::-1]
    within = [row for row in rows if first <= day_of(row) <= last]
    columns = [(column, label) for column, label in register.columns if column not in without]
    cells = tuple(tuple(_figure(row.row.get(column)) for column, _ in columns) for row in within)
    return RegisterBook(register.title, tuple(label for _, label in columns), cells, struck(within))


def day_of(row: StoredRow) -> date:
    """The day a row is about: its own date or first day, else the day it was written."""
    for column in ("date", "from"):
        said = row.row.get(column)
        try:
            return date.fromisoformat(said[:10] if isinstance(said, str) else "")
        except ValueError:
            continue
    return row.at.date()


def private_columns(packs: Iterable[Pack], register: str) -> frozenset[str]:
    """The columns of a register into which a step writes a line of the form that only approvers may read."""
    return frozenset(
        column
        for pack in packs
        for procedure in pack.procedures.values()
        for step in procedure.steps
        if step.records is not None and step.records.register == register
        for column, source in step.records.row.items()
        if _is_private(source, {field.id for field in procedure.fields if field.private})
    )


def _is_private(source: str, private: Collection[str]) -> bool:
    kind, _, name = source.partition(":")
    return kind == "field" and name in private


def struck(rows: Iterable[StoredRow]) -> frozenset[int]:
    """Which rows count no more, by index."""
    return frozenset(i for i, row in enumerate(rows) if row.superseded or row.row.get("status") == "void")


def cell_text(value: Json) -> str:
    """A cell as it is read."""
    if isinstance(value, float):
        return figure_text(value)
    if isinstance(value, dict):
        return str(value.get("name", ""))
    text = "" if value is None else str(value)
    return _CELLS.get(text, text)


def _figure(value: Json) -> str | float:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else cell_text(value)
