"""A leave and a seal by keyboard alone: Tab, Enter, arrows, Escape and typing, the focus always in sight."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Page, expect

from tests.fakes import MovableClock
from tests.stories.browser import Windows, sample_office

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
DIRECTOR, DEPUTY, KEEPER, CLERK, HEAD, LU = "Y001", "Y002", "Y013", "Y023", "Y020", "Y022"
FARTHEST = 120
"""Stops on a page: more than that, and somebody would give up."""
FOCUSED = """async () => {
  const shown = (at) => {
    const style = getComputedStyle(at);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
      || (at.matches(':focus-within') && style.boxShadow !== 'none');
  };
  const look = () => {
    const one = document.activeElement;
    let at = one;
    while (at && at !== document.body && !shown(at)) at = at.parentElement;
    const box = one.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return [(one.getAttribute('aria-label') || one.innerText || one.labels?.[0]?.innerText || '').trim(),
            one.matches('body, main') || (Boolean(at && at !== document.body) && inside)];
  };
  // A message that arrives meanwhile moves the page: it is given a second to come to rest.
  for (let frame = 0; frame < 60 && !look()[1]; frame += 1) await new Promise(requestAnimationFrame);
  return look();
}"""


@dataclass
class Keyboard:
    """One person at a window without a mouse."""

    page: Page

    async def focused(self) -> str:
        """What has the focus, by its words; it is in sight and looks like it."""
        words, seen = await self.page.evaluate(FOCUSED)
        assert seen, f"the focus on {words!r} cannot be seen"
        return str(words)

    async def reach(self, words: str, key: str = "Shift+Tab", within: str = "") -> None:
        """Go there key by key: to what is called so, or begins so; every stop on the way is seen."""
        met = []
        for _ in range(FARTHEST):
            await self.page.keyboard.press(key)
            met.append(await self.focused())
            if met[-1] == words and (not within or await self._within(within)):
                return
        raise AssertionError(f"{words!r} was not reached by {key}: {met}")

    async def _within(self, words: str) -> bool:
        inside = "(words) => (document.activeElement.closest('article, aside')?.innerText || '').includes(words)"
        return bool(await self.page.evaluate(inside, words))

    async def say(self, *texts: str) -> None:
        """Type each text into the input and send it with Enter."""
        for text in texts:
            await self.home()
            await self.page.keyboard.type(text)
            await self.enter()
            await expect(self.page.get_by_label("说一句话")).to_have_value("")

    async def home(self) -> None:
        """Go to the input, wherever one stands."""
        if await self.focused() != "说一句话":
            await self.reach("说一句话", "Tab")

    async def press(self, words: str, within: str = "") -> None:
        """Wait for the button, go back from the input to it, and press it with Enter."""
        await expect(self.page.get_by_role("button", name=words, exact=True).last).to_be_visible()
        if within:
            await expect(self.page.get_by_role("log").locator("article").filter(has_text=within).last).to_be_visible()
        await self.home()
        await self.reach(words, within=within)
        await self.enter()

    async def enter(self) -> None:
        """Press Enter on a form's button, and wait until the page has taken its answer in and moved the focus."""
        async with self.page.expect_response(lambda response: response.request.method == "POST"):
            await self.page.keyboard.press("Enter")
        await expect(self.page.locator("form[aria-busy]")).to_have_count(0)

    async def reads(self, words: str) -> None:
        """The conversation says the words, at once or soon."""
        await expect(self.page.get_by_role("log")).to_contain_text(words)


@pytest_asyncio.fixture(loop_scope="module")
async def windows(chromium: str, tmp_path: Path) -> AsyncIterator[Windows]:
    """The sample office on a Tuesday morning."""
    async with sample_office(chromium, tmp_path, MovableClock("2026-11-24T09:00")) as opened:
        yield opened


async def at(windows: Windows, person: str) -> Keyboard:
    """The person at their own window."""
    page = await windows.of(person)
    await page.bring_to_front()
    return Keyboard(page)


async def test_a_leave_by_keyboard(windows: Windows) -> None:
    lu = await at(windows, LU)
    await lu.say("请假")
    await lu.press("事假")
    await lu.say("明天上午", "明天下午", "去医院看牙")
    await lu.press("提交申请")
    await lu.reads("待")
    for person, label in ((HEAD, "同意"), (DEPUTY, "同意"), (CLERK, "登记考勤")):
        await (await at(windows, person)).press(label, within="陆子涵 · 事假 1 天")
    await expect(await windows.card(LU, "陆子涵 · 事假 1 天")).to_contain_text("已通过")
    await windows.wait("2026-11-26T08:40")
    lu = await at(windows, LU)
    await lu.press("销假", within="陆子涵 · 事假 1 天")
    await (await at(windows, DEPUTY)).press("确认销假", within="陆子涵 · 事假 1 天")
    await expect(await windows.card(LU, "陆子涵 · 事假 1 天")).to_contain_text("已办结")


async def test_a_seal_by_keyboard(windows: Windows) -> None:
    lu = await at(windows, LU)
    chooser = asyncio.create_task(lu.page.wait_for_event("filechooser", timeout=60_000))
    await lu.say("用印")
    await lu.press("区委办公室印章")
    await lu.home()
    await lu.reach("选择附件，每个不超过 10 MB")
    await lu.page.keyboard.press("Enter")
    await (await chooser).set_files(FilePayload(name="通知.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4"))
    await lu.reach("发送", "Tab")
    await lu.enter()
    await lu.reads("请写明用印事由")
    await lu.say("印发会议通知")
    await lu.press("重要文件")
    await lu.say("三份", "陆子涵")
    await lu.press("提交申请")
    await (await at(windows, DIRECTOR)).press("签字", within="区委办公室印章")
    keeper = await at(windows, KEEPER)
    await keeper.press("相符", within="区委办公室印章")
    await keeper.press("盖章登记", within="区委办公室印章")
    await keeper.reads("3 个")
    await keeper.press("实盖印数不同")
    await keeper.say("2")
    await expect(await windows.card(LU, "陆子涵 · 区委办公室印章")).to_contain_text("已办结")


async def test_lists_menus_and_panels_by_arrows_and_escape(windows: Windows) -> None:
    """The box by arrows, a case opened beside it and closed again, the page's text reached by its first stop."""
    lu = await at(windows, LU)
    await lu.say("请假", "事假", "明天下午", "明天下午", "家事", "提交")
    await windows.card(HEAD, "陆子涵 · 事假 0.5 天")
    head = await at(windows, HEAD)
    await head.page.reload()
    await head.page.keyboard.press("Tab")
    while not (await head.focused()).startswith("对话"):
        await head.page.keyboard.press("Tab")
    while not (await head.focused()).startswith("待我审批"):
        await head.page.keyboard.press("ArrowDown")
    await head.page.keyboard.press("Enter")
    await head.page.locator(".line").first.wait_for()
    await head.page.keyboard.press("Tab")
    assert await head.focused() == "跳到正文"
    await head.page.keyboard.press("Enter")
    while not (await head.focused()).startswith("陆子涵"):
        await head.page.keyboard.press("Tab")
    await head.page.keyboard.press("Enter")
    side = head.page.locator("#side .case-panel")
    await expect(side).to_contain_text("办理路线")
    await head.page.keyboard.press("Escape")
    await expect(side).to_have_count(0)
    assert "陆子涵" in await head.focused()
    await head.page.keyboard.press("Enter")
    await expect(side).to_contain_text("办理路线")
    await head.reach("同意", "Tab", within="办理路线")
    await head.page.keyboard.press("Enter")
    await expect(side).to_contain_text("已同意")
