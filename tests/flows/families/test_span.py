"""The time a leave takes: whole days, half days, the clock, holidays, make-up days and the turn of the year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.calendar import Slot
from flows.families.span import back_on, by_year, read_moment, requested, span_of
from flows.procedure.model import Json, Values
from tests.flows.families.desk import Desk, calendar, office


def leave_values(start: str, end: str) -> Values:
    return {"leave_type": "事假", "start_at": start, "end_at": end}


def length(start: str, end: str) -> float | None:
    span = span_of(Desk().procedure("leave_request"), leave_values(start, end), calendar())
    return None if span is None else span.days


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-24 am", "2026-11-24 am", 0.5),
        ("2026-11-24 pm", "2026-11-24 pm", 0.5),
        ("2026-11-24 am", "2026-11-24 pm", 1),
        ("2026-11-24", "2026-11-24", 1),
        ("2026-11-24 pm", "2026-11-25 am", 1),
        ("2026-11-27", "2026-11-30", 2),
        ("2026-11-28", "2026-11-29", 0),
        ("2026-10-01", "2026-10-07", 0),
        ("2026-09-30", "2026-10-08", 2),
        ("2026-10-10", "2026-10-10", 1),
        ("2026-10-09", "2026-10-12", 3),
    ],
)
def test_whole_and_half_days_count_on_working_days_only(start: str, end: str, days: float) -> None:
    assert length(start, end) == days


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-24 14:00", "2026-11-24 17:30", 0.5),
        ("2026-11-24 08:30", "2026-11-24 12:00", 0.5),
        ("2026-11-24T10:00", "2026-11-24T15:30", 0.5),
        ("2026-11-24 10:00", "2026-11-24 16:00", 0.5),
        ("2026-11-24 10:00", "2026-11-24 16:01", 1),
        ("2026-11-24 08:30", "2026-11-24 17:30", 1),
        ("2026-11-24 16:00", "2026-11-25 10:00", 0.5),
        ("2026-11-24 14:00", "2026-11-25 12:00", 1),
        ("2026-11-24", "2026-11-25 10:00", 1.5),
        ("2026-11-24 14:00", "2026-11-25 08:30", 0.5),
        ("2026-11-27 16:00", "2026-11-30 09:30", 0.5),
    ],
)
def test_up_to_four_office_hours_by_the_clock_are_one_half_day(start: str, end: str, days: float) -> None:
    assert length(start, end) == days


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-25", "2026-11-24"),
        ("2026-11-24 pm", "2026-11-24 am"),
        ("2026-11-24 15:00", "2026-11-24 14:00"),
        ("2026-11-24 15:00", "2026-11-24 15:00"),
        ("2026-11-24", ""),
        ("", "2026-11-24"),
        ("2026-11-31", "2026-12-01"),
        ("明天", "后天"),
        ("2026-01-01", "2027-01-02"),
    ],
)
def test_what_is_no_time_is_no_span(start: str, end: str) -> None:
    assert length(start, end) is None


def test_a_year_is_the_longest_span() -> None:
    assert length("2026-01-01", "2027-01-01") is not None


def test_lunch_and_evenings_take_no_office_time() -> None:
    assert length("2026-11-24 12:00", "2026-11-24 14:00") == 0
    assert length("2026-11-24 18:00", "2026-11-24 20:00") == 0


def test_the_office_may_settle_another_number_of_hours_for_a_half_day() -> None:
    desk = Desk(office=office(d1=3))
    values = leave_values("2026-11-24 14:00", "2026-11-24 17:30")
    assert requested(desk.procedure("leave_request"), values, desk.facts()).days == 0.5  # type: ignore[union-attr]
    values = leave_values("2026-11-24 10:00", "2026-11-24 15:30")
    assert requested(desk.procedure("leave_request"), values, desk.facts()).days == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("start", "end", "back"),
    [
        ("2026-11-24", "2026-11-24", "2026-11-25 am"),
        ("2026-11-24 am", "2026-11-24 am", "2026-11-24 pm"),
        ("2026-11-24 pm", "2026-11-24 pm", "2026-11-25 am"),
        ("2026-11-27", "2026-11-27", "2026-11-30 am"),
        ("2026-09-30", "2026-09-30", "2026-10-08 am"),
        ("2026-10-09", "2026-10-09", "2026-10-10 am"),
        ("2026-11-24 14:00", "2026-11-24 16:00", "2026-11-24 pm"),
        ("2026-11-24 14:00", "2026-11-24 17:30", "2026-11-25 am"),
        ("2026-11-24 09:00", "2026-11-24 13:00", "2026-11-24 pm"),
        ("2026-11-24 14:00", "2026-11-25 08:30", "2026-11-25 am"),
        ("2026-12-31", "2026-12-31", "2027-01-01 am"),
    ],
)
def test_one_is_back_in_the_first_working_half_day_after(start: str, end: str, back: str) -> None:
    span = span_of(Desk().procedure("leave_request"), leave_values(start, end), calendar())
    assert span is not None
    assert str(back_on(span, calendar())) == back


@pytest.mark.parametrize(
    ("start", "days", "last", "natural"),
    [
        ("2026-12-07", 3, "2026-12-09 pm", 3),
        ("2026-12-07", 5, "2026-12-11 pm", 5),
        ("2026-12-07", 6, "2026-12-14 pm", 8),
        ("2026-12-05", 1, "2026-12-07 pm", 1),
        ("2026-09-28", 5, "2026-10-09 pm", 12),
        ("2026-10-09", 2, "2026-10-10 pm", 2),
        ("2026-12-07", 0.5, "2026-12-07 am", 0.5),
        ("2026-12-07", 1.5, "2026-12-08 am", 1.5),
    ],
)
def test_rest_days_come_on_top_of_a_number_of_days(start: str, days: float, last: str, natural: float) -> None:
    values: dict[str, Json] = {"vacation_type": "年休假", "start_date": start, "days": days}
    span = span_of(Desk().procedure("vacation_request"), values, calendar())
    assert span is not None
    assert (str(span.last), span.days, span.natural_days) == (last, days, natural)


@pytest.mark.parametrize("days", [0, -1, 367, 2.3, True, "三", None])
def test_a_number_of_days_is_positive_in_halves_and_within_a_year(days: Json) -> None:
    values: dict[str, Json] = {"vacation_type": "年休假", "start_date": "2026-12-07", "days": days}
    assert span_of(Desk().procedure("vacation_request"), values, calendar()) is None


def test_the_turn_of_the_year_splits_the_days() -> None:
    span = span_of(Desk().procedure("leave_request"), leave_values("2026-12-30 pm", "2027-01-04"), calendar())
    assert span is not None
    assert dict(by_year(span, natural=False)) == {2026: 1.5, 2027: 2}
    assert dict(by_year(span, natural=True)) == {2026: 1.5, 2027: 4}


def test_a_half_day_by_the_clock_is_half_a_natural_day() -> None:
    span = span_of(Desk().procedure("leave_request"), leave_values("2026-11-24 11:00", "2026-11-24 15:00"), calendar())
    assert span is not None
    assert span.natural_days == 0.5
    assert dict(by_year(span, natural=True)) == {2026: 0.5}


@pytest.mark.parametrize("text", ["2026-02-30", "2026-11-24 night", "2026-11-24 25:00", 20261124, None, ""])
def test_no_moment_is_read_out_of_nonsense(text: Json) -> None:
    assert read_moment(text) is None


days_of_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(days_of_2026, days_of_2026, st.sampled_from(["", " am", " pm"]), st.sampled_from(["", " am", " pm"]))
def test_the_slots_are_the_working_halves_between_the_ends(first: date, last: date, head: str, tail: str) -> None:
    span = span_of(Desk().procedure("leave_request"), leave_values(f"{first}{head}", f"{last}{tail}"), calendar())
    begins, ends = Slot(first, "pm" if head == " pm" else "am"), Slot(last, "am" if tail == " am" else "pm")
    if begins > ends:
        assert span is None
        return
    assert span is not None
    halves = [Slot(day, half) for day in _days(first, last) for half in ("am", "pm")]
    expected = [slot for slot in halves if begins <= slot <= ends and calendar().is_workday(slot.day)]
    assert list(span.slots) == expected
    assert sum(by_year(span, natural=False).values()) == span.days
    assert sum(by_year(span, natural=True).values()) == span.natural_days


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
