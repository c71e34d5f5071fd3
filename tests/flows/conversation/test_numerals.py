"""Numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conversation.numerals import amount, chinese_integer, number, tidy

WRITTEN = [
    ("3", 3),
    ("３", 3),
    (" 3 ", 3),
    ("三", 3),
    ("两", 2),
    ("〇", 0),
    ("十", 10),
    ("十二", 12),
    ("二十", 20),
    ("二十五", 25),
    ("一百零五", 105),
    ("一百五", 150),
    ("一百一十", 110),
    ("两千五", 2500),
    ("一千零二", 1002),
    ("三万五", 35000),
    ("一万零五", 10005),
    ("十万八千", 108000),
    ("1.2万", 12000),
    ("二〇二六", 2026),
    ("1,200.50", 1200.5),
    ("1.5", 1.5),
    ("１．５", 1.5),
    ("两点五", 2.5),
    ("半", 0.5),
    ("-3", -3),
    ("负三", -3),
]


@pytest.mark.parametrize(("text", "value"), WRITTEN)
def test_number(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "很多", "三十百", "3个半吧", "1,20", "1 2", "一二三四五六七八九一二三四五六七八九一二三", "nan", "inf", "1e5"],
)
def test_no_number(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("三份", 3), ("3份", 3), ("共3份", 3), ("大约三份", 3), ("一天半", 1.5), ("两个半", 2.5), ("半天", 0.5), ("3", 3)],
)
def test_amount(text: str, value: float) -> None:
    assert amount(text, "份|个|天") == value


def test_an_amount_of_something_else_is_none() -> None:
    assert amount("3辆", "份|个") is None


def test_tidy_keeps_whole_numbers_whole() -> None:
    assert [type(tidy(value)) for value in (3.0, 3.5)] == [int, float]


_DIGITS = "零一二三四五六七八九"


def _written(value: int) -> str:
    """A number below ten thousand as a schoolbook writes it."""
    text, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + sign
            gap = False
        else:
            gap = True
    return text or "零"


@given(st.integers(0, 9999))
def test_every_schoolbook_number_reads_back(value: int) -> None:
    assert chinese_integer(_written(value)) == value


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert number(text) is None or isinstance(number(text), float)
