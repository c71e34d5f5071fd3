"""A day of cars in a browser: asked for in one sentence, dispatched, driven, brought back; and no car left."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.fakes import MovableClock
from tests.stories.browser import Windows, sample_office

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
LU, HEAD, DISPATCHER, DRIVER = "Y022", "Y020", "Y016", "Y017"
TRIP = "陆子涵 · 公务用车"


@pytest_asyncio.fixture(loop_scope="module")
async def windows(chromium: str, tmp_path: Path) -> AsyncIterator[Windows]:
    """The sample office on a Tuesday morning."""
    async with sample_office(chromium, tmp_path, MovableClock("2026-11-24T09:00")) as opened:
        yield opened


async def week_of_cars(windows: Windows, person: str) -> str:
    """What the person's page of the week says."""
    page = await windows.browser.new_page(locale="zh-CN")
    await page.goto(f"{windows.address}/as/{person}/cars")
    told = await page.get_by_role("table").inner_text()
    await page.close()
    return " ".join(told.split())


async def test_a_car_from_one_sentence_to_the_car_park(windows: Windows) -> None:
    """One message, one confirmation; dispatch, out and back with their readings (车辆管理和使用制度(二)(七)(八))."""
    await windows.say(LU, "明天上午9点用车去市政府开会，3人，11点半返回")
    await windows.reads(LU, "没有说的先按常见情形填")
    await windows.reads(LU, "办理路线")
    await windows.press(LU, "提交申请")
    await windows.act(DISPATCHER, TRIP, "派云溪一号 · 丁志勇")
    await windows.reads(LU, "车辆云溪一号，司机丁志勇，出车时间11月25日(周三)09:00")
    await expect(await windows.card(LU, TRIP)).to_contain_text("云溪一号")
    assert "09:00–11:30 已派 陆子涵 市政府" in await week_of_cars(windows, LU)
    assert "09:00–11:30 已派 陆子涵 空" in await week_of_cars(windows, HEAD)
    await windows.wait("2026-11-25T08:30")
    await windows.reads(DRIVER, "就要出车")
    await windows.wait("2026-11-25T08:55")
    await windows.act(DRIVER, TRIP, "出车")
    await windows.press(DRIVER, "正常")
    await windows.say(DRIVER, "12000")
    assert "09:00–11:30 在外" in await week_of_cars(windows, LU)
    await windows.wait("2026-11-25T12:05")
    await windows.reads(DRIVER, "还没有登记回车")
    await windows.act(DRIVER, TRIP, "返回登记")
    await windows.say(DRIVER, "12030", "跳过", "跳过")
    await expect(await windows.card(LU, TRIP)).to_contain_text("已办结")
    assert "09:00–12:05 已回" in await week_of_cars(windows, LU)


async def test_a_trip_that_finds_no_car_is_told_what_else_there_is(windows: Windows) -> None:
    asked = "明天上午8点用车去区医院体检，15人，11点返回"
    await windows.say(LU, asked)
    await windows.press(LU, "提交申请")
    await windows.act(DISPATCHER, TRIP, "派云溪三号 · 潘立新")
    await windows.say(HEAD, asked)
    await windows.reads(HEAD, "可改时间再报")
    page = await windows.of(HEAD)
    assert await page.get_by_role("button", name="提交申请").count() == 0
