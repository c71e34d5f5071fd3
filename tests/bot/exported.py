"""An office with a little behind it, on either database, and `banshi export` run over it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.assemble import open_house
from bot.cli import main
from bot.service import House, Service
from bot.settings import from_environment
from bot.uploads import Uploads
from flows.records import StoredFile
from tests.bot.small_house import Talk
from tests.bot.test_uploads import pieces
from tests.fakes import MovableClock
from tests.tree import ROOT

DIRECTOR, DEPUTY, SECRETARY, HEAD, BIAN, LUO = "W001", "W003", "W011", "W020", "W021", "W022"
PAPER = b"%PDF-1.4 a certificate"
REASON = '=HYPERLINK("家里有事")'


@dataclass
class Past:
    """What the office has: a leave taken, one refused, one with a certificate that waits; and the house for more."""

    house: House
    taken: str
    refused: str
    waiting: str
    paper: str

    def no(self, case_id: str) -> str:
        return self.house.work.run_sync(lambda unit: unit.case_as_it_stands(case_id).no)


def past_of(url: str, clock: MovableClock) -> Past:
    """The party office of the sample folder with two leaves in it."""
    given = {"OFFICE": str(ROOT / "offices" / "party"), "DATABASE_URL": url, "PORT": "0", "SECRET_KEY": "k" * 20}
    house = open_house(from_environment(given), clock)
    return asyncio.run(_lived(house, clock))


async def _lived(house: House, clock: MovableClock) -> Past:
    service = Service(house)
    talk = Talk(service, clock)
    said = ("私事", "明天上午", "明天下午", REASON, "本市", LUO, "已交接", "手机畅通", "跳过", "提交")
    taken = await talk.say(BIAN, "请假", *said)
    for person in (HEAD, DEPUTY):
        await talk.say(person, f"do:agree:{_waits(house, taken)}")
    await talk.say(SECRETARY, f"do:execute:{_waits(house, taken)}")
    clock.set("2026-11-26T09:00")
    said = ("私事", "明天上午", "明天下午", "再去一趟", "本市", LUO, "已交接", "手机畅通", "跳过", "提交")
    refused = await talk.say(BIAN, "请假", *said)
    clock.set("2026-11-27T10:00")
    await talk.say(HEAD, f"不同意 {house.work.run_sync(lambda unit: unit.case(refused).code)} 工作紧")
    clock.set("2026-12-03T09:00")
    kept = await Uploads(house.settings.var / "files").keep(pieces(PAPER))
    paper = StoredFile("f1", "诊断证明.pdf", kept.size, kept.sha256, LUO)
    house.work.run_sync(lambda unit: unit.keep_file(paper))
    await talk.say(LUO, "请假", "病假", "明天上午", "明天下午", "做手术", "市医院", BIAN, "已交接", "手机畅通")
    await service.console.receive(LUO, "paper", "file", file=paper)
    waiting = await talk.say(LUO, "否", "提交")
    assert waiting, await talk.read(LUO)
    house.work.run_sync(lambda unit: unit.checkpoint(clock.now()))
    return Past(house, taken, refused, waiting, kept.sha256)


def _waits(house: House, case_id: str) -> str:
    case = house.work.run_sync(lambda unit: unit.case_as_it_stands(case_id))
    return f"{case_id}:{[visit for visit in case.visits if visit.status == 'open' and not visit.extra][-1].index}"


class Exporting:
    """Runs the command in a folder of its own and says what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, code: int, *words: object) -> str:
        self._capsys.readouterr()
        assert main(["export", *map(str, words)]) == code
        said = self._capsys.readouterr()
        assert len(said.err.splitlines()) == (1 if said.err else 0)
        return said.err or said.out


def at_rest(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """The office in the environment, as a command finds it."""
    monkeypatch.setenv("OFFICE", str(past.house.settings.office))
    monkeypatch.setenv("DATABASE_URL", past.house.settings.database_url)
    for name in ("REDIS_URL", "PUBLIC_URL", "TELEGRAM_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def there(folder: Path) -> list[str]:
    """What lies in the folder, hidden files among it."""
    return sorted(path.name for path in folder.iterdir())
