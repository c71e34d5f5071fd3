"""A sixth regulation's cars need no Python: a made-up pack in a folder of its own gives, refuses and ends a trip."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from flows.approval.decide import Act, act_on
from flows.approval.filing import file_case
from flows.approval.preview import preview
from flows.calendar import Calendar
from flows.errors import BrokenRule
from flows.facts import Facts, Trip
from flows.people import Office, Person, Post, Vehicle
from flows.procedure.model import Json, Pack
from storage.packs import PACKS, load_pack
from tests.storage.sample import NOW

_HEAD = """\
pack: harbour-office
title: 港务所用车办法
chapters: [用车办法]
roles: {staff: 工作人员, helmsman: 驾驶员, depot: 车班}
registers:
  - {id: log, title: 行车簿, columns: {car: 车, from: 起, back: 止}, readers: [depot], cite: [用车办法一]}
"""
_CARS = """\
procedures:
  - id: boat_trip
    name: 用车
    family: car
    initiator: staff
    subject: 用车
    prefix: GW
    words: [用车]
    car: {start: when, hours: 2, passengers: heads, vehicle: car, driver: who, post: helmsman,
          dispatch: [give], out: go, back: home, odometer: {out: km_out, in: km_in}, clauses: {overlap: once}}
    fields:
      - {id: when, name: 时间, type: datetime, required: true, ask: 何时？, cite: [用车办法一]}
      - {id: heads, name: 人数, type: number, required: true, ask: 几人？, min: 1, cite: [用车办法一]}
      - {id: purpose, name: 用途, type: choice, required: true, choices: [公务, 私事], ask: 何用？, cite: [用车办法二]}
      - {id: car, name: 车, type: text, required: true, outcome: true, recorded_by: give, cite: [用车办法一]}
      - {id: who, name: 驾驶员, type: person, required: true, outcome: true, recorded_by: give, cite: [用车办法一]}
      - {id: km_out, name: 出里程, type: number, required: false, outcome: true, recorded_by: go, cite: [用车办法一]}
      - {id: km_in, name: 回里程, type: number, required: false, outcome: true, recorded_by: home, cite: [用车办法一]}
    steps:
      - {id: ask, name: 申请, actor: staff, kind: submit, cite: [用车办法一]}
      - {id: give, name: 派车, actor: depot, kind: approve, cite: [用车办法一]}
      - {id: go, name: 出车, actor: helmsman, named_in: who, kind: execute, cite: [用车办法一]}
      - id: home
        name: 回车
        actor: helmsman
        named_in: who
        kind: register
        records: {register: log, row: {car: 'field:car', from: 'field:when', back: 'now:moment'}}
        cite: [用车办法一]
    rules:
      - {id: once, kind: route, statement: 一车一单, enforce: route, check: path, steps: [give], cite: [用车办法一]}
      - id: duty_only
        kind: prohibition
        statement: 只作公务
        enforce: block
        check: refuse_when
        if: [{field: purpose, op: eq, value: 私事}]
        say: 私事不派车，请自行安排。
        cite: [用车办法二]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    folder = tmp_path / "harbour-office"
    folder.mkdir()
    (folder / "pack.yaml").write_text(_HEAD, encoding="utf-8")
    (folder / "cars.yaml").write_text(_CARS, encoding="utf-8")
    return load_pack(folder)


@pytest.fixture
def facts(pack: Pack) -> Facts:
    def one(number: str, name: str, post: str) -> Person:
        return Person(number, name, "所", (Post(post),))

    people = {p.staff_no: p for p in (one("1", "甲", "staff"), one("2", "乙", "helmsman"), one("3", "丙", "depot"))}
    office = Office("港务所", people, vehicles=(Vehicle("小车", seats=5, driver="2"),))
    return Facts(NOW, office, pack, Calendar())


def asked(**more: Json) -> dict[str, Json]:
    return {"when": "2026-11-24 09:00", "heads": 2, "purpose": "公务", **more}


def test_a_car_is_asked_for_given_driven_and_brought_back(pack: Pack, facts: Facts) -> None:
    procedure = pack.procedures["boat_trip"]
    case = file_case(pack, procedure, asked(), "1", facts, case_id="c", no="GW-1", code="a2").case
    given = act_on(case, pack, procedure, Act("agree", "3"), facts)
    assert (given.case.values["car"], given.case.values["who"]) == ("小车", "2")
    trip = given.effects.trip
    assert trip is not None
    assert (trip.vehicle, trip.status, trip.end) == ("小车", "booked", datetime.fromisoformat("2026-11-24 11:00"))
    out = act_on(given.case, pack, procedure, Act("execute", "2", set={"km_out": 70}), facts)
    with pytest.raises(BrokenRule, match="小于出车里程"):
        act_on(out.case, pack, procedure, Act("execute", "2", set={"km_in": 69}), facts)
    back = act_on(out.case, pack, procedure, Act("execute", "2", set={"km_in": 71}), facts)
    assert back.case.state == "closed"
    assert [row.row["car"] for row in back.effects.rows] == ["小车"]


@pytest.mark.parametrize(
    ("more", "taken", "entries"),
    [
        ({}, False, []),
        ({}, True, ["harbour-office/boat_trip/rule/once"]),
        ({"purpose": "私事"}, False, ["harbour-office/boat_trip/rule/duty_only"]),
        ({"heads": 5}, False, ["harbour-office/boat_trip/rule/once"]),
        ({"heads": 4}, False, []),
    ],
)
def test_its_rules_refuse_with_its_own_clauses(
    pack: Pack, facts: Facts, more: dict[str, Json], taken: bool, entries: list[str]
) -> None:
    start, end = (datetime.fromisoformat(f"2026-11-24 {hour}:00") for hour in ("10", "12"))
    other = Trip("x", "GW-0", "小车", "2", "1", start, end)
    seen = replace(facts, trips=(other,)) if taken else facts
    look = preview(pack, pack.procedures["boat_trip"], asked(**more), "1", seen)
    assert [finding.entry for finding in look.refused] == entries


def test_the_packs_hold_no_python() -> None:
    assert [path.name for path in PACKS.rglob("*") if path.is_file() and path.suffix not in (".yaml", ".csv")] == []
