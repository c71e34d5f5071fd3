"""Frozen values to plain ones (what JSON holds) and back, by the types the dataclasses declare.

Dates, moments and times of day become ISO text, tuples and sets lists, nested dataclasses objects. Reading back
takes the declared type: a field that is not there gets its default, one that is not known any more is left out,
so values kept by an earlier version stay readable.
"""

import json
import types
import typing
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, TypeVar, cast

from flows.procedure.model import Json

T = TypeVar("T")
_Read = Callable[[Json], object]
_NONE: object = types.NoneType


def to_plain(value: object) -> Json:
    """The value as JSON holds it.

    Raises:
        TypeError: something in it has no plain form.
    """
    return _writer(cast("Hashable", type(value)), brief=False)(value)


def to_brief(value: object) -> Json:
    """The same without the fields that are empty and by default empty: what is kept is half as long.

    Raises:
        TypeError: something in it has no plain form.
    """
    return _writer(cast("Hashable", type(value)), brief=True)(value)


def from_plain(kind: type[T], plain: Json) -> T:
    """The value of that dataclass (or other declared type) that `to_plain` or `to_brief` made plain.

    Raises:
        ValueError: the plain value does not fit the type.
        TypeError: the type has no plain form.
    """
    return cast("T", _reader(cast("Hashable", kind))(plain))


@cache
def _writer(kind: Hashable, *, brief: bool) -> Callable[[Any], Json]:
    write = to_brief if brief else to_plain
    assert isinstance(kind, type)
    if issubclass(kind, (types.NoneType, bool, int, float, str)):
        return lambda value: value
    if issubclass(kind, (date, time)):
        return lambda value: value.isoformat()
    if issubclass(kind, (tuple, list)):
        return lambda value: [write(item) for item in value]
    if issubclass(kind, (frozenset, set)):
        return lambda value: sorted(map(write, value), key=_sorting)
    if issubclass(kind, Mapping):
        return lambda value: {_text(key): write(item) for key, item in value.items()}
    if not is_dataclass(kind):
        raise TypeError(f"{kind} has no plain form")
    names = tuple(item.name for item in fields(kind))
    return _brief_writer(kind) if brief else lambda value: {name: write(getattr(value, name)) for name in names}


def _brief_writer(kind: type[Any]) -> Callable[[Any], Json]:
    empty_by_name = [(item.name, _empty(item)) for item in fields(kind)]

    def write(value: object) -> Json:
        made: dict[str, Json] = {}
        for name, empty in empty_by_name:
            found = getattr(value, name)
            if found or type(found) is not type(empty) or found != empty:
                made[name] = found if type(found) is str else to_brief(found)
        return made

    return write


def _empty(item: "Field[Any]") -> object:
    """The field's default where that is nothing at all, else a sign that equals no value."""
    default = item.default_factory() if item.default_factory is not MISSING else item.default
    return MISSING if default is MISSING or default else default


def _sorting(plain: Json) -> str:
    return json.dumps(plain, sort_keys=True, ensure_ascii=False)


def _text(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a plain object has text keys, not {type(key).__name__}")
    return key


def _same(plain: Json) -> object:
    return plain


def _fits(*kinds: type) -> _Read:
    def read(plain: Json) -> object:
        if isinstance(plain, kinds) and (bool in kinds or not isinstance(plain, bool)):
            return plain
        raise ValueError(f"{plain!r} is no {kinds[0].__name__}")

    return read


def _of_text(parse: Callable[[str], object]) -> _Read:
    def read(plain: Json) -> object:
        match plain:
            case str():
                return parse(plain)
            case _:
                raise ValueError(f"{plain!r} is no text")

    return read


_SIMPLE: Mapping[Hashable, _Read] = {
    str: _fits(str),
    bool: _fits(bool),
    int: _fits(int),
    float: _fits(float, int),
    datetime: _of_text(datetime.fromisoformat),
    date: _of_text(date.fromisoformat),
    time: _of_text(time.fromisoformat),
    object: _same,
    Json: _same,
}


@cache
def _reader(kind: Hashable) -> _Read:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_reader(kind)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return _literal_reader(inner)
    if origin in (typing.Union, types.UnionType):
        return _union_reader(inner)
    if origin is tuple and inner[1:] != (Ellipsis,):
        return _fixed_reader(inner)
    if origin in (tuple, frozenset, list):
        return _sequence_reader(origin, inner[0])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_reader(inner[1])
    raise TypeError(f"{kind} has no plain form")


def _literal_reader(allowed: tuple[object, ...]) -> _Read:
    def read(plain: Json) -> object:
        if plain in allowed:
            return plain
        raise ValueError(f"{plain!r} is none of {allowed}")

    return read


def _union_reader(inner: Sequence[Hashable]) -> _Read:
    """Only `X | None` can be told apart without a tag."""
    others = [kind for kind in inner if kind != _NONE]
    if len(others) != 1 or len(others) == len(inner):
        raise TypeError(f"a value of {inner} cannot be told apart when read back")
    read_other = _reader(others[0])
    return lambda plain: None if plain is None else read_other(plain)


def _listed(plain: Json) -> list[Json]:
    match plain:
        case list():
            return plain
        case _:
            raise ValueError(f"{plain!r} is no list")


def _fixed_reader(inner: Sequence[Hashable]) -> _Read:
    readers = [_reader(kind) for kind in inner]
    return lambda plain: tuple(read(item) for read, item in zip(readers, _listed(plain), strict=True))


def _sequence_reader(origin: Callable[[list[object]], object], kind: Hashable) -> _Read:
    read_item = _reader(kind)
    return lambda plain: origin([read_item(item) for item in _listed(plain)])


def _mapping_reader(kind: Hashable) -> _Read:
    read_item = _reader(kind)

    def read(plain: Json) -> object:
        match plain:
            case dict():
                return {key: read_item(item) for key, item in plain.items()}
            case _:
                raise ValueError(f"{plain!r} is no object")

    return read


def _declared(item: "Field[Any]") -> Hashable:
    if isinstance(item.type, str):
        raise TypeError(f"{item.name}: {item.type} is a quoted type; name the type itself")
    return cast("Hashable", item.type)


def _dataclass_reader(kind: type[Any]) -> _Read:
    readers = {item.name: _reader(_declared(item)) for item in fields(kind)}
    needed = {i.name for i in fields(kind) if i.default is MISSING and i.default_factory is MISSING}

    def read(plain: Json) -> object:
        if not isinstance(plain, dict) or not needed <= plain.keys():
            raise ValueError(f"{plain!r} is no {kind.__name__}")
        return kind(**{name: convert(plain[name]) for name, convert in readers.items() if name in plain})

    return read
