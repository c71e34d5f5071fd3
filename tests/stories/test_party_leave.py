"""The party office's leave from the sample folder: asked for, taken over, made longer, come back from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assemble import open_house
from bot.service import House, Service
from bot.settings import from_environment
from flows.approval.case import Case
from flows.records import StoredFile
from storage.verify import verify
from tests.bot.small_house import Talk
from tests.fakes import MovableClock
from tests.tree import ROOT

DIRECTOR, DEPUTY, SECRETARY, HEAD, BIAN, LUO = "W001", "W003", "W011", "W020", "W021", "W022"
ONE_DAY = ("私事", "明天上午", "明天下午", "家里有事", "本市", LUO, "已交接", "手机畅通", "跳过", "提交")


@pytest.fixture
def house(tmp_path: Path, clock: MovableClock) -> Iterator[House]:
    """The sample party office over a database of its own."""
    settings = from_environment(
        {
            "OFFICE": str(ROOT / "offices" / "party"),
            "DATABASE_URL": f"sqlite:///{tmp_path}/banshi.db",
            "PORT": "0",
            "SECRET_KEY": "k" * 20,
        }
    )
    made = open_house(settings, clock)
    yield made
    made.work.close()


def case_of(house: House, case_id: str) -> Case:
    return house.work.run_sync(lambda unit: unit.case(case_id))


def open_visit(house: House, case_id: str, extra: str = "") -> str:
    """The press code's end for the visit that waits, of that kind beside the route."""
    visits = [visit for visit in case_of(house, case_id).visits if visit.status == "open" and visit.extra == extra]
    return f"{case_id}:{visits[-1].index}"


async def approve(talk: Talk, house: House, case: str, *people: str) -> None:
    for person in people:
        await talk.say(person, f"do:agree:{open_visit(house, case)}")


async def filed(talk: Talk, house: House) -> str:
    case = await talk.say(BIAN, "请假", *ONE_DAY)
    assert case_of(house, case).state == "pending", await talk.read(BIAN)
    return case


async def test_a_day_is_taken_over_made_longer_and_come_back_from(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    case = await filed(talk, house)
    await service.delivery.settle()
    assert (await talk.read(LUO))[-1] == "待您同意代为负责"
    await talk.say(LUO, f"do:agree:{open_visit(house, case, 'takes_over')}")
    await approve(talk, house, case, HEAD, DEPUTY)
    await talk.say(SECRETARY, f"do:execute:{open_visit(house, case)}")
    assert case_of(house, case).state == "approved"

    clock.set("2026-11-25T15:00")
    longer = await talk.say(BIAN, f"later:leave_extension:{case}", "明天下午", "没有办完", "提交")
    await approve(talk, house, longer, HEAD, DEPUTY, DIRECTOR)
    await talk.say(SECRETARY, f"do:execute:{open_visit(house, longer)}")
    assert case_of(house, longer).state == "closed"
    assert case_of(house, case).values["end_at"] == "2026-11-26 pm"

    clock.set("2026-11-27T08:40")
    back = await talk.say(BIAN, f"do:report_return:{open_visit(house, case, 'return')}")
    await talk.say(DEPUTY, f"do:confirm:{open_visit(house, back)}")
    await talk.say(SECRETARY, f"do:execute:{open_visit(house, back)}")
    assert (case_of(house, back).state, case_of(house, case).state) == ("closed", "closed")
    assert house.work.run_sync(lambda unit: unit.balance(BIAN, "私事", 2026)) == (0.0, 2.0)
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()
    await service.delivery.settle()
    assert "汪静怡" not in " ".join(await talk.read(BIAN))


async def test_coming_back_without_an_open_leave_says_so(talk: Talk, house: House) -> None:
    await talk.say(BIAN, "销假")
    assert (await talk.read(BIAN))[-1] == "您名下没有已批准、还没有销假的请假单，现在不用办销假。"
    await filed(talk, house)
    await talk.say(BIAN, "销假")
    assert (await talk.read(BIAN))[-1] == "您名下没有已批准、还没有销假的请假单，现在不用办销假。"


async def test_the_open_leave_is_filled_in_and_others_cannot_be_named(
    talk: Talk, house: House, clock: MovableClock
) -> None:
    case = await filed(talk, house)
    await approve(talk, house, case, HEAD, DEPUTY)
    await talk.say(SECRETARY, f"do:execute:{open_visit(house, case)}")
    clock.set("2026-11-26T08:40")
    code = case_of(house, case).code
    await talk.say(BIAN, f"办理 {code}")
    assert (await talk.read(BIAN))[-1] == f"假满返岗请点卡片上的“销假”，或发送“销假 {code}”。"
    await talk.say(LUO, f"later:leave_return:{case}")
    assert house.work.run_sync(lambda unit: unit.draft(LUO)) is None
    back = await talk.say(BIAN, "销假", "今天上午", "提交")
    assert case_of(house, back).values["leave_ref"] == case_of(house, case).no
    await talk.say(BIAN, f"撤回 {case_of(house, back).code}")
    assert open_visit(house, case, "return").startswith(case)
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()


async def test_an_emergency_is_made_up_for_with_its_certificate(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    said = ("病假", "今天上午", "今天下午", "突发急病", "市医院", LUO, "已交接", "手机畅通", "跳过", "是", DEPUTY)
    case = await talk.say(BIAN, "请假", *said, "今天8:30", "提交")
    assert case_of(house, case).state == "pending", await talk.read(BIAN)
    await talk.say(DEPUTY, f"do:agree:{open_visit(house, case)}")
    await talk.say(SECRETARY, f"do:execute:{open_visit(house, case)}")
    clock.set("2026-11-25T09:00")
    await talk.say(BIAN, f"do:execute:{open_visit(house, case)}")
    assert (await talk.read(BIAN))[-1] == "办理前请把“医保定点医院证明”发上来。"
    await talk.say(BIAN, "明天给")
    assert "要上传文件" in (await talk.read(BIAN))[-1]
    paper = StoredFile("f1", "诊断证明.jpg", 3, "0" * 64, BIAN)
    house.work.run_sync(lambda unit: unit.keep_file(paper))
    await service.console.receive(BIAN, "paper", "file", file=paper)
    assert case_of(house, case).values["medical_proof"] == {"id": "f1", "name": "诊断证明.jpg", "size": 3}
    assert "backfill" in case_of(house, case).done_steps()
    assert [await opens(service, case, who) for who in (BIAN, HEAD, DEPUTY, SECRETARY, LUO)] == [True] * 3 + [False] * 2


async def opens(service: Service, case: str, who: str) -> bool:
    """Whether the person reads the certificate on the case's page."""
    page = await service.console.case_page(who, case)
    shown = {fact.label: fact for fact in page.form}["医保定点医院证明"]
    return bool(shown.file)
