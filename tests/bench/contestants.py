"""Who is measured, and how each is started."""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile

from storage.database import prepare
from tests.bench.load import SECRET, SECTION, Person
from tests.tree import ROOT

PEERS = ROOT / "tests" / "bench" / "peers"
OURS, OURS_MEMORY, BARE = "banshi", "banshi, nothing kept on disk", "the same statements and calls, bare"


@dataclass(frozen=True)
class Contestant:
    """One bot: `command` starts it, `database` is the file whose size is told."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    database: Path | None = None


def contestants(folder: Path, peer_python: str, api: str, port: int, everybody: list[Person]) -> list[Contestant]:
    """Everybody for one load; ours first makes its office and binds its people."""
    found = [
        ours(OURS, folder / "ours", api, port, everybody),
        ours(OURS_MEMORY, folder / "memory", api, port, everybody),
    ]
    for script, name in (("aiogram_bot.py", "aiogram"), ("ptb_bot.py", "python-telegram-bot")):
        row = "SQLModel" if name != "aiogram" else "SQLite"
        for store, words in (
            (str(folder / f"{name}.db"), f"{name}, a {row} row a step"),
            ("memory", f"{name}, in memory"),
        ):
            command = (peer_python, str(PEERS / script), str(port), api, store)
            database = Path(store) if store != "memory" else None
            found.append(Contestant(words, command, {"PYTHONPATH": str(PEERS)}, database))
    return found


def ours(name: str, folder: Path, api: str, port: int, everybody: list[Person]) -> Contestant:
    """Banshi with an office of these people, all of them bound; without a database where nothing is kept."""
    write_office(folder / "office", everybody)
    kept = name != OURS_MEMORY
    database = folder / "banshi.db"
    environment = {
        "PYTHONPATH": str(ROOT),
        "OFFICE": str(folder / "office"),
        "DATABASE_URL": f"sqlite:///{database}",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TELEGRAM_BOT_TOKEN": "1:bench",
        "TELEGRAM_API_BASE": api,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "SECRET_KEY": "bench" * 8,
        "LOG_LEVEL": "WARNING",
    }
    command = (sys.executable, "-m", "tests.bench.process", "kept" if kept else "memory")
    (folder / "accounts.txt").write_text(
        "\n".join(f"{account} {number}" for account, number in accounts(everybody)), encoding="utf-8"
    )
    return Contestant(name, command, environment, database if kept else None)


def recorded(folder: Path, api: str, port: int, everybody: list[Person]) -> tuple[Contestant, Path, Path]:
    """Ours once more, writing its statements down: with the empty database they begin on, and where they go."""
    base, statements = folder / "base.db", folder / "statements.jsonl"
    made = ours(f"{OURS}, recorded", folder / "recorded", api, port, everybody)
    assert made.database is not None
    prepare(f"sqlite:///{made.database}")
    copyfile(made.database, base)
    return replace(made, command=(*made.command, str(statements))), base, statements


def bare(api: str, port: int, base: Path, statements: Path, *, updates: int, calls: int) -> Contestant:
    """The recorded statements and calls, an equal share for every update, with nothing between."""
    with statements.open(encoding="utf-8") as lines:
        share = -(-sum(1 for _ in lines) // updates)
    given = (str(port), api, str(base), str(statements), f"{calls / updates:.4f}", str(share))
    return Contestant(BARE, (sys.executable, "-m", "tests.bench.bare", *given), {"PYTHONPATH": str(ROOT)}, base)


def accounts(everybody: list[Person]) -> list[tuple[int, str]]:
    """Every Telegram account with its staff number."""
    heads = {person.head_account: f"H{person.number // SECTION:04d}" for person in everybody}
    return [*heads.items(), *((person.account, f"S{person.number:04d}") for person in everybody)]


def write_office(folder: Path, everybody: list[Person]) -> None:
    """An office folder with a section of ten for every head."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "工号,姓名,科室,职务,岗位,参加工作日期,状态",
        "D0001,主任甲,室领导,主任,director;office_leader,1997-07-01,在职",
    ]
    for section in sorted({person.number // SECTION for person in everybody}):
        lines.append(f"H{section:04d},科长{section:04d},第{section:04d}科,科长,section_chief,2005-07-01,在职")
    for person in everybody:
        lines.append(f"S{person.number:04d},{person.name},第{person.number // SECTION:04d}科,,staff,2015-07-01,在职")
    lines.append("A0001,考勤员甲,室领导,,attendance_clerk,2015-07-01,在职")
    (folder / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "office.yaml").write_text(
        "name: 测速单位\npacks: {'*': futian-office}\nadministrator: D0001\n", encoding="utf-8"
    )


def environment_of(contestant: Contestant) -> dict[str, str]:
    """The process's environment: nothing of ours but what it is told."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **contestant.environment}
