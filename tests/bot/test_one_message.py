"""A request in one message through the console desk: filled in, confirmed once, filed; chat files nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest

from bot.service import House, Service
from flows.conversation.draft import Draft
from flows.people import Person, Post
from flows.procedure.model import Json
from storage.sounds import sounds_of
from storage.unit import Unit
from tests.bot.small_house import LIU, Talk
from tests.fakes import MovableClock


async def paper() -> AsyncIterator[bytes]:
    yield b"%PDF-1.7"


def draft_of(house: House, person: str = LIU) -> Draft | None:
    return house.work.run_sync(lambda unit: unit.draft(person))


def values_of(house: House) -> dict[str, Json]:
    draft = draft_of(house)
    return dict(draft.values) if draft is not None else {}


def filed(house: House, case_id: str) -> dict[str, Json]:
    def look(unit: Unit) -> dict[str, Json]:
        return dict(unit.case(case_id).values)

    return house.work.run_sync(look)


async def test_a_leave_is_filed_by_one_message_and_one_confirmation(talk: Talk, house: House) -> None:
    case = await talk.say(LIU, "明天下午请半天事假去医院", "提交")
    values = filed(house, case)
    assert (values["leave_type"], values["start_at"], values["end_at"], values["reason"]) == (
        "事假",
        "2026-11-25 pm",
        "2026-11-25 pm",
        "去医院",
    )
    assert draft_of(house) is None


async def test_a_seal_is_filed_by_one_message_with_its_paper_and_one_confirmation(
    service: Service, talk: Talk, house: House
) -> None:
    file = await service.console.keep_upload(LIU, "报名表.pdf", paper())
    text = "盖区政府办公室印章2份，报送活动报名表，其他事项"
    await service.console.receive(LIU, "one", "file", text=text, file=file)
    case = await talk.say(LIU, "提交")
    values = filed(house, case)
    assert (values["seal"], values["copies"], values["reason"], values["importance"], values["handler"]) == (
        "区政府办公室印章",
        2,
        "报送活动报名表",
        "其他事项",
        LIU,
    )
    assert house.work.run_sync(lambda unit: unit.concerned(case))
    assert (await service.console.open_file(LIU, file.id)).name == "报名表.pdf"
    assert (await talk.read(LIU))[0] == f"> {text}\n附件：报名表.pdf"


async def test_nothing_is_filed_without_the_confirmation(talk: Talk, house: House) -> None:
    await talk.say(LIU, "明天下午请半天事假去医院")
    draft = draft_of(house)
    assert draft is not None
    assert draft.stage == "summary"
    assert house.work.run_sync(lambda unit: unit.count("mine", LIU)) == 0


async def test_only_what_is_missing_is_asked(talk: Talk, house: House) -> None:
    await talk.say(LIU, "明天请一天事假")
    assert (await talk.read(LIU))[-1] == "请写明事由。"
    await talk.say(LIU, "搬家")
    draft = draft_of(house)
    assert draft is not None
    assert draft.stage == "summary"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("下周三到周五年假", {"vacation_type": "年休假", "start_date": "2026-12-02", "days": 3}),
        ("12月14日至18日请婚假5天", {"vacation_type": "婚假", "start_date": "2026-12-14", "days": 5}),
        ("急病，今天下午请假半天", {"leave_type": "急病", "start_at": "2026-11-24 pm", "end_at": "2026-11-24 pm"}),
        ("明天起请三天事假", {"leave_type": "事假", "start_at": "2026-11-25", "end_at": "2026-11-27"}),
        ("周四开始请三天事假", {"leave_type": "事假", "start_at": "2026-11-26"}),
        ("周五调休一天", {"start_at": "2026-11-27", "end_at": "2026-11-27"}),
    ],
)
async def test_the_form_holds_what_was_said_and_nothing_doubtful(
    text: str, values: dict[str, Json], talk: Talk, house: House
) -> None:
    await talk.say(LIU, text)
    own = {key: value for key, value in values_of(house).items() if key not in ("applicant_rank", "service_years")}
    assert {key: own.get(key) for key in values} == values
    assert "end_at" not in own or "end_at" in values


async def test_seals_that_could_be_meant_are_asked(talk: Talk, house: House) -> None:
    await talk.say(LIU, "盖办公室章2份，放假通知")
    assert "seal" not in values_of(house)
    assert values_of(house)["copies"] == 2
    assert (await talk.read(LIU))[-1] == "请问要用哪一枚印章？"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2月30日请一天事假", "2月没有30日"),
        ("周五调休一天", "没有“调休”"),
        ("12月14日到16日请5天事假，搬家", "说的是5天"),
        ("明天请一天事假看病，另外后天盖公章2份，合同", "后天盖公章2份，合同"),
        ("明天请一天事假看病，另外后天盖公章2份，合同", "一次只办一件：先办请假"),
        ("12月5日到12月3日请事假，搬家", "12月3日(周四)在开始（12月5日(周六)）之前，请重新说结束的时间。"),
        ("明天下午3点用车去市政府，2人，下午1点返回", "在开始（11月25日(周三)15:00）之前，请重新说结束的时间。"),
    ],
)
async def test_what_could_not_be_taken_is_told(text: str, told: str, service: Service, talk: Talk) -> None:
    await talk.say(LIU, text)
    lines = await service.console.messages(LIU, before=None, limit=10)
    assert any(line.message and told in line.message.text for line in lines)


@pytest.mark.parametrize("text", ["今晚谁值班"])
async def test_what_the_office_does_not_run_is_one_sentence(text: str, talk: Talk, house: House) -> None:
    await talk.say(LIU, text)
    assert (await talk.read(LIU))[-1].startswith("本单位还没有启用")
    assert draft_of(house) is None


@pytest.mark.parametrize("text", ["12月5日到12月3日请事假，搬家", "明天下午3点用车去市政府，2人，下午1点返回"])
async def test_an_end_before_its_beginning_is_asked_again(text: str, talk: Talk, house: House) -> None:
    await talk.say(LIU, text)
    draft = draft_of(house)
    assert draft is not None
    assert draft.stage == "asking"
    assert "end" in draft.asking or "return" in draft.asking


async def test_two_whose_names_sound_alike_are_asked_about(house: House, clock: MovableClock) -> None:
    alike = Person("F030", "刘扬", "秘书科", (Post("staff"),), date(2012, 1, 4))
    office = replace(house.office, people={**house.office.people, alike.staff_no: alike}, sounds=sounds_of)
    talk = Talk(Service(replace(house, office=office)), clock)
    case = await talk.file_leave()
    code = house.work.run_sync(lambda unit: unit.case(case)).code
    await talk.say(LIU, f"抄送 {code} 刘阳")
    told = (await talk.read(LIU))[-1]
    assert "刘洋" in told
    assert "刘扬" in told


async def test_traditional_characters_are_read_as_well(talk: Talk, house: House) -> None:
    await talk.say(LIU, "請假", "事假", "下週三上午", "下週三下午", "辦簽證")
    values = values_of(house)
    assert (values["start_at"], values["end_at"]) == ("2026-12-02 am", "2026-12-02 pm")
    assert values["reason"] == "辦簽證"


async def test_a_message_of_five_thousand_characters_is_one_sentence(talk: Talk, house: House) -> None:
    await talk.say(LIU, "明天请一天事假，因为" + "很忙" * 2500)
    assert "太长了" in (await talk.read(LIU))[-1]
    assert draft_of(house) is None


@pytest.mark.parametrize("text", ["好的收到", "年假一共有几天", "王主任下周三在不在", "公章已经盖好了，来取吧"])
async def test_chat_begins_nothing(text: str, talk: Talk, house: House) -> None:
    await talk.say(LIU, text)
    assert draft_of(house) is None


async def test_ones_own_requests_are_shown_where_they_are_asked_for(talk: Talk) -> None:
    await talk.say(LIU, "看看我的申请")
    assert (await talk.read(LIU))[-1].startswith("我发起的")


async def test_inside_a_talk_the_words_are_the_answer(talk: Talk, house: House) -> None:
    await talk.say(LIU, "请假", "事假", "明天", "明天", "明天下午请半天事假去医院")
    assert values_of(house)["reason"] == "明天下午请半天事假去医院"
