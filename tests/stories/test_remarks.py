"""What is said beside a request: a remark, further material, a copy, and the request filed again from a copy."""

from bot.service import House, Service
from flows.records import StoredFile
from storage.verify import verify
from tests.bot.small_house import CHIEF, CLERK, DEPUTY, KEEPER, LIU, Talk


def code_of(house: House, case: str) -> str:
    return house.work.run_sync(lambda unit: unit.case(case)).code


async def test_a_remark_is_asked_for_answered_and_heard(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"留言 {code_of(house, case)} 周三有检查")
    await service.delivery.settle()
    assert (await talk.read(LIU))[-1] == "王芳在刘洋的事假申请（QJ-2026-0001）留言：周三有检查"
    await talk.say(LIU, f"留言 {code_of(house, case)}")
    assert (await talk.read(LIU))[-1] == "请写留言，一两句话；也可以发一个附件。"
    await talk.say(LIU, "已与同事说好")
    await service.delivery.settle()
    assert (await talk.read(LIU))[-1] == "已留言。"
    assert (await talk.read(CHIEF))[-1].endswith("留言：已与同事说好")
    log = [line.text for line in (await service.console.case_page(LIU, case)).log]
    assert log == ["提交申请", "留言：周三有检查", "留言：已与同事说好"]


async def test_a_remark_interrupts_a_request_being_filled_in(talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, "请假", "事假")
    await talk.say(CHIEF, f"留言 {code_of(house, case)}", "取消")
    assert (await talk.read(CHIEF))[-3:] == ["好的，没有记下。", "接着填“请假（事假/病假）”：", "从什么时候开始？"]


async def test_material_reaches_the_approver_with_its_file(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    paper = StoredFile("p1", "病历.pdf", 3, "0" * 64, LIU)
    house.work.run_sync(lambda unit: unit.keep_file(paper))
    await talk.say(LIU, f"补充 {code_of(house, case)}")
    await service.console.receive(LIU, "file", "file", file=paper)
    await service.delivery.settle()
    assert (await talk.read(CHIEF))[-1].endswith("补充材料：附件 病历.pdf")
    page = await service.console.case_page(CHIEF, case)
    assert [(line.file, line.file_name) for line in page.log if line.file] == [("p1", "病历.pdf")]
    assert house.work.run_sync(lambda unit: [file.id for file in unit.files_of(case)]) == ["p1"]
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()


async def test_what_is_said_after_the_end_goes_to_the_log_only(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"不同意 {code_of(house, case)} 工作紧")
    await service.delivery.settle()
    heard = await talk.read(CHIEF)
    await talk.say(LIU, f"留言 {code_of(house, case)} 知道了")
    await service.delivery.settle()
    assert await talk.read(CHIEF) == heard
    page = await service.console.case_page(CHIEF, case)
    assert [line.text for line in page.log if line.after_end] == ["留言：知道了"]
    assert "知道了" not in [fact.text for fact in page.form]


async def test_a_copy_is_unread_until_it_is_opened(service: Service, talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    await talk.say(LIU, f"抄送 {code_of(house, case)} 赵倩、何静")
    await service.delivery.settle()
    assert "已抄送赵倩、何静。" in await talk.read(LIU)
    assert (await service.console.counts(KEEPER))["copied"] == 1
    assert [line.unread for line in (await service.console.box(KEEPER, "copied", 1)).lines] == [True]
    await service.console.case_page(KEEPER, case)
    assert [line.unread for line in (await service.console.box(KEEPER, "copied", 1)).lines] == [False]
    assert [line.unread for line in (await service.console.box(CLERK, "copied", 1)).lines] == [True]
    await talk.say(CLERK, f"open:{case}")
    assert [line.unread for line in (await service.console.box(CLERK, "copied", 1)).lines] == [False]
    await talk.say(DEPUTY, f"抄送 {code_of(house, case)} 赵倩")
    assert (await talk.read(DEPUTY))[-1] == "没有找到这件申请，或它与您无关。"


async def test_a_refused_request_is_filed_again_with_its_own_copy_of_the_attachment(
    service: Service, talk: Talk, house: House
) -> None:
    paper = StoredFile("p1", "证明.pdf", 3, "0" * 64, LIU)
    house.work.run_sync(lambda unit: unit.keep_file(paper))
    await talk.say(LIU, "请假", "病假", "明天上午", "明天下午", "发烧")
    await service.console.receive(LIU, "file", "file", file=paper)
    first = await talk.say(LIU, "提交")
    await talk.say(CHIEF, f"不同意 {code_of(house, first)} 工作紧")
    second = await talk.say(LIU, f"再次提交 {code_of(house, first)}", "提交")
    assert second != first
    was, now = house.work.run_sync(lambda unit: (unit.case(first), unit.case(second)))
    assert {key: was.values[key] for key in ("leave_type", "start_at", "end_at", "reason")} == {
        key: now.values[key] for key in ("leave_type", "start_at", "end_at", "reason")
    }
    kept = house.work.run_sync(lambda unit: [len(unit.files_of(each)) for each in (first, second)])
    assert kept == [1, 1]


async def test_a_returned_request_keeps_everything_and_only_the_change_is_asked(
    service: Service, talk: Talk, house: House
) -> None:
    case = await talk.file_leave()
    await talk.say(CHIEF, f"退回 {code_of(house, case)} 请写明医院")
    await talk.say(LIU, f"重交 {code_of(house, case)}", "修改 事由", "去区医院看牙", "提交")
    kept = house.work.run_sync(lambda unit: unit.case(case))
    assert (kept.state, kept.round, kept.values["reason"], kept.values["start_at"]) == (
        "pending",
        2,
        "去区医院看牙",
        "2026-11-25 am",
    )
