"""A seal taken out of use and put back, lent and reminded of until it is back; only its keepers say so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.scheduler import Scheduler
from tests.flows.families.desk import at
from tests.flows.families.seal_offices import bureau, campus, school
from tests.stories.test_seal_recorded import FILE, Story, told

KEEPER, STAFF = "H012", "H023"


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """The campus office."""
    yield from told(tmp_path, campus())


def status(story: Story, seal: str = "校印") -> str:
    found = story.house.work.run_sync(lambda unit: unit.seals()).get(seal)
    return found.status if found is not None else "in_use"


async def test_out_of_use_until_it_is_put_back(story: Story) -> None:
    assert await story.say(KEEPER, "停用印章 校印 印面损坏") == "已登记：校印停用。"
    assert status(story) == "suspended"
    with pytest.raises(Exception, match="已停用"):
        story.file("seal_request", STAFF, seal="校印", reason="投标", document=FILE, copies=1, urgent="普通")
    story.file("seal_request", STAFF, seal="钢印", reason="投标", document=FILE, copies=1, urgent="普通")
    assert await story.say(KEEPER, "恢复印章 校印") == "已登记：校印恢复。"
    assert status(story) == "in_use"
    story.file("seal_request", STAFF, seal="校印", reason="投标", document=FILE, copies=1, urgent="普通")


@pytest.mark.parametrize(
    ("who", "text", "why"),
    [
        (STAFF, "停用印章 校印 丢了", "由印章管理人员登记"),
        (KEEPER, "停用印章 校印", "请写明停用的原因"),
        (KEEPER, "停用印章 公章 丢了", "没有叫“公章”的印章"),
        (KEEPER, "恢复印章 校印", "没有停用"),
        (KEEPER, "归还印章 校印", "没有借出"),
        (KEEPER, "借出印章 校印", "请写明借给谁"),
    ],
)
async def test_what_does_not_fit_is_refused(story: Story, who: str, text: str, why: str) -> None:
    assert why in await story.say(who, text)
    assert status(story) == "in_use"


async def test_lent_and_reminded_of_until_it_is_back(story: Story) -> None:
    clock = story.house.clock
    scheduler = Scheduler(story.house.work, story.house.desk, clock, story.house.metrics)
    await story.say(KEEPER, "借出印章 校印 给计然 11月25日前还")
    assert status(story) == "lent"
    assert "不能再借出" in await story.say(KEEPER, "借出印章 校印 给计然 11月25日前还")
    clock.set(at("2026-11-25T08:30"))  # type: ignore[attr-defined]
    assert await scheduler.settle() == 1
    assert (await story.last(KEEPER)).startswith("校印借给计然，应于11月25日(周三)归还")
    clock.set(at("2026-11-26T08:30"))  # type: ignore[attr-defined]
    assert await scheduler.settle() == 1
    await story.say(KEEPER, "归还印章 校印")
    clock.set(at("2026-11-27T08:30"))  # type: ignore[attr-defined]
    assert await scheduler.settle() == 1
    assert story.house.work.run_sync(lambda unit: unit.next_timer_at()) is None


@pytest.mark.parametrize("office", ["school", "bureau"])
async def test_a_text_that_forbids_lending_is_named(tmp_path: Path, office: str) -> None:
    desk, keeper, seal, clause = {
        "school": (school(), "S002", "学校印章", "三(三)3·操作2"),
        "bureau": (bureau(), "T013", "局行政印章", "风险·主任岗·措施4/3"),
    }[office]
    for story in told(tmp_path, desk):
        said = await story.say(keeper, f"借出印章 {seal} 给张三 明天还")
        assert "不能借出" in said
        assert clause in said
        assert status(story, seal) == "in_use"
