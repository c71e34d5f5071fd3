"""Conditions of the registers: a list of tests that must all hold."""

from collections.abc import Mapping

from flows.procedure.model import Condition, Json, Test, Values

_ABSENT: tuple[Json, ...] = (None, "", [])


def absent(value: Json) -> bool:
    """Whether nobody filled the field: a missing value, an empty text or an empty list."""
    return value in _ABSENT and value is not False and value != 0


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def _same(left: Json, right: Json) -> bool:
    if isinstance(right, (int, float)) and not isinstance(right, bool):
        return _number(left) == float(right)
    return left == right


def holds_test(test: Test, values: Values) -> bool:
    """Whether one test holds. An absent value equals nothing: only ne, not_in and absent hold for it."""
    value = values.get(test.field)
    if absent(value):
        return test.op in ("ne", "not_in", "absent")
    if test.op in ("present", "absent"):
        return test.op == "present"
    if test.op in ("eq", "ne"):
        return _same(value, test.value) == (test.op == "eq")
    if test.op in ("in", "not_in"):
        listed = test.value if isinstance(test.value, list) else [test.value]
        return any(_same(value, item) for item in listed) == (test.op == "in")
    return _compare(test.op, _number(value), _number(test.value))


def _compare(op: str, left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return False
    return {"lt": left < right, "le": left <= right, "gt": left > right, "ge": left >= right}[op]


def holds(condition: Condition, values: Values) -> bool:
    """Whether every test holds; a condition without tests always does."""
    return all(holds_test(test, values) for test in condition)


def with_decision(values: Values, decision: str | None) -> Mapping[str, Json]:
    """The case's values with the decision of the step just taken, as branches read it."""
    return {**values, "decision": decision}
