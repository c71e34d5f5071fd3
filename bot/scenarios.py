"""`banshi scenarios FILE…`: every scenario through the real engine, storage and clock, a line each."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.failed import Failed
from bot.logs import where
from bot.scenario.compare import View, judge
from bot.scenario.play import Player
from bot.scenario.reading import CannotPlay, Scenario, read_file
from flows.calendar import Calendar
from flows.procedure.model import Pack
from handlers.ports import Rules
from storage.database import on_server, open_work
from storage.office_calendar import published_calendar
from storage.packs import load_packs
from storage.scratch import Scratch, scratch
from storage.unit import Unit


def run_scenarios(paths: list[Path], say: Callable[[str], None] = print, server: str = "") -> bool:
    """Play every scenario of the files, each on an empty database in memory or on that server; true where all passed.

    One line each (`ok`, `FAILED` with what differs, `CANNOT` with why it cannot be played: counted as failed),
    then `N passed, N failed`.

    Raises:
        Failed: `server` is no PostgreSQL address.
        DatabaseAway: the server does not answer.
    """
    if server and not on_server(server):
        raise Failed("--database 只接受 PostgreSQL：请写成 postgresql://用户:密码@主机/数据库，或不写。")
    with scratch(server) as database:
        return _run(paths, say, database)


def rules_of(packs: Mapping[str, Pack]) -> Rules:
    """The rules of an office on which these packs have always been in force."""
    return Rules(dict(packs), {(pack.id, pack.version): pack for pack in packs.values()})


def _run(paths: list[Path], say: Callable[[str], None], database: Scratch) -> bool:
    rules = rules_of(load_packs())
    calendar = published_calendar()
    passed = failed = 0
    for path in paths:
        try:
            read = read_file(path)
        except (OSError, CannotPlay) as reason:
            say(f"CANNOT {path.name}: {reason}")
            failed += 1
            continue
        for name, scenario in read:
            wrong = judged(scenario, rules, calendar, database)
            passed, failed = (passed + 1, failed) if not wrong else (passed, failed + 1)
            say(f"ok     {name}" if not wrong else "\n       ".join([f"{wrong[0]} {name}", *wrong[1:]]))
    say(f"{passed} passed, {failed} failed")
    return failed == 0


def judged(scenario: Scenario | CannotPlay, rules: Rules, calendar: Calendar, database: Scratch) -> list[str]:
    """Nothing where it passed, else the verdict and what differs or why it cannot be played."""
    if isinstance(scenario, CannotPlay):
        return ["CANNOT", str(scenario)]
    database.empty()
    # The player is there before the first unit runs; its clock is the one that moves.
    work = open_work(database.url, lambda: player.desk.now)
    try:
        player = Player(scenario, rules, calendar, work)
        played = player.play()

        def judging(unit: Unit) -> list[str]:
            case = unit.case(played.case_id) if played.case_id else None
            view = View(scenario, played, unit, player.desk, player.pack, player.procedure, case)
            return judge(view, player.desk.now)

        wrong = work.run_sync(judging)
    except CannotPlay as reason:
        return ["CANNOT", str(reason)]
    except Exception as bug:  # noqa: BLE001  a value of a kind nobody foresaw ends its own scenario, not the others
        return ["CANNOT", f"broke on {type(bug).__name__}: {bug} ({where(bug)})"]
    finally:
        work.close()
    return ["FAILED", *wrong] if wrong else []


def main(files: list[str]) -> int:
    """Exit code 0 where every scenario passed."""
    if not files:
        sys.stderr.write("usage: banshi scenarios FILE…\n")
        return 2
    return 0 if run_scenarios([Path(name) for name in files]) else 1
