"""Days, half-days and times as people say them, and the one form in which they are kept.

Kept forms: `2026-11-24`, `2026-11-24 am`, `2026-11-24 pm`, `2026-11-24 14:00`. A month and day without a year
is the first such day from 31 days ago on, so that a leave filed afterwards stays in its year and 5月6号 said in
November is next year's. A bare weekday is this week's unless it has passed; a bare day number the next such day.
A whole request (`Around.lean`) counts more strictly: ahead from today on, or back from it where the past is meant.
"""

import calendar as months
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from flows.calendar import Calendar, Half, day_text
from flows.conversation.feasts import FEAST, OLD_DAY, feast_day, old_day
from flows.conversation.numerals import CHINESE_DIGITS, chinese_integer
from flows.conversation.wording import folded, quoted
from flows.errors import BadAnswer

EXAMPLES = "例如 11月24日、明天下午、下周三"
Lean = Literal["near", "ahead", "past"]
_BACK: Mapping[Lean, timedelta] = {"near": timedelta(31), "ahead": timedelta(0), "past": timedelta(364)}
_YEARS = range(1900, 2101)
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class When:
    """A day, a half of it or a moment of it."""

    day: date
    half: Half | None = None
    at: time | None = None

    def __str__(self) -> str:
        tail = self.half or (f"{self.at:%H:%M}" if self.at else "")
        return f"{self.day.isoformat()} {tail}".rstrip()

    @property
    def begins(self) -> datetime:
        """Where it begins, for comparing (naive): the day at 00:00, an afternoon at 12:00."""
        return datetime.combine(self.day, self.at or (time(12) if self.half == "pm" else time()))

    @property
    def ends(self) -> datetime:
        """Where it ends, for comparing (naive): a forenoon at 12:00, a day or an afternoon at its midnight."""
        if self.at:
            return datetime.combine(self.day, self.at)
        if self.half == "am":
            return datetime.combine(self.day, time(12))
        return datetime.combine(self.day, time()) + timedelta(days=1)

    @property
    def text(self) -> str:
        """As the office writes it: 11月24日(周二)上午."""
        half = {"am": "上午", "pm": "下午", None: ""}[self.half]
        return day_text(self.day) + half + (f"{self.at:%H:%M}" if self.at else "")


def kept(value: object) -> When | None:
    """What a kept form says, or None where the value is none."""
    day, _, rest = value.partition(" ") if isinstance(value, str) else ("", "", "")
    try:
        found = date.fromisoformat(day)
        if rest in ("am", "pm"):
            return When(found, "am" if rest == "am" else "pm")
        return When(found, at=time.fromisoformat(rest) if rest else None)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Around:
    """What a date is said against: today, the start of a span whose end is asked for, and the calendar.

    `lean` says where a date without its year, month or week lies: near today, from today on, or before it.
    """

    today: date
    since: date | None = None
    calendar: Calendar | None = None
    lean: Lean = "near"

    @property
    def base(self) -> date:
        """The day from which undated words count."""
        return self.since or self.today


def _day(year: int, month: int, day: int) -> date:
    if year not in _YEARS:
        raise BadAnswer(f"{year}年太远了，请再看一下年份，{EXAMPLES}。")
    if not 1 <= month <= 12:
        raise BadAnswer(f"没有{month}月，请重新说日期，{EXAMPLES}。")
    if (month, day) == (2, 29) and not months.isleap(year):
        raise BadAnswer(f"{year}年不是闰年，没有2月29日；月末是2月28日，次日是3月1日。请重新说日期，例如 2月28日。")
    last = months.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise BadAnswer(f"{year}年{month}月没有{day}日，到{last}日为止。请重新说日期，例如 {month}月{last}日。")
    return date(year, month, day)


def _yearless(month: int, day: int, around: Around) -> date:
    """The first such day from the base on, or from as many days before it as the lean allows."""
    first = around.base - _BACK[around.lean]
    if not 1 <= month <= 12:
        return _day(first.year, month, day)
    shown = min(day, 28) if (month, day) == (2, 29) else day
    last = months.monthrange(first.year, month)[1]
    year = first.year if (month, min(shown, last)) >= (first.month, first.day) else first.year + 1
    return _day(year, month, day)


def _moved(day: date, by: int) -> tuple[int, int]:
    """Year and month that many months on."""
    index = day.year * 12 + day.month - 1 + by
    return index // 12, index % 12 + 1


def _last_of(year: int, month: int) -> date:
    return date(year, month, months.monthrange(year, month)[1])


def _bare_day(number: int, around: Around) -> date:
    if around.lean == "past":
        by = 0 if number <= around.base.day else -1
    else:
        by = 0 if number >= around.base.day or number < 1 else 1
    year, month = _moved(around.base, by)
    return _day(year, month, number)


def _weekday(name: str) -> int:
    """The number of a weekday, Monday 0."""
    return 6 if name in "天日7" else "123456".find(name) if name.isdecimal() else _WEEKDAYS.index(name)


def _of_week(which: str, name: str, around: Around) -> date:
    weeks = which.count("下") - which.count("上")
    monday = around.today - timedelta(days=around.today.weekday())
    return monday + timedelta(days=_weekday(name), weeks=weeks)


_RELATIVE = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1,
    "大后天": 3, "后天": 2, "后日": 2, "昨儿": -1, "今儿": 0, "明儿": 1, "后儿": 2,
}  # fmt: skip
_CLIPPED = {"昨": -1, "今": 0, "明": 1}
_SAME = {"当天": 0, "当日": 0, "同一天": 0, "同日": 0, "同天": 0, "次日": 1, "第二天": 1, "隔天": 1, "第三天": 2}


def _named(found: re.Match[str], read: Callable[[re.Match[str], date], date | None], around: Around) -> date:
    """A day named by its feast or by the old calendar, the next one from the day that counts on."""
    day = read(found, around.base)
    if day is None:
        raise BadAnswer(f"{quoted(found[0])}查不出是哪一天，请按公历说日期，{EXAMPLES}。")
    return day


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else chinese_integer(text) or 0


def _month(which: str, number: str, around: Around) -> date:
    by = which.count("下") - which.count("上")
    year, month = _moved(around.today, by)
    return _last_of(year, month) if number in ("底", "末") else _day(year, month, int(number))


def _full_year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _next_workday(around: Around) -> date:
    return (around.calendar or Calendar()).next_workday(around.today)


def _any(words: Mapping[str, int]) -> re.Pattern[str]:
    return re.compile("|".join(words))


_Read = Callable[[re.Match[str], Around], date]
_DAYS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (
        re.compile(r"(\d{4}|\d{2}(?=年))[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?"),
        lambda m, _: _day(_full_year(m[1]), int(m[2]), int(m[3])),
    ),
    (re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)"), lambda m, _: _day(int(m[1]), int(m[2]), int(m[3]))),
    (
        re.compile(r"([去今明])年(\d{1,2})月(\d{1,2})[日号]?"),
        lambda m, a: _day(a.today.year + "去今明".index(m[1]) - 1, int(m[2]), int(m[3])),
    ),
    (re.compile(r"(\d{1,2})[-/.月](\d{1,2})(?!\d)[日号]?"), lambda m, a: _yearless(int(m[1]), int(m[2]), a)),
    (
        re.compile(r"(本|这|当|下下|下|上)个?月的?(底|末|\d{1,2}(?=[日号]))[日号]?"),
        lambda m, a: _month(m[1], m[2], a),
    ),
    (re.compile(r"(\d{1,2})[日号]"), lambda m, a: _bare_day(int(m[1]), a)),
    (
        re.compile("(上+|下+|这|本)个?(?:周|星期|礼拜)([1-7一二三四五六日天])"),
        lambda m, a: _of_week(m[1], m[2], a),
    ),
    (_any(_RELATIVE), lambda m, a: a.today + timedelta(days=_RELATIVE[m[0]])),
    (_any(_SAME), lambda m, a: a.base + timedelta(days=_SAME[m[0]])),
    (re.compile("[昨今明](?=[早晚中上下])"), lambda m, a: a.today + timedelta(days=_CLIPPED[m[0]])),
    (re.compile("月[底末]"), lambda _, a: _last_of(a.base.year, a.base.month)),
    (re.compile("年[底末]"), lambda _, a: date(a.base.year, 12, 31)),
    (re.compile(OLD_DAY), lambda m, a: _named(m, old_day, a)),
    (re.compile(FEAST), lambda m, a: _named(m, feast_day, a)),
    (
        re.compile(rf"([{CHINESE_DIGITS}\d]{{1,3}})天[之以]?后"),
        lambda m, a: a.today + timedelta(days=_count(m[1])),
    ),
    (re.compile("下一?个?工作日"), lambda _, a: _next_workday(a)),
)
_BARE_WEEKDAY = re.compile("(?:周|星期|礼拜)([1-7一二三四五六日天])")
_HALF = re.compile("上午|下午|午后|早上|早晨|清晨|凌晨|中午|傍晚|晚上|晚间|全天|整天|一整天|一天|早|晚|am|pm")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?P<colon>:)(?P<minute>\d{2})(?::\d{2})?"
    r"|(?P<hour2>\d{1,2})[点时](?:钟|整|(?P<part>半|[一1]刻|[三3]刻)|(?P<minute2>\d{1,2})(?![点时:\d])分?)?"
)
_FILLER = re.compile("[的在从起吧是就t,。、() ]|开始|左右")
_WEEK_NUMERAL = re.compile("(周|星期|礼拜)([一二三四五六])")
_NUMERAL = re.compile(f"([{CHINESE_DIGITS}]+)(?=[年月日号点时分])")
_MINUTE_NUMERAL = re.compile(r"(?<=[点时])([零〇一二三四五六七八九十]{2,3})(?![刻点时日号])")
_DAY_NUMERAL = re.compile(f"(?<=月)([{CHINESE_DIGITS}]+)")
_LONGEST = 60


def _digits(text: str) -> str:
    """Chinese numerals before a unit of time as digits; a weekday's numeral is kept apart from an hour after it."""
    tight = re.sub(r"\s*([-/.:])\s*", r"\1", text)
    apart = _WEEK_NUMERAL.sub(lambda m: f"{m[1]}{_weekday(m[2]) + 1},", tight)
    said = _NUMERAL.sub(lambda m: str(value) if (value := chinese_integer(m[1])) is not None else m[1], apart)
    for numeral in (_DAY_NUMERAL, _MINUTE_NUMERAL):
        said = numeral.sub(lambda m: str(value) if (value := chinese_integer(m[1])) is not None else m[1], said)
    return said


@dataclass(slots=True)
class _Heard:
    """What the pieces of one saying amounted to; bare weekdays apart, as they may only confirm a date."""

    days: list[date] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)
    clocks: list[re.Match[str]] = field(default_factory=list)

    def take(self, said: str, at: int, around: Around) -> int:
        """Where the piece at that place ends; -1 where it is none."""
        for pattern, read in _DAYS:
            if found := pattern.match(said, at):
                self.days.append(read(found, around))
                return found.end()
        if found := _BARE_WEEKDAY.match(said, at):
            self.weekdays.append(_weekday(found[1]))
        elif found := _CLOCK.match(said, at):
            self.clocks.append(found)
        elif found := _HALF.match(said, at):
            self.halves.append(found[0])
        else:
            found = _FILLER.match(said, at)
        return found.end() if found else -1


def _hear(text: str, around: Around) -> _Heard | None:
    """The pieces of the saying, or None where something else is said too."""
    if len(text) > _LONGEST:
        return None
    said, at = _digits(folded(text)), 0
    heard = _Heard()
    while 0 <= at < len(said):
        at = heard.take(said, at, around)
    return None if at < 0 else heard


def _agreed_day(text: str, heard: _Heard, around: Around) -> date:
    """The one day that was said; several must name the same one, and a weekday with a date must be its own."""
    if len({*heard.days}) > 1 or len({*heard.weekdays}) > 1:
        raise BadAnswer(f"{quoted(text)}里有两个不同的日期，请只说一个，{EXAMPLES}。")
    if not heard.days:
        later = (heard.weekdays[0] - around.base.weekday()) % 7 if heard.weekdays else 0
        if around.lean == "past" and later:
            later -= 7
        return around.base + timedelta(days=later)
    day = heard.days[0]
    if heard.weekdays and heard.weekdays[0] != day.weekday():
        real, said = _WEEKDAYS[day.weekday()], _WEEKDAYS[heard.weekdays[0]]
        raise BadAnswer(f"{day.month}月{day.day}日是周{real}，不是周{said}。请重新说日期，{EXAMPLES}。")
    return day


_MORNING = ("上午", "早上", "早晨", "清晨", "早", "am")
_AFTERNOON = ("下午", "午后", "pm")
_EVENING = ("傍晚", "晚上", "晚间", "晚")


_PARTS = {"半": 30, "一刻": 15, "1刻": 15, "三刻": 45, "3刻": 45}


def _clock(text: str, found: re.Match[str], word: str) -> time:
    """The time of day: 下午2点半 is 14:30; 2点 without a word means the afternoon, as offices speak."""
    hour = int(found["hour"] or found["hour2"])
    minute = _PARTS.get(found["part"] or "") or int(found["minute"] or found["minute2"] or 0)
    late = word in _AFTERNOON or word in _EVENING or (word == "中午" and hour < 10)
    night = word in _EVENING and (hour == 12 or hour < 5)
    early = word in (*_MORNING, "凌晨") and hour > 12
    if hour > 23 or minute > 59 or night or early or (late and hour == 0):
        raise BadAnswer(f"{quoted(text)}不是一天里的时刻，请写成 14:00 或 下午2点半。")
    afternoon = late or (not word and not found["colon"] and 1 <= hour <= 6)
    return time(hour + 12 if afternoon and hour < 12 else hour, minute)


def _half(text: str, words: list[str]) -> Half | None:
    if not words or words[0] in ("全天", "整天", "一整天", "一天"):
        return None
    if words[0] in _MORNING:
        return "am"
    if words[0] in _AFTERNOON:
        return "pm"
    raise BadAnswer(f"{quoted(text)}不好算作上午还是下午，请说上午、下午或几点，例如 明天下午、晚上7点。")


def read_when(text: str, around: Around) -> When:
    """The day, half-day or moment the text says.

    Raises:
        BadAnswer: it says none, more than one, or one that no calendar has.
    """
    heard = _hear(text, around)
    if heard is None or not (heard.days or heard.weekdays or heard.halves or heard.clocks):
        raise BadAnswer(f"{quoted(text)}看不出是哪一天，请说一个日期，{EXAMPLES}。")
    if len(heard.clocks) > 1 or len(set(heard.halves)) > 1:
        raise BadAnswer(f"{quoted(text)}里有两个时间，请只说一个，{EXAMPLES}。")
    day = _agreed_day(text, heard, around)
    if heard.clocks:
        return When(day, at=_clock(text, heard.clocks[0], heard.halves[0] if heard.halves else ""))
    return When(day, half=_half(text, heard.halves))


def read_day(text: str, around: Around) -> date:
    """The day the text says; a time of day said with it is left aside.

    Raises:
        BadAnswer: it says none, more than one, or one that no calendar has.
    """
    heard = _hear(text, around)
    if heard is None or not (heard.days or heard.weekdays):
        raise BadAnswer(f"{quoted(text)}看不出是哪一天，请说一个日期，例如 11月24日、明天、下周三。")
    return _agreed_day(text, heard, around)
