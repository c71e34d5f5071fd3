"""A car from one sentence to the register: the dispatcher picks a free one, the driver answers line by line."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.console_desk import CHANNEL
from bot.service import House, Service
from flows.approval.case import Case
from flows.cards import Message
from flows.people import Person, Post, Vehicle
from storage.unit import Unit
from tests.bot.small_house import CLERK, LIU, OFFICE, SECRETARY, Talk, small_house
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


async def week_said(service: Service, person: str) -> Message:
    """The last thing said to the person."""
    message = (await service.console.messages(person, before=None, limit=1))[-1].message
    assert message is not None
    return message


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
    given = case_of(house, case)
    assert (given.state, given.values["driver"], given.values.get("driver_ok")) == ("approved", OTHER, None)
    await talk.say(OTHER, f"do:execute:{case}:4", "正常", "12000")
    assert case_of(house, case).values["driver_ok"] == "正常"


async def test_a_driver_on_leave_that_day_is_not_sent(talk: Talk, house: House) -> None:
    """The usual driver of the second car has tomorrow afternoon off: the other one drives; naming him is refused."""
    leave = await talk.say(OTHER, "明天下午请半天事假去医院", "提交")
    await talk.say(SECRETARY, f"do:agree:{leave}:1")
    assert case_of(house, leave).state == "approved"
    case = await talk.say(LIU, "明天下午2点到5点用车去市政府，2人", "提交")
    await talk.say(DISPATCHER, f"同意 {case_of(house, case).code} 福办二号 罗勇")
    assert (await talk.read(DISPATCHER))[-1].startswith("罗勇11月25日(周三)下午请假，不能出车，请改派马国强")
    await talk.say(DISPATCHER, f"同意 {case_of(house, case).code} 福办二号")
    assert case_of(house, case).values["driver"] == DRIVER
    morning = await talk.say(LIU, "明天上午9点到11点用车去市政府，2人", "提交")
    await talk.say(DISPATCHER, f"同意 {case_of(house, morning).code} 福办二号 罗勇")
    assert case_of(house, morning).values["driver"] == OTHER


async def test_the_week_of_cars_is_shown_and_turned(talk: Talk, house: House, service: Service) -> None:
    """Who asked for the car reads where it goes; a colleague reads who has it and when."""
    case = await talk.say(LIU, "明天9点到11点半用车去市政府，2人", "提交")
    await talk.say(DISPATCHER, f"offer:{case}:1:1")
    await talk.say(LIU, "本周用车")
    own, others = await week_said(service, LIU), f"fleet:{talk.today.isoformat()}"
    assert own.picture is not None
    (mark,) = own.picture.cars[1].days[2]
    assert (mark.span, mark.about, mark.case_id) == ("09:00–11:30", "刘洋 市政府", case)
    assert own.text == "11月23日–29日用车：2 辆车，1 单。整周空着：福办一号。"
    await talk.say(CLERK, others)
    seen = (await week_said(service, CLERK)).picture
    assert seen is not None
    assert (seen.cars[1].days[2][0].about, seen.cars[1].days[2][0].case_id) == ("刘洋", "")
    await talk.say(LIU, own.buttons[0][1].press)
    following = await week_said(service, LIU)
    assert following.picture is not None
    assert (following.picture.monday, following.picture.trips) == (date(2026, 11, 30), 0)
    await talk.say(LIU, "下周用车", following.buttons[0][2].press)
    assert (await talk.read(LIU))[-1] == "请问是哪一类用车？"


@pytest.mark.parametrize("day", ["2026-13-01", "x", "9999-12-31", "0001-01-01"])
async def test_a_week_that_is_none_is_refused_or_the_nearest(day: str, talk: Talk, service: Service) -> None:
    await talk.say(LIU, f"fleet:{day}")
    told = await talk.read(LIU)
    if day.startswith(("9", "0")):
        assert (await week_said(service, LIU)).picture is not None
    else:
        assert told == []


async def test_a_question_called_off_leaves_the_step_to_be_done(talk: Talk, house: House) -> None:
    case = await talk.say(LIU, "明天9点到11点半用车去市政府，2人", "提交")
    await talk.say(DISPATCHER, f"offer:{case}:1:0")
    await talk.say(DRIVER, f"do:execute:{case}:2", "取消")
    assert (await talk.read(DRIVER))[-1] == "好的，没有登记，本件仍在您这里。"
    assert case_of(house, case).values.get("driver_ok") is None
