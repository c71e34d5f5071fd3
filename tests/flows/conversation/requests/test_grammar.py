"""Sentences made from the grammar of dates and lengths, whose answers are known because they were made from them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.conversation.requests.request import read_request
from flows.procedure.model import Json

T = TypeVar("T")
_FIRST = date(2026, 1, 1)
_DIGITS = "零一二三四五六七八九"
_WEEK = "一二三四五六日"
_SHARDS, _EACH = 100, 110
_SPACE = 2**89 - 1
"""More than there are ways to choose the parts of a sentence; a prime, so that every stride visits them all."""
_STRIDE = 382546732089106243520319867


def chinese(number: int) -> str:
    """A number below a hundred as it is spoken: 十二, 三十一."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 1 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (
        _DIGITS[ones] if ones or not tens else ""
    )


def wide(text: str) -> str:
    """The text in full-width digits."""
    return "".join(chr(ord(char) + 0xFEE0) if char.isdecimal() else char for char in text)


class Choices:
    """One number taken apart into choices, so that it alone makes a sentence."""

    def __init__(self, number: int) -> None:
        self.number = number

    def below(self, count: int) -> int:
        """One of so many, from 0."""
        self.number, chosen = divmod(self.number, count)
        return chosen

    def of(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items))]


@dataclass(frozen=True)
class Said:
    """A sentence said that day, and what it means."""

    text: str
    today: date
    slots: dict[str, Json]


def named_day(choose: Choices, today: date) -> tuple[str, date]:
    """A day from today on, as offices name it."""
    ways: tuple[Callable[[], tuple[str, date]], ...] = (
        lambda: by_date(choose, today + timedelta(days=choose.below(364))),
        lambda: in_full(choose, today + timedelta(days=choose.below(700))),
        lambda: near(choose, today),
        lambda: of_week(choose, today),
        lambda: by_number(choose, today + timedelta(days=choose.below(27))),
    )
    return choose.of(ways)()


def by_date(choose: Choices, day: date) -> tuple[str, date]:
    month, number = day.month, day.day
    spoken = f"{chinese(month)}月{chinese(number)}"
    texts = (f"{month}月{number}日", f"{month}月{number}号", f"{month}/{number}", f"{spoken}日", f"{spoken}号")
    text = choose.of(texts)
    return choose.of((text, wide(text))), day


def in_full(choose: Choices, day: date) -> tuple[str, date]:
    year, month, number = day.year, day.month, day.day
    return choose.of((f"{year}年{month}月{number}日", day.isoformat(), f"{year}/{month}/{number}")), day


def near(choose: Choices, today: date) -> tuple[str, date]:
    by, text = choose.of(
        ((0, "今天"), (1, "明天"), (2, "后天"), (3, "大后天"), (1, "明日"), (3, "三天后"), (10, "10天后"))
    )
    return text, today + timedelta(days=by)


def of_week(choose: Choices, today: date) -> tuple[str, date]:
    weeks, prefix = choose.of(((1, "下"), (2, "下下"), (1, "下个")))
    weekday = choose.below(7)
    word = choose.of(("周", "星期", "礼拜"))
    monday = today - timedelta(days=today.weekday())
    return f"{prefix}{word}{_WEEK[weekday]}", monday + timedelta(days=weekday, weeks=weeks)


def by_number(choose: Choices, day: date) -> tuple[str, date]:
    return choose.of((f"{day.day}号", f"{chinese(day.day)}号")), day


def spanned(choose: Choices, today: date) -> tuple[str, date, date]:
    """A span whose end says only what its beginning leaves open."""
    link = choose.of(("到", "至", "-", "~", "—", " 到 "))
    first = today + timedelta(days=choose.below(330))
    last = first + timedelta(days=1 + choose.below(25))
    ways: tuple[Callable[[], tuple[str, date, date]], ...] = (
        lambda: (f"{first.month}月{first.day}日{link}{last.month}月{last.day}日", first, last),
        lambda: (f"{first.month}月{first.day}号{link}{last.day}号", first, last),
        lambda: within_week(choose, today, link),
    )
    return choose.of(ways)()


def within_week(choose: Choices, today: date, link: str) -> tuple[str, date, date]:
    begins = choose.below(6)
    ends = begins + 1 + choose.below(6 - begins)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
    text = f"下周{_WEEK[begins]}{link}周{_WEEK[ends]}"
    return text, monday + timedelta(days=begins), monday + timedelta(days=ends)


def length(choose: Choices) -> tuple[str, float]:
    """A length, as it is said."""
    whole = 1 + choose.below(19)
    number = choose.of((str(whole), "两" if whole == 2 else chinese(whole)))
    ways: tuple[tuple[str, float], ...] = (
        (f"{number}天", whole),
        (f"{number}天半", whole + 0.5),
        (f"{number}个工作日", whole),
        (f"{whole}.5天", whole + 0.5),
        ("半天", 0.5),
        (f"{number}周", whole * 7),
        (f"{number}个星期", whole * 7),
    )
    return choose.of(ways)


_KINDS = (("年假", "annual"), ("事假", "personal"), ("病假", "sick"), ("婚假", "marriage"), ("探亲假", "family_visit"))


def single(choose: Choices, today: date) -> Said:
    """A leave of one day or half-day."""
    day, when = named_day(choose, today)
    half, kept = choose.of((("", ""), ("上午", " am"), ("下午", " pm")))
    kind, slot = choose.of(_KINDS)
    text = choose.of(
        (f"{day}{half}请{kind}", f"我想{day}{half}请{kind}", f"请{kind}，{day}{half}", f"{kind} {day}{half}")
    )
    start = f"{when.isoformat()}{kept}"
    return Said(text, today, {"type": slot, "start": start, "end": start, "days": 0.5 if half else 1})


def lasting(choose: Choices, today: date) -> Said:
    """A leave of so many days from a day on."""
    day, when = named_day(choose, today)
    long, days = length(choose)
    kind, slot = choose.of(_KINDS)
    text = choose.of(
        (
            f"{day}起请{long}{kind}",
            f"从{day}开始请{kind}{long}",
            f"{kind}{long}，{day}开始",
            f"请{long}{kind}，从{day}起",
        )
    )
    return Said(text, today, {"type": slot, "start": when.isoformat(), "days": days})


def between(choose: Choices, today: date) -> Said:
    """A leave from a day to a day."""
    text, first, last = spanned(choose, today)
    kind, slot = choose.of(_KINDS)
    said = choose.of((f"{text}请{kind}", f"请{kind}，{text}", f"{kind}：{text}", f"我打算{text}休{kind}"))
    days = (last - first).days + 1
    return Said(said, today, {"type": slot, "start": first.isoformat(), "end": last.isoformat(), "days": days})


def made(number: int) -> Said:
    """The sentence of that number."""
    choose = Choices(number)
    today = _FIRST + timedelta(days=choose.below(730))
    return choose.of((single, lasting, between))(choose, today)


def spread(place: int) -> Said:
    """The sentence at that place of a walk through all of them, neighbours far apart."""
    return made(place * _STRIDE % _SPACE)


def test_the_made_sentences_differ() -> None:
    made_so = {(said.text, said.today) for said in map(spread, range(2000))}
    assert len(made_so) > 1900


@settings(max_examples=_SHARDS, deadline=None)
@given(st.integers(0, 2**32))
def test_ten_thousand_made_sentences_are_read(seed: int) -> None:
    for said in (spread(seed * _EACH + place) for place in range(_EACH)):
        request = read_request(said.text, said.today)
        read = {slot: request.slots.get(slot) for slot in said.slots}
        assert (said.text, request.intent, read) == (said.text, "leave", said.slots)
