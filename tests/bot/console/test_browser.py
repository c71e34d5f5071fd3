"""The console in a real browser: two windows live one story, the keyboard works, nothing scrolls sideways."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.channels.console import console_app
from bot.channels.console_hub import LocalHub
from flows.cards import Message
from tests.bot.console.conftest import SETTINGS
from tests.bot.console.fakes import SmallOffice

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
EVERY_PAGE = (
    "/", "/as/F021/", "/as/F002/", "/as/F099/", "/as/F013/", "/as/F002/?case=c20", "/as/F002/case/c20",
    "/as/F002/box/to_approve", "/as/F002/box/to_approve?case=c19", "/as/F013/box/mine", "/as/F002/procedures",
    "/as/F021/calendar", "/as/F021/calendar?month=2026-10", "/as/F021/cars",
    "/as/F021/cars?week=2026-12-07", "/as/F002/registers", "/as/F002/registers/seals",
    "/as/F002/more", "/as/F002/search", "/as/F002/search?q=家", "/nowhere",
)  # fmt: skip


@dataclass
class House:
    """A console on a port of its own that can go down and come up again."""

    office: SmallOffice
    port: int
    runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Serve the office (with new streams) on the same port as before."""
        self.office.hub = LocalHub()
        self.runner = web.AppRunner(console_app(self.office, self.office.hub, SETTINGS), shutdown_timeout=1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def close(self) -> None:
        """Cut every stream and answer nobody."""
        if self.runner:
            await self.runner.cleanup()

    def url(self, path: str) -> str:
        """The full address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"


@pytest_asyncio.fixture(loop_scope="module")
async def house(office: SmallOffice) -> AsyncIterator[House]:
    """A console in operation."""
    house = House(office, unused_port())
    await house.open()
    yield house
    await house.close()


async def window(context: BrowserContext, house: House, path: str) -> Page:
    """A window at that address whose stream is open."""
    page = await context.new_page()
    async with page.expect_response(lambda response: "/events" in response.url):
        await page.goto(house.url(path))
    return page


async def test_enter_sends_and_the_question_puts_its_buttons_above_the_input(
    context: BrowserContext, house: House
) -> None:
    page = await window(context, house, "/as/F013/")
    box = page.get_by_label("说一句话")
    await box.fill("第一行")
    await box.press("Shift+Enter")
    await box.press_sequentially("第二行")
    await box.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("收到：第一行")
    await expect(box).to_have_value("")
    await box.fill("请假")
    await page.get_by_role("button", name="发送").click()
    await page.get_by_role("button", name="事假").click()
    await page.get_by_label("选择日期").fill("2026-11-26")
    await page.get_by_role("button", name="就选这个日期").click()
    await expect(page.get_by_role("log")).to_contain_text("收到：2026年11月26日(周四)")
    said = [entry.text for entry in house.office.talks["F013"] if entry.direction == "in"]
    assert said == ["第一行\n第二行", "请假", "kind:事假", "2026年11月26日(周四)"]


async def test_one_window_decides_and_the_others_card_changes_in_place(context: BrowserContext, house: House) -> None:
    leader = await window(context, house, "/as/F002/")
    staff = await window(context, house, "/as/F021/?case=c12")
    card = staff.get_by_role("log").locator("article", has=staff.get_by_text("QJ-2026-0012"))
    count = await staff.locator("#stream > article").count()
    await card.locator(".why summary").first.click()
    await (
        leader.locator("article", has=leader.get_by_text("QJ-2026-0012"))
        .get_by_role("button", name="同意", exact=True)
        .click()
    )
    await expect(leader.locator("#answer")).to_have_text("已同意。")
    await expect(card).to_contain_text("李慧敏副主任于 11月24日(周二)10:02 同意")
    await expect(card).to_contain_text("有更新")
    await expect(card.locator(".why[open]")).to_have_count(1)
    await expect(staff.locator("#side")).to_contain_text("已通过")
    await expect(leader.locator("[data-nav=to_approve] .count")).to_have_text("19")
    assert await staff.locator("#stream > article").count() == count


async def test_a_double_click_is_one_event(context: BrowserContext, house: House) -> None:
    page = await window(context, house, "/as/F013/")
    await page.get_by_role("button", name="请假", exact=True).dblclick()
    await expect(page.get_by_role("log")).to_contain_text("请哪种假？")
    said = [entry.text for entry in house.office.talks["F013"] if entry.direction == "in"]
    assert said == ["start:leave"]


async def test_a_cut_stream_says_so_and_loses_and_doubles_nothing(context: BrowserContext, house: House) -> None:
    page = await window(context, house, "/as/F013/")
    house.office.say("F013", Message("断开之前"))
    await expect(page.get_by_text("断开之前")).to_have_count(1)
    await house.close()
    await expect(page.get_by_text("连接已断开，正在重连")).to_be_visible()
    house.office.say("F013", Message("断开之间"))
    await house.open()
    await expect(page.get_by_text("断开之间")).to_have_count(1)
    await expect(page.get_by_text("连接已断开，正在重连")).to_have_count(0)
    house.office.say("F013", Message("重连之后"))
    await expect(page.get_by_text("重连之后")).to_have_count(1)
    texts = await page.locator("#stream .bubble .text").all_inner_texts()
    assert texts == ["断开之前", "断开之间", "重连之后"]


async def test_what_could_not_be_sent_stays_and_is_sent_once_later(context: BrowserContext, house: House) -> None:
    page = await window(context, house, "/as/F013/")
    box = page.get_by_label("说一句话")
    await house.close()
    await box.fill("请假")
    await box.press("Enter")
    await expect(page.locator("#answer")).to_contain_text("没有发出去")
    await expect(box).to_have_value("请假")
    await house.open()
    await box.press("Enter")
    await expect(page.get_by_text("请哪种假？")).to_have_count(1)


async def test_more_windows_than_connections_still_work(context: BrowserContext, house: House) -> None:
    people = ("F001", "F002", "F010", "F013", "F020", "F021", "F099")
    pages = []
    for person in people:
        page = await context.new_page()
        await page.goto(house.url(f"/as/{person}/"))
        pages.append(page)
    for person, page in zip(people, pages, strict=True):
        house.office.say(person, Message(f"通知{person}"))
        await expect(page.get_by_text(f"通知{person}")).to_have_count(1)
    await pages[-1].get_by_label("说一句话").fill("请假")
    await pages[-1].get_by_label("说一句话").press("Enter")
    await expect(pages[-1].get_by_text("请哪种假？")).to_have_count(1)


async def test_a_case_opens_beside_the_list_and_escape_closes_it(context: BrowserContext, house: House) -> None:
    page = await window(context, house, "/as/F002/box/to_approve")
    await page.locator(".line").first.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("complementary")).to_contain_text("办理路线")
    await expect(page).to_have_url(re.compile("case="))
    await expect(page.locator(".line[aria-current=true]")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.locator(".case-panel")).to_have_count(0)
    await expect(page).to_have_url(house.url("/as/F002/box/to_approve"))


async def test_deciding_from_the_list_takes_the_line_away(context: BrowserContext, house: House) -> None:
    page = await window(context, house, "/as/F002/box/to_approve?case=c19")
    await page.get_by_role("complementary").get_by_role("button", name="同意", exact=True).click()
    await expect(page.locator("#side-answer")).to_have_text("已同意。")
    await expect(page.get_by_role("complementary")).to_contain_text("已通过")
    await expect(page.locator("#list")).not_to_contain_text("QJ-2026-0019")


async def test_on_a_phone_the_case_is_a_sheet(browser: Browser, house: House) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(house.url("/as/F002/box/to_approve"))
    await page.locator(".line").first.click()
    sheet = page.get_by_role("complementary")
    await expect(sheet.get_by_role("button", name="同意", exact=True)).to_be_in_viewport()
    await expect(page.locator("#case-title")).to_be_focused()
    await sheet.get_by_role("link", name="关闭").click()
    await expect(sheet).to_be_hidden()
    await context.close()


async def test_too_large_a_file_is_told_before_it_is_sent(context: BrowserContext, house: House) -> None:
    page = await window(context, house, "/as/F013/")
    chooser = page.locator("input[type=file]")
    await chooser.set_input_files({"name": "大.pdf", "mimeType": "application/pdf", "buffer": bytes(10_485_761)})
    await expect(page.locator("#answer")).to_contain_text("超过 10 MB")
    await chooser.set_input_files({"name": "小.pdf", "mimeType": "application/pdf", "buffer": b"x"})
    await expect(page.locator("#picked")).to_contain_text("小.pdf")
    await page.get_by_role("button", name="发送").click()
    await expect(page.get_by_role("log")).to_contain_text("附件：小.pdf")
    await expect(page.locator("#picked")).to_be_hidden()


async def test_without_scripts_the_whole_story_works(browser: Browser, house: House) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(house.url("/as/F013/procedures"))
    await page.get_by_role("button", name="请假", exact=True).click()
    await page.get_by_role("button", name="病假").click()
    await page.get_by_label("说一句话").fill("后天")
    await page.get_by_role("button", name="发送").click()
    await expect(page.get_by_role("log")).to_contain_text("收到：后天")
    await page.goto(house.url("/as/F002/box/to_approve"))
    await page.locator(".line").first.click()
    await page.get_by_role("complementary").get_by_role("button", name="同意", exact=True).click()
    await expect(page.get_by_text("已同意。")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("width", [360, 390, 800, 1024, 1440])
async def test_nothing_scrolls_sideways(browser: Browser, house: House, width: int) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 780})
    page = await context.new_page()
    for path in EVERY_PAGE:
        await page.goto(house.url(path))
        wide = await page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll('.scroll, .talk, .side-scroll, .left')]
                 .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className || one.tagName)"""
        )
        assert wide == [], f"{path} at {width}"
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_its_ground(browser: Browser, house: House, scheme: str) -> None:
    context = await browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = await context.new_page()
    for path in (
        "/as/F021/?case=c21",
        "/as/F002/box/to_approve?case=c19",
        "/as/F021/calendar",
        "/as/F002/registers/seals",
    ):
        await page.goto(house.url(path))
        assert await page.evaluate(FAINT) == [], path
    await context.close()


FAINT = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()
      && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .map((one) => {
      const [a, b] = [light(rgb(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
      return [(a + .05) / (b + .05), one.className || one.tagName, one.textContent.trim().slice(0, 12)];
    }).filter(([ratio]) => ratio < 4.5);
}"""
