"""A month's costs by car, for the notice of repairs and fuel (财务报销管理制度(七)句4, 秘书科财务制度二(七)句4)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flows.families.entitlement import number
from flows.procedure.model import Json, Values

FUEL = "燃油"
_UNKNOWN = "未写明车辆"


def cost_month(rows: Iterable[Values], month: str) -> Mapping[str, Json]:
    """The month's figures: money by car and kind, litres by car, and the whole; rows that are void do not count."""
    money: dict[str, dict[str, float]] = {}
    litres: dict[str, float] = {}
    for row in rows:
        if row.get("status") == "void":
            continue
        car, kind = str(row.get("vehicle") or _UNKNOWN), str(row.get("kind") or "")
        kinds = money.setdefault(car, {})
        kinds[kind] = kinds.get(kind, 0.0) + (number(row.get("amount")) or 0.0)
        if kind == FUEL:
            litres[car] = litres.get(car, 0.0) + (number(row.get("litres")) or 0.0)
    total = sum(amount for kinds in money.values() for amount in kinds.values())
    plain: dict[str, Json] = {
        "month": month,
        "total": round(total, 2),
        "by_car": {car: {kind: round(amount, 2) for kind, amount in kinds.items()} for car, kinds in money.items()},
        "litres": {car: round(amount, 2) for car, amount in litres.items()},
    }
    return MappingProxyType(plain)


def cost_text(figures: Values) -> str:
    """The figures, a line a car; fuel with its litres."""
    month, by_car, litres = str(figures["month"]), figures["by_car"], figures["litres"]
    head = f"{int(month[:4])}年{int(month[5:7])}月"
    if not isinstance(by_car, dict) or not by_car or not isinstance(litres, dict):
        return f"{head}没有登记车辆费用。"
    lines = [f"{head}车辆费用共 {_money(figures['total'])} 元："]
    for car, kinds in by_car.items():
        parts = (
            [_part(kind, amount, litres.get(car)) for kind, amount in kinds.items()] if isinstance(kinds, dict) else []
        )
        lines.append(f"· {car}：{'，'.join(parts)}")
    return "\n".join(lines) + "\n"


def _part(kind: str, amount: Json, litres: Json) -> str:
    fuel = number(litres) if kind == FUEL else None
    return f"{kind} {_money(amount)} 元" + (f"（{fuel:g} 升）" if fuel else "")


def _money(amount: Json) -> str:
    return f"{number(amount) or 0.0:,.2f}".removesuffix(".00")
