"""Every way of saying a day, said on Monday 23 November 2026."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.calendar import day_text
from flows.conversation.dates import Around, When, kept, read_day, read_when
from flows.errors import BadAnswer, Refused
from tests.flows.conversation.forms import CALENDAR, TODAY

AROUND = Around(TODAY, calendar=CALENDAR)

SAID = [
    ("2026-11-24", "2026-11-24"),
    ("2026/11/24", "2026-11-24"),
    ("2026.11.24", "2026-11-24"),
    ("2026年11月24日", "2026-11-24"),
    ("26年11月24日", "2026-11-24"),
    ("20261124", "2026-11-24"),
    ("二〇二六年十一月二十四日", "2026-11-24"),
    ("11月24日", "2026-11-24"),
    ("11月24", "2026-11-24"),
    ("11/24", "2026-11-24"),
    ("11-24", "2026-11-24"),
    ("11.24", "2026-11-24"),
    ("１１月２４日", "2026-11-24"),
    ("11 月 24 日", "2026-11-24"),
    ("十一月二十四", "2026-11-24"),
    ("24号", "2026-11-24"),
    ("二十四号", "2026-11-24"),
    ("今天", "2026-11-23"),
    ("明天", "2026-11-24"),
    ("后天", "2026-11-25"),
    ("大后天", "2026-11-26"),
    ("昨天", "2026-11-22"),
    ("前天", "2026-11-21"),
    ("大前天", "2026-11-20"),
    ("明天全天", "2026-11-24"),
    ("周三", "2026-11-25"),
    ("星期三", "2026-11-25"),
    ("礼拜天", "2026-11-29"),
    ("周一", "2026-11-23"),
    ("本周四", "2026-11-26"),
    ("这周五", "2026-11-27"),
    ("上周五", "2026-11-20"),
    ("下周三", "2026-12-02"),
    ("下个星期三", "2026-12-02"),
    ("下下周一", "2026-12-07"),
    ("月底", "2026-11-30"),
    ("下月底", "2026-12-31"),
    ("下个月3号", "2026-12-03"),
    ("上个月28日", "2026-10-28"),
    ("年底", "2026-12-31"),
    ("元旦", "2027-01-01"),
    ("明年1月5日", "2027-01-05"),
    ("今年12月1日", "2026-12-01"),
    ("去年12月1日", "2025-12-01"),
    ("下个工作日", "2026-11-24"),
    ("下周三（12月2日）", "2026-12-02"),
    ("11月24日(周二)", "2026-11-24"),
    ("从明天起", "2026-11-24"),
]

MOMENTS = [
    ("明天上午", "2026-11-24 am"),
    ("明天下午", "2026-11-24 pm"),
    ("11月24日(周二)上午", "2026-11-24 am"),
    ("2026-11-24 pm", "2026-11-24 pm"),
    ("昨天下午", "2026-11-22 pm"),
    ("上周五下午", "2026-11-20 pm"),
    ("下午", "2026-11-23 pm"),
    ("明天，下午", "2026-11-24 pm"),
    ("30日下午", "2026-11-30 pm"),
    ("14:00", "2026-11-23 14:00"),
    ("14：00", "2026-11-23 14:00"),
    ("2026-11-24 14:00", "2026-11-24 14:00"),
    ("2026-11-24T14:00", "2026-11-24 14:00"),
    ("02:30", "2026-11-23 02:30"),
    ("明天 9:30", "2026-11-24 09:30"),
    ("下午2点半", "2026-11-23 14:30"),
    ("明天下午两点", "2026-11-24 14:00"),
    ("2点", "2026-11-23 14:00"),
    ("明早8点", "2026-11-24 08:00"),
    ("明晚8点", "2026-11-24 20:00"),
    ("今晚七点半", "2026-11-23 19:30"),
    ("下周一十点", "2026-11-30 10:00"),
    ("周三下午三点一刻", "2026-11-25 15:15"),
    ("9点三刻", "2026-11-23 09:45"),
    ("明天14点30分", "2026-11-24 14:30"),
    ("中午12点", "2026-11-23 12:00"),
    ("中午1点", "2026-11-23 13:00"),
    ("凌晨2点", "2026-11-23 02:00"),
    ("下午13点", "2026-11-23 13:00"),
    ("十点钟", "2026-11-23 10:00"),
]

NONSENSE = [
    ("不知道", "看不出是哪一天"),
    ("都行", "看不出是哪一天"),
    ("明天到后天", "看不出是哪一天"),
    ("3", "看不出是哪一天"),
    ("2月30日", "2027年2月没有30日"),
    ("2026-04-31", "2026年4月没有31日"),
    ("31号", "2026年11月没有31日"),
    ("0号", "没有0日"),
    ("13月1日", "没有13月"),
    ("2027-02-29", "2027年不是闰年，没有2月29日"),
    ("2月29日", "2027年不是闰年，没有2月29日"),
    ("9999-01-01", "9999年太远了"),
    ("明天后天", "两个不同的日期"),
    ("周三周四", "两个不同的日期"),
    ("11月24日(周三)", "11月24日是周二，不是周三"),
    ("明天周三", "11月24日是周二，不是周三"),
    ("25:00", "不是一天里的时刻"),
    ("9:75", "不是一天里的时刻"),
    ("上午14点", "不是一天里的时刻"),
    ("晚上12点", "不是一天里的时刻"),
    ("晚上", "上午、下午或几点"),
    ("明天中午", "上午、下午或几点"),
    ("9点10点", "两个时间"),
    ("上午下午", "两个时间"),
    ("明天" * 200, "看不出是哪一天"),
]


@pytest.mark.parametrize(("text", "value"), SAID)
def test_a_day_is_read(text: str, value: str) -> None:
    assert str(read_when(text, AROUND)) == value
    assert read_day(text, AROUND).isoformat() == value


@pytest.mark.parametrize(("text", "value"), MOMENTS)
def test_a_half_day_or_moment_is_read(text: str, value: str) -> None:
    assert str(read_when(text, AROUND)) == value


@pytest.mark.parametrize(("text", "why"), NONSENSE)
def test_nonsense_is_told_why_and_what_would_do(text: str, why: str) -> None:
    with pytest.raises(BadAnswer) as refused:
        read_when(text, AROUND)
    assert why in refused.value.sentence
    assert "例如" in refused.value.sentence or "请写成" in refused.value.sentence
    assert len(refused.value.sentence) < 90


@pytest.mark.parametrize("text", ["下午", "14:00", "随便"])
def test_a_day_is_more_than_a_time(text: str) -> None:
    with pytest.raises(BadAnswer, match="看不出是哪一天"):
        read_day(text, AROUND)


def test_a_time_said_with_a_day_is_left_aside_where_only_the_day_is_asked() -> None:
    assert read_day("明天下午", AROUND) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "value"),
    [("11月20号", "2026-11-20"), ("10月23日", "2026-10-23"), ("10月22日", "2027-10-22"), ("5月6号", "2027-05-06")],
)
def test_a_date_without_a_year_may_lie_31_days_back(text: str, value: str) -> None:
    assert str(read_when(text, AROUND)) == value


def test_a_leap_day_is_read_in_a_leap_year() -> None:
    assert read_day("2028年2月29日", AROUND) == date(2028, 2, 29)
    assert read_day("2月29日", Around(date(2028, 1, 10))) == date(2028, 2, 29)


def test_in_january_last_december_is_near() -> None:
    assert read_day("12月28日", Around(date(2027, 1, 5))) == date(2026, 12, 28)


def test_a_bare_weekday_that_has_passed_is_next_weeks() -> None:
    friday = Around(date(2026, 11, 27))
    assert read_day("周三", friday) == date(2026, 12, 2)
    assert read_day("本周三", friday) == date(2026, 11, 25)


def test_the_next_working_day_follows_the_calendar() -> None:
    assert read_day("下个工作日", Around(date(2026, 11, 25), calendar=CALENDAR)) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("当天下午", "2026-12-30 pm"),
        ("第二天", "2026-12-31"),
        ("次日上午", "2026-12-31 am"),
        ("1月3日", "2027-01-03"),
        ("周五", "2027-01-01"),
        ("31号", "2026-12-31"),
        ("月底", "2026-12-31"),
        ("16:00", "2026-12-30 16:00"),
        ("12月20日", "2026-12-20"),
        ("明天", "2026-11-24"),
    ],
)
def test_an_end_is_said_against_its_beginning(text: str, value: str) -> None:
    assert str(read_when(text, Around(TODAY, since=date(2026, 12, 30)))) == value


_WEEK = "一二三四五六日"
FORMS: list[Callable[[date], str]] = [
    lambda d: d.isoformat(),
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d.month}月{d.day}日",
    lambda d: f"{d.month}月{d.day}号",
    lambda d: f"{d.month}/{d.day}",
    lambda d: f"{d.month}-{d.day}",
    day_text,
    lambda d: f"{d.month}月{d.day}日星期{_WEEK[d.weekday()]}",
    lambda d: f"{d.year}-{d.month:02}-{d.day:02}".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789-"}),
]


@given(st.dates(date(2024, 3, 1), date(2030, 12, 31)), st.integers(-31, 300), st.sampled_from(FORMS))
def test_a_date_said_in_any_form_reads_back(today: date, away: int, form: Callable[[date], str]) -> None:
    day = today + timedelta(days=away)
    assert read_day(form(day), Around(today)) == day


@given(
    st.dates(date(2024, 3, 1), date(2030, 12, 31)),
    st.integers(-31, 300),
    st.one_of(st.none(), st.sampled_from(("am", "pm")), st.times()),
)
def test_what_is_kept_and_what_is_shown_read_back(today: date, away: int, part: str | time | None) -> None:
    day = today + timedelta(days=away)
    if isinstance(part, time):
        when = When(day, at=part.replace(second=0, microsecond=0))
    else:
        when = When(day, half="am" if part == "am" else "pm" if part == "pm" else None)
    assert kept(str(when)) == when
    assert read_when(str(when), Around(today)) == when
    assert read_when(when.text, Around(today)) == when


_PIECES = st.sampled_from(
    [
        "明天",
        "下周",
        "周",
        "三",
        "11",
        "月",
        "24",
        "日",
        "号",
        "上午",
        "点",
        "半",
        ":",
        "-",
        "/",
        "年",
        "2026",
        "底",
        " ",
        "，",
        "十",
        "下",
        "个",
    ]
)


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=8).map("".join)))
def test_no_text_raises_anything_but_a_refusal(text: str) -> None:
    for read in (read_when, read_day):
        try:
            found = read(text, AROUND)
        except Refused as refused:
            assert refused.sentence  # noqa: PT017
        else:
            assert str(found) >= "1900"


@pytest.mark.parametrize(
    "value", [None, "", "明天", "2026-11-31", "2026-11-24 noon", 3, "2026-11-24 25:00", "20261124x"]
)
def test_what_is_no_kept_form_is_none(value: object) -> None:
    assert kept(value) is None
