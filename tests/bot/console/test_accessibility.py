"""Every page without an accessibility violation axe knows of (WCAG 2.2 A and AA), light and dark, wide and narrow."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.bot.console.test_browser import EVERY_PAGE, House, house

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


async def test_axe_is_awake(browser: Browser, house: House) -> None:
    """A page somebody broke is found broken."""
    page = await browser.new_page()
    await page.goto(house.url("/as/F021/"))
    await page.evaluate("document.querySelector('#side').innerHTML = '<img src=\"x.png\"><button></button>'")
    await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN, RULES)
    await page.close()
    assert {line.partition(":")[0] for line in found} >= {"image-alt", "button-name"}
