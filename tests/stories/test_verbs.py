"""The verbs of an open step in chat: by button behind 更多 and by typed word, with everything they leave behind."""

import pytest

from bot.service import House, Service
from flows.approval.case import Case
from storage.verify import verify
from tests.bot.small_house import CHIEF, DEPUTY, DIRECTOR, KEEPER, LIU, SECRETARY, Talk


def kept(house: House, case: str) -> Case:
    """The case as it is kept, proven against its journal."""
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()
    return house.work.run_sync(lambda unit: unit.case(case))


def waiting(house: House, case: str) -> list[str]:
    """Who is asked now."""
    return [ask.person for visit in kept(house, case).visits if visit.status == "open" for ask in visit.asks]


async def labels(service: Service, person: str) -> list[str]:
    """The buttons under the last line the person was shown."""
    await service.delivery.settle()
    last = [line.message for line in await service.console.messages(person, before=None, limit=50) if line.message][-1]
    assert last is not None
    rows = last.card.buttons if last.card else last.buttons
    presses = [button.press for row in rows for button in row]
    assert all(len(press.encode()) <= 64 for press in presses)
    return [button.label for row in rows for button in row]


async def test_what_is_behind_more(service: Service, talk: Talk) -> None:
    case = await talk.file_leave()
    assert await labels(service, CHIEF) == ["同意", "不同意", "退回修改", "更多"]
    await talk.say(CHIEF, f"more:{case}")
    assert {"保留意见", "转交", "请他先看（加签）", "问一下", "挂起"} <= set(await labels(service, CHIEF))


async def test_handed_over_by_button_and_by_word(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    code = kept(house, case).code
    await talk.say(CHIEF, f"pick:transfer:{case}:1")
    assert "陈志远" in await labels(service, CHIEF)
    await talk.say(CHIEF, "刘洋")
    assert (await talk.read(CHIEF))[-1].startswith("不能转交给申请人本人")
    await talk.say(CHIEF, "陈志远 下午陪同调研")
    assert waiting(house, case) == [SECRETARY]
    await service.delivery.settle()
    assert (await talk.read(SECRETARY))[-1] == "待您审核"
    await talk.say(SECRETARY, f"转交 {code} 周建国")
    assert waiting(house, case) == [DIRECTOR]
    log = [line.text for line in (await service.console.case_page(LIU, case)).log]
    assert log[-2:] == ["转交陈志远：下午陪同调研", "转交周建国"]


async def test_the_one_picked_by_button_takes_over(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"pick:transfer:{case}:1", f"who:1:{SECRETARY}")
    assert waiting(house, case) == [SECRETARY]


@pytest.mark.parametrize(("word", "asked"), [("加签", [KEEPER]), ("并加签", [CHIEF, KEEPER]), ("后加签", [CHIEF])])
async def test_one_more_signer_by_word(talk: Talk, house: House, word: str, asked: list[str]) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"{word} {kept(house, case).code} 何静 请看一下")
    assert waiting(house, case) == asked


async def test_asked_first_and_answered(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"pick:before:{case}:1", f"who:1:{KEEPER}")
    await service.delivery.settle()
    assert (await talk.read(KEEPER))[-1] == "待您审看（加签）"
    assert await labels(service, KEEPER) == ["同意", "不同意", "更多"]
    await talk.say(KEEPER, f"do:refuse:{case}:2", "当天要交账")
    assert waiting(house, case) == [CHIEF]
    page = await service.console.case_page(CHIEF, case)
    assert page.card.note.endswith("不同意：当天要交账")
    assert [line.text for line in page.log][-2:] == ["请何静先看（加签）", "审看（加签）：不同意，当天要交账"]


async def test_a_question_and_its_answer(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"pick:ask:{case}:-1", f"who:1:{LIU}", "谁接手工作？")
    await service.delivery.settle()
    assert "答复" in await labels(service, LIU)
    await talk.say(LIU, f"do:answer:{case}:1", "赵倩接手")
    await service.delivery.settle()
    assert (await talk.read(CHIEF))[-1] == "刘洋的事假申请（QJ-2026-0001）：刘洋答复“谁接手工作？”：赵倩接手"
    code = kept(house, case).code
    await talk.say(LIU, f"问一下 {code} 王芳 几时能批？")
    await talk.say(CHIEF, f"答复 {code} 今天")
    assert [question.answer for question in kept(house, case).questions] == ["赵倩接手", "今天"]
    log = [line.text for line in (await service.console.case_page(LIU, case)).log]
    assert log[-2:] == ["问王芳：几时能批？", "答复刘洋：今天"]
    assert waiting(house, case) == [CHIEF]


async def test_taken_back_by_button(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"do:agree:{case}:1")
    assert "取回" in await labels(service, CHIEF)
    await talk.say(CHIEF, f"do:take_back:{case}:-1")
    assert waiting(house, case) == [CHIEF]
    await talk.say(DEPUTY, f"do:agree:{case}:2")
    assert waiting(house, case) == [CHIEF]


async def test_sent_back_to_an_earlier_step(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    code = kept(house, case).code
    await talk.say(CHIEF, f"do:agree:{case}:1")
    step = kept(house, case).visits[1].step
    await talk.say(DEPUTY, f"back:{case}:2:{step}", "意见请写明")
    assert waiting(house, case) == [CHIEF]
    await talk.say(CHIEF, f"do:agree:{case}:3")
    await talk.say(DEPUTY, f"退回到 {code} 办公室 意见请写明")
    assert "可以退回到" in (await talk.read(DEPUTY))[-1]
    await talk.say(DEPUTY, f"退回到 {code} 王芳 意见请写明")
    assert waiting(house, case) == [CHIEF]


async def test_a_reserved_opinion_and_a_hold(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    code = kept(house, case).code
    await talk.say(CHIEF, f"do:hold:{case}:-1", "情况待核实")
    card = (await service.console.case_page(CHIEF, case)).card
    assert [button.label for row in card.buttons for button in row] == ["恢复", "更多"]
    await talk.say(CHIEF, f"保留意见 {code} 人手偏紧")
    assert (await talk.read(CHIEF))[-1].startswith("本件已由王芳挂起：情况待核实。")
    await talk.say(CHIEF, f"恢复 {code}", f"保留意见 {code} 人手偏紧")
    assert waiting(house, case) == [DEPUTY]
    page = await service.console.case_page(DEPUTY, case)
    assert page.card.note.endswith("保留意见：人手偏紧")
    assert "挂起：情况待核实" in [line.text for line in page.log]


async def test_what_is_called_off_changes_nothing(talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    before = kept(house, case).revision
    await talk.say(CHIEF, f"pick:transfer:{case}:1", "取消")
    await talk.say(CHIEF, f"do:hold:{case}:-1", "取消")
    await talk.say(CHIEF, f"问一下 {kept(house, case).code} 刘洋")
    assert kept(house, case).revision == before


async def test_a_stranger_gets_nowhere(talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    code = kept(house, case).code
    before = kept(house, case).revision
    for text in (f"转交 {code} 陈志远", f"加签 {code} 何静", f"挂起 {code} 看看", f"取回 {code}", f"答复 {code} 好"):
        await talk.say(KEEPER, text)
        assert (await talk.read(KEEPER))[-1].startswith("没有找到这件申请")
    assert kept(house, case).revision == before
