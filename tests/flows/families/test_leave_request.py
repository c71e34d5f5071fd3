"""A leave request by the futian pack: who decides at every rank and length, what is refused, what is pointed out."""

import pytest

from flows.errors import BrokenRule, Incomplete
from flows.procedure.findings import refusals, warnings
from flows.procedure.model import Json
from tests.flows.families.desk import (
    CHIEF,
    CHIEF_OF_OFFICE,
    CLERK,
    DEPUTY,
    STAFF,
    VICE,
    Desk,
    at,
    entries,
    leave,
    office,
)

CERTIFICATE: Json = {"id": "f1", "name": "诊断证明.pdf"}


def asked(first: str, last: str = "", kind: str = "事假", **more: Json) -> dict[str, Json]:
    return {"leave_type": kind, "start_at": first, "end_at": last or first, "reason": "家事", **more}


HALF, DAY = ("2026-11-25 am", "2026-11-25 am"), ("2026-11-25", "2026-11-25")
DAY_AND_HALF, TWO = ("2026-11-25", "2026-11-26 am"), ("2026-11-26", "2026-11-27")


@pytest.mark.parametrize(
    ("who", "time", "rule", "decide"),
    [
        (STAFF, HALF, "r01", ["chief_approve"]),
        (STAFF, DAY, "r02", ["chief_opinion", "leader_approve"]),
        (STAFF, ("2026-11-25 10:00", "2026-11-25 15:30"), "r01", ["chief_approve"]),
        (STAFF, ("2026-11-25 10:00", "2026-11-25 16:30"), "r02", ["chief_opinion", "leader_approve"]),
        (STAFF, DAY_AND_HALF, "r03", ["chief_opinion", "leader_opinion", "director_approve"]),
        (STAFF, TWO, "r03", ["chief_opinion", "leader_opinion", "director_approve"]),
        (VICE, DAY, "r02", ["chief_opinion", "leader_approve"]),
        (CHIEF, HALF, "r04", ["leader_approve"]),
        (CHIEF, DAY, "r04", ["leader_approve"]),
        (CHIEF, DAY_AND_HALF, "r05", ["leader_opinion", "director_approve"]),
        (DEPUTY, HALF, "r06", ["director_approve"]),
        (DEPUTY, TWO, "r06", ["director_approve"]),
        (CHIEF_OF_OFFICE, HALF, "r07", ["district_leader_approve"]),
        (CHIEF_OF_OFFICE, TWO, "r07", ["district_leader_approve"]),
    ],
)
def test_the_rank_and_the_length_choose_who_decides(
    who: str, time: tuple[str, str], rule: str, decide: list[str]
) -> None:
    look = Desk().look("leave_request", who, **asked(*time))
    deciding = [stop.step.id for stop in look.stops if stop.step.kind in ("review", "approve")]
    routes = [name for name in entries(look.findings, "reason") if name[-3:] <= "r07"]
    assert (deciding, routes) == (decide, [f"leave_request/{rule}"])
    assert look.refused == ()


@pytest.mark.parametrize(("who", "on_file"), [(STAFF, False), (CHIEF, True), (DEPUTY, True), (CHIEF_OF_OFFICE, True)])
def test_the_secretariat_is_told_of_chiefs_and_leaders_only(who: str, on_file: bool) -> None:
    look = Desk().look("leave_request", who, **asked(*DAY))
    assert ("leave_request/r09" in entries(look.findings, "reason")) is on_file
    assert ("file" in [stop.step.id for stop in look.stops]) is on_file


@pytest.mark.parametrize(
    ("who", "rank"),
    [(STAFF, "工作人员"), (VICE, "工作人员"), (CHIEF, "科室负责人"), (DEPUTY, "副主任"), (CHIEF_OF_OFFICE, "主任")],
)
def test_the_rank_follows_from_the_posts_and_a_given_one_is_kept(who: str, rank: str) -> None:
    assert Desk().look("leave_request", who, **asked(*DAY)).values["applicant_rank"] == rank
    given = Desk().look("leave_request", who, **asked(*DAY, applicant_rank="副主任"))
    assert given.values["applicant_rank"] == "副主任"


def test_a_chief_decides_on_nobody_by_own_hand() -> None:
    look = Desk().look("leave_request", CHIEF, **asked(*HALF, applicant_rank="工作人员"))
    named = {finding.entry: finding.text for finding in look.findings if finding.weight == "reason"}
    assert "科室负责人审批" in named["futian-office/leave_request/rule/r13"]
    assert [stop.names for stop in look.stops if stop.step.id == "chief_approve"] == [("李慧敏",)]


def test_staff_are_not_told_of_a_rule_that_concerns_deciders() -> None:
    assert "leave_request/r13" not in entries(Desk().look("leave_request", STAFF, **asked(*DAY)).findings)


# --- the sick note over three natural days -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["病假", "急病"])
@pytest.mark.parametrize(
    ("first", "last", "needed"),
    [
        ("2026-11-24", "2026-11-26", False),
        ("2026-11-24", "2026-11-27 am", True),
        ("2026-11-24", "2026-11-27", True),
        ("2026-11-27", "2026-11-29", False),
        ("2026-11-27", "2026-11-30", True),
    ],
)
def test_sickness_over_three_natural_days_needs_the_certificate(kind: str, first: str, last: str, needed: bool) -> None:
    look = Desk().look("leave_request", **asked(first, last, kind))
    expected = ["leave_request/r10"] if needed else []
    assert entries(look.findings, "refuse") == expected
    assert [finding.asks_for for finding in look.refused] == [("medical_certificate",)] * len(expected)
    with_it = Desk().look("leave_request", **asked(first, last, kind, medical_certificate=CERTIFICATE))
    assert with_it.refused == ()


def test_personal_leave_needs_no_certificate() -> None:
    assert Desk().look("leave_request", **asked("2026-11-24", "2026-11-30")).refused == ()


def test_the_office_may_count_the_sick_note_in_working_days() -> None:
    over_the_weekend = asked("2026-11-27", "2026-11-30", "病假")
    assert Desk(office=office(d3="workday")).look("leave_request", **over_the_weekend).refused == ()
    four = asked("2026-11-24", "2026-11-27", "病假")
    assert entries(Desk(office=office(d3="workday")).look("leave_request", **four).refused) == ["leave_request/r10"]


# --- filed in time, sudden illness afterwards ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "time", "ok"),
    [
        ("2026-11-24T11:59", ("2026-11-24", "2026-11-24"), True),
        ("2026-11-24T12:00", ("2026-11-24", "2026-11-24"), False),
        ("2026-11-24T16:00", ("2026-11-24 14:00", "2026-11-24 17:30"), True),
        ("2026-11-24T17:30", ("2026-11-24 14:00", "2026-11-24 17:30"), False),
        ("2026-11-24T13:00", ("2026-11-24 pm", "2026-11-24 pm"), True),
        ("2026-11-28T10:00", ("2026-11-27", "2026-11-30"), False),
        ("2026-11-28T10:00", ("2026-11-28", "2026-11-30"), True),
    ],
)
def test_a_leave_is_filed_before_its_first_half_day_is_over(now: str, time: tuple[str, str], ok: bool) -> None:
    look = Desk(now=at(now)).look("leave_request", **asked(*time))
    assert entries(look.refused) == ([] if ok else ["leave_request/r08"])


@pytest.mark.parametrize(
    ("now", "reason", "late"),
    [
        ("2026-11-20T09:00", False, False),
        ("2026-11-20T18:00", True, False),
        ("2026-11-23T10:00", True, False),
        ("2026-11-23T17:30", True, False),
        ("2026-11-24T08:30", True, True),
    ],
)
def test_sudden_illness_is_filed_on_the_day_back(now: str, reason: bool, late: bool) -> None:
    look = Desk(now=at(now)).look("leave_request", **asked("2026-11-20", kind="急病"))
    assert look.refused == ()
    assert ("leave_request/r08" in entries(look.findings, "reason")) is reason
    assert ("leave_request/r08" in entries(look.findings, "warn")) is late


def test_the_office_may_allow_more_days_to_file_sudden_illness() -> None:
    desk = Desk(now=at("2026-11-25T10:00"), office=office(d28=2))
    assert entries(desk.look("leave_request", **asked("2026-11-20", kind="急病")).findings, "warn") == []
    desk.now = at("2026-11-26T10:00")
    late = desk.look("leave_request", **asked("2026-11-20", kind="急病"))
    assert entries(late.findings, "warn") == ["leave_request/r08"]


# --- what the product refuses without a clause ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (("2026-11-28", "2026-11-29"), "休息日"),
        (("2026-11-24 18:00", "2026-11-24 20:00"), "下班时间"),
        (("2026-11-25", "2026-11-24"), "结束时间要晚于开始时间"),
        (("2026-11-24", "2027-11-25"), "366"),
    ],
)
def test_a_span_that_cannot_be_is_refused_with_the_next_step(time: tuple[str, str], said: str) -> None:
    found = refusals(Desk(now=at("2026-11-23T10:00")).look("leave_request", **asked(*time)).findings)
    assert [finding.entry for finding in found][:1] == [""]
    assert said in found[0].text
    assert "请" in found[0].text


def test_the_same_half_day_is_not_asked_for_twice_and_the_other_case_is_named() -> None:
    desk = Desk()
    desk.file("leave_request", **asked("2026-11-25 am"))
    again = desk.look("leave_request", **asked("2026-11-25"))
    assert [finding.entry for finding in again.refused] == [""]
    assert "N-C1" in again.refused[0].text
    assert "正在审批" in again.refused[0].text
    assert desk.look("leave_request", **asked("2026-11-25 pm")).refused == ()
    assert desk.look("leave_request", VICE, **asked("2026-11-25")).refused != ()


def test_a_refused_filing_says_why_and_keeps_nothing() -> None:
    desk = Desk()
    desk.file("leave_request", **asked("2026-11-25"))
    with pytest.raises(BrokenRule, match="同一时间不能重复请假"):
        desk.file("leave_request", **asked("2026-11-25"))
    with pytest.raises(Incomplete) as missing:
        desk.file("leave_request", leave_type="事假", start_at="2026-11-26")
    assert {"end_at", "reason"} <= set(missing.value.fields)
    assert list(desk.cases) == ["C1"]


def test_an_unpublished_year_is_said_to_be_an_estimate() -> None:
    look = Desk(now=at("2026-12-28T10:00")).look("leave_request", **asked("2026-12-31", "2027-01-04"))
    estimates = [finding for finding in warnings(look.findings) if not finding.entry]
    assert [finding.text for finding in estimates] == ["2027年放假安排未公布，按周一至周五估算。"]
    assert Desk().look("leave_request", **asked("2026-12-30", "2026-12-31")).findings
    assert warnings(Desk().look("leave_request", **asked("2026-12-30", "2026-12-31")).findings) == ()


# --- figures -------------------------------------------------------------------------------------------------------


def test_the_figures_count_every_way() -> None:
    desk = Desk(earlier=(leave("事假", "2026-03-02", "2026-03-04"), leave("病假", "2026-04-01")))
    figures = desk.look("leave_request", **asked("2026-11-27", "2026-11-30")).figures
    assert figures == {
        "days": 2,
        "workdays": 2,
        "calendar_days": 4,
        "total_days": 2,
        "last_day": "2026-11-30",
        "back_on": "2026-12-01",
        "year_used_after": 5,
    }


def test_illness_and_sudden_illness_are_counted_together() -> None:
    desk = Desk(
        earlier=(leave("病假", "2026-03-02", "2026-03-04"), leave("急病", "2026-04-01"), leave("事假", "2026-05-06"))
    )
    assert desk.look("leave_request", **asked("2026-11-25", kind="急病")).figures["year_used_after"] == 5
    assert desk.look("leave_request", **asked("2026-11-25", kind="事假")).figures["year_used_after"] == 2


def test_the_year_counts_only_its_own_days() -> None:
    desk = Desk(now=at("2026-12-28T10:00"), earlier=(leave("事假", "2025-12-30", "2026-01-05"),))
    figures = desk.look("leave_request", **asked("2026-12-31", "2027-01-04")).figures
    assert figures["days"] == 3
    assert figures["year_used_after"] == 2 + 1


@pytest.mark.parametrize("setting", ["day_count", "leave_day_count"])
def test_the_office_may_count_leave_in_natural_days(setting: str) -> None:
    desk = Desk(office=office(**{setting: "natural"}))
    look = desk.look("leave_request", **asked("2026-11-27", "2026-11-30"))
    assert (look.figures["days"], look.figures["workdays"], look.values["duration_days"]) == (4, 2, 4)
    half = desk.look("leave_request", **asked("2026-11-27 am"))
    assert half.values["duration_days"] == 0.5


def test_a_vacation_is_counted_in_its_own_days_whatever_the_office_settled() -> None:
    desk = Desk(office=office(day_count="natural"))
    look = desk.look("vacation_request", vacation_type="婚假", start_date="2026-12-10", days=5, marital_status="未婚")
    assert (look.figures["days"], look.refused) == (5, ())


def test_an_incomplete_request_has_no_figures_and_is_not_judged() -> None:
    look = Desk().look("leave_request", leave_type="病假", start_at="2026-11-24", reason="手术")
    assert look.figures == {}
    assert look.findings == ()
    assert CLERK not in str(look.stops)
