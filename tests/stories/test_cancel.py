"""An approved leave given up: asked with a reason, agreed to on the card, taken back everywhere."""

from bot.service import House, Service
from storage.verify import verify
from tests.bot.small_house import CHIEF, CLERK, DEPUTY, LIU, Talk


async def test_an_approved_leave_is_given_up(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"do:agree:{case}:1")
    await talk.say(DEPUTY, f"do:agree:{case}:2")
    await talk.say(CLERK, f"do:execute:{case}:3")
    await talk.say(LIU, f"do:cancel:{case}:-1")
    assert (await talk.read(LIU))[-1] == "请选择撤销的理由，或直接发送自己写的理由。选定前不会生效。"
    await talk.say(LIU, "家里另有人去")
    await service.delivery.settle()
    assert "已提出撤销，等李慧敏同意；同意之前本件仍然有效。" in await talk.read(LIU)
    assert (await talk.read(DEPUTY))[-1] == "已通过，待您同意撤销"

    visit = house.work.run_sync(lambda unit: unit.case(case)).visits[-1].index
    await talk.say(DEPUTY, f"do:agree:{case}:{visit}")
    await service.delivery.settle()
    assert (await talk.read(LIU))[-1] == "您的事假申请（QJ-2026-0001）已撤销。"
    assert "刘洋的事假申请（QJ-2026-0001）批准后已撤销，不再办理。" in await talk.read(CLERK)
    page = await service.console.register_page(CLERK, "attendance", 1)
    assert page.void == frozenset(range(len(page.rows)))
    assert house.work.run_sync(lambda unit: unit.balance(LIU, "事假", 2026)) == (0.0, 0.0)
    log = [line.text for line in (await service.console.case_page(LIU, case)).log]
    assert log[-3:] == ["申请撤销：家里另有人去", "同意撤销：同意", "撤销：家里另有人去"]
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()


async def test_it_is_typed_and_the_deputy_does_not_agree(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    code = house.work.run_sync(lambda unit: unit.case(case)).code
    await talk.say(LIU, f"撤销 {code} 改期")
    assert (await talk.read(LIU))[-1].startswith("本件还没有批准")
    await talk.say(CHIEF, f"同意 {code}")
    await talk.say(DEPUTY, f"同意 {code}")
    await talk.say(LIU, f"撤销 {code} 改期")
    await talk.say(DEPUTY, f"不同意 {code} 当天要留人")
    await service.delivery.settle()
    kept = house.work.run_sync(lambda unit: unit.case(case))
    assert (kept.state, kept.open_visit.step if kept.open_visit else "") == ("approved", "record")
    assert "您的事假申请（QJ-2026-0001）没有撤销：李慧敏不同意，理由：当天要留人。本件仍然有效。" in await talk.read(
        LIU
    )
