"""A council of the sample party office in chat: called, signed in to, spoken at, voted on by item, written down."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.service import House, Service
from flows.cards import Card
from storage.verify import verify
from tests.bot.small_house import Talk
from tests.fakes import MovableClock
from tests.stories.party_office import case_of, paper, party_house

DIRECTOR, DEPUTY, OTHER, SECRETARY, OUTSIDER = "W001", "W002", "W003", "W011", "W022"
ITEMS = "年度工作安排；食堂改造"


@pytest.fixture
def house(tmp_path: Path, clock: MovableClock) -> Iterator[House]:
    """The sample party office over a database of its own."""
    with party_house(tmp_path, clock) as made:
        yield made


def asked(house: House, case_id: str, person: str) -> str:
    """The press code's end for what the person is asked now."""
    visits = [v for v in case_of(house, case_id).visits if v.status == "open" and v.asked(person)]
    return f"{case_id}:{visits[-1].index}"


async def card(service: Service, person: str) -> Card:
    lines = await service.console.messages(person, before=None, limit=50)
    return next(line.message.card for line in reversed(lines) if line.message is not None and line.message.card)


async def presses(service: Service, person: str) -> list[str]:
    return [button.press for row in (await card(service, person)).buttons for button in row]


async def called(talk: Talk, house: House) -> str:
    """The secretary files, the director convenes, the secretary sends word."""
    case = await talk.say(SECRETARY, "室务会", "明天下午3点", ITEMS, "跳过", "跳过", "记名投票", "提交")
    assert case, await talk.read(SECRETARY)
    await talk.say(DIRECTOR, f"do:agree:{asked(house, case, DIRECTOR)}")
    await talk.say(SECRETARY, f"do:execute:{asked(house, case, SECRETARY)}")
    return case


async def spoken(talk: Talk, house: House, case: str, *present: str) -> None:
    """Those sign in, the topics are reported, everybody speaks, the chair last."""
    for person in present:
        await talk.say(person, f"sit:attend:{case}:0:-")
    await talk.say(DEPUTY, f"do:execute:{asked(house, case, DEPUTY)}")
    for person in present:
        if person != DIRECTOR:
            await talk.say(person, f"do:agree:{asked(house, case, person)}")
    await talk.say(DIRECTOR, f"do:agree:{asked(house, case, DIRECTOR)}")


async def test_a_council_is_held_from_the_call_to_the_minutes(service: Service, talk: Talk, house: House) -> None:
    case = await called(talk, house)
    assert f"sit:attend:{case}:0:-" in await presses(service, OTHER)
    assert any("年度工作安排、食堂改造" in line for line in await talk.read(OTHER))
    await spoken(talk, house, case, DIRECTOR, DEPUTY, OTHER)
    assert [press for press in await presses(service, OTHER) if press.startswith("sit:vote")] == [
        f"sit:vote:{case}:{item}:{choice}" for item in (1, 2) for choice in ("for", "against", "defer")
    ]
    await talk.say(DIRECTOR, f"sit:vote:{case}:1:for", f"sit:vote:{case}:2:against")
    await talk.say(DEPUTY, f"sit:vote:{case}:1:for")
    code = case_of(house, case).code
    await talk.say(DEPUTY, f"表决 {code} 2 反对")
    await talk.say(OTHER, f"表决 {code} 1 缓议", f"sit:vote:{case}:2:for")
    await talk.say(DIRECTOR, f"do:execute:{asked(house, case, DIRECTOR)}")
    assert case_of(house, case).values["passed_items"] == ["年度工作安排"]
    assert any("年度工作安排：同意 2、反对 0、缓议 1，应到 3，通过" in line for line in await talk.read(OTHER))
    assert case_of(house, case).values["vote"] == [
        "年度工作安排：同意 岳明远、汪静怡；缓议 葛长风",
        "食堂改造：同意 葛长风；反对 岳明远、汪静怡",
    ]
    await talk.say(SECRETARY, f"do:execute:{asked(house, case, SECRETARY)}")
    file = await service.console.keep_upload(SECRETARY, "记录.pdf", paper())
    await service.console.receive(SECRETARY, "minutes", "file", file=file)
    await talk.say(SECRETARY, "发完了", "跳过")
    assert "minutes" in case_of(house, case).done_steps(), await talk.read(SECRETARY)
    rows = house.work.run_sync(lambda unit: unit.register("minutes", offset=0, limit=50))
    standing = {row.row["item"]: row.row["passed"] for row in rows if not row.superseded}
    assert standing == {"年度工作安排": True, "食堂改造": False}
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()


async def test_what_a_meeting_does_not_allow_is_one_sentence(service: Service, talk: Talk, house: House) -> None:
    case = await called(talk, house)
    code = case_of(house, case).code
    await talk.say(OUTSIDER, f"签到 {code}")
    assert (await talk.read(OUTSIDER))[-1].startswith("没有找到这件申请")
    await talk.say(OTHER, f"表决 {code} 1 同意")
    assert "没有签到的人不计票" in (await talk.read(OTHER))[-1]
    await talk.say(OTHER, f"书面意见 {code} 两项都赞成")
    assert case_of(house, case).values["written_opinion"] == ["葛长风：两项都赞成"]
    await spoken(talk, house, case, DIRECTOR, DEPUTY)
    await talk.say(DEPUTY, f"同意 {code}")
    assert "逐项表决" in (await talk.read(DEPUTY))[-1]
    await talk.say(DEPUTY, f"表决 {code} 1")
    assert "不能空着" in (await talk.read(DEPUTY))[-1]
    await talk.say(DEPUTY, f"表决 {code} 9 同意")
    assert "哪一项议题" in (await talk.read(DEPUTY))[-1]
    await talk.say(DEPUTY, f"签到 {code}")
    assert "不能再签到" in (await talk.read(DEPUTY))[-1]
    await talk.say(DEPUTY, f"抄送 {code} 骆思齐")
    assert "没有参加这次会议" in (await talk.read(DEPUTY))[-1]


async def test_who_stays_out_of_an_item_and_what_the_chair_puts_off_is_not_voted_on(
    service: Service, talk: Talk, house: House
) -> None:
    case = await called(talk, house)
    await spoken(talk, house, case, DIRECTOR, DEPUTY, OTHER)
    code = case_of(house, case).code
    await talk.say(DEPUTY, f"sit:recuse:{case}:1:-")
    assert f"sit:vote:{case}:1:for" not in await presses(service, DEPUTY)
    await talk.say(DEPUTY, f"sit:vote:{case}:2:for")
    await talk.say(OTHER, f"缓议 {code} 1")
    assert "缓议由主持人定" in (await talk.read(OTHER))[-1]
    await talk.say(DIRECTOR, f"缓议 {code} 1", f"表决 {code} 2 同意")
    await talk.say(OTHER, f"回避 {code} 2")
    assert case_of(house, case).state == "approved", await talk.read(OTHER)
    await talk.say(DIRECTOR, f"do:execute:{asked(house, case, DIRECTOR)}")
    assert case_of(house, case).values["passed_items"] == ["食堂改造"]
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()


async def test_a_secret_vote_tells_nobody_who_voted_how(service: Service, talk: Talk, house: House) -> None:
    case = await talk.say(SECRETARY, "室务会", "明天下午3点", "食堂改造", "跳过", "跳过", "无记名投票", "提交")
    await talk.say(DIRECTOR, f"do:agree:{asked(house, case, DIRECTOR)}")
    await talk.say(SECRETARY, f"do:execute:{asked(house, case, SECRETARY)}")
    await spoken(talk, house, case, DIRECTOR, DEPUTY, OTHER)
    for person, choice in ((DIRECTOR, "for"), (DEPUTY, "against"), (OTHER, "for")):
        await talk.say(person, f"sit:vote:{case}:1:{choice}")
    journal = house.work.run_sync(lambda unit: unit.journal(case))
    assert all("choice" not in entry.data for entry in journal if entry.act == "voted")
    await talk.say(DIRECTOR, f"do:execute:{asked(house, case, DIRECTOR)}")
    assert case_of(house, case).values["passed_items"] == ["食堂改造"]


async def test_a_meeting_called_off_is_told_to_everybody_called(talk: Talk, house: House) -> None:
    case = await called(talk, house)
    await talk.say(SECRETARY, f"do:withdraw:{case}:-1")
    assert any("已取消" in line for line in await talk.read(OTHER))
