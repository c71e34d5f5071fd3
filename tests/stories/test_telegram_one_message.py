"""In Telegram: a leave or a car in one sentence, a seal in one file with its caption, each confirmed by one tap."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes import MovableClock
from tests.fakes.bot_api_rules import picture_size
from tests.stories.telegram_office import TelegramOffice, telegram_office

LU = "Y022"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TelegramOffice]:
    """The sample office on a Tuesday morning, one person bound."""
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00"), webhook=True) as opened:
        await opened.bind(LU)
        yield opened


async def test_a_leave_is_one_message_and_one_tap(office: TelegramOffice) -> None:
    await office.says(LU, "明天下午请半天事假去医院")
    await office.taps(LU, "提交申请")
    assert "待梁景行" in office.phone(LU).newest("陆子涵 · 事假 0.5 天").text


async def test_a_seal_is_one_file_with_its_caption_and_one_tap(office: TelegramOffice) -> None:
    await office.sends(LU, "报名表.pdf", b"%PDF-1.4", "盖区政府办公室印章2份，报送活动报名表，其他事项")
    await office.taps(LU, "提交申请")
    assert "报名表" in office.phone(LU).newest("陆子涵 · 区政府办公室印章").text


async def test_a_car_is_one_message_and_one_tap(office: TelegramOffice) -> None:
    await office.says(LU, "明天上午9点用车去市政府开会，3人，11点半返回")
    await office.taps(LU, "提交申请")
    assert "市政府" in office.phone(LU).newest("陆子涵 · 公务用车").text


async def test_the_week_of_cars_comes_as_a_picture(office: TelegramOffice) -> None:
    await office.says(LU, "本周用车")
    shown = office.phone(LU).last
    assert picture_size(office.api.files[shown.file].content)[0] == 1280
    assert shown.text == "11月23日–29日用车：3 辆车，0 单。整周空着：云溪一号、云溪二号、云溪三号。"
    await office.taps(LU, "下一周")
    assert office.phone(LU).last.text.startswith("11月30日–12月6日用车")
