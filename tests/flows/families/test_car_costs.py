"""What a car costs: repairs on both sides of each threshold, bills with and without a trip, the fuel of the month."""

from dataclasses import replace
from datetime import datetime

import pytest

from flows.errors import BrokenRule
from flows.facts import Trip
from flows.procedure.model import Json
from tests.flows.families.desk import (
    CHIEF_OF_OFFICE,
    DEPUTY,
    DRIVER,
    OTHER_DRIVER,
    SECRETARY,
    SECRETARY_CHIEF,
    STAFF,
    Desk,
    at,
    entries,
    office,
)

CAR = "福办一号"


def repair(estimate: float, **more: Json) -> dict[str, Json]:
    return {"vehicle": CAR, "items": "更换刹车片", "estimate": estimate, "is_leader_car": "否", **more}


def bill(kind: str, trip: str = "2026-11-18", **more: Json) -> dict[str, Json]:
    return {"kind": kind, "amount": 60, "trip": trip, **more}


def made(start: str, end: str, *, kind: str = "机关公务", driver: str = DRIVER, long: bool = False) -> dict[str, Trip]:
    moments = (datetime.fromisoformat(start), datetime.fromisoformat(end))
    return {"T1": Trip("T1", "YC-2026-0007", CAR, driver, STAFF, *moments, "back", "市政府", "", kind, long)}


@pytest.mark.parametrize(
    ("estimate", "steps", "rules"),
    [
        (1, ["chief", "leader", "send"], ["r01"]),
        (999.99, ["chief", "leader", "send"], ["r01"]),
        (1000, ["chief", "leader", "send"], ["r01"]),
        (1000.01, ["chief", "leader", "director", "send"], ["r01"]),
        (2000, ["chief", "leader", "director", "send"], ["r01"]),
        (2000.01, ["chief", "leader", "director", "send"], ["r01", "r02"]),
        (4999.99, ["chief", "leader", "director", "send"], ["r01", "r02"]),
        (5000, ["chief", "leader", "report", "director", "send"], ["r01", "r02", "r03"]),
        (6000, ["chief", "leader", "report", "director", "send"], ["r01", "r02", "r03"]),
    ],
)
def test_the_estimate_of_a_repair_says_who_agrees(estimate: float, steps: list[str], rules: list[str]) -> None:
    look = Desk().look("vehicle_repair", DRIVER, **repair(estimate))
    assert [stop.step.id for stop in look.stops] == ["submit", *steps]
    named = dict.fromkeys(entries(look.findings, "reason"))
    assert [rule for rule in named if rule[-3:] not in ("r04", "r05")] == [f"vehicle_repair/{rule}" for rule in rules]
    assert look.refused == ()


@pytest.mark.parametrize(("quotes", "enough"), [(0, False), (1, False), (2, False), (3, True), (4, True)])
def test_a_dear_repair_goes_on_with_three_quotes(quotes: int, enough: bool) -> None:
    desk = Desk()
    case = desk.file("vehicle_repair", DRIVER, **repair(5000))
    desk.act(case, "agree", SECRETARY_CHIEF)
    desk.act(case, "agree", DEPUTY)
    files: list[Json] = [{"id": f"f{n}", "name": f"{n}.pdf"} for n in range(quotes)]
    if not enough:
        with pytest.raises(BrokenRule, match="要 3 家以上") as refused:
            desk.act(case, "execute", SECRETARY, quotes=files)
        assert refused.value.entries == ("futian-office/vehicle_repair/rule/r03",)
        return
    desk.act(case, "execute", SECRETARY, quotes=files, chosen_garage="乙厂")
    assert desk.figures(case) == {"quotes_have": quotes, "quotes_needed": 3}
    desk.act(case, "agree", CHIEF_OF_OFFICE)
    assert desk.act(case, "execute", DRIVER).state == "closed"


def test_quotes_are_not_counted_below_five_thousand() -> None:
    assert Desk().look("vehicle_repair", DRIVER, **repair(4999)).figures == {}


@pytest.mark.parametrize(("leaders_car", "told"), [("是", True), ("否", False)])
def test_the_secretariat_hears_of_a_leaders_car_in_repair(leaders_car: str, told: bool) -> None:
    desk = Desk()
    desk.file("vehicle_repair", DRIVER, **repair(500, is_leader_car=leaders_car))
    assert ((SECRETARY, "submit") in desk.notices) is told
    reasons = entries(desk.look("vehicle_repair", DRIVER, **repair(500, is_leader_car=leaders_car)).findings)
    assert ("vehicle_repair/r07" in reasons) is told


@pytest.mark.parametrize(
    ("kind", "refused"), [("过路过桥", True), ("高速", True), ("停车", False), ("燃油", False), ("维修", False)]
)
def test_tolls_without_an_approved_trip_are_not_paid(kind: str, refused: bool) -> None:
    look = Desk().look("vehicle_cost", DRIVER, **bill(kind))
    assert entries(look.refused) == (["vehicle_cost/r02"] if refused else [])
    desk = Desk(trips=made("2026-11-18 09:00", "2026-11-18 17:00"))
    assert desk.look("vehicle_cost", DRIVER, **bill(kind)).refused == ()


@pytest.mark.parametrize(
    ("word", "by", "found"),
    [
        ("2026-11-18", DRIVER, True),
        ("2026-11-18", STAFF, True),
        ("2026-11-18", OTHER_DRIVER, False),
        ("YC-2026-0007", OTHER_DRIVER, True),
        ("yc-2026-0007", DRIVER, True),
        ("福办一号 2026-11-18", DRIVER, True),
        ("2026-11-19", DRIVER, False),
        ("2026-13-40", DRIVER, False),
        ("去市政府那次", DRIVER, False),
    ],
)
def test_a_bill_names_its_trip_by_number_or_by_day(word: str, by: str, found: bool) -> None:
    desk = Desk(trips=made("2026-11-18 09:00", "2026-11-18 17:00"))
    look = desk.look("vehicle_cost", by, **bill("高速", word))
    assert (look.refused == ()) is found


@pytest.mark.parametrize(
    ("today", "refused"),
    [
        ("2026-11-18T18:00", False),
        ("2026-11-23T23:59", False),
        ("2026-11-24T00:01", True),
        ("2026-12-08T09:00", True),
    ],
)
@pytest.mark.parametrize("kind", ["过路过桥", "高速", "停车"])
def test_tolls_are_handed_in_within_three_working_days_of_the_return(today: str, refused: bool, kind: str) -> None:
    desk = Desk(now=at(today), trips=made("2026-11-17 09:00", "2026-11-18 17:00"))
    look = desk.look("vehicle_cost", DRIVER, **bill(kind))
    assert entries(look.refused) == (["vehicle_cost/r03"] if refused and kind != "停车" else [])


@pytest.mark.parametrize(("use", "official"), [("机关公务", True), ("集体活动", True), ("职工临时", False), ("", True)])
@pytest.mark.parametrize(("soft_as", "weight"), [("warn", "warn"), ("block", "refuse")])
def test_a_trip_not_on_business_is_pointed_out_or_refused(use: str, official: bool, soft_as: str, weight: str) -> None:
    trips = made("2026-11-20 09:00", "2026-11-20 17:00", kind=use)
    desk = Desk(office=office(soft_as=soft_as), trips=trips)
    look = desk.look("vehicle_cost", DRIVER, **bill("停车", "2026-11-20"))
    assert entries(look.findings, weight) == ([] if official else ["vehicle_cost/r04"])


@pytest.mark.parametrize(
    ("before", "litres", "over"),
    [(0, 200, False), (150, 50, False), (150, 50.5, True), (200, 0.1, True), (0, 201, True)],
)
def test_more_than_two_hundred_litres_a_month_are_pointed_out(before: float, litres: float, over: bool) -> None:
    desk = Desk(litres={CAR: before, "福办二号": 500.0}, trips=made("2026-11-18 09:00", "2026-11-18 17:00"))
    look = desk.look("vehicle_cost", DRIVER, **bill("燃油", litres=litres))
    assert entries(look.findings, "warn") == (["vehicle_cost/r01"] if over else [])
    assert (look.values["vehicle"], look.figures["month_litres"]) == (CAR, before + litres)


def test_fuel_of_a_long_trip_is_counted_apart() -> None:
    trips = made("2026-11-18 09:00", "2026-11-19 17:00", long=True)
    desk = Desk(litres={CAR: 190.0}, trips=trips)
    look = desk.look("vehicle_cost", DRIVER, **bill("燃油", litres=300))
    assert entries(look.findings, "warn") == []
    assert look.figures == {"long_trip": "是", "month_litres": 190.0, "spent_on": "2026-11-18"}


def test_a_bill_without_a_trip_is_of_the_car_its_driver_usually_has() -> None:
    assert Desk().look("vehicle_cost", DRIVER, **bill("燃油", litres=5)).values["vehicle"] == CAR
    desk = Desk()
    both = tuple(replace(car, driver=DRIVER) for car in desk.office.vehicles)
    desk.office = replace(desk.office, vehicles=both)
    assert "vehicle" not in desk.look("vehicle_cost", DRIVER, **bill("燃油", litres=5)).values


def test_an_approved_bill_stands_in_the_register_of_costs() -> None:
    desk = Desk(trips=made("2026-11-18 09:00", "2026-11-18 17:00"))
    case = desk.file("vehicle_cost", DRIVER, **bill("燃油", litres=40))
    desk.act(case, "agree", SECRETARY)
    desk.act(case, "agree", CHIEF_OF_OFFICE)
    row = desk.rows["vehicle_costs", f"{case}:approve"]
    assert (row["vehicle"], row["kind"], row["litres"], row["amount"]) == (CAR, "燃油", 40, 60)
    assert desk.act(case, "execute", SECRETARY).state == "approved"


@pytest.mark.parametrize(
    ("verb", "opinion", "state"),
    [("agree", "同意", "closed"), ("agree", "不同意", "refused"), ("refuse", "", "refused"), ("agree", "", "closed")],
)
def test_a_purchase_is_answered_by_what_the_group_decided(verb: str, opinion: str, state: str) -> None:
    desk = Desk()
    case = desk.file("vehicle_purchase_application", STAFF, unit="区建设局", reason="旧车报废")
    desk.act(case, "execute", SECRETARY)
    desk.act(case, "execute", SECRETARY)
    said: dict[str, str] = {"group_opinion": opinion} if opinion else {}
    desk.act(case, verb, DEPUTY, "", step="decide", **said)
    desk.act(case, "execute", SECRETARY)
    assert desk.act(case, "execute", SECRETARY).state == state
