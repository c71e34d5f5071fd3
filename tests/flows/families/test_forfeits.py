"""Leave that costs other leave: exactly thirty days fall on one side for one text, on the other for the next (c7)."""

import pytest

from flows.facts import LeaveTaken
from flows.procedure.model import Json
from tests.flows.families.desk import Desk, at, entries, leave

R = "vacation_request"


def personal(days: float) -> tuple[LeaveTaken, ...]:
    return (leave("事假", "2026-03-02", "2026-03-06", days=days),) if days else ()


def annual(**more: Json) -> dict[str, Json]:
    return {
        "vacation_type": "年休假",
        "start_date": "2026-12-07",
        "days": 3,
        "service_years": 6,
        "marital_status": "已婚",
        **more,
    }


def home(target: str = "父母") -> dict[str, Json]:
    return {
        "vacation_type": "探亲假",
        "start_date": "2026-12-07",
        "days": 10,
        "service_years": 6,
        "marital_status": "未婚",
        "visit_target": target,
    }


@pytest.mark.parametrize(
    ("days", "annual_refused", "home_refused"),
    [(29.5, [], []), (30, [f"{R}/r11"], []), (30.5, [f"{R}/r11"], ["leave_request/r11"])],
)
def test_thirty_days_of_personal_leave(days: float, annual_refused: list[str], home_refused: list[str]) -> None:
    desk = Desk(earlier=personal(days))
    assert entries(desk.look(R, **annual()).refused) == annual_refused
    assert entries(desk.look(R, **home()).refused) == home_refused


@pytest.mark.parametrize(("days", "broken"), [(44.5, []), (45, [f"{R}/r11"]), (46, [f"{R}/r11"])])
def test_forty_five_days_of_illness_cost_the_annual_leave(days: float, broken: list[str]) -> None:
    both = (leave("病假", "2026-03-02", days=days - 5), leave("急病", "2026-04-01", days=5))
    assert entries(Desk(earlier=both).look(R, **annual()).refused) == broken
    assert entries(Desk(earlier=both).look(R, **home()).refused) == []


def test_other_vacations_are_not_lost() -> None:
    desk = Desk(earlier=personal(60))
    wedding = {**annual(), "vacation_type": "婚假"}
    assert desk.look(R, **wedding).refused == ()


def test_last_years_leave_costs_nothing_this_year() -> None:
    desk = Desk(
        earlier=(leave("事假", "2025-03-03", "2025-03-07", days=60), leave("探亲假", "2025-05-06", target="父母"))
    )
    assert desk.look(R, **annual()).refused == ()


@pytest.mark.parametrize("target", ["父母", "配偶"])
def test_a_home_leave_of_the_year_excludes_annual_leave(target: str) -> None:
    desk = Desk(earlier=(leave("探亲假", "2026-05-06", target=target),))
    assert entries(desk.look(R, **annual()).refused) == [f"{R}/r06"]


def test_the_refusal_says_how_much_and_what_is_lost() -> None:
    text = Desk(earlier=personal(31)).look(R, **annual()).refused[0].text
    assert text == "今年事假已累计 31 天，当年不再有年休假，本次不能报。"


@pytest.mark.parametrize(
    ("before", "first", "last", "told"),
    [
        (28, "2026-11-25", "2026-11-25", []),
        (28, "2026-11-25", "2026-11-26", [f"{R}/r11"]),
        (29, "2026-11-25", "2026-11-26", ["leave_request/r11", f"{R}/r11"]),
        (30, "2026-11-25", "2026-11-25 am", ["leave_request/r11"]),
        (31, "2026-11-25", "2026-11-26", []),
    ],
)
def test_the_leave_that_reaches_the_limit_is_told_what_it_costs(
    before: float, first: str, last: str, told: list[str]
) -> None:
    look = Desk(earlier=personal(before)).look(
        "leave_request", leave_type="事假", start_at=first, end_at=last, reason="家事"
    )
    assert sorted(entries(look.findings, "warn")) == told
    assert look.refused == ()


def test_a_home_leave_is_told_that_it_costs_the_annual_leave() -> None:
    look = Desk().look(R, **home())
    assert entries(look.findings, "warn") == [f"{R}/r06"]
    assert look.refused == ()


def test_a_leave_over_the_turn_of_the_year_is_told_for_each_year() -> None:
    desk = Desk(now=at("2026-12-28T10:00"), earlier=personal(29))
    values: dict[str, Json] = {"leave_type": "事假", "start_at": "2026-12-31", "end_at": "2027-01-04", "reason": "家事"}
    costly = [f for f in desk.look("leave_request", **values).findings if f.weight == "warn" and f.entry]
    assert [finding.text[:8] for finding in costly] == ["批准后 2026"]
    assert "累计 30 天" in costly[0].text
