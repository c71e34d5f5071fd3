"""Vacations by the futian pack: what is due, from every side of every band, sum and period."""

import pytest

from flows.families.leave import years_of_service
from flows.procedure.model import Json
from tests.flows.families.desk import DEPUTY, STAFF, Desk, at, entries, leave, office, person, refused

R = "vacation_request"


def asked(kind: str, days: float, start: str = "2026-12-07", /, **more: Json) -> dict[str, Json]:
    return {"vacation_type": kind, "start_date": start, "days": days, "marital_status": "已婚", **more}


def entitlement(kind: str, days: float, **more: Json) -> Json:
    return Desk().look(R, **asked(kind, days, **more)).figures["entitlement"]


# --- annual leave --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "due"), [(0, 0), (1, 5), (4, 5), (5, 7), (9, 7), (10, 10), (19, 10), (20, 14), (35, 14)]
)
def test_annual_leave_grows_with_years_of_service(years: int, due: float) -> None:
    fits = asked("年休假", max(due, 1), service_years=years, confirmed="是")
    assert entitlement("年休假", 1, service_years=years, confirmed="是") == due
    assert refused(Desk(), R, **fits) == ([] if due else [f"{R}/r05"])
    over = asked("年休假", due + 0.5, service_years=years, confirmed="是")
    assert refused(Desk(), R, **over) == [f"{R}/r05"]


def test_under_five_years_annual_leave_demands_confirmation() -> None:
    unanswered = Desk().look(R, **asked("年休假", 3, service_years=4))
    assert [(entries((f,)), f.asks_for) for f in unanswered.refused] == [([f"{R}/r05"], ("confirmed",))]
    denied = Desk().look(R, **asked("年休假", 3, service_years=4, confirmed="否"))
    assert [(entries((f,)), f.asks_for) for f in denied.refused] == [([f"{R}/r05"], ())]
    assert denied.figures["entitlement"] == 0
    assert refused(Desk(), R, **asked("年休假", 3, service_years=5)) == []
    assert refused(Desk(office=office(d12=False)), R, **asked("年休假", 3, service_years=4)) == []


def test_what_was_taken_in_the_year_is_no_longer_left() -> None:
    desk = Desk(earlier=(leave("年休假", "2026-03-02", "2026-03-05"), leave("年休假", "2025-03-03", "2025-03-07")))
    look = desk.look(R, **asked("年休假", 3, service_years=5))
    assert (look.figures["entitlement"], look.figures["remaining"], look.figures["year_used_after"]) == (7, 3, 7)
    assert look.refused == ()
    over = desk.look(R, **asked("年休假", 3.5, service_years=5))
    assert entries(over.refused) == [f"{R}/r05"]
    assert "请改为不超过 3 天" in over.refused[0].text
    assert over.figures["remaining"] == 3
    used_up = Desk(earlier=(leave("年休假", "2026-03-02", "2026-03-10"),))
    assert "今年不能再休" in used_up.look(R, **asked("年休假", 1, service_years=5)).refused[0].text


def test_a_reserved_vacation_counts_until_it_is_given_up() -> None:
    desk = Desk()
    case = desk.file(R, **asked("年休假", 5, "2026-11-30", service_years=5))
    assert desk.look(R, **asked("年休假", 3, service_years=5)).figures["remaining"] == 2
    desk.act(case, "withdraw", STAFF)
    assert desk.look(R, **asked("年休假", 3, service_years=5)).figures["remaining"] == 7


@pytest.mark.parametrize(
    ("since", "on", "years"),
    [
        ("2021-12-07", "2026-12-06", 4),
        ("2021-12-07", "2026-12-07", 5),
        ("2024-02-29", "2026-02-28", 1),
        ("2024-02-29", "2026-03-01", 2),
        ("2020-02-29", "2024-02-28", 3),
        ("2020-02-29", "2024-02-29", 4),
        ("2026-12-08", "2026-12-07", 0),
    ],
)
def test_years_of_service_are_whole_years_on_the_first_day(since: str, on: str, years: int) -> None:
    assert years_of_service(person(STAFF, "刘洋", "办文科", "staff", since), on) == years


def test_years_of_service_are_known_and_a_given_number_is_kept() -> None:
    assert Desk().look(R, **asked("年休假", 1, "2026-06-04")).values["service_years"] == 2
    assert Desk().look(R, **asked("年休假", 1, "2026-06-05")).values["service_years"] == 3
    assert Desk().look(R, **asked("年休假", 1, service_years=12)).values["service_years"] == 12
    assert years_of_service(person(STAFF, "刘洋", "办文科", "staff"), "不知道") is None


# --- home leave ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "marital", "rule", "due"),
    [
        ("配偶", "已婚", "r02", 30),
        ("配偶", "已婚两地分居", "r02", 30),
        ("父母", "未婚", "r03", 20),
        ("父母", "已婚", "r04", 20),
        ("父母", "已婚两地分居", "r04", 20),
    ],
)
def test_home_leave_depends_on_whom_and_on_marriage(target: str, marital: str, rule: str, due: float) -> None:
    for days, broken in ((due, []), (due + 1, [f"{R}/{rule}"])):
        look = Desk().look(R, **asked("探亲假", days, visit_target=target, marital_status=marital))
        assert entries(look.refused) == broken
        assert look.figures["entitlement"] == due
        assert f"{R}/{rule}" in entries(look.findings)


def test_a_home_leave_says_whom_it_visits() -> None:
    unsaid = Desk().look(R, **asked("探亲假", 5))
    assert [(finding.entry, finding.asks_for) for finding in unsaid.refused] == [("", ("visit_target",))]
    assert refused(Desk(), R, **asked("探亲假", 5, visit_target="配偶", marital_status="未婚")) == [f"{R}/r02"]


@pytest.mark.parametrize(
    ("target", "marital", "earlier", "broken"),
    [
        ("配偶", "已婚", ("2025-12-01", "配偶"), []),
        ("配偶", "已婚", ("2026-01-05", "配偶"), [f"{R}/r02"]),
        ("配偶", "已婚", ("2026-01-05", "父母"), []),
        ("父母", "未婚", ("2026-01-05", "父母"), [f"{R}/r03"]),
        ("父母", "未婚", ("2025-12-29", "父母"), []),
        ("父母", "已婚", ("2023-01-03", "父母"), [f"{R}/r04"]),
        ("父母", "已婚", ("2022-12-30", "父母"), []),
        ("父母", "已婚", ("2026-01-05", "配偶"), []),
    ],
)
def test_home_leave_comes_once_in_its_period(
    target: str, marital: str, earlier: tuple[str, str], broken: list[str]
) -> None:
    desk = Desk(earlier=(leave("探亲假", earlier[0], target=earlier[1]),))
    look = desk.look(R, **asked("探亲假", 10, visit_target=target, marital_status=marital))
    assert entries(look.refused) == broken
    assert look.figures["remaining"] == (0 if broken else look.figures["entitlement"])


# --- marriage, bereavement, birth ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "due"), [(None, 5), ("否", 5), ("是", 15)])
def test_marriage_leave_and_late_marriage(late: str | None, due: float) -> None:
    for days, broken in ((due, []), (due + 0.5, [f"{R}/r07"])):
        assert refused(Desk(), R, **asked("婚假", days, late_marriage=late)) == broken
    assert entitlement("婚假", 1, late_marriage=late) == due


def test_what_birth_control_rules_add_may_be_switched_off() -> None:
    off = Desk(office=office(d27=False))
    assert off.look(R, **asked("婚假", 5, late_marriage="是")).figures["entitlement"] == 5
    mother = asked("产假", 90, one_child_card="是", late_birth="是", dystocia="是")
    assert off.look(R, **mother).figures["entitlement"] == 120
    assert Desk().look(R, **mother).figures["entitlement"] == 170
    assert refused(off, R, **nursing()) == [f"{R}/r10"]


def test_bereavement_is_for_a_spouse_or_lineal_relative() -> None:
    unsaid = Desk().look(R, **asked("丧假", 5))
    assert [(entries((f,)), f.asks_for) for f in unsaid.refused] == [([f"{R}/r07"], ("deceased",))]
    assert refused(Desk(), R, **asked("丧假", 5, deceased="直系亲属")) == []
    assert refused(Desk(), R, **asked("丧假", 5.5, deceased="配偶", late_marriage="是")) == [f"{R}/r07"]


@pytest.mark.parametrize(
    ("more", "due"),
    [
        ({}, 90),
        ({"dystocia": "是"}, 120),
        ({"one_child_card": "是"}, 125),
        ({"late_birth": "是"}, 105),
        ({"babies": 1}, 90),
        ({"babies": 2}, 105),
        ({"babies": 3}, 120),
        ({"dystocia": "否", "late_birth": "否", "one_child_card": "否"}, 90),
        ({"dystocia": "是", "one_child_card": "是", "late_birth": "是", "babies": 2}, 185),
    ],
)
def test_maternity_leave_adds_up(more: dict[str, Json], due: float) -> None:
    for days, broken in ((due, []), (due + 1, [f"{R}/r08"])):
        assert refused(Desk(), R, **asked("产假", days, sex="女", **more)) == broken
    assert entitlement("产假", 90, **more) == due


@pytest.mark.parametrize(("kind", "rule"), [("产假", "r08"), ("流产假", "r09")])
def test_leave_of_mothers_is_for_women(kind: str, rule: str) -> None:
    assert refused(Desk(), R, **asked(kind, 20, sex="男", pregnancy_months=3)) == [f"{R}/{rule}"]


@pytest.mark.parametrize(
    ("months", "days", "ok"),
    [
        (3, 14, False),
        (3, 15, True),
        (3, 30, True),
        (3, 31, False),
        (3.9, 30, True),
        (3.9, 42, False),
        (4, 42, True),
        (4, 43, False),
        (4, 10, True),
        (0, 15, True),
    ],
)
def test_miscarriage_before_and_from_the_fourth_month(months: float, days: float, ok: bool) -> None:
    found = refused(Desk(), R, **asked("流产假", days, pregnancy_months=months))
    assert found == ([] if ok else [f"{R}/r09"])


def test_miscarriage_leave_asks_for_the_months() -> None:
    unsaid = Desk().look(R, **asked("流产假", 20))
    assert [(entries((f,)), f.asks_for) for f in unsaid.refused] == [([f"{R}/r09"], ("pregnancy_months",))]


def nursing(**more: Json) -> dict[str, Json]:
    spouse: dict[str, Json] = {"spouse_leave_start": "2026-11-02", "spouse_leave_end": "2027-01-29"}
    birth: dict[str, Json] = {
        "sex": "男",
        "one_child_pledge": "是",
        "birth_date": "2026-11-02",
        "card_date": "2026-11-20",
    }
    return {**asked("看护假", 10), **spouse, **birth, **more}


@pytest.mark.parametrize(
    ("more", "ok"),
    [
        ({}, True),
        ({"days": 10.5}, False),
        ({"sex": "女"}, False),
        ({"one_child_pledge": "否"}, False),
        ({"one_child_pledge": None}, False),
        ({"spouse_leave_start": None}, False),
        ({"spouse_leave_start": "2026-12-07"}, True),
        ({"spouse_leave_start": "2026-12-08"}, False),
        ({"spouse_leave_end": "2026-12-18"}, True),
        ({"spouse_leave_end": "2026-12-17"}, False),
        ({"birth_date": "2026-08-20", "card_date": "2026-11-20"}, True),
        ({"birth_date": "2026-08-20", "card_date": "2026-11-21"}, False),
        ({"birth_date": "2026-08-23", "card_date": None}, True),
        ({"birth_date": "2026-08-22", "card_date": None}, False),
        ({"birth_date": "2025-11-30", "card_date": "2026-02-28"}, True),
        ({"birth_date": "2025-11-30", "card_date": "2026-03-01"}, False),
    ],
)
def test_a_father_nurses_within_the_mothers_leave(more: dict[str, Json], ok: bool) -> None:
    assert refused(Desk(), R, **nursing(**more)) == ([] if ok else [f"{R}/r10"])


# --- filed ahead, staff, year --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "ok"), [("2026-12-07T08:29", True), ("2026-12-07T08:30", False)])
def test_a_vacation_is_reported_before_it_begins(now: str, ok: bool) -> None:
    assert refused(Desk(now=at(now)), R, **asked("婚假", 3)) == ([] if ok else [f"{R}/r01"])


@pytest.mark.parametrize("kind", ["丧假", "产假", "流产假"])
def test_what_nobody_can_foresee_is_only_pointed_out(kind: str) -> None:
    look = Desk(now=at("2026-12-08T10:00")).look(R, **asked(kind, 5, deceased="配偶", pregnancy_months=5))
    assert look.refused == ()
    assert f"{R}/r01" in entries(look.findings, "warn")


def test_the_meeting_arranges_it_and_the_clerks_record_it() -> None:
    look = Desk().look(R, DEPUTY, **asked("婚假", 3))
    assert [stop.step.id for stop in look.stops] == [
        "submit",
        "arrange",
        "file",
        "record",
        "report_back",
        "confirm_return",
    ]
    assert {f"{R}/r01", f"{R}/r15", f"{R}/r07"} <= set(entries(look.findings, "reason"))


@pytest.mark.parametrize(("formal", "ok"), [("是", True), (None, True), ("否", False)])
def test_vacations_are_for_formal_staff(formal: str | None, ok: bool) -> None:
    assert refused(Desk(), R, **asked("婚假", 3, formal_staff=formal)) == ([] if ok else [f"{R}/r14"])


@pytest.mark.parametrize(("start", "crosses"), [("2026-12-29", False), ("2026-12-30", True)])
def test_a_vacation_into_the_next_year_is_pointed_out_or_refused(start: str, crosses: bool) -> None:
    look = Desk().look(R, **asked("婚假", 3, start))
    assert look.refused == ()
    assert (f"{R}/r12" in entries(look.findings, "warn")) is crosses
    strict = Desk(office=office(soft_as="block"))
    assert refused(strict, R, **asked("婚假", 3, start)) == ([f"{R}/r12"] if crosses else [])


@pytest.mark.parametrize("days", [2.3, 0, 400])
def test_days_come_in_halves(days: float) -> None:
    assert refused(Desk(), R, **asked("婚假", days))[:1] == [""]
