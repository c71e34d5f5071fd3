"""The first days of the sample office in Telegram: a leave and a seal, from binding to the closed register."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.unit import Unit
from tests.fakes import MovableClock
from tests.stories.telegram_office import TelegramOffice, telegram_office

DIRECTOR, DEPUTY, KEEPER, CLERK, HEAD, LU = "Y001", "Y002", "Y013", "Y023", "Y020", "Y022"


@pytest.fixture(params=[True, False], ids=["webhook", "polling"])
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[TelegramOffice]:
    """The sample office on a Tuesday morning, everybody bound."""
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00"), webhook=request.param) as opened:
        await opened.bind(LU, HEAD, DEPUTY, CLERK, KEEPER, DIRECTOR)
        yield opened


def rows_of(office: TelegramOffice, register: str) -> list[str]:
    """The register's rows, newest first."""

    def read(unit: Unit) -> list[str]:
        return [str(row.row) for row in unit.register(register, offset=0, limit=50)]

    return office.house.work.run_sync(read)


async def test_a_leave_from_the_first_message_to_the_closed_register(office: TelegramOffice) -> None:
    """A day's personal leave: head, deputy in charge, attendance, return, confirmation (考勤制度(二)(四)(五))."""
    await office.says(LU, "请假")
    await office.taps(LU, "事假")
    await office.says(LU, "明天上午", "明天下午")
    await office.says(LU, "去医院看牙")
    await office.taps(LU, "提交申请")
    assert await office.taps(HEAD, "同意", "陆子涵 · 事假 1 天") == "已同意。"
    await office.taps(DEPUTY, "同意", "陆子涵 · 事假 1 天")
    await office.taps(CLERK, "登记考勤", "陆子涵 · 事假 1 天")
    assert "已通过" in office.phone(LU).newest("陆子涵 · 事假 1 天").text
    await office.wait("2026-11-26T08:40")
    await office.taps(LU, "销假", "陆子涵 · 事假 1 天")
    await office.taps(DEPUTY, "确认销假", "陆子涵 · 事假 1 天")
    assert "已办结" in office.phone(LU).newest("陆子涵 · 事假 1 天").text
    assert rows_of(office, "attendance")


async def test_a_seal_from_the_first_message_to_the_closed_register(office: TelegramOffice) -> None:
    """The office's seal on an important document: sent back, signed, checked and stamped (印章管理与使用制度(二)3)."""
    await office.says(LU, "用印")
    await office.taps(LU, "区委办公室印章")
    await office.sends(LU, "通知.pdf", b"%PDF-1.4")
    await office.says(LU, "印发会议通知")
    await office.taps(LU, "重要文件")
    await office.says(LU, "三份", "陆子涵")
    await office.taps(LU, "提交申请")
    await office.taps(DIRECTOR, "退回修改", "陆子涵 · 区委办公室印章")
    await office.says(DIRECTOR, "请补会议时间")
    await office.taps(LU, "改好再交")
    await office.taps(LU, "修改")
    await office.taps(LU, "3 用印事由：印发会议通知")
    await office.says(LU, "印发11月27日会议通知")
    await office.taps(LU, "提交申请")
    await office.taps(DIRECTOR, "打开附件：通知.pdf", "印发11月27日会议通知")
    sent = office.api.files[office.phone(DIRECTOR).last.file]
    assert (sent.name, sent.content) == ("通知.pdf", b"%PDF-1.4")
    await office.taps(DIRECTOR, "签字", "印发11月27日会议通知")
    await office.taps(KEEPER, "相符")
    await office.taps(KEEPER, "盖章登记")
    await office.taps(KEEPER, "实盖印数不同")
    await office.says(KEEPER, "2")
    assert "已办结" in office.phone(LU).newest("陆子涵 · 区委办公室印章").text
    (row,) = rows_of(office, "seal_register")
    assert all(word in row for word in ("区委办公室印章", "印发11月27日会议通知"))


async def test_every_copy_of_a_card_is_one_message_that_changes(office: TelegramOffice) -> None:
    """Where a copy can be changed no more, a new message takes its place, and a tap on the old one does no harm."""
    await office.says(LU, "请假", "事假", "明天上午", "明天下午", "家事", "提交")
    asked, own = (office.phone(person).newest("陆子涵 · 事假 1 天") for person in (HEAD, LU))
    await office.taps(HEAD, "同意", "陆子涵 · 事假 1 天")
    assert "待您审批" not in asked.text
    assert "同意" not in [button.text for button in asked.buttons]
    assert own.edits > 0
    withdraw = next(button.data for button in own.buttons if button.text == "撤回")
    own.fixed = True
    await office.taps(DEPUTY, "同意", "陆子涵 · 事假 1 天")
    await office.taps(CLERK, "登记考勤", "陆子涵 · 事假 1 天")
    now = office.phone(LU).newest("陆子涵 · 事假 1 天")
    assert now.id > own.id
    assert "已通过" in now.text
    query = await office.phone(LU).presses(own.id, withdraw, too_old=True)
    await office.settle()
    assert office.api.answers[query]
    assert "已通过" in office.phone(LU).newest("陆子涵 · 事假 1 天").text


async def test_a_refusal_asks_for_its_reason_and_ends_the_case(office: TelegramOffice) -> None:
    await office.says(LU, "请假", "事假", "明天下午", "明天下午", "家事", "提交")
    await office.taps(HEAD, "不同意", "陆子涵 · 事假 0.5 天")
    assert "原因" in office.phone(HEAD).last.text or "理由" in office.phone(HEAD).last.text
    await office.says(HEAD, "明天下午科里开会")
    card = office.phone(LU).newest("陆子涵 · 事假 0.5 天")
    assert "明天下午科里开会" in card.text
    assert "同意" not in [button.text for button in card.buttons]


async def test_what_is_decided_in_the_browser_shows_in_telegram(office: TelegramOffice) -> None:
    await office.says(LU, "请假", "事假", "明天上午", "明天下午", "家事", "提交")
    card, agree = office.phone(HEAD).button("同意", "陆子涵 · 事假 1 天")
    answer = await office.service.console.receive(HEAD, "b1", "tap", text=agree.data)
    await office.settle()
    assert answer.text == "已同意。"
    assert "待您审批" not in card.text
    assert await office.phone(HEAD).presses(card.id, agree.data)
    await office.settle()
    assert list(office.api.answers.values())[-1] != "已同意。"
