"""docs/operating.md against the code: settings with what is taken without them, commands, metrics, words of the log."""

import re
from dataclasses import astuple
from pathlib import Path

import pytest

from bot import metrics
from bot.cli import main
from bot.settings import from_environment
from tests.running.test_image import SETTINGS
from tests.tree import ROOT, sources

GUIDE = (ROOT / "docs" / "operating.md").read_text("utf-8")


def table_after(heading: str) -> list[list[str]]:
    """The cells of the first table after the heading, without its head."""
    lines = GUIDE[GUIDE.index(f"\n{heading}") :].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|---"))
    rows = []
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_setting_is_told_with_what_is_taken_without_it(home: Path) -> None:
    (home / "offices" / "sample").mkdir(parents=True)
    told = {named(name)[0]: without for name, without, _ in table_after("## Settings")}
    assert set(told) == SETTINGS
    taken = from_environment({})
    found = {
        "OFFICE": str(taken.office),
        "DATABASE_URL": taken.database_url,
        "HOST": taken.host,
        "PORT": str(taken.port),
        "TIMEZONE": taken.zone.key,
        "LOG_LEVEL": taken.log_level,
    }
    assert {name: told[name].strip("`") for name in found} == found
    rest = (taken.redis_url, taken.public_url, taken.secret_key, *astuple(taken.telegram))
    assert set(rest) == {""}
    assert all(told[name].startswith(("none", "made once")) for name in SETTINGS - set(found))


def test_every_command_and_test_it_names_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    commands = set(re.findall(r"^    ([\w-]+)(?: |$)", capsys.readouterr().out, re.MULTILINE))
    assert set(re.findall(r"(?:bin/|`|=\S+ |^ {4})banshi ([a-z-]+)", GUIDE)) <= commands
    assert {"run", "backup", "verify", "migrate", "bind", "check", "import-people", "export"} <= commands
    assert [path for path in re.findall(r"tests/[a-z_/]+\.py", GUIDE) if not (ROOT / path).exists()] == []


def test_every_metric_is_told() -> None:
    told = {named(name)[0] for name, _ in table_after("## Looking at it")}
    assert told == set(metrics._HELP)
    assert set(re.findall(r'"(banshi_\w+_(?:total|seconds))"', "".join(each.text for each in sources("bot")))) == told


def test_words_it_quotes_are_words_of_the_program() -> None:
    program = "".join(each.text for each in sources("bot", "handlers", "flows", "storage"))
    quoted = [
        word
        for cells in table_after("## What to do when")
        for word in named(cells[0])
        if not word.startswith(("/", "banshi "))
    ]
    assert len(quoted) >= 6
    assert [word for word in quoted if word not in program and word != "OperationalError"] == []
    assert "数据库暂时连不上" in program
    assert "数据库是更新版本的 banshi 建立的" in program
