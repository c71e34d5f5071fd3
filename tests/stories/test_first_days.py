"""The first days of the sample office in a browser: a leave and a seal, from first message to closed register."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.fakes import MovableClock
from tests.stories.browser import Windows, sample_office

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
DIRECTOR, DEPUTY, KEEPER, CLERK, HEAD, LU, OTHER_CLERK = "Y001", "Y002", "Y013", "Y023", "Y020", "Y022", "Y032"


@pytest_asyncio.fixture(loop_scope="module")
async def windows(chromium: str, tmp_path: Path) -> AsyncIterator[Windows]:
    """The sample office on a Tuesday morning."""
    async with sample_office(chromium, tmp_path, MovableClock("2026-11-24T09:00")) as opened:
        yield opened


async def rows_of(windows: Windows, person: str, register: str) -> list[str]:
    """The rows of a register as the person sees them, newest first."""
    page = await windows.browser.new_page()
    await page.goto(f"{windows.address}/as/{person}/registers/{register}")
    rows = await page.get_by_role("row").all_inner_texts()
    await page.close()
    return [" ".join(row.split()) for row in rows[1:]]


async def test_a_leave_from_the_first_message_to_the_closed_register(windows: Windows) -> None:
    """A day's personal leave: head, deputy in charge, attendance, return, confirmed (考勤制度(二)句4, (四), (五))."""
    await windows.say(LU, "请假")
    await windows.press(LU, "事假")
    await windows.say(LU, "随便哪天")
    await windows.say(LU, "明天上午", "今天上午")
    await windows.reads(LU, "不早于开始")
    await windows.say(LU, "明天下午", "去医院看牙")
    await windows.reads(LU, "办理路线")
    await windows.press(LU, "提交申请")
    await windows.act(HEAD, "陆子涵 · 事假 1 天", "同意")
    await windows.act(DEPUTY, "陆子涵 · 事假 1 天", "同意")
    await windows.act(CLERK, "陆子涵 · 事假 1 天", "登记考勤")
    await expect(await windows.card(LU, "陆子涵 · 事假 1 天")).to_contain_text("已通过")
    await windows.wait("2026-11-26T08:40")
    await windows.reads(LU, "假期已满")
    await windows.act(LU, "陆子涵 · 事假 1 天", "销假")
    await windows.act(DEPUTY, "陆子涵 · 事假 1 天", "确认销假")
    await expect(await windows.card(LU, "陆子涵 · 事假 1 天")).to_contain_text("已办结")
    assert any("陆子涵 事假" in row and "有效" in row for row in await rows_of(windows, CLERK, "attendance"))


async def test_a_seal_from_the_first_message_to_the_closed_register(windows: Windows) -> None:
    """The office's seal on an important document: signed, checked, stamped (印章管理与使用制度(二)3, (五))."""
    await windows.say(LU, "用印")
    await windows.press(LU, "区委办公室印章")
    page = await windows.of(LU)
    chooser = page.locator("input[type=file]")
    await chooser.set_input_files({"name": "通知.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"})
    await page.get_by_role("button", name="发送").click()
    await windows.reads(LU, "请写明用印事由")
    await windows.say(LU, "印发会议通知")
    await windows.press(LU, "重要文件")
    await windows.say(LU, "三份", "陆子涵")
    await windows.press(LU, "提交申请")
    keeper = await windows.of(KEEPER)
    await expect(keeper.get_by_role("log")).not_to_contain_text("区委办公室印章")
    await windows.act(DIRECTOR, "陆子涵 · 区委办公室印章", "退回修改")
    await windows.say(DIRECTOR, "请补会议时间")
    await windows.press(LU, "改好再交")
    await windows.reads(LU, "退回修改")
    await windows.press(LU, "修改")
    await windows.press(LU, "3 用印事由：印发会议通知")
    await windows.say(LU, "印发11月27日会议通知")
    await windows.press(LU, "提交申请")
    await windows.act(DIRECTOR, "印发11月27日会议通知", "签字")
    await windows.press(KEEPER, "相符")
    await windows.press(KEEPER, "盖章登记")
    await windows.reads(KEEPER, "3 个")
    await windows.press(KEEPER, "实盖印数不同")
    await windows.say(KEEPER, "2")
    await expect(await windows.card(LU, "陆子涵 · 区委办公室印章")).to_contain_text("已办结")
    (row,) = await rows_of(windows, KEEPER, "seal_register")
    assert "区委办公室印章" in row
    assert "贺远航" in row
    assert "印发11月27日会议通知" in row


async def test_what_is_not_theirs_is_shown_to_nobody_else(windows: Windows) -> None:
    await windows.say(LU, "请假", "事假", "明天下午", "明天下午", "家事", "提交")
    card = await windows.card(HEAD, "陆子涵 · 事假 0.5 天")
    await expect(card).to_contain_text("待您审批")
    stranger = await windows.of(OTHER_CLERK)
    await expect(stranger.get_by_role("log")).not_to_contain_text("陆子涵")
