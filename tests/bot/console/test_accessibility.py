"""Every page without an accessibility violation axe knows of (WCAG 2.2 A and AA), light and dark, wide and narrow."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bot.service import Service
from tests.bot.console.test_browser import EVERY_PAGE, House, house
from tests.bot.small_house import CHIEF, Talk, small_house
from tests.fakes import MovableClock
from tests.stories.telegram_office import telegram_office

__all__ = ["house"]
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
AXE = next((Path(__file__).parent / "vendor").glob("axe-*.min.js")).read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}});
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}"""


async def violations(page: Page, url: str) -> list[str]:
    """What axe finds on the page at that address."""
    await page.goto(url)
    await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN, RULES)
    return found


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390)])
async def test_no_page_has_a_violation(browser: Browser, house: House, scheme: str, width: int) -> None:
    context = await browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 844}, locale="zh-CN"
    )
    page = await context.new_page()
    found = {path: await violations(page, house.url(path)) for path in EVERY_PAGE}
    await context.close()
    assert {path: broken for path, broken in found.items() if broken} == {}


async def test_signing_in_and_a_card_with_its_verbs_open(browser: Browser, tmp_path: Path) -> None:
    """Where one signs in, what one is told without a session, and what stands behind 更多."""
    page = await browser.new_page(locale="zh-CN")
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00")) as office:
        for path in ("/sign-in/none", "/", "/as/Y022/"):
            assert await violations(page, office.api.reach + path) == [], path
    clock = MovableClock()
    service = Service(small_house(tmp_path / "small", clock))
    port = await service.start()
    talk = Talk(service, clock)
    case = await talk.file_leave()
    await talk.say(CHIEF, f"more:{case}")
    for path in (f"/as/{CHIEF}/", f"/as/{CHIEF}/?case={case}"):
        assert await violations(page, f"http://127.0.0.1:{port}{path}") == [], path
    assert await page.get_by_role("button", name="转交", exact=True).count() == 1
    await service.stop()
    await page.close()


async def test_axe_is_awake(browser: Browser, house: House) -> None:
    """A page somebody broke is found broken."""
    page = await browser.new_page()
    await page.goto(house.url("/as/F021/"))
    await page.evaluate("document.querySelector('#side').innerHTML = '<img src=\"x.png\"><button></button>'")
    await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN, RULES)
    await page.close()
    assert {line.partition(":")[0] for line in found} >= {"image-alt", "button-name"}
