"""Parameters of checks: the mapping in a pack becomes the typed parameter class a check is registered with."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from types import MappingProxyType, NoneType, UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints

from flows.procedure.model import Deadline, Test
from storage.pack_form import Form, kind_of
from storage.pack_scope import Scope, read_deadline, read_test
from storage.pack_tree import Node

_NAMES = {
    "step": "step", "steps": "step", "at": "step",
    "field": "field", "fields": "field", "evidence": "field", "within": "field", "since": "field", "obtained": "field",
    "measured_by": "field", "asks_for": "field", "post": "role", "posts": "role", "who": "told",
    "person": "field", "earlier": "procedure", "handover": "field", "approver": "field", "given_at": "field",
    "leaving": "field", "back": "field",
    "confirmed_at": "step", "later": "step", "register": "register", "recurring": "recurring",
    "extended_by": "field", "cosigners": "field",
    "setting": "setting", "grace": "setting", "period": "setting", "amount_setting": "setting",
}  # fmt: skip

_CALLED: Mapping[object, str] = {
    bool: "true 或 false", int: "整数", float: "数字", str: "文字", date: "日期（2026-11-24）"
}  # fmt: skip


class Unfit(Exception):
    """The value does not fit the parameter; says what would."""

    def __init__(self, node: Node, expected: str) -> None:
        super().__init__(expected)
        self.node = node
        self.expected = expected


def parameter_names(kind: type) -> tuple[str, ...]:
    """The parameters of a check as a pack writes them."""
    return tuple(item.name.rstrip("_") for item in fields(kind))


def build(kind: type, form: Form, scope: Scope) -> object | None:
    """The parameter object made of the mapping; None where something is wrong with it (reported by name)."""
    hints = get_type_hints(kind)
    given: dict[str, object] = {}
    sound = True
    for item in fields(kind):
        key = item.name.rstrip("_")
        needed = item.default is MISSING and item.default_factory is MISSING
        node = form.take(key, required=needed)
        if node is None:
            sound = sound and not needed
            continue
        try:
            given[item.name] = fit(hints[item.name], node, scope, form.what)
        except Unfit as unfit:
            message = f"{form.what}的参数「{key}」应是{unfit.expected}，写成了{kind_of(unfit.node)}"
            form.wrong(unfit.node, message, f"改写「{key}」")
            sound = False
            continue
        _check_names(key, given[item.name], node, scope, form.what)
    return kind(**given) if sound else None


def _check_names(key: str, value: object, node: Node, scope: Scope, what: str) -> None:
    if key not in _NAMES:
        return
    for name in value if isinstance(value, tuple) else (value,):
        if isinstance(name, str):
            scope.check(_NAMES[key], name, node, what)


def fit(hint: object, node: Node, scope: Scope, what: str) -> object:
    """The value of the node as that type.

    Raises:
        Unfit: it is of another type.
    """
    origin = get_origin(hint)
    if hint is Test:
        test = read_test(node, scope, what)
        return test if test is not None else Test("", "absent")
    if hint is Deadline:
        return read_deadline(Form(node, scope.problems, what), scope)
    if isinstance(hint, type) and is_dataclass(hint):
        return _nested(hint, node, scope, what)
    if origin is tuple:
        return _fit_tuple(get_args(hint), node, scope, what)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _fit_mapping(get_args(hint)[1], node, scope, what)
    if origin in (Union, UnionType):
        return _fit_any(get_args(hint), node, scope, what)
    if origin is Literal:
        return _fit_literal(get_args(hint), node)
    return _fit_plain(hint, node)


def _nested(kind: type, node: Node, scope: Scope, what: str) -> object:
    if not isinstance(node.value, dict):
        raise Unfit(node, f"一组键值（{'、'.join(parameter_names(kind))}）")
    form = Form(node, scope.problems, what)
    built = build(kind, form, scope)
    form.close()
    return built


def _fit_tuple(hints: tuple[object, ...], node: Node, scope: Scope, what: str) -> tuple[object, ...]:
    if not isinstance(node.value, list):
        raise Unfit(node, "列表")
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(fit(hints[0], item, scope, what) for item in node.value)
    if len(hints) != len(node.value):
        raise Unfit(node, f"{len(hints)} 项的列表")
    return tuple(fit(hint, item, scope, what) for hint, item in zip(hints, node.value, strict=True))


def _fit_mapping(hint: object, node: Node, scope: Scope, what: str) -> Mapping[str, object]:
    if not isinstance(node.value, dict):
        raise Unfit(node, "一组键值")
    return MappingProxyType({key: fit(hint, item, scope, what) for key, item in node.value.items()})


def _fit_any(hints: tuple[object, ...], node: Node, scope: Scope, what: str) -> object:
    expected = []
    for hint in hints:
        try:
            return fit(hint, node, scope, what)
        except Unfit as unfit:
            expected.append(unfit.expected)
    raise Unfit(node, "或".join(dict.fromkeys(expected)))


def _fit_literal(allowed: tuple[object, ...], node: Node) -> object:
    if node.value not in allowed:
        raise Unfit(node, "、".join(str(item) for item in allowed) + "之一")
    return node.value


def _fit_plain(hint: object, node: Node) -> object:
    match hint, node.value:
        case (t, bool() as flag) if t is bool:
            return flag
        case (t, int() as count) if t is int and not isinstance(count, bool):
            return count
        case (t, int() | float() as amount) if t is float and not isinstance(amount, bool):
            return float(amount)
        case (t, str() as text) if t is str:
            return text
        case (t, str() as text) if t is date:
            return _fit_date(text, node)
        case (t, None) if t is NoneType:
            return None
        case _:
            raise Unfit(node, _CALLED.get(hint, "别的值"))


def _fit_date(text: str, node: Node) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unfit(node, _CALLED[date]) from None
