"""Whatever is said or pressed: one clear sentence, nothing half written, nothing decided twice."""

import asyncio

import pytest

from bot.channels.console_facade import NotHere
from bot.service import House, Service
from storage.unit import Unit
from storage.verify import verify
from tests.bot.small_house import CHIEF, CLERK, DEPUTY, LIU, Talk

_TABLES = ("cases", "journal", "ledger", "register_rows", "timers", "leaves", "asks")


def kept(house: House) -> dict[str, int]:
    """How many rows the office keeps of everything that is decided."""
    return house.work.run_sync(lambda unit: {table: _count(unit, table) for table in _TABLES})


def _count(unit: Unit, table: str) -> int:
    return int(unit.db.value(f"SELECT count(*) FROM {table}"))


def sound(house: House) -> bool:
    return house.work.run_sync(verify).ok


@pytest.mark.parametrize(
    ("before", "text", "told"),
    [
        (("请假", "事假"), "随便哪天", "看不出是哪一天"),
        (("请假", "事假"), "2月29日", "没有2月29日"),
        (("请假", "事假"), "13月1日", "没有13月"),
        (("请假", "事假", "明天上午"), "今天上午", "不早于开始"),
        (("请假", "事假", "明天上午", "明天下午"), "长" * 5000, "2000"),
        (("请假",), "调休", "请"),
        (("用印", "区委办公室印章"), "没有文件", "上传"),
        ((), "同意 zz9z", "没有找到码为“zz9z”"),
        ((), "不同意 zz9z 不行", "没有找到码为“zz9z”"),
    ],
)
async def test_a_wrong_answer_is_told_what_would_do(
    talk: Talk, house: House, before: tuple[str, ...], text: str, told: str
) -> None:
    await talk.say(LIU, *before)
    rows = kept(house)
    await talk.say(LIU, text)
    answer = (await talk.read(LIU))[-1]
    assert told in answer
    assert kept(house) == rows


@pytest.mark.parametrize(
    "press",
    [
        "do:agree:nothing:1",
        "do:agree:nothing:x",
        "do:fly:case:1",
        "do:agree",
        "box:to_approve:x",
        "xyz",
        "draft:9:submit",
        "open:no",
        "a" * 300,
    ],
)
async def test_a_button_that_is_none_of_ours_has_no_effect(
    service: Service, talk: Talk, house: House, press: str
) -> None:
    await talk.file_leave()
    rows = kept(house)
    answer = await service.console.receive(CHIEF, "odd", "tap", text=press)
    assert answer.text.endswith("。")
    assert kept(house) == rows


async def test_a_strangers_tap_and_a_forwarded_card_have_no_effect(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    rows = kept(house)
    answers = [
        await service.console.receive(person, f"k-{person}", "tap", text=f"do:agree:{case}:1")
        for person in (CLERK, DEPUTY, LIU)
    ]
    assert all(not answer.ok for answer in answers)
    assert kept(house) == rows
    with pytest.raises(NotHere):
        await service.console.case_page(CLERK, case)


async def test_the_same_tap_ten_times_at_once_decides_once(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    answers = await asyncio.gather(
        *(service.console.receive(CHIEF, f"tap{n}", "tap", text=f"do:agree:{case}:1") for n in range(10))
    )
    assert [answer.text for answer in answers].count("已同意。") == 1
    assert all(answer.text.startswith(("已同意", "您已于")) for answer in answers)
    done = house.work.run_sync(lambda unit: [line for line in unit.journal(case) if line.act == "done"])
    assert len([line for line in done if line.actor == CHIEF]) == 1
    assert sound(house)


async def test_two_who_decide_at_the_same_instant_leave_one_decision(
    service: Service, talk: Talk, house: House
) -> None:
    case = await talk.file_leave()
    agreed, refused = await asyncio.gather(
        service.console.receive(CHIEF, "yes", "tap", text=f"do:agree:{case}:1"),
        service.console.receive(LIU, "back", "tap", text=f"do:withdraw:{case}:-1"),
    )
    kept_case = house.work.run_sync(lambda unit: unit.case(case))
    assert kept_case.state == "withdrawn"
    assert [visit for visit in kept_case.visits if visit.status == "open"] == []
    assert refused.ok
    assert agreed.ok == any(visit.done_by == CHIEF for visit in kept_case.visits)
    assert sound(house)


async def test_the_twenty_ninth_of_february_comes_in_leap_years(talk: Talk, house: House) -> None:
    await talk.say(LIU, "请假", "事假", "2028年2月29日")
    assert (await talk.read(LIU))[-1] == "到什么时候结束？"
