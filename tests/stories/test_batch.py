"""A head agrees to several leaves at once: each is listed, each is an event of its own, what changed is told."""

from bot.service import House, Service
from storage.verify import verify
from tests.bot.small_house import CHIEF, CLERK, DEPUTY, LIU, Talk


def state(house: House, case: str) -> str:
    return house.work.run_sync(lambda unit: unit.case(case)).state


async def two_half_days(talk: Talk) -> tuple[str, str]:
    first = await talk.say(LIU, "请假", "事假", "明天上午", "明天上午", "看牙", "提交")
    second = await talk.say(CLERK, "请假", "事假", "后天上午", "后天上午", "接人", "提交")
    return first, second


async def test_a_sheet_lists_each_and_one_confirm_agrees_to_all(service: Service, talk: Talk, house: House) -> None:
    first, second = await two_half_days(talk)
    await talk.say(CHIEF, "待办")
    await service.delivery.settle()
    lines = await service.console.messages(CHIEF, before=None, limit=3)
    labels = [b.label for line in lines if line.message for row in line.message.buttons for b in row]
    assert "批量同意（事假 2 件）" in labels
    assert [b.label for b in (await service.console.box(CHIEF, "to_approve", 1)).batches] == ["批量同意（事假 2 件）"]

    await talk.say(CHIEF, f"batch:{second}")
    sheet = (await service.console.messages(CHIEF, before=None, limit=1))[0].message
    assert sheet is not None
    assert [fact.label for fact in sheet.summary] == ["刘洋", "赵倩"]
    assert (state(house, first), state(house, second)) == ("pending", "pending")
    await talk.say(CHIEF, sheet.buttons[0][0].press)
    assert (await talk.read(CHIEF))[-1] == "已同意 2 件。"
    assert (state(house, first), state(house, second)) == ("approved", "approved")
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()
    await talk.say(CHIEF, sheet.buttons[0][0].press)
    assert (await service.console.counts(CHIEF))["to_approve"] == 0


async def test_what_changed_meanwhile_is_told_and_the_rest_is_agreed_to(
    service: Service, talk: Talk, house: House
) -> None:
    first, second = await two_half_days(talk)
    await talk.say(CHIEF, f"batch:{first}")
    code = house.work.run_sync(lambda unit: unit.case(first)).code
    await talk.say(LIU, f"撤回 {code}")
    await talk.say(CHIEF, "全部同意")
    assert (state(house, first), state(house, second)) == ("withdrawn", "approved")
    last = (await service.console.messages(CHIEF, before=None, limit=1))[0].message
    assert last is not None
    assert last.text == "已同意 1 件。\n未办：刘洋的事假申请（QJ-2026-0001），本件已由申请人撤回，无需处理。"


async def test_a_sheet_called_off_decides_nothing(talk: Talk, house: House) -> None:
    first, second = await two_half_days(talk)
    await talk.say(CHIEF, "批量同意", "取消")
    assert (await talk.read(CHIEF))[-1] == "好的，没有作决定。"
    assert (state(house, first), state(house, second)) == ("pending", "pending")


async def test_one_alone_is_no_batch(talk: Talk) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"batch:{case}", "批量同意")
    assert (await talk.read(CHIEF))[-1].startswith("现在没有可以一起同意的")


async def test_an_oral_approval_is_noted_and_confirmed_by_the_leader(
    service: Service, talk: Talk, house: House
) -> None:
    case = await talk.file_leave()
    code = house.work.run_sync(lambda unit: unit.case(case)).code
    await talk.say(CHIEF, f"同意 {code}")
    await talk.say(LIU, f"口头同意 {code} 李慧敏 今天8:40")
    assert (await talk.read(LIU))[-1] == "已补记，等李慧敏本人确认；确认之前还不算批准。"
    assert state(house, case) == "pending"
    await talk.say(DEPUTY, f"同意 {code}")
    assert state(house, case) == "approved"
    log = [line.text for line in (await service.console.case_page(LIU, case)).log]
    assert log[-2:] == [
        "补记口头同意",
        "分管领导审批：同意（11月24日(周二)08:40口头同意，现确认）",
    ]
