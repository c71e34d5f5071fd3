"""Papers in chat: a proposal answered later with consent, a superior's paper that turns out to be classified."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.assemble import open_house
from bot.service import House, Service
from bot.settings import from_environment
from flows.approval.case import Case
from storage.verify import verify
from tests.bot.small_house import Talk
from tests.fakes import MovableClock
from tests.tree import ROOT

DEPUTY, CHIEF, DEPUTY_CHIEF, CLERK = "Y002", "Y020", "Y021", "Y024"


@pytest.fixture
def house(tmp_path: Path, clock: MovableClock) -> Iterator[House]:
    """The sample office over a database of its own, with somebody who takes in the superiors' papers."""
    folder = tmp_path / "office"
    shutil.copytree(ROOT / "offices" / "sample", folder)
    people = folder / "people.csv"
    text = people.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(CLERK))
    people.write_text(text.replace(row, row.replace("staff", "staff;incoming_clerk", 1)), encoding="utf-8")
    settings = from_environment(
        {"OFFICE": str(folder), "DATABASE_URL": f"sqlite:///{tmp_path}/banshi.db", "PORT": "0", "SECRET_KEY": "k" * 20}
    )
    made = open_house(settings, clock)
    yield made
    made.work.close()


def case_of(house: House, case_id: str) -> Case:
    return house.work.run_sync(lambda unit: unit.case(case_id))


async def proposal(talk: Talk, house: House) -> Case:
    case_id = await talk.say(DEPUTY_CHIEF, "政协提案", "政协提案", "独立承办", "今天", "跳过", "提交")
    await talk.say(CHIEF, f"同意 {case_of(house, case_id).code} 属本单位")
    return case_of(house, case_id)


async def test_more_time_is_asked_for_and_given(service: Service, talk: Talk, house: House) -> None:
    case = await proposal(talk, house)
    assert case.open_visit is not None
    assert case.open_visit.step == "handle"
    page = await service.console.case_page(CHIEF, case.id)
    assert "2月24日" in next(line.at for line in page.card.route if line.step == "答复并抄送")
    await talk.say(CHIEF, f"延期 {case.code}", "2027年5月20日 涉及规划")
    assert (await talk.read(CHIEF))[-1].startswith("已请")
    await service.delivery.settle()
    await talk.say(DEPUTY, f"同意 {case.code}")
    later = case_of(house, case.id)
    assert later.values["extended_to"] == "2027-05-20"
    assert later.state == "pending"
    await service.delivery.settle()
    assert any("已同意延期到" in line for line in await talk.read(DEPUTY_CHIEF))
    page = await service.console.case_page(CHIEF, case.id)
    assert "5月20日" in next(line.at for line in page.card.route if line.step == "答复并抄送")
    assert house.work.run_sync(lambda unit: verify(unit).differences) == ()


async def test_more_time_than_the_text_gives_is_refused_with_its_clause(talk: Talk, house: House) -> None:
    case = await proposal(talk, house)
    last = date(talk.today.year + 1, 12, 1)
    await talk.say(CHIEF, f"延期 {case.code} {last.isoformat()} 涉及规划")
    said = "\n".join((await talk.read(CHIEF))[-2:])
    assert "最多延到" in said
    assert all(visit.extra != "extend" for visit in case_of(house, case.id).visits)


async def test_only_who_deals_with_it_asks_for_more_time(talk: Talk, house: House) -> None:
    case = await proposal(talk, house)
    await talk.say(CLERK, f"延期 {case.code} 2027年5月20日 涉及规划")
    assert all(visit.extra != "extend" for visit in case_of(house, case.id).visits)


async def test_what_the_form_calls_classified_is_dropped_at_once(talk: Talk, house: House) -> None:
    await talk.say(CLERK, "上级文件")
    draft = house.work.run_sync(lambda unit: unit.draft(CLERK))
    assert draft is not None
    await talk.say(CLERK, f"draft:{draft.turn}:pick:1")
    assert "密件不进办公系统" in (await talk.read(CLERK))[-1]
    assert house.work.run_sync(lambda unit: unit.draft(CLERK)) is None


async def test_a_plain_paper_goes_on(talk: Talk, house: House) -> None:
    await talk.say(CLERK, "上级文件", "平件")
    draft = house.work.run_sync(lambda unit: unit.draft(CLERK))
    assert draft is not None
    assert draft.asking == "line"


async def test_what_is_classified_is_off_until_the_office_turns_it_on(talk: Talk, house: House) -> None:
    await talk.say(CLERK, "保密声明")
    assert house.work.run_sync(lambda unit: unit.draft(CLERK)) is None
    assert house.office.pack_of("classified") == ""
    assert house.office.pack_of("petition") == "futian-office"
