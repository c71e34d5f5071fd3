"""A regulation that forbids Telegram closes it for the office, until the office says otherwise ((21.1) 七)."""

from pathlib import Path
from shutil import copytree

import pytest

from bot.access import Access
from bot.cli import main
from bot.serve import greeting
from flows.people import Office
from storage.unit import Unit
from tests.fakes import MovableClock
from tests.fakes.bot_api import TOKEN
from tests.stories.telegram_office import TelegramOffice, telegram_office
from tests.tree import ROOT

LU = "Y022"


def office_of(folder: Path, settings: str = "") -> Path:
    """The sample office, the party office's regulation for its topics."""
    copytree(ROOT / "offices" / "sample", folder)
    head = folder / "office.yaml"
    text = head.read_text("utf-8").replace("  '*': futian-office", "  '*': futian-office\n  topic: party-office")
    head.write_text(f"{text}\n{settings}", "utf-8")
    return folder


def waiting(office: TelegramOffice) -> dict[str, int]:
    """How many messages for Telegram stand how."""

    def count(unit: Unit) -> dict[str, int]:
        sql = "SELECT status, COUNT(*) AS n FROM outbox WHERE channel = 'telegram' GROUP BY status"
        return {row["status"]: row["n"] for row in unit.db.rows(sql)}

    return office.house.work.run_sync(count)


async def test_nothing_is_taken_or_shown_and_nothing_waits_to_be(tmp_path: Path) -> None:
    clock = MovableClock("2026-11-24T09:00")
    async with telegram_office(tmp_path, clock) as before:
        await before.bind(LU)
    folder = office_of(tmp_path / "office")
    async with telegram_office(tmp_path, clock, folder=folder, before=before) as office:
        calls = len(office.api.calls)
        assert office.service.telegram is None
        assert await office.phone(LU).says("待办") in (404, 405)
        await office.service.console.receive(LU, "k1", "text", text="待办")
        await office.service.delivery.settle()
        assert "sending" not in waiting(office)
        assert "queued" not in waiting(office)
        assert waiting(office)["undeliverable"] == 1
        assert len(office.api.calls) == calls
        links = office.house.work.run_sync(lambda unit: links_of(office.service.access, unit, office.house.office))
        assert "t.me" not in links


def links_of(access: Access, unit: Unit, office: Office) -> str:
    found = access.links(unit, office.person(LU))
    return f"{found.binding} {found.sign_in}"


async def test_the_office_may_open_it(tmp_path: Path) -> None:
    folder = office_of(tmp_path / "office", "settings: {party-office/telegram: allowed}")
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00"), folder=folder) as office:
        await office.bind(LU)
        assert "已绑定：陆子涵。" in office.phone(LU).reads()
        assert office.house.closed == {}


async def test_the_start_and_the_links_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = office_of(tmp_path / "office")
    async with telegram_office(tmp_path, MovableClock(), folder=folder) as office:
        line = greeting(office.house.settings, office.house.office.name, 8080, office.house.closed)[2]
    assert "Telegram：已关闭" in line
    assert "(21.1) 七" in line
    monkeypatch.setenv("OFFICE", str(folder))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/other.db")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    assert main(["bind", LU]) == 0
    said = capsys.readouterr().out
    assert "不准用 Telegram" in said
    assert "t.me" not in said
