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
