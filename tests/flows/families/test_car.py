"""Cars: when a request is refused and what is offered instead, who is given which car, and what follows on the way."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from flows.approval.case import Case
from flows.errors import BrokenRule, Incomplete, NotYourTurn
from flows.facts import Trip
from flows.families import family_of
from flows.families.base import Offer
from flows.families.fleet import headcount
from flows.people import Vehicle
from flows.procedure.model import Json
from tests.flows.families.desk import DEPUTY, DISPATCHER, DRIVER, OTHER_DRIVER, STAFF, Desk, at, entries, futian

R = "vehicle_dispatch"
FIRST, SECOND = "福办一号", "福办二号"


def asked(depart: str = "2026-11-24 09:00", back: str = "2026-11-24 11:30", /, **more: Json) -> dict[str, Json]:
    values: dict[str, Json] = {
        "use_kind": "机关公务",
        "depart_at": depart,
        "return_at": back,
        "destination": "市政府",
        "passengers": "本人",
        "long_trip": "否",
    }
    return {**values, **more}


def trip(car: str, start: str, end: str, *, driver: str = "", status: str = "booked", to: str = "会堂") -> Trip:
    moments = (datetime.fromisoformat(start), datetime.fromisoformat(end))
    return Trip("T" + car + start, "YC-2026-0009", car, driver, "F022", *moments, status, to, "本人")  # type: ignore[arg-type]


def both_taken(start: str, end: str, *, to: str = "会堂") -> Desk:
    taken = (trip(FIRST, start, end, driver=DRIVER, to=to), trip(SECOND, start, end, driver=OTHER_DRIVER, to=to))
    return Desk(trips={item.case_id: item for item in taken})


def refusal(desk: Desk, /, **values: Json) -> tuple[list[str], str]:
    """Short ids of what refuses the filing, and its words."""
    found = desk.look(R, **values).refused
    return entries(found), "".join(item.text for item in found)


def dispatched(desk: Desk, car: str = "", driver: str = "", /, **values: Json) -> Case:
    case = desk.file(R, **asked(**values))
    chosen: dict[str, Json] = {**({"vehicle": car} if car else {}), **({"driver": driver} if driver else {})}
    return desk.act(case, "agree", DISPATCHER, **chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [("机关公务", True), ("职工临时", True), ("集体活动", True), ("私人", False), ("外借", False)],
)
def test_private_use_and_lending_are_refused_with_the_clause(kind: str, allowed: bool) -> None:
    rules, said = refusal(Desk(), **asked(use_kind=kind))
    assert (rules == []) is allowed
    assert allowed or (rules == [f"{R}/r03"] and "不作私用" in said)


@pytest.mark.parametrize(
    ("special", "rule", "steps"),
    [
        ("否", "r01", ["submit", "dispatch", "drive", "return"]),
        ("是", "r02", ["submit", "leader", "drive", "return", "slip_after"]),
    ],
)
def test_the_secretariat_gives_the_car_and_in_special_cases_the_leader(
    special: str, rule: str, steps: list[str]
) -> None:
    look = Desk().look(R, **asked(special=special))
    assert [stop.step.id for stop in look.stops] == steps
    assert entries(look.findings, "reason") == [f"{R}/{rule}"]


@pytest.mark.parametrize(
    ("depart", "back", "words"),
    [
        ("2026-11-24 09:00", "2026-11-24 08:59", "晚于"),
        ("2026-11-24 09:00", "2026-11-24 09:00", "晚于"),
        ("2026-11-24 pm", "2026-11-24 am", "晚于"),
        ("2026-11-23 07:00", "2026-11-23 10:00", "已经过去"),
        ("2026-11-23 09:44", "2026-11-23 12:00", "先填单"),
        ("2026-11-23 09:45", "2026-11-23 12:00", ""),
        ("2026-11-24 am", "2026-11-24 am", ""),
    ],
)
def test_the_times_of_a_trip_make_sense(depart: str, back: str, words: str) -> None:
    rules, said = refusal(Desk(), **asked(depart, back))
    assert bool(rules) is bool(words)
    assert words in said


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [
        ("2026-11-24 07:00", "2026-11-24 09:00", True),
        ("2026-11-24 07:00", "2026-11-24 09:01", False),
        ("2026-11-24 11:30", "2026-11-24 13:00", True),
        ("2026-11-24 11:29", "2026-11-24 13:00", False),
        ("2026-11-24 08:00", "2026-11-24 18:00", False),
        ("2026-11-24 10:00", "2026-11-24 10:05", False),
    ],
)
def test_a_car_is_taken_from_its_start_up_to_its_end(start: str, end: str, free: bool) -> None:
    rules, said = refusal(both_taken(start, end), **asked())
    assert rules == ([] if free else [f"{R}/r01"])
    assert free or "没有空车" in said


def test_where_no_car_is_free_another_time_and_a_shared_trip_are_offered() -> None:
    _, said = refusal(both_taken("2026-11-24 08:00", "2026-11-24 12:00", to="市政府大楼"), **asked())
    assert "11月24日(周二)12:00起福办一号有空" in said
    assert "赵倩11月24日(周二)08:00也去市政府大楼（福办一号），可商量同车" in said


@pytest.mark.parametrize(
    ("passengers", "refused"),
    [
        ("本人", False),
        ("18人", False),
        ("综合科十八人", False),
        ("19人", True),
        ("40名学生", True),
        ("领导一行", False),
    ],
)
def test_more_people_than_any_car_takes_are_refused(passengers: str, refused: bool) -> None:
    rules, said = refusal(Desk(), **asked(passengers=passengers))
    assert bool(rules) is refused
    assert not refused or "坐不下" in said


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("本人", 1), ("王芳、刘洋", 2), ("本人和李明", 2), ("综合科6人", 6), ("六人", 6), ("6", 6),
        ("20位老师,3名学生", 23),
        ("区领导及随行人员一行", 0), ("", 0), (None, 0), (4, 4), ("=1+1", 1),
    ],
)  # fmt: skip
def test_passengers_are_counted_as_they_are_named(text: Json, count: int) -> None:
    assert headcount(text) == count


def test_a_dispatcher_who_names_no_car_gives_the_first_free_one_with_its_driver() -> None:
    desk = Desk()
    case = dispatched(desk)
    assert (case.values["vehicle"], case.values["driver"]) == (FIRST, DRIVER)
    assert desk.trips[case.id].status == "booked"
    assert [ask.person for ask in case.open_visit.asks] == [DRIVER]  # type: ignore[union-attr]


def test_the_second_request_of_the_same_time_gets_the_other_car_and_the_third_none() -> None:
    desk = Desk()
    assert dispatched(desk).values["vehicle"] == FIRST
    assert dispatched(desk).values["vehicle"] == SECOND
    with pytest.raises(BrokenRule, match="没有空车"):
        desk.file(R, **asked())


def test_a_car_given_away_meanwhile_is_refused_at_dispatch_and_another_offered() -> None:
    desk = Desk()
    waiting = desk.file(R, **asked("2026-11-24 10:00"))
    dispatched(desk)
    with pytest.raises(BrokenRule) as refused:
        desk.act(waiting, "agree", DISPATCHER, vehicle=FIRST, driver=DRIVER)
    assert refused.value.entries == (f"futian-office/{R}/rule/r01",)
    assert "已派给刘洋" in refused.value.sentence
    assert f"请改派{SECOND}" in refused.value.sentence


@pytest.mark.parametrize(
    ("values", "car", "driver", "words"),
    [
        ({}, "福办九号", DRIVER, "没有“福办九号”这辆车"),
        ({"passengers": "5人"}, FIRST, DRIVER, "除司机可坐 4 人"),
        ({"passengers": "4人"}, FIRST, DRIVER, ""),
        ({"return_at": "2026-11-26 11:30"}, SECOND, OTHER_DRIVER, "年检11月25日(周三)到期，行程中已失效"),
        ({"return_at": "2026-11-25 18:00"}, SECOND, OTHER_DRIVER, ""),
        ({"depart_at": "2026-11-26 09:00", "return_at": "2026-11-26 10:00"}, SECOND, OTHER_DRIVER, "出车前已失效"),
        ({}, SECOND, DRIVER, "准驾车型是 C1，不能开福办二号（要 B1）"),
        ({}, FIRST, OTHER_DRIVER, ""),
        ({}, FIRST, STAFF, "不在驾驶员名册上"),
    ],
)
def test_a_car_or_driver_that_does_not_fit_is_refused_at_dispatch(
    values: dict[str, Json], car: str, driver: str, words: str
) -> None:
    desk = Desk()
    case = desk.file(R, **{**asked(), **values})
    if not words:
        assert desk.act(case, "agree", DISPATCHER, vehicle=car, driver=driver).values["vehicle"] == car
        return
    with pytest.raises(BrokenRule, match=re.escape(words)):
        desk.act(case, "agree", DISPATCHER, vehicle=car, driver=driver)
    assert desk.trips == {}


def test_a_driver_is_not_in_two_cars_at_once() -> None:
    desk = Desk()
    dispatched(desk, FIRST, OTHER_DRIVER)
    case = desk.file(R, **asked("2026-11-24 11:00", "2026-11-24 12:00"))
    with pytest.raises(BrokenRule, match=r"罗勇.*已派出车"):
        desk.act(case, "agree", DISPATCHER, vehicle=SECOND, driver=OTHER_DRIVER)


def test_only_the_driver_given_to_the_trip_drives_it() -> None:
    desk = Desk()
    case = dispatched(desk)
    with pytest.raises(NotYourTurn):
        desk.act(case.id, "execute", OTHER_DRIVER)
    desk.act(case.id, "execute", DRIVER, "2026-11-24T09:00", odometer_out=12000)
    assert desk.trips[case.id].status == "out"
    with pytest.raises(BrokenRule, match="回车里程 11999 小于出车里程 12000"):
        desk.act(case.id, "execute", DRIVER, "2026-11-24T11:00", step="return", odometer_in=11999)
    closed = desk.act(case.id, "execute", DRIVER, "2026-11-24T11:00", step="return", odometer_in=12035)
    assert closed.state == "closed"
    assert (desk.trips[case.id].status, desk.trips[case.id].end) == ("back", datetime.fromisoformat("2026-11-24 11:00"))
    row = desk.rows["vehicle_log", f"{case.id}:return"]
    assert (row["vehicle"], row["driver"], row["requester"], row["odometer_in"]) == (FIRST, "马国强", "刘洋", 12035)


def test_the_reading_known_from_last_time_is_where_a_trip_begins() -> None:
    desk = Desk(odometers={FIRST: 8000.0})
    case = dispatched(desk)
    assert desk.act(case.id, "execute", DRIVER).values["odometer_out"] == 8000.0


@pytest.mark.parametrize(("verb", "by"), [("refuse", DISPATCHER), ("withdraw", STAFF)])
def test_a_request_given_up_before_dispatch_holds_no_car(verb: str, by: str) -> None:
    desk = Desk()
    desk.act(desk.file(R, **asked()), verb, by)
    assert desk.trips == {}


def test_a_trip_sent_back_frees_its_car() -> None:
    desk = Desk()
    case = dispatched(desk)
    desk.act(case.id, "send_back", DRIVER)
    assert desk.trips[case.id].status == "void"
    assert refusal(desk, **asked()) == ([], "")


def test_the_leader_gives_a_car_the_dispatcher_is_told_and_the_slip_is_handed_in_the_same_day() -> None:
    desk = Desk()
    case = desk.file(R, **asked("2026-11-23 10:00", "2026-11-23 12:00", special="是"))
    given = desk.act(case, "agree", DEPUTY)
    assert given.values["vehicle"] == FIRST
    assert (DISPATCHER, "leader") in desk.notices
    desk.act(case, "execute", DRIVER)
    back = desk.act(case, "execute", DRIVER, "2026-11-23T12:10")
    visit = back.open_visit
    assert visit is not None
    assert (visit.step, visit.due_at) == ("slip_after", at("2026-11-23T17:30"))
    assert desk.act(case, "execute", STAFF).state == "closed"


@pytest.mark.parametrize(
    ("depart", "moments"),
    [
        ("2026-11-24 09:00", ["2026-11-23T17:00", "2026-11-24T08:30"]),
        ("2026-11-24 06:00", ["2026-11-23T17:00", "2026-11-24T05:30"]),
        ("2026-11-30 09:00", ["2026-11-27T17:00", "2026-11-30T08:30"]),
        ("2026-11-23 11:00", ["2026-11-23T10:30"]),
    ],
)
def test_the_driver_is_reminded_the_working_day_before_and_shortly_before(depart: str, moments: list[str]) -> None:
    desk = Desk()
    case = dispatched(desk, depart_at=depart, return_at=depart[:11] + "12:00")
    procedure = futian().procedures[R]
    visit = case.open_visit
    assert visit is not None
    timers = family_of(procedure).timers(
        procedure, procedure.step_by_id["drive"], case, visit.index, desk.facts(without=case.id)
    )
    assert [timer.due_at for timer in timers] == [at(moment) for moment in moments]


def test_a_car_that_is_not_back_in_time_is_asked_after_and_the_dispatcher_told() -> None:
    desk = Desk()
    case = dispatched(desk)
    out = desk.act(case.id, "execute", DRIVER, "2026-11-24T09:00")
    procedure = futian().procedures[R]
    family, step = family_of(procedure), procedure.step_by_id["return"]
    visit = out.open_visit
    assert visit is not None
    (timer,) = family.timers(procedure, step, out, visit.index, desk.facts(without=case.id))
    assert timer.due_at == at("2026-11-24T12:00")
    desk.now = timer.due_at
    told = family.on_timer(timer.kind, procedure, step, out, visit.index, desk.facts(without=case.id), timer.data)
    assert told is not None
    assert [(notice.to, notice.kind) for notice in told.notices] == [(DRIVER, "nudge"), (DISPATCHER, "tell")]
    assert told.timers[0].due_at == timer.due_at + timedelta(hours=2)


def test_a_car_that_is_out_and_late_is_not_given_to_anybody() -> None:
    desk = Desk(now=at("2026-11-24T12:30"))
    late = trip(FIRST, "2026-11-24 09:00", "2026-11-24 11:30", driver=DRIVER, status="out")
    desk.trips = {late.case_id: late}
    desk.office = replace(desk.office, vehicles=desk.office.vehicles[:1])
    rules, _ = refusal(desk, **asked("2026-11-24 12:20", "2026-11-24 13:30"))
    assert rules == [f"{R}/r01"]


def test_an_office_that_lists_no_cars_names_one_at_dispatch() -> None:
    desk = Desk()
    desk.office = replace(desk.office, vehicles=())
    case = desk.file(R, **asked())
    with pytest.raises(BrokenRule, match="请写明派哪一辆车"):
        desk.act(case, "agree", DISPATCHER)
    assert desk.act(case, "agree", DISPATCHER, vehicle="借用车").values["driver"] == DRIVER


def test_what_is_typed_behind_agree_names_car_and_driver() -> None:
    desk, procedure = Desk(), futian().procedures[R]
    step = procedure.step_by_id["dispatch"]
    typed = family_of(procedure).typed(procedure, step, f"{SECOND} 罗勇，路上小心", desk.facts())
    assert typed == ({"vehicle": SECOND, "driver": OTHER_DRIVER}, "路上小心")


def test_the_dispatcher_is_offered_the_free_cars() -> None:
    desk, procedure = Desk(), futian().procedures[R]
    busy = trip(FIRST, "2026-11-24 08:00", "2026-11-24 10:00", driver=DRIVER)
    desk.trips = {busy.case_id: busy}
    case = desk.cases[desk.file(R, **asked())]
    offers = family_of(procedure).offers(procedure, procedure.step_by_id["dispatch"], case, desk.facts(without=case.id))
    assert offers == (Offer("1", f"派{SECOND} · 罗勇", {"vehicle": SECOND, "driver": OTHER_DRIVER}),)


def test_what_the_slip_lacks_is_asked_for_by_its_rule() -> None:
    values = asked()
    del values["destination"], values["passengers"]
    with pytest.raises(Incomplete) as lacking:
        Desk().file(R, **values)
    assert lacking.value.fields == ("destination", "passengers")
    assert lacking.value.entries == (f"futian-office/{R}/rule/r01",)


def test_a_car_may_ask_for_a_licence_of_its_own() -> None:
    desk = Desk()
    special = Vehicle("福办三号", "越野车", 5, DRIVER, "B2")
    desk.office = replace(desk.office, vehicles=(special,))
    with pytest.raises(BrokenRule, match="要 B2"):
        desk.act(desk.file(R, **asked()), "agree", DISPATCHER, vehicle="福办三号", driver=DRIVER)


def test_a_dispatch_taken_back_frees_its_car() -> None:
    desk = Desk()
    case = dispatched(desk)
    taken_back = desk.act(case.id, "take_back", DISPATCHER)
    assert (taken_back.state, desk.trips[case.id].status) == ("pending", "void")
    assert desk.act(case.id, "agree", DISPATCHER, vehicle=SECOND).values["driver"] == OTHER_DRIVER
    assert (desk.trips[case.id].vehicle, desk.trips[case.id].status) == (SECOND, "booked")
