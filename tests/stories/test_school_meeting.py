"""A school's meeting in chat: called, reminded of, signed in to, recorded; its minutes begin with what is known."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.assemble import open_house
from bot.service import House
from bot.settings import from_environment
from flows.approval.case import Case
from tests.bot.small_house import Talk
from tests.fakes import MovableClock

ASSISTANT, TEACHER, LEADER = "S002", "S010", "S000"
_HEAD = "name: 试点学校办公室\nadministrator: S002\npacks: {'*': school-office}\n"
_PEOPLE = """\
工号,姓名,科室,职务,岗位,参加工作日期,状态
S000,郁校长,校领导,校长,school_leader,1993-08-01,在职
S001,凌主任,综合办公室,主任,office_director、dept_head,2000-08-15,在职
S002,茅助理,综合办公室,,admin_assistant、office_staff,2015-09-01,在职
S010,牧老师,教务处,处长,dept_head,2001-09-01,在职
"""


@pytest.fixture
def house(tmp_path: Path, clock: MovableClock) -> Iterator[House]:
    """A small school office over a database of its own."""
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "office.yaml").write_text(_HEAD, encoding="utf-8")
    (folder / "people.csv").write_text(_PEOPLE, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/banshi.db"
    settings = from_environment({"OFFICE": str(folder), "DATABASE_URL": url, "PORT": "0", "SECRET_KEY": "k" * 20})
    made = open_house(settings, clock)
    yield made
    made.work.close()


def case_of(house: House, case_id: str) -> Case:
    return house.work.run_sync(lambda unit: unit.case(case_id))


def waiting(house: House, case_id: str) -> str:
    visit = case_of(house, case_id).open_visit
    assert visit is not None
    return f"{case_id}:{visit.index}"


async def test_the_record_of_a_meeting_leads_to_its_minutes(talk: Talk, house: House, clock: MovableClock) -> None:
    start = (clock.now() + timedelta(days=10)).strftime("%m月%d日上午9点")
    said = ("组织会议", "期末布置", start, "跳过", "一号会议室", "牧老师、凌主任", "带计划", "跳过", "提交")
    case = await talk.say(ASSISTANT, *said)
    assert case, await talk.read(ASSISTANT)
    await talk.say(ASSISTANT, f"do:execute:{waiting(house, case)}")
    assert any("在一号会议室开" in line for line in await talk.read(TEACHER))
    code = case_of(house, case).code
    await talk.say(TEACHER, f"签到 {code}")
    for typed in (f"表决 {code} 1 同意", f"回避 {code} 1", f"缓议 {code} 1", f"书面意见 {code} 同意"):
        await talk.say(TEACHER, typed)
        assert "没有这一步" in (await talk.read(TEACHER))[-1]
    for _ in range(2):
        await talk.say(ASSISTANT, f"do:execute:{waiting(house, case)}")
    await talk.say(ASSISTANT, f"do:execute:{waiting(house, case)}", "各处都讲了", "按期完成", "教务处")
    assert case_of(house, case).state == "closed", await talk.read(ASSISTANT)
    assert case_of(house, case).values["attendance"] == [TEACHER]
    assert any("接下来要办“会议纪要”" in line for line in await talk.read(ASSISTANT))
    await talk.say(ASSISTANT, f"later:meeting_minutes:{case}")
    draft = house.work.run_sync(lambda unit: unit.draft(ASSISTANT))
    assert draft is not None
    assert draft.procedure == "meeting_minutes"
    assert (draft.values["topics"], draft.values["decisions"], draft.values["attendees"]) == (
        "期末布置",
        "按期完成",
        [TEACHER],
    )
    await talk.say(TEACHER, f"later:meeting_minutes:{case}")
    assert house.work.run_sync(lambda unit: unit.draft(TEACHER)) is None
