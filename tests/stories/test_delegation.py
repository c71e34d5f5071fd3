"""A deputy goes away: the order is given in chat, the delegate acts in their place, the order is taken back."""

from bot.service import House, Service
from storage.verify import verify
from tests.bot.small_house import CHIEF, DEPUTY, DIRECTOR, LIU, Talk


async def test_an_order_given_used_and_taken_back(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"do:agree:{case}:1")
    await talk.say(DEPUTY, "委托")
    assert (await talk.read(DEPUTY))[-1] == "您现在没有委托别人，也没有受人委托。"
    await talk.say(DEPUTY, "start:delegation", "周建国", "今天", "11月26日", "全部事项")
    assert (await talk.read(DEPUTY))[-1] == "请核对“委托代办”，没有问题请提交。"
    await talk.say(DEPUTY, "提交")
    await service.delivery.settle()
    told = await talk.read(DIRECTOR)
    assert "待您审批" in told
    assert (
        "李慧敏委托您代办：11月24日(周二)至11月26日(周四)，全部事项。您办的会记明代李慧敏。现在等着办的 1 件已转给您。"
    ) in told
    assert (await service.console.counts(DIRECTOR))["to_approve"] == 1

    await talk.say(DIRECTOR, f"do:agree:{case}:2")
    await service.delivery.settle()
    page = await service.console.case_page(LIU, case)
    assert [line.who for line in page.log][-1] == "周建国 代 李慧敏"
    assert (await talk.read(DEPUTY))[-1] == "周建国代您办理了刘洋的事假申请（QJ-2026-0001）：同意。"
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()

    await talk.say(DEPUTY, "委托")
    order = house.work.run_sync(lambda unit: unit.delegations(talk.today))[0]
    await talk.say(DIRECTOR, f"revoke:{order.id}")
    assert len(house.work.run_sync(lambda unit: unit.delegations(talk.today))) == 1
    await talk.say(DEPUTY, f"revoke:{order.id}")
    assert house.work.run_sync(lambda unit: unit.delegations(talk.today)) == ()
    await service.delivery.settle()
    assert "不用再代办" in (await talk.read(DIRECTOR))[-1]


async def test_a_circle_is_refused_and_the_form_stays(talk: Talk) -> None:
    await talk.say(DEPUTY, "start:delegation", "周建国", "今天", "11月26日", "全部事项", "提交")
    await talk.say(DIRECTOR, "start:delegation", "李慧敏", "今天", "11月26日", "全部事项", "提交")
    assert (await talk.read(DIRECTOR))[-2].startswith("李慧敏这段时间已把同样的事项委托给周建国")
    assert (await talk.read(DIRECTOR))[-1] == "请核对“委托代办”，没有问题请提交。"
