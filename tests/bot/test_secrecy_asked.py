"""A doubtful word: the person is asked before anything is kept, refused with the clause or carried out as said."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.service import House, Service
from flows.conversation.draft import Draft
from storage.unit import Unit
from tests.bot.small_house import LIU, Talk, small_house
from tests.fakes import MovableClock

ASKED = "您说的话里有密级、涉密一类的字样，先问一句：内容涉及国家秘密吗？回答之前没有保存。"
TEXT = "明天下午请半天事假，去送涉密载体销毁清单"


def draft_of(house: House) -> Draft | None:
    return house.work.run_sync(lambda unit: unit.draft(LIU))


def everything(house: House) -> str:
    """Every row of every table."""

    def read(unit: Unit) -> str:
        names = [row["name"] for row in unit.db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = (row for name in names for row in unit.db.rows(f"SELECT * FROM {name}"))
        return "\n".join(str(tuple(row)) for row in rows)  # type: ignore[arg-type]

    return house.work.run_sync(read)


def attempts(house: House) -> list[str]:
    return house.work.run_sync(lambda unit: [row["what"] for row in unit.db.rows("SELECT what FROM access_log")])


async def test_a_request_with_a_doubtful_word_is_asked_about_before_it_is_kept(talk: Talk, house: House) -> None:
    await talk.say(LIU, TEXT)
    assert await talk.read(LIU) == [ASKED]
    assert draft_of(house) is None
    assert "销毁清单" not in everything(house)


async def test_both_answers_are_buttons(talk: Talk, service: Service) -> None:
    await talk.say(LIU, TEXT)
    (line,) = await service.console.messages(LIU, before=None, limit=5)
    assert line.message is not None
    assert [[button.label for button in row] for row in line.message.buttons] == [["是", "不是"]]


@pytest.mark.parametrize("answer", ["secret:no", "不是", "否。"])
async def test_what_is_not_classified_goes_on_as_it_was_said(answer: str, talk: Talk, house: House) -> None:
    await talk.say(LIU, TEXT, answer)
    draft = draft_of(house)
    assert draft is not None
    assert (draft.values["leave_type"], draft.values["start_at"]) == ("事假", "2026-11-25 pm")
    assert f"> {TEXT}" in await talk.read(LIU)


@pytest.mark.parametrize("answer", ["secret:yes", "是", "是的"])
async def test_what_is_classified_is_refused_with_the_clause_and_kept_nowhere(
    answer: str, talk: Talk, house: House
) -> None:
    await talk.say(LIU, TEXT, answer)
    assert (await talk.read(LIU))[-1] == (
        "涉及国家秘密的内容不能在这里办理，刚才那句话没有保存。请按涉密文件规定走线下渠道。（依据：上级文件处理程序五）"
    )
    assert draft_of(house) is None
    assert attempts(house) == ["classified"]
    assert "销毁清单" not in everything(house)


async def test_an_answer_in_a_talk_is_asked_about_and_the_talk_stands(talk: Talk, house: House) -> None:
    await talk.say(LIU, "请假", "事假", "明天上午", "明天下午", "参加涉密人员审查", "secret:yes")
    draft = draft_of(house)
    assert draft is not None
    assert "reason" not in draft.values
    assert "审查" not in everything(house)
    await talk.say(LIU, "家里有事")
    assert (await talk.read(LIU))[-1] != ASKED


async def test_a_request_is_asked_about_once(talk: Talk, house: House) -> None:
    await talk.say(LIU, "请假", "事假", "明天上午", "明天下午", "参加涉密人员培训", "secret:no")
    await talk.say(LIU, "事由改成参加涉密人员年度培训")
    draft = draft_of(house)
    assert draft is not None
    assert draft.values["reason"] == "参加涉密人员年度培训"
    case = await talk.say(LIU, "提交")
    assert house.work.run_sync(lambda unit: unit.case(case)).values["reason"] == "参加涉密人员年度培训"
    await talk.say(LIU, TEXT)
    assert (await talk.read(LIU))[-1] == ASKED


@pytest.mark.parametrize("text", ["明天下午请半天事假，参加保密知识培训", "帮助", "我的申请"])
async def test_what_only_sounds_like_it_is_not_asked_about(text: str, talk: Talk) -> None:
    await talk.say(LIU, text)
    assert ASKED not in await talk.read(LIU)


async def test_words_typed_behind_a_code_are_asked_about_too(talk: Talk, house: House) -> None:
    case = await talk.file_leave()
    code = house.work.run_sync(lambda unit: unit.case(case)).code
    await talk.say(LIU, f"补充 {code} 附件涉密，另送")
    assert (await talk.read(LIU))[-1] == ASKED
    await talk.say(LIU, "secret:no")
    assert house.work.run_sync(lambda unit: unit.case(case)).added


async def test_another_word_than_an_answer_ends_the_question(talk: Talk, house: House) -> None:
    await talk.say(LIU, TEXT, "明天请一天事假，搬家", "是")
    assert house.work.run_sync(lambda unit: unit.count("mine", LIU)) == 1
    assert "销毁清单" not in everything(house)


async def test_a_tap_twice_and_a_tap_too_late_change_nothing(talk: Talk, house: House, clock: MovableClock) -> None:
    await talk.say(LIU, TEXT, "secret:no")
    draft = draft_of(house)
    await talk.say(LIU, "secret:no")
    assert draft_of(house) == draft
    await talk.say(LIU, "取消", TEXT)
    clock.wait(minutes=90)
    await talk.say(LIU, "secret:no")
    assert draft_of(house) is None


async def test_the_same_event_again_is_answered_as_before(service: Service, house: House) -> None:
    for _ in range(2):
        await service.console.receive(LIU, "one", "text", text=TEXT)
    for _ in range(2):
        await service.console.receive(LIU, "two", "tap", text="secret:no")
    draft = draft_of(house)
    assert draft is not None
    assert draft.turn == 1
    lines = await service.console.messages(LIU, before=None, limit=20)
    assert sum(line.text == TEXT for line in lines) == 1


async def test_a_process_that_ended_meanwhile_asks_for_the_words_again(tmp_path: Path, clock: MovableClock) -> None:
    first = small_house(tmp_path, clock)
    await Talk(Service(first), clock).say(LIU, TEXT)
    first.work.close()
    second = small_house(tmp_path, clock)
    answer = await Service(second).console.receive(LIU, "after", "tap", text="secret:no")
    assert (answer.ok, answer.text) == (False, "刚才那句话没有保存，请再发一遍。")
    assert "销毁清单" not in everything(second)
    second.work.close()


async def paper() -> AsyncIterator[bytes]:
    yield b"%PDF-1.7 of its own"


@pytest.mark.parametrize(("answer", "kept"), [("是", False), ("不是", True), ("算了", False)])
async def test_the_bytes_of_a_file_stay_only_where_its_event_is_carried_out(
    answer: str, kept: bool, service: Service, talk: Talk
) -> None:
    """A file with a doubtful caption: declared classified, cleared, or the question left unanswered."""
    file = await service.console.keep_upload(LIU, "清单.pdf", paper())
    text = "盖区政府办公室印章2份，销毁涉密载体清单，其他事项"
    await service.console.receive(LIU, "one", "file", text=text, file=file)
    assert service.console.uploads.has(file.sha256)
    await talk.say(LIU, answer)
    assert service.console.uploads.has(file.sha256) is kept


async def test_a_file_nobody_asked_for_leaves_no_bytes(service: Service, talk: Talk) -> None:
    file = await service.console.keep_upload(LIU, "照片.pdf", paper())
    await service.console.receive(LIU, "one", "file", file=file)
    assert not service.console.uploads.has(file.sha256)


async def test_the_same_bytes_kept_before_stay(service: Service, talk: Talk) -> None:
    first = await service.console.keep_upload(LIU, "报名表.pdf", paper())
    await service.console.receive(LIU, "one", "file", text="盖区政府办公室印章2份，报送报名表，其他事项", file=first)
    await talk.say(LIU, "提交")
    again = await service.console.keep_upload(LIU, "报名表.pdf", paper())
    await service.console.receive(LIU, "two", "file", file=again)
    assert service.console.uploads.has(first.sha256)
