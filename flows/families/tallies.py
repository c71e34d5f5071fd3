"""What a recurring item may count and tell with it, by name (`counts:` in a pack)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from flows.approval.case import Case
from flows.families.attendance_month import attendance_month, attendance_text
from flows.families.cost_month import cost_month, cost_text
from flows.families.seal_day import seal_day, tally_text
from flows.families.stock import stock_month, stock_text
from flows.procedure.model import Json, Procedure, Values

Figures: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class OfCases:
    """Counted from the procedure's cases that were touched on the day."""

    figures: Callable[[Procedure, Iterable[Case], date], Figures]
    words: Callable[[Figures], str]


@dataclass(frozen=True, slots=True)
class OfRows:
    """Counted from the month's rows of the register the procedure's family names (`register`)."""

    figures: Callable[[Iterable[Values], str], Figures]
    words: Callable[[Figures], str]


@dataclass(frozen=True, slots=True)
class OfStock:
    """Counted from two registers: what was counted (`counts`), and what was issued in between (`issues`)."""

    counts: str
    issues: str
    figures: Callable[[Iterable[Values], Iterable[Values]], Figures]
    words: Callable[[Figures], str]


TALLIES: Mapping[str, OfCases | OfRows | OfStock] = MappingProxyType(
    {
        "seal_day": OfCases(seal_day, tally_text),
        "cost_month": OfRows(cost_month, cost_text),
        "attendance_month": OfRows(attendance_month, attendance_text),
        "stock_month": OfStock("supplies_stock", "supplies_issue", stock_month, stock_text),
    }
)
