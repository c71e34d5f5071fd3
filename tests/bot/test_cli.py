"""The command line: what each command says and returns, and one sentence where it cannot be carried out."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.serve import greeting
from bot.settings import from_environment
from storage.database import HEAD, open_work, prepare, schema_version
from tests.bot.office_folder import office_folder
from tests.fakes import MovableClock
from tests.storage.sample import file
from tests.tree import ROOT

SCENARIOS = ROOT / "tests" / "scenarios"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database that is not there yet, in the environment beside an office folder."""
    made = f"sqlite:///{tmp_path}/var/banshi.db"
    monkeypatch.setenv("DATABASE_URL", made)
    monkeypatch.setenv("OFFICE", str(office_folder(tmp_path / "office")))
    for name in ("HOST", "PORT", "REDIS_URL", "PUBLIC_URL", "TELEGRAM_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return made


def test_without_a_command_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    listed = capsys.readouterr().out
    assert all(name in listed for name in ("run", "migrate", "verify", "scenarios"))


def test_a_wrong_setting_is_one_sentence(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "none")
    assert main(["run"]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith("PORT")


def test_run_shows_every_mistake_of_the_office_folder(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "office" / "office.yaml").write_text("name: 试点\npacks: {'*': nothing}\n", encoding="utf-8")
    assert main(["run"]) == 1
    told = capsys.readouterr().err
    assert "office.yaml:2" in told
    assert "nothing" in told


def test_migrate_makes_the_database_and_says_so_once(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert schema_version(url) == HEAD
    assert f"升级到 {HEAD}" in capsys.readouterr().out
    assert main(["migrate"]) == 0
    assert f"已是 {HEAD}" in capsys.readouterr().out


def test_verify_finds_no_difference_and_then_the_one_somebody_made(
    url: str, capsys: pytest.CaptureFixture[str], clock: MovableClock
) -> None:
    prepare(url)
    work = open_work(url, clock.now)
    case = work.run_sync(file)
    assert main(["verify"]) == 0
    assert "核对 1 件" in capsys.readouterr().out
    work.run_sync(lambda unit: unit.db.change("UPDATE cases SET state = 'closed'"))
    work.close()
    assert main(["verify"]) == 1
    assert f"{case.no}：" in capsys.readouterr().out


AWAY = ("run", "migrate", "verify", "explain leave_request --as F021")


@pytest.mark.parametrize("command", AWAY, ids=lambda words: words.split()[0])
def test_a_server_that_is_away_is_one_sentence(
    url: str, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://office:secret@127.0.0.1:1/facts")
    assert main(command.split()) == 1
    told = capsys.readouterr().err
    assert "连不上数据库 127.0.0.1:1/facts" in told
    assert len(told.splitlines()) == 1
    assert "secret" not in told


def test_verify_without_a_database_says_where_it_looked(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 1
    assert "banshi.db" in capsys.readouterr().err


def test_the_greeting_names_the_address_who_may_come_in_and_what_runs(url: str, tmp_path: Path) -> None:
    given = {"OFFICE": str(tmp_path / "office"), "REDIS_URL": "redis://cache", "TELEGRAM_BOT_TOKEN": "1:x"}
    lines = greeting(from_environment(given), "试点办公室", 8081)
    assert lines[0] == "试点办公室：请在浏览器中打开 http://127.0.0.1:8081"
    assert "banshi bind" in lines[1]
    assert "由本程序去取消息" in lines[2]
    assert "REDIS_URL" in lines[3]
    public = {"OFFICE": given["OFFICE"], "PUBLIC_URL": "https://office.example"}
    lines = greeting(from_environment(public), "", 8081)
    assert lines[0].endswith("https://office.example")
    assert "未启用" in lines[2]
    webhook = {**public, "TELEGRAM_BOT_TOKEN": "1:x", "TELEGRAM_WEBHOOK_SECRET": "s"}
    assert "https://office.example/telegram" in greeting(from_environment(webhook), "", 8081)[2]


def test_links_are_given_to_whoever_is_in_the_office(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bind", "F021"]) == 0
    said = capsys.readouterr().out
    assert "刘洋（F021，办文科）" in said
    assert "http://127.0.0.1:8080/sign-in/" in said
    assert "TELEGRAM_BOT_TOKEN" in said
    assert main(["bind", "F029"]) == 1
    assert main(["bind", "F999"]) == 1
    assert "没有在职人员“F999”" in capsys.readouterr().err


def test_who_reads_no_further_ends_it_quietly() -> None:
    """`banshi … | head`: no stack trace where the pipe is closed."""
    running = subprocess.Popen(
        [sys.executable, "-m", "bot", "scenarios", *(str(path) for path in sorted(SCENARIOS.glob("seal*.yaml")))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stderr is not None
    assert running.stdout.readline()
    running.stdout.close()
    with running.stderr:
        assert running.stderr.read() == ""
    assert running.wait() == 1
