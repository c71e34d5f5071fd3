"""Lateness, early leaving and absence: half an hour counts once, three make an absence, absences cost the bonus."""

from datetime import date

import pytest

from flows.facts import AttendanceEvent
from flows.procedure.model import Json
from tests.flows.families.desk import CLERK, STAFF, Desk, at, entries, office

R = "attendance_record"


def events(kind: str, *days: str, minutes: float | None = 30) -> tuple[AttendanceEvent, ...]:
    return tuple(AttendanceEvent(STAFF, kind, date.fromisoformat(day), minutes) for day in days)


def asked(kind: str, minutes: float | None = None, on: str | None = "2026-11-23") -> dict[str, Json]:
    return {"person": STAFF, "event": kind, "date": on, "minutes": minutes}


@pytest.mark.parametrize(("minutes", "late"), [(29, 0), (30, 1), (31, 1), (29.5, 0), (None, 1)])
@pytest.mark.parametrize("kind", ["迟到", "早退"])
def test_half_an_hour_counts_once(kind: str, minutes: float | None, late: int) -> None:
    look = Desk().look(R, CLERK, **asked(kind, minutes))
    assert (look.figures["late_count"], look.figures["absence_count"]) == (late, 0)
    assert entries(look.findings, "reason") == [f"{R}/r01", f"{R}/r02", f"{R}/r03", f"{R}/r05"]
    assert look.refused == ()


@pytest.mark.parametrize(("earlier", "absences"), [(1, 0), (2, 1), (3, 1), (5, 2)])
def test_three_times_make_one_absence(earlier: int, absences: int) -> None:
    days = [f"2026-10-{20 + n}" for n in range(earlier)]
    look = Desk(attendance=events("迟到", *days)).look(R, CLERK, **asked("迟到", 40))
    assert (look.figures["late_count"], look.figures["absence_count"]) == (earlier + 1, absences)


def test_lateness_and_early_leaving_are_counted_apart() -> None:
    before = events("迟到", "2026-10-20", "2026-10-21") + events("早退", "2026-10-22", "2026-10-23")
    look = Desk(attendance=before).look(R, CLERK, **asked("早退", 30))
    assert (look.figures["late_count"], look.figures["absence_count"]) == (3, 1)
    absent = Desk(attendance=before).look(R, CLERK, **asked("缺勤"))
    assert (absent.figures["late_count"], absent.figures["absence_count"]) == (2, 1)


def test_too_few_minutes_count_neither_now_nor_later() -> None:
    before = events("迟到", "2026-10-20", "2026-10-21", "2026-10-22", minutes=29)
    assert Desk(attendance=before).look(R, CLERK, **asked("迟到", 30)).figures["late_count"] == 1
    assert Desk(attendance=before, office=office(d4=20)).look(R, CLERK, **asked("迟到", 30)).figures["late_count"] == 4


def test_only_the_events_year_counts() -> None:
    before = events("迟到", "2025-12-30", "2025-12-31", "2026-01-05")
    assert Desk(attendance=before).look(R, CLERK, **asked("迟到", 30)).figures["late_count"] == 2
    assert Desk(attendance=before).look(R, CLERK, **asked("迟到", 30, "2025-12-29")).figures["late_count"] == 3


@pytest.mark.parametrize(
    ("earlier", "warned"),
    [
        (("2026-09-01",), 0),
        (("2026-09-01", "2026-10-20"), 1),
        (("2026-05-06", "2026-06-30"), 0),
        (("2026-05-06", "2026-07-01", "2026-08-03"), 1),
        (("2026-02-02", "2026-03-02", "2026-04-01", "2026-05-06"), 0),
        (("2026-02-02", "2026-03-02", "2026-04-01", "2026-05-06", "2026-06-01"), 1),
        (("2026-03-02", "2026-04-01", "2026-05-06", "2026-07-01", "2026-08-03"), 2),
    ],
)
def test_three_absences_in_half_a_year_and_more_than_five_in_the_year_are_warned_of(
    earlier: tuple[str, ...], warned: int
) -> None:
    look = Desk(attendance=events("缺勤", *earlier, minutes=None)).look(R, CLERK, **asked("缺勤"))
    assert entries(look.findings, "warn") == [f"{R}/r04"] * warned
    assert look.refused == ()


def test_the_half_year_is_that_of_the_event() -> None:
    before = events("缺勤", "2026-09-01", "2026-10-20", minutes=None)
    assert entries(Desk(attendance=before).look(R, CLERK, **asked("缺勤", on="2026-06-30")).findings, "warn") == []


def test_the_office_may_count_the_three_over_the_whole_year() -> None:
    before = events("缺勤", "2026-05-06", "2026-06-30", minutes=None)
    desk = Desk(attendance=before, office=office(d5="year"))
    assert entries(desk.look(R, CLERK, **asked("缺勤")).findings, "warn") == [f"{R}/r04"]


def test_lateness_adds_up_to_the_bonus_too() -> None:
    before = events("缺勤", "2026-09-01", "2026-10-20", minutes=None) + events("迟到", "2026-10-21", "2026-10-22")
    assert entries(Desk(attendance=before).look(R, CLERK, **asked("迟到", 30)).findings, "warn") == [f"{R}/r04"]
    assert entries(Desk(attendance=before).look(R, CLERK, **asked("迟到", 29)).findings, "warn") == []


def test_leave_is_no_lateness() -> None:
    look = Desk().look(R, CLERK, **asked("请假"))
    assert (set(entries(look.findings)), look.figures["late_count"]) == ({f"{R}/r01", f"{R}/r02"}, 0)


def test_a_day_off_has_no_office_hours() -> None:
    assert entries(Desk().look(R, CLERK, **asked("早退", 30, "2026-11-22")).findings, "warn") == [f"{R}/r05"]
    assert entries(Desk().look(R, CLERK, **asked("早退", 30, "2026-11-20")).findings, "warn") == []


def test_an_event_to_come_is_refused() -> None:
    assert entries(Desk().look(R, CLERK, **asked("迟到", 30, "2026-11-24")).refused) == [""]
    assert Desk().look(R, CLERK, **asked("迟到", 30, "2026-11-23")).refused == ()


@pytest.mark.parametrize(("on", "written"), [("2026-11-20", "2026-11-20"), (None, "2026-11-23")])
def test_the_event_is_registered_with_its_day(on: str | None, written: str) -> None:
    desk = Desk(now=at("2026-11-23T10:00"))
    case = desk.file(R, CLERK, **asked("迟到", 35, on))
    assert desk.rows["attendance", f"{case}:record"] == {
        "person": "刘洋", "event": "迟到", "from": written, "to": written, "minutes": 35, "status": "active"
    }  # fmt: skip
    assert desk.ledger == []
