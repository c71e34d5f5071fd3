"""The days people name by their feast or by the old calendar: 清明, 除夕, 冬至前一天, 腊月廿八, 正月初六.

Months of the old calendar as published for 2024 to 2050; a name of a year beyond is not read.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from flows.conversation.numerals import CHINESE_DIGITS, chinese_integer

_OLD_YEARS = {
    2024: ("0210", "slsslsllslls"),
    2025: ("0129", "lslssl+slsllls"),
    2026: ("0217", "lslsslssllls"),
    2027: ("0206", "llslsslsslls"),
    2028: ("0126", "lllsl+sslsslls"),
    2029: ("0213", "llslslslssll"),
    2030: ("0203", "slsllslslsls"),
    2031: ("0123", "sll+slsllslsls"),
    2032: ("0211", "lsslsllsllsl"),
    2033: ("0131", "slsslslslll+sl"),
    2034: ("0219", "slsslslsllsl"),
    2035: ("0208", "lslsslssllsl"),
    2036: ("0128", "llslss+lsslsll"),
    2037: ("0215", "llslsslsslsl"),
    2038: ("0204", "llslslslssls"),
    2039: ("0124", "llsll+slslslss"),
    2040: ("0212", "lsllslsllsls"),
    2041: ("0201", "slslsllsllsl"),
    2042: ("0122", "sl+sslslsllsll"),
    2043: ("0210", "slsslssllsll"),
    2044: ("0130", "lslssls+slslll"),
    2045: ("0217", "lslsslsslsll"),
    2046: ("0206", "lslslslsslsl"),
    2047: ("0126", "lslls+lslsslsl"),
    2048: ("0214", "sllsllslssls"),
    2049: ("0202", "lslsllsllsls"),
    2050: ("0123", "sls+lslsllslls"),
}
"""New Year's day as month and day, then the months: l has 30 days, s 29, + stands before a leap month."""

_SOLAR = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "植树节": (3, 12), "五一": (5, 1), "劳动节": (5, 1),
    "青年节": (5, 4), "儿童节": (6, 1), "教师节": (9, 10), "国庆": (10, 1), "平安夜": (12, 24), "圣诞": (12, 25),
}  # fmt: skip
_LUNAR = {
    "春节": (1, 1), "元宵": (1, 15), "端午": (5, 5), "七夕": (7, 7), "中秋": (8, 15), "重阳": (9, 9),
    "腊八": (12, 8), "小年": (12, 23), "除夕": (12, 30), "年三十": (12, 30),
}  # fmt: skip
_TERMS = {"清明": (4, 4.81), "冬至": (12, 21.94)}
"""Month and constant of a solar term of this century: its day is [0.2422·Y + C] - [Y/4], Y the year within it."""
_OLD_MONTHS = {"正": 1, "冬": 11, "腊": 12}

_N = rf"[{CHINESE_DIGITS}\d]"
_NAMES = "|".join((*_SOLAR, *_LUNAR, *_TERMS))
FEAST = f"大?(?P<feast>{_NAMES})节?(?:的?(?P<side>[前后])(?:(?P<apart>{_N}{{1,2}})天|夕))?"
OLD_DAY = (
    f"(?:(?:农历|阴历)(?P<month>[正冬腊]|{_N}{{1,2}})月|(?P<month2>[正冬腊])月|大?年(?=初))(?P<tens>[初廿])?(?P<day>{_N}{{1,3}})[日号]?"
    f"|(?<![月年度期])初(?P<first>{_N})(?![级中])"
)


def feast_day(found: re.Match[str], since: date) -> date | None:
    """The first such feast (a match of `FEAST`) from the day on, or so many days beside it; None where unknown."""
    days = _count(found["apart"] or "1") if found["side"] else 0
    return _first(lambda year: _feast(found["feast"], year), since, days * (-1 if found["side"] == "前" else 1))


def old_day(found: re.Match[str], since: date) -> date | None:
    """The first such day of the old calendar (a match of `OLD_DAY`) from the day on; a bare 初六 is of 正月."""
    month = found["month"] or found["month2"] or "正"
    day = _count(found["day"] or found["first"]) + (20 if found["tens"] == "廿" else 0)
    return _first(lambda year: _of_old_year(year, _OLD_MONTHS.get(month) or _count(month), day), since)


def _first(of_year: Callable[[int], date | None], since: date, by: int = 0) -> date | None:
    days = (of_year(year) for year in range(since.year - 1, since.year + 2))
    return next((day + timedelta(by) for day in days if day and day + timedelta(by) >= since), None)


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else chinese_integer(text) or 0


def _feast(name: str, year: int) -> date | None:
    if name in _SOLAR:
        return date(year, *_SOLAR[name])
    if name in _LUNAR:
        return _of_old_year(year, *_LUNAR[name])
    month, constant = _TERMS[name]
    return date(year, month, int(year % 100 * 0.2422 + constant) - year % 100 // 4)


def _of_old_year(year: int, month: int, day: int) -> date | None:
    """The day of the old year that begins in that year, a leap month aside; its last day where a month has no 30th."""
    if year not in _OLD_YEARS or not (1 <= month <= 12 and 1 <= day <= 30):
        return None
    begins, months = _OLD_YEARS[year]
    lengths = [(30 if one[-1] == "l" else 29, len(one) == 1) for one in re.findall(r"\+?[ls]", months)]
    number, passed = 0, 0
    for length, ordinary in lengths:
        number += ordinary
        if number == month and ordinary:
            return date(year, int(begins[:2]), int(begins[2:])) + timedelta(passed + min(day, length) - 1)
        passed += length
    return None
