"""Looking up what was done before, and taking a register along as a spreadsheet."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from bot.channels.console_facade import NotHere
from bot.service import Service
from tests.bot.small_house import CHIEF, CLERK, DEPUTY, LIU, SECRETARY, Talk
from tests.fakes import MovableClock


@pytest.fixture
async def three(talk: Talk, clock: MovableClock) -> tuple[str, ...]:
    """A leave refused in October, one approved and one waiting in November."""
    clock.set("2026-10-12T09:00")
    refused = await talk.file_leave()
    await talk.say(CHIEF, f"do:refuse:{refused}:1", "当天有会务")
    clock.set("2026-11-24T09:00")
    approved = await talk.file_leave()
    await talk.say(CHIEF, f"do:agree:{approved}:1")
    await talk.say(DEPUTY, f"do:agree:{approved}:2")
    await talk.say(CLERK, f"do:execute:{approved}:3")
    waiting = await talk.say(LIU, "请假", "病假", "周四上午", "周四上午", "=HYPERLINK(发烧)", "没有", "提交")
    return refused, approved, waiting


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("查一下我上个月的请假", [0]),
        ("查 本月", [1, 2]),
        ("查 未通过", [0]),
        ("查 牙", [0, 1]),
        ("查 刘洋 病假", [2]),
        ("查 用印", []),
        ("查 王芳", []),
        ("查", [0, 1, 2]),
    ],
)
async def test_what_is_asked_for_is_found(
    service: Service, talk: Talk, three: tuple[str, ...], asked: str, found: list[int]
) -> None:
    listed = await service.console.search(LIU, asked.removeprefix("查一下").removeprefix("查").strip(), 1)
    assert {line.case_id for line in listed.lines} == {three[at] for at in found}
    await talk.say(LIU, asked)
    answer = (await talk.read(LIU))[-1]
    assert answer.startswith(f"查到 {len(found)} 件" if found else "没有查到")


async def test_nobody_finds_what_does_not_concern_them(service: Service, three: tuple[str, ...]) -> None:
    assert (await service.console.search("F013", "请假", 1)).total == 0
    assert (await service.console.search(CHIEF, "请假", 1)).total == 3
    assert (await service.console.search(DEPUTY, "请假", 1)).total == 1
    assert (await service.console.search(SECRETARY, "请假", 1)).total == 3


async def test_a_register_is_taken_along_as_text(service: Service, three: tuple[str, ...]) -> None:
    sheet = await service.console.register_sheet(CLERK, "attendance")
    book = load_workbook(BytesIO(sheet.content))
    rows = list(book.active.iter_rows(values_only=True)) if book.active is not None else []
    assert rows[0][0] == "人员"
    assert rows[1][:2] == ("刘洋", "事假")
    assert 1 in rows[1]
    assert all(cell.data_type != "f" for row in (book.active or []) for cell in row)


async def test_a_register_is_for_its_readers_only(service: Service, three: tuple[str, ...]) -> None:
    with pytest.raises(NotHere):
        await service.console.register_sheet(LIU, "attendance")
