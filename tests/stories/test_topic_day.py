"""A topic of the sample party office, told in chat: filed by one message, argued, looked at, collected, fixed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.service import House, Service
from storage.verify import verify
from tests.bot.small_house import Talk
from tests.fakes import MovableClock
from tests.stories.party_office import case_of, paper, party_house

DIRECTOR, DEPUTY, SECRETARY, HEAD, STAFF = "W001", "W003", "W011", "W020", "W022"


@pytest.fixture
def house(tmp_path: Path, clock: MovableClock) -> Iterator[House]:
    """The sample party office over a database of its own."""
    with party_house(tmp_path, clock) as made:
        yield made


def waiting(house: House, case_id: str) -> str:
    visit = case_of(house, case_id).open_visit
    assert visit is not None
    return f"{case_id}:{visit.index}"


async def send(service: Service, person: str, name: str, key: str) -> None:
    file = await service.console.keep_upload(person, name, paper())
    await service.console.receive(person, key, "file", file=file)


async def filed(service: Service, talk: Talk) -> str:
    await talk.say(HEAD, "我想报一个议题，关于信息室设备更新", "其他", "综合室")
    await talk.say(HEAD, "秘书室、督查室", "跳过")
    await send(service, HEAD, "论证.pdf", "argued")
    await send(service, HEAD, "汇报.pdf", "reported")
    return await talk.say(HEAD, "否", "提交")


async def test_a_topic_goes_from_one_message_onto_the_agenda(service: Service, talk: Talk, house: House) -> None:
    case = await filed(service, talk)
    values = case_of(house, case).values
    assert (values["title"], values["temporary"]) == ("关于信息室设备更新", "否"), await talk.read(HEAD)
    assert values["related_depts"] == ["秘书室", "督查室"]
    await talk.say(HEAD, f"do:execute:{waiting(house, case)}")
    await talk.say(HEAD, f"do:execute:{waiting(house, case)}", "已一致")
    assert case_of(house, case).values["consensus"] == "已一致"
    await talk.say(DEPUTY, f"do:agree:{waiting(house, case)}")
    await talk.say(SECRETARY, f"do:execute:{waiting(house, case)}")
    await talk.say(DIRECTOR, f"do:agree:{waiting(house, case)}")
    assert case_of(house, case).state == "approved"
    assert any("已通过" in line for line in await talk.read(HEAD))
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()


async def test_dissent_is_asked_for_its_papers_and_one_that_can_wait_comes_back(
    service: Service, talk: Talk, house: House
) -> None:
    case = await filed(service, talk)
    await talk.say(HEAD, f"do:execute:{waiting(house, case)}")
    await talk.say(HEAD, f"do:execute:{waiting(house, case)}", "有分歧但须立即决定", "建议先换一半")
    await send(service, HEAD, "各室意见.pdf", "opinions")
    await talk.say(HEAD, "发完了")
    assert case_of(house, case).values["leaning"] == "建议先换一半", await talk.read(HEAD)
    assert case_of(house, case).open_visit is not None
    again = await filed_again(service, talk)
    await talk.say(HEAD, f"do:execute:{waiting(house, again)}")
    await talk.say(HEAD, f"do:execute:{waiting(house, again)}", "有分歧且不急")
    assert case_of(house, again).state == "returned"


async def filed_again(service: Service, talk: Talk) -> str:
    await talk.say(HEAD, "报议题：办公楼搬迁", "其他", "综合室", "跳过", "跳过")
    await send(service, HEAD, "论证2.pdf", "argued2")
    await send(service, HEAD, "汇报2.pdf", "reported2")
    return await talk.say(HEAD, "否", "提交")


async def test_sections_are_picked_one_by_one_and_taken_away_again(talk: Talk, house: House) -> None:
    await talk.say(HEAD, "报议题：办公楼搬迁", "其他", "综合室")

    def picked(number: int) -> str:
        draft = house.work.run_sync(lambda unit: unit.draft(HEAD))
        assert draft is not None
        return f"draft:{draft.turn}:pick:{number}"

    def chosen() -> object:
        draft = house.work.run_sync(lambda unit: unit.draft(HEAD))
        assert draft is not None
        return draft.asking, draft.values.get("related_depts")

    for number in (1, 2, 1):
        await talk.say(HEAD, picked(number))
    assert chosen() == ("related_depts", ["秘书室"])
    draft = house.work.run_sync(lambda unit: unit.draft(HEAD))
    assert draft is not None
    await talk.say(HEAD, f"draft:{draft.turn}:picked")
    assert chosen() == ("draft", ["秘书室"])


async def test_who_does_not_usually_propose_topics_may(talk: Talk, house: House) -> None:
    await talk.say(STAFF, "报议题：食堂菜价")
    draft = house.work.run_sync(lambda unit: unit.draft(STAFF))
    assert draft is not None
    assert draft.values["title"] == "食堂菜价"
