"""In Telegram: a doubtful word is asked about; what is classified leaves the conversation as well."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.unit import Unit
from tests.fakes import MovableClock
from tests.stories.telegram_office import TelegramOffice, telegram_office

LU = "Y022"
TEXT = "明天下午请半天事假，去送涉密载体销毁清单"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TelegramOffice]:
    """The sample office on a Tuesday morning, one person bound."""
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00"), webhook=True) as opened:
        await opened.bind(LU)
        yield opened


def everything(office: TelegramOffice) -> str:
    """Every word the database holds."""

    def read(unit: Unit) -> str:
        names = [row["name"] for row in unit.db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = (row for name in names for row in unit.db.rows(f"SELECT * FROM {name}"))
        return "\n".join(str(tuple(row)) for row in rows)  # type: ignore[arg-type]

    return office.house.work.run_sync(read)


async def test_what_is_not_classified_goes_on_to_its_summary(office: TelegramOffice) -> None:
    await office.says(LU, TEXT)
    assert "涉及国家秘密吗" in office.phone(LU).last.text
    assert "销毁清单" not in everything(office)
    await office.taps(LU, "不是")
    await office.taps(LU, "提交申请")
    assert "待梁景行" in office.phone(LU).newest("陆子涵 · 事假 0.5 天").text


async def test_what_is_classified_is_refused_and_taken_out_of_the_conversation(office: TelegramOffice) -> None:
    await office.says(LU, TEXT)
    assert TEXT in office.phone(LU).reads()
    await office.taps(LU, "是")
    assert TEXT not in office.phone(LU).reads()
    assert office.phone(LU).last.text.startswith("涉及国家秘密的内容不能在这里办理")
    assert "依据：" in office.phone(LU).last.text
    assert office.attempts() == [(LU, "classified")]
    assert "销毁清单" not in everything(office)


async def test_a_file_with_a_doubtful_caption_is_kept_only_after_the_answer(office: TelegramOffice) -> None:
    await office.sends(LU, "报名表.pdf", b"%PDF-1.4", "盖区政府办公室印章2份，报送涉密人员培训报名表，其他事项")
    assert "报名表.pdf" not in everything(office)
    await office.taps(LU, "不是")
    await office.taps(LU, "提交申请")
    assert "报名表" in office.phone(LU).newest("陆子涵 · 区政府办公室印章").text
