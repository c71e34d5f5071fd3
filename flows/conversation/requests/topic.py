"""A topic in one sentence: its title, which meeting, on which day, and by when it is handed in."""

import re

from flows.conversation.requests.kinds import MEETINGS
from flows.conversation.requests.moments import times_of
from flows.conversation.requests.seal import quoted_title
from flows.conversation.requests.sentence import Sentence
from flows.conversation.requests.today import Today
from flows.procedure.model import Json

_MEETING = re.compile(MEETINGS)
_DUE_AFTER = re.compile(r"\s*(?:中午|晚上)?(?:下班)?(?:[之以]?前|为止|截止|交(?!流)|上报|提交|报送|报(?!告)|送)")
_DUE_BEFORE = re.compile(r"(?:截止|截至|最晚|最迟|不晚于|期限|交材料|报送)(?:时间|日期|到|至)?[:：是]?\s*$")
_LABEL = re.compile(
    r"(?:(?:议题|题目|标题|名称|议题名称|题目名称|内容)(?:[:：]|是|为|叫做?)|议题名称[:：]?)\s*(?P<title>[^,，。;；!！?？\s][^,，。;；!！?？]*)"
)
_ABOUT = re.compile(r"(?P<title>关于[^,，。;；!！?？\s]+)")
_PUT = re.compile(r"(?:把|将)(?P<title>[^,，。;；!！?？]+?)(?:列入|列到|纳入|提交|提请|放到|报|上|安排|送)")
_STUDY = re.compile(r"(?:研究(?!生|院|所|会|室|型)|审议|讨论|审定|汇报)(?:一下)?(?P<title>[^,，。;；!！?？\s]{2,40})")
_TAIL = re.compile("(?:的)?(?:这个|一个)?(?:议题|事宜|事项|事|事情)?(?:要?上会|需要?上会|，?请安排)?$")
_ASKED = "(?:我|我们)?(?:能不能|能否|可以)?(?:想|要|拟|需要|申请|请|帮我|麻烦|准备|打算)*"
_HANDED_IN = "申报|提交|提请|上报|报送?(?!告)|申请"
_WORDS = (
    re.compile(rf"{_ASKED}[往向给在]?(?:下一?次|本次|这次)?(?=的?(?:党委|校长|办公|行政|例会))"),
    re.compile(
        rf"(?:会议)?议题(?:申报|名称|申请)?|上会|(?:(?<![\u4e00-\u9fa5])(?:{_HANDED_IN}|列入)|(?<=[我想要请拟往来])(?:{_HANDED_IN})"
        r"|(?:新增|增加|加|提)(?=一?个|议题))(?:一?[个下])?|会议[:：]?|材料|(?:这个|有个|一个)(?:事项|事|议题)?"
        r"|(?:要|拟|想|需要?)?上(?=$|[,，。\s])|截止(?:时间|日期)?|[之以]?前(?=$|[,，。\s交提报])|下班|交(?=$|[,，。\s])"
        r"|的(?=$|[,，。\s])|帮我|麻烦|请(?!示)|题目"
    ),
)
"""Words that carry no slot, the asking and the small ones."""


def read_topic(said: Sentence, today: Today) -> tuple[dict[str, Json], str]:
    """The slots of a topic: title, meeting, meeting_date, deadline; and what is wrong with a date."""
    slots: dict[str, Json] = {}
    if title := quoted_title(said) or _marked(said):
        slots["title"] = title
    meetings = [found[0] for found in said.every(_MEETING)]
    if meetings:
        slots["meeting"] = meetings[0]
    times = times_of(said, today.day)
    for moment in times.moments:
        due = _DUE_AFTER.match(said.narrow, moment.end) or _DUE_BEFORE.search(said.narrow[: moment.start])
        slots.setdefault("deadline" if due else "meeting_date", str(moment.when))
    if not title and (left := _left(said)):
        slots["title"] = left
    return slots, times.trouble


def _marked(said: Sentence) -> str:
    """The title behind 议题：, 题目是, 把…列入 or 关于."""
    for pattern in (_LABEL, _PUT, _ABOUT, _STUDY):
        for found in pattern.finditer(said.narrow):
            start, end = found.span("title")
            title = _TAIL.sub("", said.shown[start:end].strip(' “”"《》'))
            if len(title) > 1 and said.free(start, end) and not _MEETING.fullmatch(title):
                said.take(start, end)
                return title
    return ""


def _left(said: Sentence) -> str:
    """The longest words left over."""
    said.drop(*_WORDS)
    pieces = (
        re.sub("^(?:我们|我|就是|就|叫做?|要|想|把|将|的|是|上|拟|在|往|向|有)+|(?:的|要|拟)+$", "", text)
        for text in said.left()
    )
    return max((piece for piece in pieces if len(piece) > 1), key=len, default="")
