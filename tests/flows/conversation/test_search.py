"""A line that asks for past cases, read into what narrows the search."""

from datetime import date

import pytest

from flows.conversation.search import Search, asked_for, read_search
from tests.bot.small_house import LIU, OFFICE, packs

TODAY = date(2026, 11, 24)
PROCEDURES = tuple(packs()["futian-office"].procedures.values())


def read(text: str) -> Search:
    return read_search(text, PROCEDURES, OFFICE, LIU, TODAY)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("查一下我上个月的用印", "我上个月的用印"),
        ("请帮我查下 请假", "请假"),
        ("查：会议通知", "会议通知"),
        ("搜索 会议通知", "会议通知"),
        ("查", ""),
        ("请假", None),
        ("检查组明天来，请一天假", None),
        ("查" + "长" * 200, None),
    ],
)
def test_what_a_line_asks_for(line: str, asked: str | None) -> None:
    assert asked_for(line) == asked


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("今天", "2026-11-24", "2026-11-24"),
        ("昨天的", "2026-11-23", "2026-11-23"),
        ("本周", "2026-11-23", "2026-11-29"),
        ("上周", "2026-11-16", "2026-11-22"),
        ("本月", "2026-11-01", "2026-11-30"),
        ("上个月", "2026-10-01", "2026-10-31"),
        ("十月份", "2026-10-01", "2026-10-31"),
        ("12月", "2025-12-01", "2025-12-31"),
        ("今年12月", "2026-12-01", "2026-12-31"),
        ("2024年2月", "2024-02-01", "2024-02-29"),
        ("去年", "2025-01-01", "2025-12-31"),
        ("近三天", "2026-11-22", "2026-11-24"),
        ("最近两周", "2026-11-11", "2026-11-24"),
    ],
)
def test_periods(text: str, first: str, last: str) -> None:
    found = read(text)
    assert (found.first, found.last, found.words) == (date.fromisoformat(first), date.fromisoformat(last), ())


def test_everything_at_once() -> None:
    assert read("我上个月没通过的请假") == Search(
        ("leave_request", "vacation_request", "out_of_office", "attendance_record"),
        date(2026, 10, 1),
        date(2026, 10, 31),
        ("refused",),
        LIU,
    )


def test_a_colleague_by_name_and_the_rest_as_words() -> None:
    assert read("王芳 会议通知，报名表") == Search(applicant="F020", words=("会议通知", "报名表"))


def test_nothing_narrows_nothing() -> None:
    assert read("") == Search()
    assert read("全部的申请") == Search()
