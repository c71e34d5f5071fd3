"""The values worth trying: for each field those on which a condition of the procedure can turn.

A choice has its choices, a number both sides of every boundary some condition names, any other field the values
named and one that is not; each in the kept form of `flows.conversation.reading`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from flows.conversation.reading import counts
from flows.procedure.model import Condition, Field, Json, Procedure, Test

OTHER = "其他"
_FILE: dict[str, Json] = {"id": "any", "name": OTHER, "size": 1}
_DAY = "2026-01-05"


@dataclass(frozen=True, slots=True)
class Grain:
    """How finely a number is counted: its smallest step, and where it begins (None: nowhere)."""

    step: float | None = None
    least: float | None = None


# What the product works out itself comes in these steps: half days of leave, whole years of service.
_COMPUTED: Mapping[str, Grain] = {"leave_days": Grain(0.5, 0.5), "service_years": Grain(1, 0)}


def conditions_of(procedure: Procedure) -> Iterator[Condition]:
    """Every condition of steps, rules and questions."""
    for step in procedure.steps:
        yield step.only_if
        yield from (branch.when for branch in step.next)
    for rule in procedure.rules:
        yield rule.when
        yield rule.except_
    yield from (field.ask_if for field in procedure.fields)


def grid(procedure: Procedure) -> Mapping[str, tuple[Json, ...]]:
    """Field id -> the values worth trying; a field no condition reads is left out."""
    tests: dict[str, list[Test]] = {}
    for condition in conditions_of(procedure):
        for test in condition:
            tests.setdefault(test.field, []).append(test)
    known = procedure.field_by_id
    return {name: tuple(_candidates(known[name], read)) for name, read in tests.items() if name in known}


def _candidates(field: Field, tests: list[Test]) -> Iterator[Json]:
    named = [value for test in tests for value in _named(test)]
    if field.choices:
        yield from field.choices
    elif field.type in ("number", "money"):
        bounds = {float(value) for value in named if isinstance(value, (int, float)) and not isinstance(value, bool)}
        yield from _points(sorted(bounds), grain_of(field), field)
    elif field.type == "file":
        yield _FILE
    else:
        yield from dict.fromkeys(value for value in named if isinstance(value, str))
        yield _DAY if field.type in ("date", "datetime") else OTHER


def _named(test: Test) -> list[Json]:
    return test.value if isinstance(test.value, list) else [test.value]


def grain_of(field: Field) -> Grain:
    """How finely the field is counted."""
    return _COMPUTED.get(field.computed) or Grain(1 if counts(field) else None, field.min)


def _points(bounds: list[float], grain: Grain, field: Field) -> Iterator[float]:
    """Every boundary and a number on either side of it, within what may be filled in."""
    step = grain.step
    if step is not None:
        tried = {(bound // step + shift) * step for bound in bounds for shift in (-1, 0, 1)}
    else:
        middles = {(low + high) / 2 for low, high in pairwise(bounds)}
        tried = {*bounds, *middles, *(bound for edge in bounds for bound in (edge - 1, edge + 1))}
    least, most = grain.least, field.max
    tried |= {edge for edge in (least, most) if edge is not None}
    for point in sorted(tried or {1.0}):
        if (least is None or point >= least) and (most is None or point <= most):
            yield point
