"""What a step has to write down is asked for in the talk: an urgent paper verified, a form given back, a scan kept."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from bot.console_desk import CHANNEL
from bot.service import House, Service
from flows.approval.case import Case, Visit
from flows.approval.filing import file_case
from flows.procedure.model import Json
from flows.records import StoredFile
from handlers.gather import facts_for
from handlers.ports import Rules
from storage.database import open_work, prepare
from storage.unit import Unit
from tests.bot.small_house import settings_in
from tests.fakes import MovableClock
from tests.flows.families.desk import Desk, at, calendar
from tests.flows.families.seal_offices import bureau, campus, school

FILE: Json = {"id": "f1", "name": "文件.pdf", "size": 3}


@dataclass
class Story:
    """One office's requests, filed at once and then pressed and typed on."""

    house: House
    service: Service
    said: int = 0
    case: str = ""

    def file(self, procedure: str, by: str, /, **values: Json) -> None:
        pack = next(iter(self.house.rules.current.values()))

        def filing(unit: Unit) -> str:
            number = unit.new_case("T", self.house.clock.now())
            facts = facts_for(unit, self.house.desk(), pack, by, values=values)
            named = {"case_id": number.id, "no": number.no, "code": number.code}
            made = file_case(pack, pack.procedures[procedure], values, by, facts, **named)
            unit.keep(made)
            return made.case.id

        self.case = self.house.work.run_sync(filing)

    def now(self) -> Case:
        return self.house.work.run_sync(lambda unit: unit.case(self.case))

    def visit(self) -> Visit:
        open_visit = self.now().open_visit
        assert open_visit is not None
        return open_visit

    def step(self) -> str:
        return self.visit().step

    async def tap(self, person: str, code: str) -> str:
        self.said += 1
        text = code.replace("CASE", self.case).replace("VISIT", str(self.visit().index))
        return (await self.service.console.receive(person, f"k{self.said}", "tap", text=text)).text

    async def say(self, person: str, text: str) -> str:
        self.said += 1
        return (await self.service.console.receive(person, f"k{self.said}", "text", text=text)).text

    async def send(self, person: str, file: StoredFile) -> str:
        self.said += 1
        return (await self.service.console.receive(person, f"k{self.said}", "file", file=file)).text

    async def last(self, person: str) -> str:
        await self.service.delivery.settle()
        lines = await self.service.console.messages(person, before=None, limit=50)
        texts = [line.message.text for line in lines if line.message is not None and line.message.card is None]
        return texts[-1]


def told(folder: Path, desk: Desk, away: frozenset[str] = frozenset()) -> Iterator[Story]:
    """A story in that office."""
    clock = MovableClock(at("2026-11-23T10:00"))
    settings = settings_in(folder)
    prepare(settings.database_url)
    work = open_work(settings.database_url, clock.now)
    for person in desk.office.people:
        work.run_sync(partial(Unit.bind, channel=CHANNEL, account=person, person=person))
    office = replace(desk.office, absent=away)
    pack = desk.pack
    rules = Rules({pack.id: pack}, {(pack.id, pack.version): pack})
    house = House(settings, clock, office, calendar(), rules, work)
    yield Story(house, Service(house))
    work.close()


@pytest.fixture
def at_campus(tmp_path: Path) -> Iterator[Story]:
    """The campus office, whose signer for the seal is away."""
    yield from told(tmp_path, campus(seal_signer={"校印": "H020"}), frozenset({"H020"}))


@pytest.fixture
def at_school(tmp_path: Path) -> Iterator[Story]:
    """The school office."""
    yield from told(tmp_path, school())


@pytest.fixture
def at_bureau(tmp_path: Path) -> Iterator[Story]:
    """The tax bureau, whose leader is away."""
    yield from told(tmp_path, bureau(), frozenset({"T002"}))


async def test_an_urgent_paper_is_verified_line_by_line(at_campus: Story) -> None:
    story = at_campus
    story.file("seal_request", "H023", seal="校印", reason="投标", document=FILE, copies=1, urgent="急办")
    await story.tap("H011", "set:CASE:VISIT:complete:1")
    assert story.step() == "verify"
    await story.tap("H011", "do:execute:CASE:VISIT")
    assert "补办时限" in await story.last("H011")
    await story.say("H011", "大概吧")
    assert story.step() == "verify"
    await story.say("H011", "明天下午五点")
    assert story.now().values["makeup_due"] == "2026-11-24 17:00"
    assert story.step() == "stamp"
    await story.tap("H012", "do:execute:CASE:VISIT")
    assert (await story.last("H012")).startswith("请核对后盖章")
    await story.tap("H012", "sure:CASE:VISIT")
    assert story.step() == "late_sign"


async def test_a_question_called_off_does_nothing(at_campus: Story) -> None:
    story = at_campus
    story.file("seal_request", "H023", seal="校印", reason="投标", document=FILE, copies=1, urgent="急办")
    await story.tap("H011", "set:CASE:VISIT:complete:1")
    await story.tap("H011", "do:execute:CASE:VISIT")
    await story.say("H011", "取消")
    assert await story.last("H011") == "好的，没有办理，本件仍在您这里。"
    assert story.step() == "verify"


async def test_a_form_found_wanting_needs_its_reason(at_school: Story) -> None:
    story = at_school
    planned = "2026-11-24 09:00"
    story.file("seal_request", "S011", reason="实习函", planned_at=planned, document=FILE, purpose="正式文件签署")
    await story.tap("S010", "do:agree:CASE:VISIT")
    await story.tap("S000", "do:agree:CASE:VISIT")
    await story.tap("S002", "set:CASE:VISIT:complete:1")
    assert story.now().state == "pending"
    await story.say("S002", "缺部门公函")
    assert story.now().state == "returned"
    assert story.now().visits[-1].reason == "缺部门公函"


async def test_the_scan_comes_with_the_register_line(at_school: Story) -> None:
    story = at_school
    planned = "2026-11-24 09:00"
    story.file("seal_request", "S011", reason="实习函", planned_at=planned, document=FILE, purpose="正式文件签署")
    for who in ("S010", "S000"):
        await story.tap(who, "do:agree:CASE:VISIT")
    await story.tap("S002", "set:CASE:VISIT:complete:0")
    scan = StoredFile("s1", "扫描件.pdf", 3, "0" * 64, "S002")
    story.house.work.run_sync(lambda unit: unit.keep_file(scan))
    await story.tap("S002", "scan:CASE:VISIT")
    await story.send("S002", scan)
    assert "stamp" in story.now().done_steps()
    (row,) = story.house.work.run_sync(lambda unit: unit.register("seal_register", offset=0, limit=5))
    assert (row.row["scan"], row.row["taker"]) == ("扫描件.pdf", "史瑞")
    assert story.house.work.run_sync(lambda unit: [file.id for file in unit.files_of(story.case)]) == ["s1"]


async def test_signing_for_the_leader_asks_why(at_bureau: Story) -> None:
    story = at_bureau
    form: dict[str, Json] = {"seal": "局行政印章", "use": "其他", "reason": "证明", "document": FILE}
    story.file("seal_request", "T031", **form, is_dispatch="否", place="局内")
    await story.tap("T030", "do:agree:CASE:VISIT")
    assert story.step() == "acting_sign"
    await story.tap("T010", "do:agree:CASE:VISIT")
    assert "代签原因" in await story.last("T010")
    await story.say("T010", "余飞外出开会")
    assert story.now().values["acting_reason"] == "余飞外出开会"
    assert "acting_sign" in story.now().done_steps()
