"""The office's calendar: its own file laid over the published one."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from chinese_calendar import constants

from flows.calendar import Calendar, OfficeHours
from storage.office_rows import read_date, read_rows
from storage.problems import Problems

FILE = "calendar.csv"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "日期"),
    "kind": ("kind", "类别"),
    "note": ("note", "说明"),
}
_KINDS = {"off": "off", "休": "off", "work": "work", "班": "work"}
_HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def published_calendar(hours: OfficeHours | None = None) -> Calendar:
    """The published calendar alone."""
    names = {day: _HOLIDAYS.get(str(name), str(name)) for day, name in constants.holidays.items()}
    years = frozenset(day.year for day in constants.holidays)
    off, work = frozenset(constants.holidays), frozenset(constants.workdays)
    return Calendar(off, work, years, tuple(sorted(names.items())), hours or OfficeHours())


def read_calendar(folder: Path, hours: OfficeHours, problems: Problems) -> Calendar:
    """The published calendar with the office's own days laid over it; a year neither knows is provisional."""
    off, work = dict(constants.holidays), set(constants.workdays)
    names = {day: _HOLIDAYS.get(str(name), str(name)) for day, name in off.items()}
    resting = set(off)
    published = {day.year for day in off}
    if (folder / FILE).exists():
        for day, (kind, note) in _own_days(folder / FILE, problems).items():
            published.add(day.year)
            (resting if kind == "off" else work).add(day)
            (work if kind == "off" else resting).discard(day)
            if note:
                names[day] = note
    if published:
        last = max(published)
        told = f"工作日历公布到 {last} 年，{last + 1} 年起按周一至周五暂算"
        problems.notice(FILE, 0, told, "公布后升级，或写进 calendar.csv")
    return Calendar(frozenset(resting), frozenset(work), frozenset(published), tuple(sorted(names.items())), hours)


def _own_days(path: Path, problems: Problems) -> dict[date, tuple[str, str]]:
    days: dict[date, tuple[str, str]] = {}
    for row in read_rows(path, COLUMNS, ("date", "kind"), problems):
        day = read_date(row.get("date"))
        kind = _KINDS.get(row.get("kind"))
        if day is None:
            problems.error(FILE, row.line, f"日期「{row.get('date')}」不是日期", "写成 2026-11-24")
        elif kind is None:
            problems.error(FILE, row.line, f"类别「{row.get('kind')}」不认识", "放假写 off，上班写 work")
        elif day in days:
            problems.error(FILE, row.line, f"{day} 写了两次", "保留一行")
        else:
            days[day] = (kind, row.get("note"))
    return days
