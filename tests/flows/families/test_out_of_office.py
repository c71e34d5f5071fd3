"""Who is told that somebody leaves the office, by rank and length."""

import pytest

from flows.families.told import people_named, told_at_notice
from flows.procedure.model import Json
from tests.flows.families.desk import (
    CHIEF,
    CHIEF_OF_OFFICE,
    CLERK,
    DEPUTY,
    DISTRICT_LEADER,
    OTHER_DEPUTY,
    SEAL_KEEPER,
    SECRETARY,
    SECRETARY_CHIEF,
    STAFF,
    VICE,
    Desk,
    at,
    entries,
    office,
)

R = "out_of_office"
AFTERNOON = ("2026-11-23 14:00", "2026-11-23 16:00")
SIX_HOURS = ("2026-11-24 09:00", "2026-11-24 17:00")
A_DAY = ("2026-11-24", "2026-11-24")
EVENING = ("2026-11-23 18:00", "2026-11-23 20:00")


def asked(time: tuple[str, str] = AFTERNOON, **more: Json) -> dict[str, Json]:
    return {"leave_at": time[0], "return_at": time[1], "reason": "送材料", **more}


@pytest.mark.parametrize(
    ("who", "time", "rule", "told"),
    [
        (CHIEF_OF_OFFICE, AFTERNOON, "r01", {SECRETARY}),
        (CHIEF_OF_OFFICE, A_DAY, "r01", {SECRETARY}),
        (
            DEPUTY,
            AFTERNOON,
            "r02",
            {CHIEF_OF_OFFICE, SECRETARY_CHIEF, SECRETARY, SEAL_KEEPER, CHIEF, STAFF, CLERK, VICE},
        ),
        (OTHER_DEPUTY, AFTERNOON, "r02", {CHIEF_OF_OFFICE}),
        (CHIEF, AFTERNOON, "r07", {DEPUTY}),
        (CHIEF, EVENING, "r07", {DEPUTY}),
        (CHIEF, SIX_HOURS, "r04", {DEPUTY, STAFF, CLERK, VICE}),
        (CHIEF, A_DAY, "r04", {DEPUTY, STAFF, CLERK, VICE}),
        (STAFF, AFTERNOON, "r05", {CHIEF}),
        (STAFF, A_DAY, "r05", {CHIEF}),
        (VICE, AFTERNOON, "r05", {CHIEF}),
    ],
)
def test_the_rank_and_the_length_say_who_is_told(who: str, time: tuple[str, str], rule: str, told: set[str]) -> None:
    desk = Desk()
    look = desk.look(R, who, **asked(time))
    assert entries(look.findings, "reason") == [f"{R}/{rule}"]
    assert set(told_at_notice(desk.procedure(R), look.values, who, desk.facts())) == told


def test_those_named_are_told_when_the_secretariat_has_done_its_step() -> None:
    desk = Desk()
    case = desk.file(R, STAFF, **asked())
    assert (CHIEF, "notify_target") not in desk.notices
    desk.act(case, "execute", SECRETARY)
    assert desk.notices.count((CHIEF, "notify_target")) == 1
    assert desk.act(case, "execute", STAFF, step="back").state == "closed"
    assert (desk.ledger, desk.held) == ([], {})


def test_one_of_two_is_enough_and_those_who_are_away_are_passed_over() -> None:
    desk = Desk(away=frozenset({DEPUTY}))
    values = desk.look(R, CHIEF, **asked()).values
    assert set(told_at_notice(desk.procedure(R), values, CHIEF, desk.facts())) == {STAFF, CLERK, VICE}
    desk.away = frozenset({DEPUTY, STAFF, CLERK, VICE})
    assert told_at_notice(desk.procedure(R), values, CHIEF, desk.facts()) == (DEPUTY,)


def test_a_whole_section_leaves_with_its_chief() -> None:
    look = Desk().look(R, CHIEF, **asked(whole_section="是"))
    assert look.values["rank"] == "科室集体"
    assert entries(look.findings, "reason") == [f"{R}/r03"]
    told = told_at_notice(Desk().procedure(R), look.values, CHIEF, Desk().facts())
    assert set(told) == {CHIEF_OF_OFFICE, DEPUTY}
    assert Desk().look(R, CHIEF, **asked(whole_section="否")).values["rank"] == "科室负责人"
    assert Desk().look(R, CHIEF, **asked(rank="其他人员")).values["rank"] == "其他人员"


def test_leaving_twice_in_a_day_is_no_overlap_and_a_rest_day_no_hindrance() -> None:
    desk = Desk()
    desk.file(R, STAFF, **asked())
    assert desk.look(R, STAFF, **asked()).refused == ()
    assert desk.look(R, STAFF, **asked(("2026-11-28 09:00", "2026-11-28 11:00"))).refused == ()
    assert entries(desk.look(R, STAFF, **asked(("2026-11-24 16:00", "2026-11-24 14:00"))).refused) == [""]


@pytest.mark.parametrize(
    ("name", "applicant", "people"),
    [
        ("applicant", STAFF, (STAFF,)),
        ("section_members", STAFF, (CHIEF, CLERK, VICE)),
        ("sections_in_charge", STAFF, ()),
        ("sections_in_charge", OTHER_DEPUTY, ()),
        ("section_chief", STAFF, (CHIEF,)),
        ("section_chief", CHIEF, ()),
        ("deputy_director_in_charge", SEAL_KEEPER, (DEPUTY,)),
        ("district_leader", STAFF, (DISTRICT_LEADER,)),
        ("nobody_has_this_post", STAFF, ()),
    ],
)
def test_a_name_stands_for_people(name: str, applicant: str, people: tuple[str, ...]) -> None:
    assert people_named(name, office(), applicant) == people


@pytest.mark.parametrize(
    ("now", "away", "counts"),
    [
        ("2026-11-23T13:59", ("2026-11-23 14:00", "2026-11-23 16:00"), None),
        ("2026-11-23T14:29", ("2026-11-23 14:00", "2026-11-23 16:00"), None),
        ("2026-11-23T14:30", ("2026-11-23 14:00", "2026-11-23 16:00"), ("缺勤", 30)),
        ("2026-11-23T18:00", ("2026-11-23 14:00", "2026-11-23 16:00"), ("缺勤", 120)),
        ("2026-11-23T18:00", ("2026-11-23 16:30", "2026-11-23 17:30"), ("早退", 60)),
        ("2026-11-23T14:30", ("2026-11-23 11:50", "2026-11-23 14:30"), ("缺勤", 40)),
        ("2026-11-23T13:00", ("2026-11-23", "2026-11-23"), ("早退", 210)),
        ("2026-11-23T18:00", ("2026-11-23 pm", "2026-11-23 pm"), ("早退", 210)),
        ("2026-11-23T18:00", ("2026-11-23 am", "2026-11-23 am"), ("缺勤", 210)),
        ("2026-11-22T18:00", ("2026-11-22 09:00", "2026-11-22 17:00"), None),
    ],
)
def test_leaving_without_a_word_counts_by_office_hours(
    now: str, away: tuple[str, str], counts: tuple[str, int] | None
) -> None:
    desk = Desk(now=at(now))
    case = desk.file(R, STAFF, **asked(away))
    rows = [(row["event"], row["minutes"], row["status"]) for row in desk.rows.values()]
    assert rows == ([(*counts, "to_confirm")] if counts else [])
    warned = entries(desk.look(R, STAFF, **asked(away)).findings, "warn")
    assert (case, warned) == ("C1", [f"{R}/r06"] if counts else [])
