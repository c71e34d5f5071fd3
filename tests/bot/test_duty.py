"""Duty in a running house: who is on, reminders with 收到 and whom silence is told to, handing over, swaps."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.scheduler import Scheduler
from bot.service import House, Service
from flows.people import Office, Post
from flows.roster import Roster, Shift
from handlers.shifts import TIMER, set_shifts
from tests.bot.small_house import CHIEF, CLERK, DEPUTY, KEEPER, LIU, SECRETARY, Talk, small_house
from tests.fakes import MovableClock
from tests.flows.families.desk import at

DAY = date(2026, 11, 24)
NEXT = date(2026, 11, 25)
SHIFTS = (
    Shift(DAY, "白班", LIU),
    Shift(DAY, "夜班", CLERK),
    Shift(DAY, "夜班", DEPUTY, "duty_leader"),
    Shift(NEXT, "白班", KEEPER),
    Shift(NEXT, "夜班", LIU),
)


def on_duty(office: Office) -> Office:
    people = {
        number: replace(person, posts=(*person.posts, Post("duty_officer"))) if number in (LIU, CLERK) else person
        for number, person in office.people.items()
    }
    return replace(office, people=people, roster=Roster(SHIFTS))


@pytest.fixture
def house(tmp_path: Path, clock: MovableClock) -> Iterator[House]:
    made = small_house(tmp_path, clock)
    made = replace(made, office=on_duty(made.office))
    made.work.run_sync(lambda unit: set_shifts(unit, made.desk()))
    yield made
    made.work.close()


@pytest.fixture
def scheduler(house: House, clock: MovableClock) -> Scheduler:
    return Scheduler(house.work, house.desk, clock, house.metrics)


def told(house: House, person: str) -> list[str]:
    lines = house.work.run_sync(lambda unit: unit.outbox_log(""))
    return [line.text for line in lines if line.person == person and line.about == TIMER]


async def last(talk: Talk, person: str) -> str:
    return (await talk.read(person))[-1]


async def test_who_is_on_and_when_one_is_on_oneself(talk: Talk, service: Service) -> None:
    await talk.say(LIU, "值班")
    lines = await service.console.messages(LIU, before=None, limit=5)
    text = lines[-1].message.text if lines[-1].message else ""
    assert text == "现在值班：刘洋（值班）。\n您的班：11月24日(周二)白班；11月25日(周三)夜班。"
    await talk.say(CHIEF, "/duty")
    assert (await last(talk, CHIEF)) == "现在值班：刘洋（值班）。"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("今晚谁值班", "11月24日(周二)夜班：赵倩（值班）、李慧敏（带班）。"),
        ("查一下明天的值班表", "11月25日(周三)白班：何静（值班）；夜班：刘洋（值班）。"),
        ("下个月3号是谁的班", "12月3日(周四)没有排班。"),
    ],
)
async def test_the_roster_of_a_day_is_asked_in_a_sentence(asked: str, answer: str, talk: Talk) -> None:
    await talk.say(CHIEF, asked)
    assert await last(talk, CHIEF) == answer


async def test_the_officer_is_reminded_an_hour_before_and_says_so(
    house: House, clock: MovableClock, scheduler: Scheduler, talk: Talk
) -> None:
    clock.set(at("2026-11-24T16:29"))
    await scheduler.settle()
    assert told(house, CLERK) == []
    clock.set(at("2026-11-24T16:30"))
    await scheduler.settle()
    assert told(house, CLERK) == ["您11月24日(周二)夜班值班，17:30到岗。请点“收到”，或回复“收到”。"]
    await talk.say(CLERK, "收到")
    assert await last(talk, CLERK) == "好的，已记下您收到：11月24日(周二)夜班值班。"
    await talk.say(DEPUTY, f"duty:ack:{SHIFTS[2].code}")
    clock.set(at("2026-11-24T17:00"))
    await scheduler.settle()
    assert [text for text in told(house, DEPUTY) if "赵倩" in text] == []


async def test_silence_is_told_to_whoever_leads_the_shift(
    house: House, clock: MovableClock, scheduler: Scheduler, talk: Talk
) -> None:
    clock.set(at("2026-11-24T17:00"))
    await scheduler.settle()
    assert len(told(house, CLERK)) == 1
    assert told(house, DEPUTY)[1:] == ["赵倩11月24日(周二)夜班值班（17:30到岗）还没有回“收到”，请联系或另行安排。"]
    await talk.say(CLERK, f"duty:ack:{SHIFTS[1].code}")
    assert told(house, DEPUTY)[-1] == "赵倩已回“收到”：11月24日(周二)夜班值班。"
    await scheduler.settle()
    assert len(told(house, CLERK)) == 1


async def test_without_a_leader_the_head_of_the_section_hears_of_silence(
    house: House, clock: MovableClock, scheduler: Scheduler
) -> None:
    clock.set(at("2026-11-25T08:00"))
    await scheduler.settle()
    assert [text for text in told(house, SECRETARY) if "何静" in text]


async def test_after_a_time_of_silence_what_is_still_to_come_is_said_once(
    house: House, clock: MovableClock, scheduler: Scheduler
) -> None:
    clock.set(at("2026-11-25T17:20"))
    assert await scheduler.settle() == 1
    assert len(told(house, LIU)) == 1
    assert told(house, CLERK) == []
    house.work.run_sync(lambda unit: set_shifts(unit, house.desk()))
    await scheduler.settle()
    assert len(told(house, LIU)) == 1


async def test_open_matters_go_to_the_next_shift(
    house: House, clock: MovableClock, scheduler: Scheduler, talk: Talk
) -> None:
    await talk.say(LIU, "值班记录", "2026-11-24 白班", "市里来电要名单", "过去24小时", "提交")
    clock.set(at("2026-11-24T17:15"))
    await scheduler.settle()
    assert told(house, LIU)[-1] == "您11月24日(周二)白班值班快结束了，还有 1 件没有办结，请交给下一班。"
    await talk.say(LIU, "交接班")
    assert await last(talk, LIU) == "已把 1 件未办结的事交给赵倩，等对方确认接班。"
    case = house.work.run_sync(lambda unit: unit.box("to_handle", CLERK, offset=0, limit=5))[0]
    await talk.say(CLERK, f"确认 {case.code}")
    assert house.work.run_sync(lambda unit: unit.case(case.id)).in_hand == CLERK


async def test_a_swap_is_asked_accepted_and_approved(house: House, talk: Talk) -> None:
    await talk.say(LIU, "我25号的班想和赵倩换一下，换到24号")
    assert (await last(talk, LIU)).startswith("已问赵倩：11月25日(周三)夜班值班与11月24日(周二)夜班值班")
    await talk.say(CLERK, "同意换班")
    assert "李慧敏" not in await last(talk, CLERK)
    await talk.say(CHIEF, "批准换班")
    assert (await last(talk, LIU)).startswith("换班已批准")
    await talk.say(KEEPER, "今晚谁值班")
    assert await last(talk, KEEPER) == "11月24日(周二)夜班：刘洋（值班）、李慧敏（带班）。"


async def test_a_swap_nobody_agreed_to_changes_nothing(talk: Talk) -> None:
    await talk.say(LIU, "我25号的班想和赵倩换一下，换到24号")
    await talk.say(CHIEF, "批准换班")
    assert await last(talk, CHIEF) == "现在没有等您答复的换班。"
    await talk.say(CLERK, "不同意换班")
    assert (await last(talk, LIU)).startswith("赵倩没有同意换班")
    await talk.say(KEEPER, "今晚谁值班")
    assert await last(talk, KEEPER) == "11月24日(周二)夜班：赵倩（值班）、李慧敏（带班）。"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("我25号的班想和赵倩换一下，换到28号", "赵倩在 2026-11-28 没有排班，请看排班表再换。"),
        ("我28号的班想和赵倩换一下", "没有找到您要换的班。您的班：11月25日(周三)夜班值班。"),
    ],
)
async def test_a_swap_that_cannot_be_is_refused_in_a_sentence(asked: str, answer: str, talk: Talk) -> None:
    await talk.say(LIU, asked)
    assert await last(talk, LIU) == answer
