"""The course of a leave: reserved, settled, given back; coming back early, in time and late; attendance rows."""

from collections.abc import Callable

import pytest

from flows.errors import BrokenRule
from flows.procedure.model import Json
from tests.flows.families.desk import (
    CHIEF,
    CHIEF_OF_OFFICE,
    CLERK,
    DEPUTY,
    STAFF,
    Desk,
    approved_leave,
    at,
    leave,
    office,
)

PERSONAL = "事假"


def two_days(desk: Desk) -> str:
    """A leave from Wednesday to Thursday, filed and not yet decided."""
    return desk.file("leave_request", leave_type=PERSONAL, start_at="2026-11-25", end_at="2026-11-26", reason="家事")


def row(desk: Desk, case: str, step: str = "record") -> dict[str, Json]:
    return desk.rows["attendance", f"{case}:{step}"]


# --- ledger --------------------------------------------------------------------------------------------------------


def test_days_are_reserved_at_filing_and_settled_by_the_last_decision() -> None:
    desk = Desk()
    case = two_days(desk)
    assert desk.balance(PERSONAL) == (2, 0)
    desk.act(case, "agree", CHIEF)
    desk.act(case, "agree", DEPUTY)
    assert desk.balance(PERSONAL) == (2, 0)
    desk.act(case, "agree", CHIEF_OF_OFFICE)
    assert desk.balance(PERSONAL) == (0, 2)
    assert (desk.held[case].status, len(desk.held[case].slots)) == ("settled", 4)
    desk.act(case, "execute", CLERK)
    assert desk.balance(PERSONAL) == (0, 2)


@pytest.mark.parametrize(("verb", "by"), [("refuse", CHIEF), ("send_back", CHIEF), ("withdraw", STAFF)])
def test_what_is_not_granted_is_released(verb: str, by: str) -> None:
    desk = Desk()
    case = two_days(desk)
    desk.act(case, verb, by)
    assert desk.balance(PERSONAL) == (0, 0)
    assert (desk.held[case].status, desk.held[case].slots) == ("void", frozenset())
    assert desk.rows == {}


def test_a_repaired_request_reserves_what_it_asks_for_now() -> None:
    desk = Desk()
    case = two_days(desk)
    desk.act(case, "send_back", CHIEF)
    desk.resubmit(case, end_at="2026-11-27 am")
    assert desk.balance(PERSONAL) == (2.5, 0)
    desk.act(case, "send_back", CHIEF)
    desk.act(case, "withdraw", STAFF)
    assert desk.balance(PERSONAL) == (0, 0)


def test_a_leave_over_the_turn_of_the_year_is_booked_in_both_years() -> None:
    desk = Desk(now=at("2026-12-28T10:00"))
    case = approved_leave(desk, "2026-12-31", "2027-01-04")
    assert (desk.balance(PERSONAL, 2026), desk.balance(PERSONAL, 2027)) == ((0, 1), (0, 2))
    desk.happen("cancelled", case, "cancelled")
    assert (desk.balance(PERSONAL, 2026), desk.balance(PERSONAL, 2027)) == ((0, 0), (0, 0))


def test_natural_days_are_booked_where_the_office_counts_so() -> None:
    desk = Desk(office=office(day_count="natural"))
    case = approved_leave(desk, "2026-11-27", "2026-11-30")
    assert desk.balance(PERSONAL) == (0, 4)
    desk.act(case, "report_return", STAFF, "2026-11-30T08:40")
    assert desk.balance(PERSONAL) == (0, 1)
    assert row(desk, case)["days"] == 1


def test_a_home_leave_is_booked_with_whom_it_visits() -> None:
    desk = Desk()
    desk.file(
        "vacation_request",
        vacation_type="探亲假",
        start_date="2026-12-07",
        days=10,
        marital_status="未婚",
        visit_target="父母",
    )
    assert {(line.type, line.target, line.reserved) for line in desk.ledger} == {("探亲假", "父母", 10)}


# --- attendance rows and undoing -----------------------------------------------------------------------------------


def test_the_clerk_enters_the_leave_into_the_attendance_register() -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    assert row(desk, case) == {
        "person": "刘洋",
        "event": PERSONAL,
        "from": "2026-11-25",
        "to": "2026-11-26",
        "days": 2,
        "status": "active",
    }


def test_an_undone_leave_gives_its_days_back_and_strikes_its_row() -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    effects = desk.happen("cancelled", case, "cancelled")
    assert [(line.kind, line.reserved, line.used) for line in effects.ledger] == [("correct", 0, -2)]
    assert (row(desk, case)["status"], row(desk, case)["days"], row(desk, case)["event"]) == ("void", 2, PERSONAL)
    assert desk.figures(case)["year_used_after"] == 0
    assert desk.figures(case)["days"] == 2


def test_a_leave_undone_before_it_was_entered_leaves_no_row() -> None:
    desk = Desk()
    case = two_days(desk)
    for by in (CHIEF, DEPUTY, CHIEF_OF_OFFICE):
        desk.act(case, "agree", by)
    desk.happen("cancelled", case, "cancelled")
    assert (desk.rows, desk.balance(PERSONAL)) == ({}, (0, 0))


def test_a_keeper_who_sends_back_undoes_what_was_settled() -> None:
    desk = Desk()
    case = two_days(desk)
    for by in (CHIEF, DEPUTY, CHIEF_OF_OFFICE):
        desk.act(case, "agree", by)
    desk.act(case, "send_back", CLERK)
    assert desk.balance(PERSONAL) == (0, 0)
    desk.resubmit(case)
    assert desk.balance(PERSONAL) == (2, 0)


def test_a_leave_once_come_back_from_is_not_undone() -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    desk.act(case, "report_return", STAFF, "2026-11-27T08:40")
    desk.happen("refused", case, "refused")
    assert desk.balance(PERSONAL) == (0, 2)
    assert row(desk, case)["status"] == "active"


# --- coming back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "due"),
    [
        ("2026-11-25", "2026-11-26", "2026-11-27"),
        ("2026-11-26", "2026-11-27", "2026-11-30"),
        ("2026-11-25", "2026-11-26 am", "2026-11-26"),
        ("2026-11-25", "2026-11-26 15:00", "2026-11-26"),
        ("2026-11-25", "2026-11-29", "2026-11-30"),
    ],
)
def test_the_return_is_due_on_the_first_working_day_back(first: str, last: str, due: str) -> None:
    desk = Desk()
    visit = desk.cases[approved_leave(desk, first, last)].open_visit
    assert visit is not None
    assert visit.due_at == at(f"{due}T17:30")


def test_the_office_may_allow_one_more_day_to_report_back() -> None:
    desk = Desk(office=office(d6="next_workday"))
    visit = desk.cases[approved_leave(desk, "2026-11-26", "2026-11-27")].open_visit
    assert visit is not None
    assert visit.due_at == at("2026-12-01T17:30")


@pytest.mark.parametrize(("entered", "due"), [("2026-11-24T10:00", "24"), ("2026-11-24T18:00", "25")])
def test_a_return_that_could_not_be_reported_before_is_due_when_it_can_be(entered: str, due: str) -> None:
    desk = Desk(now=at("2026-11-23T10:00"))
    case = desk.file(
        "leave_request", leave_type="急病", start_at="2026-11-20", end_at="2026-11-20", reason="急性肠胃炎"
    )
    desk.act(case, "agree", CHIEF)
    desk.act(case, "agree", DEPUTY)
    desk.act(case, "execute", CLERK, entered)
    visit = desk.cases[case].open_visit
    assert visit is not None
    assert visit.due_at == at(f"2026-11-{due}T17:30")


def test_reporting_back_in_time_changes_no_days() -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    desk.act(case, "report_return", STAFF, "2026-11-27T09:10")
    assert desk.balance(PERSONAL) == (0, 2)
    assert desk.held[case].returned
    assert set(desk.rows) == {("attendance", f"{case}:record")}
    assert desk.figures(case)["overdue_workdays"] == 0
    assert desk.act(case, "confirm", CHIEF_OF_OFFICE, "2026-11-27T10:00").state == "closed"


@pytest.mark.parametrize(
    ("reported", "days", "last"),
    [
        ("2026-11-25T08:31", 0, None),
        ("2026-11-25T09:00", 0, None),
        ("2026-11-25T09:01", 0.5, "2026-11-25 am"),
        ("2026-11-25T14:30", 0.5, "2026-11-25 am"),
        ("2026-11-25T14:31", 1, "2026-11-25"),
        ("2026-11-26T08:10", 1, "2026-11-25"),
        ("2026-11-26T12:30", 1.5, "2026-11-26 am"),
        ("2026-11-26T17:00", 2, "2026-11-26"),
    ],
)
def test_half_days_worked_after_an_early_return_are_given_back(reported: str, days: float, last: str | None) -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    desk.act(case, "report_return", STAFF, reported)
    assert desk.balance(PERSONAL) == (0, days)
    assert len(desk.held[case].slots) == days * 2
    assert desk.held[case].status == ("settled" if days else "void")
    assert row(desk, case)["status"] == ("active" if days else "void")
    assert desk.figures(case)["year_used_after"] == days
    assert desk.figures(case)["days"] == 2
    if last:
        assert (row(desk, case)["days"], row(desk, case)["to"]) == (days, last)


def test_half_days_given_back_may_be_asked_for_again() -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    desk.act(case, "report_return", STAFF, "2026-11-25T14:10")
    again = desk.look("leave_request", leave_type=PERSONAL, start_at="2026-11-26", end_at="2026-11-26", reason="家事")
    assert again.refused == ()


def test_nobody_comes_back_from_a_leave_that_has_not_begun() -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    with pytest.raises(BrokenRule, match="还没有开始") as refused:
        desk.act(case, "report_return", STAFF, "2026-11-25T08:29")
    assert refused.value.entries == ("futian-office/leave_request/rule/r12",)
    assert desk.balance(PERSONAL) == (0, 2)


@pytest.mark.parametrize(
    ("last", "reported", "late", "first_absent", "last_absent"),
    [
        ("2026-11-26", "2026-11-30T08:40", 1, "2026-11-27", "2026-11-27"),
        ("2026-11-26", "2026-12-02T08:40", 3, "2026-11-27", "2026-12-01"),
        ("2026-11-26 am", "2026-11-27T08:40", 0.5, "2026-11-26 pm", "2026-11-26"),
        ("2026-11-26 am", "2026-11-30T08:40", 1.5, "2026-11-26 pm", "2026-11-27"),
    ],
)
def test_time_past_the_leave_is_absence_the_day_of_the_report_not_counted(
    last: str, reported: str, late: float, first_absent: str, last_absent: str
) -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", last)
    desk.act(case, "report_return", STAFF, reported)
    assert row(desk, case, "absence") == {
        "person": "刘洋",
        "event": "旷工",
        "from": first_absent,
        "to": last_absent,
        "days": late,
        "status": "active",
    }
    assert desk.figures(case)["overdue_workdays"] == late
    assert desk.balance(PERSONAL) == (0, 2 if last == "2026-11-26" else 1.5)


def test_a_leave_filed_after_it_was_over_leaves_no_absence() -> None:
    desk = Desk(now=at("2026-11-23T10:00"))
    case = desk.file(
        "leave_request", leave_type="急病", start_at="2026-11-19", end_at="2026-11-19", reason="急性肠胃炎"
    )
    desk.act(case, "agree", CHIEF)
    desk.act(case, "agree", DEPUTY)
    desk.act(case, "execute", CLERK)
    desk.act(case, "report_return", STAFF, "2026-11-26T10:00")
    assert set(desk.rows) == {("attendance", f"{case}:record")}
    assert desk.figures(case)["overdue_workdays"] == 0


def test_days_before_the_return_could_be_reported_are_no_absence() -> None:
    desk = Desk()
    case = two_days(desk)
    for by in (CHIEF, DEPUTY, CHIEF_OF_OFFICE):
        desk.act(case, "agree", by)
    desk.act(case, "execute", CLERK, "2026-12-01T16:00")
    desk.act(case, "report_return", STAFF, "2026-12-03T08:40")
    assert (row(desk, case, "absence")["from"], row(desk, case, "absence")["days"]) == ("2026-12-01", 2)


@pytest.mark.parametrize(
    ("moment", "days"), [("2026-11-27T17:30", 1), ("2026-11-30T08:00", 1), ("2026-11-30T17:30", 2)]
)
def test_an_overdue_return_is_absence_to_be_confirmed(moment: str, days: float) -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    desk.now = at(moment)
    desk.happen("overdue", case, "approved", step="report_back")
    absence = row(desk, case, "absence")
    assert (absence["status"], absence["days"], absence["from"]) == ("to_confirm", days, "2026-11-27")


@pytest.mark.parametrize(
    ("reported", "status", "days"), [("2026-11-27T17:40", "void", 0), ("2026-11-30T09:00", "active", 1)]
)
def test_the_report_settles_what_was_to_be_confirmed(reported: str, status: str, days: float) -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    desk.now = at("2026-11-27T17:30")
    desk.happen("overdue", case, "approved", step="report_back")
    desk.act(case, "report_return", STAFF, reported)
    assert (row(desk, case, "absence")["status"], row(desk, case, "absence")["days"]) == (status, days)


def test_a_return_not_reported_is_counted_up_to_now() -> None:
    desk = Desk()
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    assert desk.figures(case)["overdue_workdays"] == 0
    desk.now = at("2026-12-01T10:00")
    assert desk.figures(case)["overdue_workdays"] == 2
    pending = two_days(Desk())
    assert pending == "C1"


def test_a_vacation_is_come_back_from_like_any_leave() -> None:
    desk = Desk()
    case = desk.file(
        "vacation_request",
        vacation_type="年休假",
        start_date="2026-11-25",
        days=3,
        marital_status="已婚",
        service_years=6,
    )
    desk.act(case, "agree", CHIEF_OF_OFFICE)
    desk.act(case, "execute", "F012")
    desk.act(case, "execute", CLERK)
    assert row(desk, case) == {
        "person": "刘洋",
        "event": "年休假",
        "from": "2026-11-25",
        "to": "2026-11-27",
        "days": 3,
        "pay": "照发",
        "status": "active",
    }
    desk.act(case, "report_return", STAFF, "2026-11-27T08:40")
    assert (row(desk, case)["to"], row(desk, case)["days"], desk.balance("年休假")) == ("2026-11-26", 2, (0, 2))
    assert desk.act(case, "confirm", CHIEF_OF_OFFICE).state == "closed"


def test_what_a_case_came_to_leaves_earlier_leave_alone() -> None:
    desk = Desk(earlier=(leave(PERSONAL, "2026-03-02", "2026-03-04"),))
    case = approved_leave(desk, "2026-11-25", "2026-11-26")
    assert desk.figures(case)["year_used_after"] == 5
    desk.happen("cancelled", case, "cancelled")
    assert desk.figures(case)["year_used_after"] == 3


def _nothing(desk: Desk, case: str) -> None:
    desk.happen("closed", case, "closed")


def _told(desk: Desk, case: str) -> None:
    desk.happen("overdue", case, "pending", step="chief_opinion")


@pytest.mark.parametrize("event", [_nothing, _told])
def test_other_events_move_no_days(event: Callable[[Desk, str], None]) -> None:
    desk = Desk()
    case = two_days(desk)
    lines = len(desk.ledger)
    event(desk, case)
    assert (len(desk.ledger), desk.rows) == (lines, {})
