"""A car from one sentence to the register: the dispatcher picks a free one, the driver answers line by line."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.console_desk import CHANNEL
from bot.service import House
from flows.approval.case import Case
from flows.people import Person, Post, Vehicle
from storage.unit import Unit
from tests.bot.small_house import LIU, OFFICE, Talk, small_house
from tests.fakes import MovableClock

DISPATCHER, DRIVER, OTHER = "F015", "F018", "F019"


def _one(staff_no: str, name: str, post: str) -> Person:
    return Person(staff_no, name, "秘书科", (Post("staff"), Post(post)), date(2012, 1, 4))


@pytest.fixture
def house(tmp_path: Path, clock: MovableClock) -> Iterator[House]:
    """The small office with two cars, their drivers and who gives them out."""
    made = small_house(tmp_path, clock)
    more = (
        _one(DISPATCHER, "邓洁", "vehicle_dispatcher"),
        _one(DRIVER, "马国强", "driver"),
        _one(OTHER, "罗勇", "driver"),
    )
    people = {**OFFICE.people, **{one.staff_no: one for one in more}}
    cars = (Vehicle("福办一号", "轿车", 5, DRIVER), Vehicle("福办二号", "商务车", 7, OTHER))

    def bind(unit: Unit) -> None:
        for one in more:
            unit.bind(CHANNEL, one.staff_no, one.staff_no)

    made.work.run_sync(bind)
    yield replace(made, office=replace(OFFICE, people=people, vehicles=cars))
    made.work.close()


def case_of(house: House, case_id: str) -> Case:
    def look(unit: Unit) -> Case:
        return unit.case(case_id)

    return house.work.run_sync(look)


async def test_from_one_sentence_to_the_register(talk: Talk, house: House) -> None:
    case = await talk.say(LIU, "明天9点到11点半用车去市政府，2人", "提交")
    assert case_of(house, case).values["passengers"] == "2人"
    assert "没有说的先按常见情形填：用车类别 机关公务" in (await talk.read(LIU))[1]
    await talk.say(DISPATCHER, f"offer:{case}:1:1")
    given = case_of(house, case)
    assert (given.state, given.values["vehicle"], given.values["driver"]) == ("approved", "福办二号", OTHER)
    await talk.say(OTHER, f"do:execute:{case}:2", "正常", "12000")
    assert case_of(house, case).values["odometer_out"] == 12000
    await talk.say(OTHER, f"do:execute:{case}:3", "11000")
    assert (await talk.read(OTHER))[-1].startswith("回车里程 11000 小于出车里程 12000")
    await talk.say(OTHER, "12040", "跳过", "0")
    closed = case_of(house, case)
    assert (closed.state, closed.values["odometer_in"], closed.values["fuel"]) == ("closed", 12040, 0)


async def test_the_car_is_typed_and_an_unfit_driver_stands_down(talk: Talk, house: House) -> None:
    case = await talk.say(LIU, "明天9点到11点半用车去市政府，2人", "提交")
    code = case_of(house, case).code
    await talk.say(DISPATCHER, f"同意 {code} 福办一号 马国强")
    await talk.say(DRIVER, f"do:execute:{case}:2", "不适")
    waiting = case_of(house, case)
    assert (waiting.state, waiting.values["driver_ok"]) == ("pending", "不适")
    await talk.say(DISPATCHER, f"同意 {code} 福办一号 马国强")
    assert "已报身体不适" in (await talk.read(DISPATCHER))[-1]
    await talk.say(DISPATCHER, f"同意 {code} 福办一号")
    assert case_of(house, case).values["driver"] == OTHER


async def test_a_question_called_off_leaves_the_step_to_be_done(talk: Talk, house: House) -> None:
    case = await talk.say(LIU, "明天9点到11点半用车去市政府，2人", "提交")
    await talk.say(DISPATCHER, f"offer:{case}:1:0")
    await talk.say(DRIVER, f"do:execute:{case}:2", "取消")
    assert (await talk.read(DRIVER))[-1] == "好的，没有登记，本件仍在您这里。"
    assert case_of(house, case).values.get("driver_ok") is None
