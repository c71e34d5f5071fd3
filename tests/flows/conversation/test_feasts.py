"""Days named by their feast or by the old calendar."""

import re
from datetime import date, timedelta

import pytest

from flows.conversation.feasts import FEAST, OLD_DAY, feast_day, old_day

MONDAY = date(2026, 11, 23)


def feast(text: str, since: date = MONDAY) -> date | None:
    found = re.fullmatch(FEAST, text)
    assert found is not None
    return feast_day(found, since)


def old(text: str, since: date = MONDAY) -> date | None:
    found = re.fullmatch(OLD_DAY, text)
    assert found is not None
    return old_day(found, since)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("元旦", date(2027, 1, 1)),
        ("元旦前一天", date(2026, 12, 31)),
        ("国庆节后两天", date(2027, 10, 3)),
        ("除夕", date(2027, 2, 5)),
        ("大年三十", date(2027, 2, 5)),
        ("春节", date(2027, 2, 6)),
        ("元宵节", date(2027, 2, 20)),
        ("清明", date(2027, 4, 5)),
        ("端午节", date(2027, 6, 9)),
        ("中秋节", date(2027, 9, 15)),
        ("冬至", date(2026, 12, 22)),
        ("圣诞节前夕", date(2026, 12, 24)),
    ],
)
def test_the_next_feast_is_meant(text: str, day: date) -> None:
    assert feast(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("腊月廿八", date(2027, 2, 4)),
        ("正月初六", date(2027, 2, 11)),
        ("大年初三", date(2027, 2, 8)),
        ("初六", date(2027, 2, 11)),
        ("农历八月十五", date(2027, 9, 15)),
        ("腊月三十", date(2027, 2, 5)),
    ],
)
def test_the_next_day_of_the_old_calendar_is_meant(text: str, day: date) -> None:
    assert old(text) == day


@pytest.mark.parametrize(
    "day",
    [
        ("春节", date(2024, 2, 10)), ("春节", date(2025, 1, 29)), ("春节", date(2026, 2, 17)),
        ("清明", date(2024, 4, 4)), ("清明", date(2025, 4, 4)), ("清明", date(2026, 4, 5)),
        ("端午", date(2024, 6, 10)), ("端午", date(2025, 5, 31)), ("端午", date(2026, 6, 19)),
        ("中秋", date(2024, 9, 17)), ("中秋", date(2025, 10, 6)), ("中秋", date(2026, 9, 25)),
    ],
    ids=str,
)  # fmt: skip
def test_the_feasts_of_published_holidays_are_where_the_state_put_them(day: tuple[str, date]) -> None:
    name, expected = day
    assert feast(name, expected - timedelta(days=100)) == expected


def test_every_year_of_the_table_is_as_long_as_the_way_to_the_next_new_year() -> None:
    for year in range(2024, 2050):
        eve, new_year = old("腊月三十", date(year, 12, 1)), old("正月初一", date(year + 1, 1, 1))
        assert eve is not None
        assert new_year is not None
        assert eve + timedelta(days=1) == new_year


def test_a_year_beyond_the_table_is_not_known() -> None:
    assert old("正月初六", date(2090, 1, 1)) is None
    assert feast("中秋", date(2090, 1, 1)) is None
