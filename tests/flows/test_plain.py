"""Frozen values go to JSON and come back equal."""

import json
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.approval.case import Case, Visit
from flows.calendar import Slot
from flows.cards import Button, Card, CasePage, Message, RegisterPage
from flows.conversation.draft import Draft
from flows.facts import LeaveTaken
from flows.plain import from_plain, to_brief, to_plain
from flows.procedure.model import Json

NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
VALUES = st.dictionaries(st.text(), JSON, max_size=4)
# A moment in a clock change compares unequal to every other zone's (PEP 495), so it could never come back equal.
AWARE = st.datetimes(timezones=st.timezones()).filter(
    lambda at: at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset()
)
WORDS = st.text(max_size=8)
DRAFTS = st.builds(
    Draft,
    pack=WORDS,
    pack_version=WORDS,
    procedure=WORDS,
    values=VALUES,
    stage=st.sampled_from(("asking", "summary")),
    trail=st.lists(WORDS, max_size=3).map(tuple),
    turn=st.integers(1, 99),
)
VISITS = st.builds(Visit, entered_at=AWARE, due_at=st.none() | AWARE, done_at=st.none() | AWARE)
CASES = st.builds(
    Case,
    id=WORDS,
    no=WORDS,
    code=WORDS,
    pack=WORDS,
    pack_version=WORDS,
    procedure=WORDS,
    applicant=WORDS,
    filed_at=AWARE,
    values=VALUES,
    visits=st.lists(VISITS, max_size=3).map(tuple),
    urged_at=st.none() | AWARE,
)
LEAVES = st.builds(LeaveTaken, days=st.floats(0, 400), slots=st.frozensets(st.builds(Slot), max_size=4))
MESSAGES = st.builds(Message, card=st.none() | st.builds(Card))
PAGES = st.builds(RegisterPage)


@given(DRAFTS | CASES | LEAVES | MESSAGES | PAGES | st.builds(CasePage))
def test_what_becomes_plain_comes_back_equal(value: object) -> None:
    for plain in (to_plain(value), to_brief(value)):
        through = json.loads(json.dumps(plain))
        assert from_plain(type(value), through) == value


@given(CASES)
def test_reading_back_is_exact_down_to_the_moment(case: Case) -> None:
    back = from_plain(Case, to_plain(case))
    assert back.filed_at.utcoffset() == case.filed_at.utcoffset()
    assert isinstance(back.visits, tuple)


@dataclass(frozen=True)
class Sample:
    """One field of every other kind."""

    on: date
    at: time
    pair: tuple[str, int]
    side: Literal["left", "right"]
    share: float = 0.5
    marked: frozenset[int] = frozenset()
    maybe: tuple[Button, ...] | None = None
    notes: list[str] = field(default_factory=list)


SAMPLE = Sample(date(2026, 11, 23), time(8, 30), ("a", 1), "left", 3, frozenset({2, 1}), (Button("同意", "a:1"),))


def test_the_plain_form_is_the_one_people_can_read() -> None:
    assert to_plain(SAMPLE) == {
        "on": "2026-11-23",
        "at": "08:30:00",
        "pair": ["a", 1],
        "side": "left",
        "share": 3,
        "marked": [1, 2],
        "maybe": [{"label": "同意", "press": "a:1", "style": "plain"}],
        "notes": [],
    }
    assert from_plain(Sample, to_plain(SAMPLE)) == SAMPLE


def test_only_what_is_empty_by_default_is_left_out() -> None:
    sample = replace(SAMPLE, share=0.0, marked=frozenset(), maybe=(), notes=["x"])
    plain = to_brief(sample)
    assert isinstance(plain, dict)
    assert plain.keys() == {"on", "at", "pair", "side", "share", "maybe", "notes"}
    assert from_plain(Sample, plain) == sample


def test_what_an_earlier_version_did_not_know_gets_its_default() -> None:
    plain = to_plain(SAMPLE)
    assert isinstance(plain, dict)
    older = {key: value for key, value in plain.items() if key not in ("share", "notes", "maybe")} | {"gone": 1}
    assert from_plain(Sample, older) == Sample(SAMPLE.on, SAMPLE.at, SAMPLE.pair, "left", marked=SAMPLE.marked)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("on", "23.11.2026"),
        ("on", 5),
        ("pair", ["a"]),
        ("pair", "a1"),
        ("side", "up"),
        ("share", "much"),
        ("share", True),
        ("marked", {"1": 2}),
        ("maybe", [{"label": "同意"}]),
        ("maybe", ["同意"]),
        ("at", None),
    ],
)
def test_a_plain_value_of_another_shape_is_refused(key: str, value: Json) -> None:
    plain = to_plain(SAMPLE)
    assert isinstance(plain, dict)
    with pytest.raises(ValueError, match=r".+"):
        from_plain(Sample, {**plain, key: value})


def test_values_of_another_shape_are_refused() -> None:
    draft = to_plain(Draft("p", "v", "q"))
    assert isinstance(draft, dict)
    with pytest.raises(ValueError, match="object"):
        from_plain(dict[str, int], [1])
    with pytest.raises(ValueError, match="Draft"):
        from_plain(Draft, {"pack": "p"})


def test_json_inside_values_stays_as_it_is() -> None:
    values: dict[str, Json] = {"file": {"id": "f1", "sizes": [1, 2.5, None, True]}, "text": ""}
    assert from_plain(Draft, to_plain(Draft("p", "v", "q", values=values))).values == values


@dataclass(frozen=True)
class Either:
    """Cannot be told apart in JSON."""

    value: str | int


@dataclass(frozen=True)
class Odd:
    """Has no plain form."""

    value: Hashable


@pytest.mark.parametrize("kind", [Either, Odd])
def test_a_type_that_could_not_be_read_back_is_refused(kind: type) -> None:
    with pytest.raises(TypeError):
        from_plain(kind, {"value": 1})


@pytest.mark.parametrize("value", [object(), {1: 2}, b"bytes"])
def test_a_value_without_a_plain_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_plain(value)
