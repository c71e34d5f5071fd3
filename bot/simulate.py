"""`banshi simulate`: an invented office lives so many days through the real handlers, storage and clock."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.failed import Failed
from bot.scenarios import rules_of
from bot.simulation.dice import Dice
from bot.simulation.house import House
from bot.simulation.town import PACK, town
from bot.simulation.year import Year, told_of
from storage.database import open_work
from storage.office_calendar import published_calendar
from storage.packs import load_packs
from storage.scratch import scratch

FIRST = date(2026, 1, 1)
"""The last year whose days off are published."""
_MOST_DAYS = 3660


def simulate(days: int, seed: int, say: Callable[[str], None], log: Path | None = None) -> int:
    """Live the days and say what they came to; returns 0 where every promise held on every evening.

    The same seed writes the same log, byte for byte.

    Raises:
        Failed: the number of days is none, or the log cannot be written.
    """
    if not 0 < days <= _MOST_DAYS:
        raise Failed(f"天数写 1 到 {_MOST_DAYS} 之间的整数，例如 --days 365。")
    lines: list[str] = []
    packs = load_packs()
    dice = Dice(seed)
    clock = datetime.combine(FIRST, datetime.min.time(), ZoneInfo("Asia/Shanghai"))
    with scratch() as database:
        work = open_work(database.url, lambda: house.now, ZoneInfo("Asia/Shanghai"))
        house = House(work, town(packs[PACK], dice), rules_of({PACK: packs[PACK]}), published_calendar(), clock)
        try:
            year = Year(house, dice, lines.append)
            figures = year.live(FIRST, FIRST + timedelta(days=days - 1))
        finally:
            work.close()
    _written(lines, log)
    for line in told_of(figures, year.digest):
        say(line)
    return 1 if figures.wrong else 0


def _written(lines: list[str], log: Path | None) -> None:
    if log is None:
        return
    try:
        log.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise Failed(f"日志写不进 {log}（{error.strerror}）：请换一个可以写的地方。") from None
