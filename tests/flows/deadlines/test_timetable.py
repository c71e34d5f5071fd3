"""The next moment of what recurs: days off left out or moved, never the same moment twice."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.deadlines.timetable import next_at, valid
from flows.procedure.model import Recurring
from tests.flows.families.desk import at, calendar

DAILY = Recurring("daily", "p/pack/recurring/daily", "每天", "clerk", (), cron=("0 17 * * *",), workdays_only=True)
MONTH_END = Recurring(
    "end", "p/pack/recurring/end", "月底", "clerk", (), cron=("0 17 L * *",), shift="previous_workday"
)
FIRST = Recurring("first", "p/pack/recurring/first", "月初", "clerk", (), cron=("0 9 1 * *",), shift="next_workday")
TWICE = Recurring("twice", "p/pack/recurring/twice", "每天两次", "clerk", (), cron=("0 17 * * *", "30 8 * * *"))
OPEN = Recurring("open", "p/pack/recurring/open", "定期", "clerk", (), ask=True)


@pytest.mark.parametrize(
    ("item", "after", "due"),
    [
        (DAILY, "2026-11-23T16:59", "2026-11-23T17:00"),
        (DAILY, "2026-11-23T17:00", "2026-11-24T17:00"),
        (DAILY, "2026-11-27T17:30", "2026-11-30T17:00"),
        (DAILY, "2026-09-30T17:00", "2026-10-08T17:00"),
        (DAILY, "2026-10-09T17:00", "2026-10-10T17:00"),
        (MONTH_END, "2026-10-01T09:00", "2026-10-30T17:00"),
        (MONTH_END, "2026-10-30T17:00", "2026-11-30T17:00"),
        (FIRST, "2026-09-30T09:00", "2026-10-08T09:00"),
        (FIRST, "2026-10-05T09:00", "2026-10-08T09:00"),
        (FIRST, "2026-10-08T09:00", "2026-11-02T09:00"),
        (TWICE, "2026-11-28T09:00", "2026-11-28T17:00"),
        (TWICE, "2026-11-28T17:00", "2026-11-29T08:30"),
    ],
)
def test_the_next_moment(item: Recurring, after: str, due: str) -> None:
    assert next_at(item, at(after), calendar()) == at(due)


def test_an_open_rhythm_has_no_moment() -> None:
    assert next_at(OPEN, at("2026-11-23T09:00"), calendar()) is None


@given(st.integers(0, 330 * 24 * 60), st.sampled_from([DAILY, MONTH_END, FIRST, TWICE]))
def test_it_lies_ahead_and_nothing_lies_between(minutes: int, item: Recurring) -> None:
    moment = at("2026-01-01T00:00") + timedelta(minutes=minutes)
    due = next_at(item, moment, calendar())
    assert due is not None
    assert due > moment
    assert next_at(item, moment + (due - moment) / 2, calendar()) == due
    assert item is TWICE or calendar().is_workday(due.date())


@pytest.mark.parametrize(
    ("cron", "ok"),
    [("0 17 * * *", True), ("0 17 L 6,12 *", True), ("0 25 * * *", False), ("17:00", False), ("0 0 17 * * *", False)],
)
def test_five_fields(cron: str, ok: bool) -> None:
    assert valid(cron) is ok
