"""The sample office in a real browser: a window for each person, and a clock that is moved by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.assemble import open_house
from bot.service import Service
from bot.settings import from_environment
from tests.fakes import MovableClock
from tests.tree import ROOT

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")


@dataclass
class Windows:
    """The office's console, a window for each person."""

    browser: Browser
    address: str
    clock: MovableClock
    service: Service
    pages: dict[str, Page] = field(default_factory=dict)

    async def of(self, person: str) -> Page:
        """The person's window, opened once, its stream open."""
        if person not in self.pages:
            page = await self.browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            page.set_default_timeout(15_000)
            async with page.expect_response(lambda response: "/events" in response.url):
                await page.goto(f"{self.address}/as/{person}/")
            self.pages[person] = page
        return self.pages[person]

    async def say(self, person: str, *texts: str) -> None:
        """Type each text and send it with Enter."""
        page = await self.of(person)
        box = page.get_by_label("说一句话")
        for text in texts:
            await box.fill(text)
            await box.press("Enter")
            await expect(box).to_have_value("")

    async def press(self, person: str, label: str) -> None:
        """Press the newest button of that label in the conversation or above the input."""
        page = await self.of(person)
        await page.get_by_role("button", name=label, exact=True).last.click()

    async def card(self, person: str, words: str) -> Locator:
        """The newest card in the person's conversation that says the words."""
        page = await self.of(person)
        found = page.get_by_role("log").locator("article").filter(has_text=words).last
        await expect(found).to_be_visible()
        return found

    async def act(self, person: str, words: str, label: str) -> None:
        """Press a button of the card that says the words."""
        card = await self.card(person, words)
        await card.get_by_role("button", name=label, exact=True).click()

    async def reads(self, person: str, words: str) -> None:
        """The person's conversation says the words, at once or soon."""
        page = await self.of(person)
        await expect(page.get_by_role("log")).to_contain_text(words)

    async def wait(self, until: str) -> None:
        """The clock is set forward and everything that fell due is carried out."""
        self.clock.set(until)
        await self.service.scheduler.settle()
        await self.service.delivery.settle()


@asynccontextmanager
async def sample_office(chromium: str, folder: Path, clock: MovableClock) -> AsyncIterator[Windows]:
    """The sample office at work on a database in the folder, and a headless Chromium before it."""
    settings = from_environment(
        {"OFFICE": str(ROOT / "offices" / "sample"), "DATABASE_URL": f"sqlite:///{folder}/banshi.db", "PORT": "0"}
    )
    service = Service(open_house(settings, clock))
    port = await service.start()
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            yield Windows(browser, f"http://127.0.0.1:{port}", clock, service)
            await browser.close()
    finally:
        await service.stop()
