"""A leave in one sentence: what kind, from when to when, how long and why."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from flows.conversation.dates import When
from flows.conversation.requests.kinds import leave_kind
from flows.conversation.requests.lengths import Length, length_of
from flows.conversation.requests.moments import Moment, Times, times_of
from flows.conversation.requests.sentence import Sentence
from flows.conversation.requests.today import Today
from flows.procedure.model import Json

_PAST = re.compile("补(?!办|充|贴|习|课|考|助|休|牙|缴|交材料)|上周|上个?(?:星期|礼拜|月)|昨[天日晚儿]|前天|忘了?请")
_TITLES = "主任|领导|科长|处长|局长|校长|书记|院长|老师|部长|经理|总|区长|主席"
_POLITE = (
    re.compile(
        rf"(?:^|(?<=[,，。\s]))(?:尊敬的)?[\u4e00-\u9fa5]{{0,3}}(?:{_TITLES})[们]?(?:(?:您|你|早上|上午|中午|下午|晚上)?好)?(?=[,，:：!！。\s]|我)"
    ),
    re.compile(
        "您好|你好|早上好(?=[,，])|下午好(?=[,，])|谢谢(?:您|领导|啦|了|主任)?|感谢|辛苦(?:您|你)?了?|拜托了?|打扰了?"
    ),
    re.compile(
        "(?:望|请|恳请|盼|敬请|烦请|麻烦|劳烦|希望)[^,，。;；!！\\s]{0,6}?(?:批准|审批|批示|批一下|准假|同意|批复|领导批|准予|允许|知悉)"
    ),
    re.compile(
        "(?:麻烦|拜托)?(?:帮我|帮忙|替我)?(?:批|报|填|提交|登记|走)(?:一下|个)(?:流程)?|妥否|特此(?:申请|说明)|申请人[:：]?[\u4e00-\u9fa5]{2,4}$"
    ),
    re.compile(
        "能否批(?:准|我)?|批(?:准)?我的?|不来了|没来(?:上班|单位)?|没上班|没到岗|来不了(?:单位|了)?|上不了班|不上班|不是很急|急(?!诊|病|救|性|事|需)"
    ),
)
_ASKED = re.compile(
    "(?:能不能|能否|可不可以|可以|能)?(?:我|本人)?(?:能不能|能否|可不可以|可以|能)?(?:想|要|打算|准备|需要|计划|希望|拟|特|需)*"
    "(?:跟您|向您|和您)?(?:再)?(?:申请|补)?(?:请(?!示|教|客|柬|问)|休(?!息|养|学)|歇)(?:了)?(?:个|一下|点)?的?(?:假(?!期|牙|条|肢))?"
)
_WORDS = (
    re.compile("(?<!放)(?<!暑)(?<!寒)假(?:期)?(?:申请)?(?!条|牙|肢|装|日)"),
    re.compile(
        r"(?:我|本人)?(?:想|要)?申请|补(?!办|充|牙|习|课|考|贴)(?:个|一下)?|一共|合计|总共|共计|共(?=$|[,，\s])"
    ),
    re.compile("(?:假别|类型|类别|时间|日期|天数|时长|开始时间|结束时间|请假(?:时间|类型|天数|原因)?)(?=[:：是为])"),
    re.compile("医生(?:让|建议|要求)(?:我)?(?:休|歇)(?!息)"),
    re.compile(r"[之以][前后](?=[,，。\s请休]|$)|开始|起(?=$|[,，。\s])|为期|时长|左右|期间|当天|最后"),
)
_EARNED = re.compile("[^,，。;；!！]*[加值][了过]?[^,，。;；!！]{0,4}班[^,，。;；!！]*")
"""The work that a day off makes up for, in a clause of its own; its days are not those asked for."""
_CLAUSE_END = re.compile(r"[,，。;；!！?？\n]+")
_ASKING = re.compile("请(?!问|教|示)|休(?!息)|歇|假(?!期|日|如|装)|调休|补休")
_BEGINS = re.compile(r"\s*(?:算?起|开始)")
_BECAUSE = re.compile(
    r"(?:因为|由于|(?<!原)因(?![此素公私])|(?:原因|理由|事由|缘由)(?=[:：是为])|(?:^|(?<=[,，。\s]))(?:原因|理由|事由|缘由))[:：是为]*\s*"
)
_LEADING = re.compile(
    "^(?:我(?!们|妈|爸|爷|奶|姥|外|爱人|老|家|父|母|岳|儿|女|孩|哥|姐|弟|妹|的?小孩|妻|丈|媳|姑|舅|叔|姨|婆|公)|本人|是|要|想|打算|准备|的|在|于|从|自|起|一?共|就|也|需要|报|用|到|至|和|回头)+"
)
_TRAILING = re.compile("(?:的|了|想|要|需|需要|从|自|打算|准备|我|,|，|起|特|(?<![病事亡身])故|所以|现|申请)+$")
_ILL = frozenset({"阳", "病", "痛", "孕"})
_EMPTY = frozenset(
    {"有", "个", "天", "假", "请", "休", "报", "用", "去", "是", "不", "补", "能", "可以", "半", "两", "想", "等"}
)


def read_leave(said: Sentence, today: Today) -> tuple[dict[str, Json], str]:
    """The slots of a leave (type, start, end, days, reason), and what is wrong with a date that was said."""
    past = _PAST.search(said.narrow) is not None
    said.drop(*_POLITE)
    kind = leave_kind(said)
    said.drop(_EARNED)
    times = times_of(said, today.day, "past" if past else "ahead")
    length = length_of(said)
    slots: dict[str, Json] = {"type": kind, **_span(said, _own(said, times), length)}
    if reason := _reason(said, times):
        slots["reason"] = reason
    return slots, times.trouble


def _own(said: Sentence, times: Times) -> Times:
    """The times without those of an earlier clause that tells of something else (妹妹6号结婚，5号6号请事假)."""
    bounds = [0, *(found.end() for found in _CLAUSE_END.finditer(said.narrow)), len(said.narrow)]
    clauses = list(pairwise(bounds))
    asking = next((clause for clause in clauses if _ASKING.search(said.narrow, *clause)), (0, 0))
    within = [moment for moment in times.moments if asking[0] <= moment.start < asking[1]]
    if not within or within[0].link:
        return times
    told = [clause for clause in clauses if clause[1] <= asking[0] and _tells(said, *clause)]
    kept = (moment for moment in times.moments if not any(start <= moment.start < end for start, end in told))
    return replace(times, moments=tuple(kept))


def _tells(said: Sentence, start: int, end: int) -> bool:
    """Whether words stand in the clause beside its times."""
    left = "".join(char for at, char in enumerate(said.narrow[start:end], start) if not said.taken[at])
    return len(re.findall("[\u4e00-\u9fa5]", left)) > 2


def _span(said: Sentence, times: Times, length: Length | None) -> dict[str, Json]:
    """Start, end and days: the end only where it is said or the leave lies within one day."""
    days = length.days if length else 0
    if not times.moments:
        start = When(times.week) if times.week and days >= 5 else None
        return {**({"start": str(start)} if start else {}), **({"days": _tidy(days)} if days else {})}
    first, last = _ends(said, times, days)
    if last and last.link == "list" and (first.when.half, last.when) == ("am", When(first.when.day, "pm")):
        first, last = replace(first, when=When(first.when.day)), None
    slots: dict[str, Json] = {"start": str(first.when)}
    end = last.when if last else None
    if end is None and _within_a_day(first, length):
        end = first.when
    if end is not None:
        slots["end"] = str(end)
    if days:
        slots["days"] = _tidy(days)
    elif (
        end is not None
        and end.ends > first.when.begins
        and not (first.when.at or end.at)
        and not (length and length.hours)
    ):
        slots["days"] = _tidy((end.ends - first.when.begins) / timedelta(days=1))
    return slots


def _ends(said: Sentence, times: Times, days: float) -> tuple[Moment, Moment | None]:
    """Where the leave begins and ends: a span before 明天起 before a single time, a list from its first to its last."""
    spans = times.spans
    marked = [span for span in spans if _BEGINS.match(said.narrow, span[0].end)]
    first, last = next((span for span in spans if span[1] is not None), (marked or spans)[0])
    if last is None:
        for moment in times.moments[1:]:
            if moment.link == "list" and moment.when.begins >= first.when.begins:
                last = moment
    if last is None and len(spans) == 2 and days > 1 and spans[1][0].when.day == first.when.day + timedelta(days - 1):
        last = spans[1][0]
    return first, last


def _within_a_day(first: Moment, length: Length | None) -> bool:
    """Whether nothing said lets the leave go beyond its first day."""
    if first.when.at:
        return False
    if length is None:
        return True
    return length.days <= (0.5 if first.when.half else 1) and not length.hours


def _reason(said: Sentence, times: Times) -> str:
    """Why: what stands behind 因为, else the first words left over; a time within them is left out."""
    said.drop(_ASKED, *_WORDS)
    marked = said.first(_BECAUSE)
    runs = [(start, end) for start, end in said.runs() if marked is None or start >= marked.end()]
    within = {(moment.start, moment.end) for moment in times.moments}
    reason, ended = "", -1
    for start, end in runs:
        text = _trimmed(said.text(start, end))
        if reason and (ended, start) not in within:
            break
        reason, ended = reason + text, end
    return reason


def _trimmed(text: str) -> str:
    text = _TRAILING.sub("", _LEADING.sub("", text))
    return (
        text
        if (len(text) > 1 or text in _ILL) and text not in _EMPTY and re.search("[\u4e00-\u9fa5a-zA-Z]", text)
        else ""
    )


def _tidy(days: float) -> int | float:
    return int(days) if days == int(days) else days
