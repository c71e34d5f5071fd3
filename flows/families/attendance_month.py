"""A month's attendance by person, for the summary to the director (考勤汇总报主任)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flows.families.entitlement import number
from flows.procedure.model import Json, Values

_UNCONFIRMED = "待核实"


def attendance_month(rows: Iterable[Values], month: str) -> Mapping[str, Json]:
    """Times, or days where the register says days, by person and event; rows that are void do not count."""
    people: dict[str, dict[str, Json]] = {}
    for row in rows:
        if row.get("status") == "void":
            continue
        of_person = people.setdefault(str(row.get("person") or ""), {})
        event = _UNCONFIRMED if row.get("status") == "to_confirm" else str(row.get("event") or "")
        _add(of_person, event, None if event == _UNCONFIRMED else number(row.get("days")))
    plain: dict[str, Json] = {"month": month, "people": dict(people)}
    return MappingProxyType(plain)


def _add(of_person: dict[str, Json], event: str, days: float | None) -> None:
    """Once more, or so many days more."""
    unit = "times" if days is None else "days"
    known = of_person.get(event)
    counted = dict(known) if isinstance(known, dict) else {}
    counted[unit] = (number(counted.get(unit)) or 0.0) + (1.0 if days is None else days)
    of_person[event] = counted


def attendance_text(figures: Values) -> str:
    """The figures, a line a person."""
    month, people = str(figures["month"]), figures["people"]
    head = f"{int(month[:4])}年{int(month[5:7])}月"
    if not isinstance(people, dict) or not people:
        return f"{head}没有考勤登记。"
    lines = [f"{head}考勤："]
    for name, events in people.items():
        if isinstance(events, dict):
            lines.append(f"· {name}：{'，'.join(_part(event, counted) for event, counted in events.items())}")
    return "\n".join(lines) + "\n"


def _part(event: str, counted: Json) -> str:
    if not isinstance(counted, dict):
        return event
    said = [f"{number(counted[unit]):g} {word}" for unit, word in (("times", "次"), ("days", "天")) if unit in counted]
    return f"{event} {'、'.join(said)}"
