"""From files and an empty folder to a house at work, and the same again at the next start."""

from pathlib import Path

import pytest

from bot.assemble import open_house
from bot.service import Service
from bot.settings import Settings, from_environment
from flows.cards import Message
from storage.database import WrongSchema
from storage.office import OfficeErrors
from storage.verify import verify
from tests.bot.office_folder import office_folder
from tests.fakes import MovableClock


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    office = office_folder(tmp_path / "office")
    return from_environment({"OFFICE": str(office), "DATABASE_URL": f"sqlite:///{tmp_path}/var/banshi.db"})


def test_the_first_start_makes_everything(settings: Settings, clock: MovableClock) -> None:
    house = open_house(settings, clock)
    versions = house.work.run_sync(lambda unit: set(unit.pack_texts()))
    bound = house.work.run_sync(lambda unit: {no: unit.bound("console", no) for no in ("F021", "F029")})
    house.work.close()
    assert (house.office.name, house.desk().now) == ("试点办公室", clock.now())
    assert versions == {(pack.id, pack.version) for pack in house.rules.current.values()}
    assert bound == {"F021": "F021", "F029": ""}


def test_who_has_left_since_is_bound_no_more(settings: Settings, clock: MovableClock) -> None:
    open_house(settings, clock).work.close()
    people = settings.office / "people.csv"
    people.write_text(people.read_text("utf-8").replace("2023-06-05,在职", "2023-06-05,离职"), "utf-8")
    house = open_house(settings, clock)
    assert house.work.run_sync(lambda unit: unit.bound("console", "F021")) == ""
    house.work.close()


def test_an_earlier_version_of_the_rules_is_still_there_and_one_nobody_can_run_is_left_out(
    settings: Settings, clock: MovableClock
) -> None:
    house = open_house(settings, clock)
    (pack, version), text = next(iter(house.work.run_sync(lambda unit: unit.pack_texts()).items()))
    older = text.replace("区委区政府办公室", "区政府办公室", 1)
    house.work.run_sync(lambda unit: unit.keep_pack(pack, "older", older))
    house.work.run_sync(lambda unit: unit.keep_pack(pack, "broken", "{}"))
    house.work.close()
    again = open_house(settings, clock)
    again.work.close()
    assert set(again.rules.versions) >= {(pack, version), (pack, "older")}
    assert (pack, "broken") not in again.rules.versions


def test_a_mistake_in_the_folder_stops_the_start_before_anything_is_made(
    settings: Settings, clock: MovableClock
) -> None:
    (settings.office / "office.yaml").write_text("name: 试点\n", encoding="utf-8")
    with pytest.raises(OfficeErrors):
        open_house(settings, clock)
    assert not settings.var.exists()


def test_a_newer_database_is_left_alone(settings: Settings, clock: MovableClock) -> None:
    house = open_house(settings, clock)
    house.work.run_sync(lambda unit: unit.db.change("UPDATE alembic_version SET version_num = '9999'"))
    house.work.close()
    with pytest.raises(WrongSchema):
        open_house(settings, clock)


def test_what_was_claimed_and_not_settled_is_given_out_again_at_the_next_start(
    settings: Settings, clock: MovableClock
) -> None:
    house = open_house(settings, clock)
    house.work.run_sync(lambda unit: unit.bind("post", "@liu", "F021"))
    house.work.run_sync(lambda unit: unit.say("F021", Message(text="通知")))
    claimed = house.work.run_sync(lambda unit: unit.due_outbox(clock.now(), 10))
    house.work.close()
    again = open_house(settings, clock)
    given = again.work.run_sync(lambda unit: unit.due_outbox(clock.now(), 10))
    again.work.close()
    assert [item.id for item in claimed] == [item.id for item in given] != []


async def waiting_for_who_leaves(settings: Settings, clock: MovableClock, damage: str = "") -> str:
    """A leave that waits for the section's head, who has left since; returns the case."""
    house = open_house(settings, clock)
    service = Service(house)
    for number, text in enumerate(("请假", "事假", "明天上午", "明天下午", "去医院看牙", "提交")):
        clock.wait(minutes=1)
        answer = await service.console.receive("F021", f"k{number}", "text", text=text)
    if damage:
        house.work.run_sync(lambda unit: unit.db.change(damage))
    house.work.close()
    people = settings.office / "people.csv"
    left = people.read_text("utf-8").replace("doc_chief,2005-07-01,在职", "doc_chief,2005-07-01,离职")
    people.write_text(left.replace("赵倩,办文科,,staff", "赵倩,办文科,科长,section_chief、staff"), "utf-8")
    return answer.case_id


async def test_a_case_that_waited_for_who_has_left_is_asked_of_the_successor(
    settings: Settings, clock: MovableClock
) -> None:
    case_id = await waiting_for_who_leaves(settings, clock)
    house = open_house(settings, clock)
    asked = house.work.run_sync(lambda unit: [ask.person for ask in unit.open_asks()])
    acts = house.work.run_sync(lambda unit: [entry.act for entry in unit.journal(case_id)])
    differences = house.work.run_sync(verify).differences
    house.work.close()
    assert (asked, acts[-1], differences) == (["F022"], "succeeded", ())
    again = open_house(settings, clock)
    assert again.work.run_sync(lambda unit: len(unit.journal(case_id))) == len(acts)
    again.work.close()


async def test_a_case_that_cannot_be_carried_on_does_not_keep_the_office_shut(
    settings: Settings, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    lost = "UPDATE cases SET projection = REPLACE(projection, 'leave_request', 'no_such_procedure')"
    case_id = await waiting_for_who_leaves(settings, clock, lost)
    open_house(settings, clock).work.close()
    assert "a successor could not be asked" in caplog.text
    assert case_id in {getattr(record, "told", {}).get("case") for record in caplog.records}
