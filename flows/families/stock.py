"""What the stock book says of each item against what was counted (账物核对)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flows.families.entitlement import number
from flows.procedure.model import Json, Values


@dataclass(frozen=True, slots=True)
class Difference:
    """One item at its last count: the count before less what was issued since, and what was found."""

    item: str
    book: float
    counted: float


def differences(counts: Iterable[Values], issues: Iterable[Values]) -> tuple[Difference, ...]:
    """Every item counted at least twice, by name."""
    by_item: dict[str, list[tuple[str, float]]] = {}
    for row in counts:
        found = number(row.get("quantity"))
        if found is not None:
            by_item.setdefault(str(row.get("item")), []).append((str(row.get("counted_on")), found))
    issued = tuple(issues)
    compared: list[Difference] = []
    for item, days in sorted(by_item.items()):
        if len(days) < 2:
            continue
        (since, before), (until, counted) = sorted(days)[-2:]
        gone = sum(
            number(row.get("quantity")) or 0.0
            for row in issued
            if row.get("item") == item and since < str(row.get("taken_on")) <= until
        )
        compared.append(Difference(item, before - gone, counted))
    return tuple(compared)


def stock_month(counts: Iterable[Values], issues: Iterable[Values]) -> Mapping[str, Json]:
    """`stock_difference`, the book less the count over all items, and each item that differs in words."""
    found = differences(counts, issues)
    named = [f"{one.item}账面 {one.book:g}、实盘 {one.counted:g}" for one in found if one.book != one.counted]
    total = sum(one.book - one.counted for one in found)
    return MappingProxyType({"stock_difference": total, "items": [*named], "compared": len(found)})


def stock_text(figures: Mapping[str, Json]) -> str:
    """The figures as one sentence."""
    differing = figures["items"]
    if isinstance(differing, list) and differing:
        return f"账物不符：{'；'.join(str(one) for one in differing)}，请查明原因。"
    return "上次盘点账物相符。" if figures["compared"] else "请清点实物，与领用登记核对。"
