"""A console over a small office: asked over HTTP, or looked at in a real browser."""

import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, BrowserContext, async_playwright

from bot.channels.console import console_app
from bot.channels.console_guard import ConsoleSettings
from tests.bot.console.demo import full_day
from tests.bot.console.fakes import SmallOffice

SETTINGS = ConsoleSettings("某区委区政府办公室", b"k" * 32, sample=True, heartbeat=0.05)
TOKEN = re.compile(r'name="token" value="([^"]+)"')


@dataclass
class Window:
    """One window without scripts: it loads pages and sends their forms."""

    client: TestClient[web.Request, web.Application]
    person: str = "F021"
    keys: int = field(default=0)

    @property
    def base(self) -> str:
        """The address of the person's console."""
        return f"/as/{self.person}"

    async def get(self, path: str = "/", status: int = 200) -> str:
        """The page at that address of the person's console."""
        async with self.client.get(self.base + path) as response:
            assert response.status == status
            return await response.text()

    async def token(self) -> str:
        """The token of a form of this person's, as the browser got it."""
        found = TOKEN.search(await self.get())
        assert found
        return found.group(1)

    def new_key(self) -> str:
        """A key no form had before."""
        self.keys += 1
        return f"form-key-{self.keys:04}"

    async def send(self, path: str, script: bool = False, **fields: str) -> tuple[int, str]:
        """Send a form with the token and a key; status and body of what came back, redirects not followed."""
        form = {"token": await self.token(), "key": self.new_key(), **fields}
        headers = {"HX-Request": "true", "X-Console-Version": "0"} if script else {}
        async with self.client.post(self.base + path, data=form, headers=headers, allow_redirects=False) as response:
            return response.status, await response.text()

    async def upload(self, name: str, content: bytes, **fields: str) -> tuple[int, str]:
        """Send a file as a browser writes the composer's form."""
        fields = {"token": await self.token(), "key": self.new_key(), "text": "", **fields}
        plain = [(f'name="{label}"', value.encode()) for label, value in fields.items()]
        parts = [*plain, (f'name="file"; filename="{name}"\r\nContent-Type: application/octet-stream', content)]
        heads = [f"--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() for head, _ in parts]
        body = b"".join(head + value + b"\r\n" for head, (_, value) in zip(heads, parts, strict=True)) + b"--edge--\r\n"
        headers = {"HX-Request": "true", "Content-Type": "multipart/form-data; boundary=edge"}
        async with self.client.post(f"{self.base}/say", data=io.BytesIO(body), headers=headers) as response:
            return response.status, await response.text()


@pytest.fixture
def office() -> SmallOffice:
    """The small office on a full day."""
    return full_day()


@pytest.fixture
async def client(office: SmallOffice) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A client of the sample office's console; it keeps cookies as a browser does."""
    server = TestServer(console_app(office, office.hub, SETTINGS))
    async with TestClient(server, cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        yield client


@pytest.fixture
def window(client: TestClient[web.Request, web.Application]) -> Window:
    """A window of 刘洋's."""
    return Window(client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A headless Chromium."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser profile of its own; whatever a page complains of fails the test."""
    complaints: list[str] = []
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(10_000)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield context
    await context.close()
    assert complaints == []
