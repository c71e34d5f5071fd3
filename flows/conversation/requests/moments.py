"""Every time a sentence names: where it stands, what it says, and which belong together as a span or a list.

Where a time stands is found here; what it means is read by `flows.conversation.dates`, the one reader of dates.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from flows.conversation.dates import Around, Lean, When, read_day, read_when
from flows.conversation.feasts import FEAST, OLD_DAY
from flows.conversation.requests.sentence import Sentence
from flows.errors import BadAnswer

_GROUPED = re.compile(r"\?P<\w+>")
FEAST_SAID, OLD_DAY_SAID = _GROUPED.sub("?:", FEAST), _GROUPED.sub("?:", OLD_DAY)
_N = "[0-9零〇一二两三四五六七八九十廿]"
_DAYS = "[1-7一二三四五六日天]"
_TO = r"(?:\s*(?:一直到|直到|开始到|起至|起到|休到|请到|到|至|[-~～—–－]+)\s*)"
_WEEKDAY = rf"(?:上+|(?<!一)下+|这|本)?个?(?<![0-9一二两三四五六七八九十半每])(?:周|星期|礼拜)的?(?:周|星期)?{_DAYS}"
_DAY = "|".join(
    (
        r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}[日号]?",
        rf"(?<![\d{_N[1:-1]}第])(?:(?:[去今明]年)?{_N}{{1,3}}月)?{_N}{{1,3}}(?:、{_N}{{1,3}})+[日号]",
        rf"(?:[去今明]年)?{_N}{{1,3}}月{_N}{{1,3}}(?:、{_N}{{1,2}})+(?![个份人天\d])",
        rf"(?:[去今明]年)?{_N}{{1,3}}月份?(?:{_N}{{1,3}}[日号]?(?!个|份|天|人))",
        r"(?<![\d/])(?<!\d[:.])\d{1,2}/\d{1,2}(?![\d/])",
        r"(?<![\d/])(?<!\d[:.])\d{1,2}[-.]\d{1,2}(?![\d.]|\s*(?:[日号]|个|份|天|小时|万|元|倍|版|%))",
        rf"(?:本|这|当|下下|下|上)个?月的?(?:[底末]|{_N}{{1,3}}(?:[日号]|(?={_TO}{_N}{{1,3}}[日号])))",
        rf"(?<![\d{_N[1:-1]}第]){_N}{{1,3}}[日号](?!楼|院|线|门|厅|馆|车|机|会议|文|公告|令|元|报|常|志)",
        rf"(?<![\d.]){_N}{{1,2}}(?={_TO}{_N}{{1,2}}[日号])",
        rf"{_WEEKDAY}(?!年(?!假|休))(?:[、,]?(?:周|星期|礼拜)?{_DAYS}(?![天个份人小点时月号日年整半辆台部位名:\d]|{_DAYS}[天点号月]))*",
        rf"{_WEEKDAY}",
        "大前天|前天|昨天|昨日|今天|今日|明天|明日|大后天|后天|后日|昨儿个?|今儿个?|明儿个?|后儿个?",
        "[昨今明](?=[早晚中上下夜])",
        "(?<!每)(?<!本)(?<!这)(?<!该)(?<!上)(?<!下)(?<!个)月[底末]|年[底末]",
        OLD_DAY_SAID,
        rf"{FEAST_SAID}(?:当天|当日|那天|这天)?(?!晚会|联欢|活动|放|慰问|值班|调休|补休|期间|长假|假期|安排|[前后])",
        rf"{_N}{{1,3}}天[之以]?后",
        "下一?个?工作日",
    )
)
_PAIR = "(?P<pair>今明|明后)(?=[两二2]?[天日])天?"
_WEEK = rf"(?P<week>(?:上+|(?<!一)下+|这|本)个?(?:周|星期|礼拜)(?!{_DAYS}|末|年(?!假|休)))"
_HALF = "上午|下午|午后|早上|早晨|清晨|凌晨|中午|傍晚|晚上|晚间|夜里|夜间|全天|一整天|整天|[早晚夜](?!班)|[ap]m"
_HOUR = (
    rf"(?:(?<![\d有快差{_N[1:-1]}])|(?<=[周期拜][一二三四五六日天]))(?!(?<=[早晚])一点){_N}{{1,3}}[点时](?!建议|意见|要求|说明|私事|事(?!假)|小|钟头)"
    rf"(?:钟|整|半|[一1三3]刻|{_N}{{1,3}}(?![\d点时:])分?)?"
)
_ALONE = "(?![上晨间里])"
_CLOCK = "|".join(
    (
        r"(?<![\d:])\d{1,2}\s*:\s*\d{2}(?:\s*:\s*\d{2})?(?!\d)",
        _HOUR,
        rf"(?<![\d:.]){_N}{{1,2}}(?={_TO}{_N}{{1,3}}[点时])",
    )
)
_GAP = r"(?:\s*[(（]?\s*(?:周|星期|礼拜)[一二三四五六日天]\s*[)）]?\s*|[\s,，的]*)"
_MOMENT = re.compile(
    rf"(?:{_PAIR}|(?P<day>{_DAY})|{_WEEK})(?:{_GAP}(?P<half>{_HALF}))?(?:{_GAP}(?P<clock>{_CLOCK}))?"
    rf"|(?P<half2>(?!早{_ALONE}|晚{_ALONE}|夜{_ALONE})(?:{_HALF})|[早晚夜](?={_N}{{1,3}}[点时:]))\s*(?P<clock2>{_CLOCK})?"
    rf"|(?P<clock3>{_CLOCK})",
    re.IGNORECASE,
)
_JOIN = re.compile(rf"{_TO}(?:的)?")
_LIST = re.compile(r"\s*[、,，和及跟与]?\s*")
_NIGHT = ("傍晚", "晚上", "晚间", "夜里", "夜间", "晚", "夜")
_WHOLE = ("全天", "一整天", "整天")
_MORNING = ("上午", "早上", "早晨", "清晨", "早", "am")
_LISTED = re.compile(rf"(?P<first>.*?(?:周|星期|礼拜){_DAYS})(?P<more>(?:[、,]?(?:周|星期|礼拜)?{_DAYS})+)")
_LISTED_DATES = re.compile(rf"(?P<first>(?:[^、]*月)?{_N}{{1,3}})(?:、{_N}{{1,3}})*、(?P<last>{_N}{{1,3}})[日号]?")
_CLOSES = re.compile(r"[\s,，。;；]*(?:结束|截止|终止)(?:时间|日期)?[:：是为]*\s*")
_YEAR_SAID = re.compile(r"\d{4}|[去今明后\d]年")
_HALF_YEAR = timedelta(days=190)
_AGAIN = re.compile("(周|星期|礼拜)的?(?:周|星期)")
_THAT_DAY = re.compile("(?<=.)(?:当天|当日|那天|这天)$")
_DENIED = re.compile("(?<![是要])(?:不是|而非)\\s*$")
_UNFINISHED = re.compile(rf"{_N}{{1,2}}|.*月的?{_N}{{1,3}}")
_BARE_HOUR = re.compile(f"{_N}{{1,2}}")

Link = Literal["", "to", "list", "instead"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One time of the sentence: a day, a half of it or a clock time, at `start` to `end` of the text.

    `link` is how it follows the moment before it; `night` marks an evening, `whole` a stressed whole day;
    `dated` whether it names its day itself.
    """

    when: When
    start: int
    end: int
    link: Link = ""
    night: bool = False
    whole: bool = False
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Times:
    """The moments of a sentence in order, and what is wrong with those that no calendar has."""

    moments: tuple[Moment, ...] = ()
    trouble: str = ""
    week: date | None = None

    @property
    def spans(self) -> tuple[tuple[Moment, Moment | None], ...]:
        """The moments paired: each with the one it runs to, or with None."""
        spans: list[tuple[Moment, Moment | None]] = []
        for moment in self.moments:
            if moment.link == "to" and spans and spans[-1][1] is None:
                spans[-1] = (spans[-1][0], moment)
            else:
                spans.append((moment, None))
        return tuple(spans)


def times_of(said: Sentence, today: date, lean: Lean = "ahead") -> Times:
    """Every time of the sentence, taken out of it."""
    reading = _Reading(said, Around(today, lean=lean))
    for found in said.every(_MOMENT):
        try:
            reading.hear(found)
        except BadAnswer as bad:
            reading.trouble = reading.trouble or bad.sentence
    return Times(_absorbed(reading.moments), reading.trouble, reading.week)


_AROUND_SPAN = frozenset({"从", "自", "起", "止", "为止"})


def span_of(text: str, today: date) -> tuple[When, When] | None:
    """Beginning and end, where the text is a span and nothing else (下周三到周五); else None."""
    said = Sentence.of(text)
    times = times_of(said, today, "near")
    if len(times.spans) != 1 or times.trouble or not _AROUND_SPAN.issuperset(said.left()):
        return None
    first, last = times.spans[0]
    return (first.when, last.when) if last else None


@dataclass(slots=True)
class _Reading:
    """The moments as far as they are read; each is read against those before it."""

    said: Sentence
    around: Around
    moments: list[Moment]
    trouble: str
    week: date | None
    wrong: Moment | None

    def __init__(self, said: Sentence, around: Around) -> None:
        self.said, self.around = said, around
        self.moments, self.trouble, self.week, self.wrong = [], "", None, None

    def hear(self, found: re.Match[str]) -> None:
        """One match read and kept."""
        if found["week"] and not (found["half"] or found["clock"]):
            self.week = read_day(f"{found['week']}一", self.around)
            return
        if found["pair"]:
            self._pair(found)
            return
        if denied := _DENIED.search(self.said.narrow[: found.start()]):
            self.said.take(*denied.span())
            return
        link = self._link(found.start())
        half = found["half"] or found["half2"] or ""
        clock = found["clock"] or found["clock2"] or found["clock3"] or ""
        first, last = self._days(found["day"] or "", link)
        when = self._when(first, half.lower(), clock, link)
        if link == "to" and not _YEAR_SAID.search(found["day"] or ""):
            when = _of_its_year(when, self.moments[-1].when)
        kept = Moment(when, found.start(), found.end(), link, half in _NIGHT, half in _WHOLE, dated=bool(found["day"]))
        if link == "instead" and self.wrong and _plain(kept):
            kept = replace(kept, when=replace(self.wrong.when, day=when.day))
        self.moments.append(kept)
        if last is not None:
            self.moments.append(replace(kept, when=When(last), link="to"))

    def _pair(self, found: re.Match[str]) -> None:
        first = self.around.today + timedelta(days="今明".index(found["pair"][0]))
        kept = Moment(When(first), found.start(), found.end())
        self.moments += [kept, replace(kept, when=When(first + timedelta(days=1)), link="to")]

    def _link(self, start: int) -> Link:
        """How this moment follows the last one."""
        if not self.moments:
            return ""
        between = self.said.narrow[self.moments[-1].end : start]
        if self.moments[-1].end <= self.said.corrected <= start:
            return self._corrected(start)
        if _JOIN.fullmatch(between) or _CLOSES.fullmatch(between):
            self.said.take(self.moments[-1].end, start)
            return "to"
        return "list" if _LIST.fullmatch(between) else ""

    def _corrected(self, start: int) -> Link:
        """The moment said last is dropped for the one that corrects it: a span whole, or its end (不对，到周四)."""
        wrong = self.moments.pop()
        if not _JOIN.fullmatch(self.said.narrow[self.said.corrected : start]) and wrong.link == "to":
            wrong = self.moments.pop()
        elif wrong.link == "to":
            self.said.take(self.said.corrected, start)
            return "to"
        self.wrong = wrong
        return "instead"

    def _days(self, text: str, link: Link) -> tuple[date | None, date | None]:
        """The day the text names, and the last one where it lists several (周一二三)."""
        if not text:
            return None, None
        around = self._around(link)
        text = _AGAIN.sub(r"\1", _THAT_DAY.sub("", text.removesuffix("个").replace("月份", "月")))
        if dates := _LISTED_DATES.fullmatch(text):
            begins = read_day(f"{dates['first']}号", around)
            return begins, read_day(f"{dates['last']}号", replace(around, since=begins, lean="ahead"))
        if listed := _LISTED.fullmatch(text):
            first, last = listed["first"], listed["more"][-1]
            begins = read_day(first, around)
            return begins, read_day(f"周{last}", replace(around, since=begins, lean="ahead"))
        if text in "昨今明":
            text += "天"
        elif _UNFINISHED.fullmatch(text):
            text += "号"
        return read_day(text, around), None

    def _around(self, link: Link) -> Around:
        """What an undated word counts from: the start of its span, the week just named, or today."""
        if link and self.moments:
            return replace(self.around, since=self.moments[-1].when.day, lean="ahead")
        return replace(self.around, since=self.week) if self.week else self.around

    def _when(self, day: date | None, half: str, clock: str, link: Link) -> When:
        before = self.wrong if link == "instead" else self.moments[-1] if self.moments else None
        base = day or (before.when.day if before else self.around.today)
        if clock:
            return self._clock(base, half, clock, link if day is None or self._same_day(day) else "")
        if half in _MORNING:
            return When(base, "am")
        return When(base, "pm" if half in ("下午", "午后", "pm") else None)

    def _same_day(self, day: date) -> bool:
        return bool(self.moments) and self.moments[-1].when.day == day

    def _clock(self, day: date, half: str, clock: str, link: Link) -> When:
        """The clock time; the end of a span lies after its beginning (下午2点到8点 ends at 20:00)."""
        bare = _BARE_HOUR.fullmatch(clock)
        word = "晚上" if half in ("夜里", "夜间", "夜") else half if half not in _WHOLE else ""
        at = read_when(f"{word}{clock}点" if bare else f"{word}{clock}", Around(day)).at
        before = self.moments[-1].when if link == "to" else None
        if before and before.at and at and not half and at <= before.at and at.hour < 12:
            at = (datetime.combine(day, at) + timedelta(hours=12)).time()
        return When(day, at=at)


def _absorbed(moments: list[Moment]) -> tuple[Moment, ...]:
    """A day and a time said apart are one moment: 周三请假，下午三点半到五点; 上午9点，周三."""
    kept: list[Moment] = []
    for moment in moments:
        last = kept[-1] if kept else None
        if last is None or moment.link == "to":
            kept.append(moment)
        elif not moment.dated and _plain(last) and last.link != "to":
            kept[-1] = replace(moment, link=last.link, dated=True, whole=moment.whole or last.whole)
        elif not moment.dated and (within := _within_half(last, moment)) is not None:
            kept[-1] = replace(moment, when=within, link=last.link, dated=True)
        elif not moment.dated and moment.whole:
            kept[-1] = replace(last, whole=True)
        elif moment.dated and not last.dated and _plain(moment):
            kept[-1] = replace(last, when=replace(last.when, day=moment.when.day), dated=True)
        else:
            kept.append(moment)
    return tuple(kept)


def _of_its_year(end: When, start: When) -> When:
    """An end without its year lies within half a year; else it is said to lie before its start (12月5日到12月3日)."""
    if end.day - start.day <= _HALF_YEAR or (end.day.month, end.day.day) == (2, 29):
        return end
    return replace(end, day=end.day.replace(year=start.day.year))


def _within_half(day: Moment, moment: Moment) -> When | None:
    """The clock time of the half-day named before it (明天下午用车，3点); None where it is not of that half."""
    half, at = day.when.half, moment.when.at
    if half is None or at is None or day.link == "to":
        return None
    if half == "pm" and at.hour < 12:
        at = at.replace(hour=at.hour + 12)
    return When(day.when.day, at=at) if (at.hour < 13) == (half == "am") else None


def _plain(moment: Moment) -> bool:
    """Whether it is a day and nothing closer."""
    return moment.dated and moment.when.at is None and moment.when.half is None and not moment.whole
