"""Duty in one sentence: who is on, a swap, a handover; on which day, which shift and with whom."""

import re

from flows.conversation.requests.moments import times_of
from flows.conversation.requests.names import COMPOUND, SURNAMES
from flows.conversation.requests.roster import duty_action
from flows.conversation.requests.sentence import Sentence
from flows.conversation.requests.today import Today
from flows.conversation.traditional import simplified
from flows.procedure.model import Json

_NIGHT, _DAY = re.compile("夜班|晚班|夜里|夜间|通宵"), re.compile("白班|日班|早班|白天")
_END = "(?=换|对|调|替|顶|代|值|一下|接|互|来|帮|负责|同志|老师|了|的|,|，|。|;|；|\\d|\\s|$)"
_PERSON = re.compile(
    "(?:接班人[是为:：]?|换成?|对方(?:是|为)?|换给|交接?给了?|已交给?|移交给?|转给|和|跟|与|同|找|请|让|由|叫|麻烦|给|交)\\s*"
    f"(?P<name>(?:{COMPOUND})[\u4e00-\u9fa5]{{1,2}}?{_END}|[{SURNAMES}][\u4e00-\u9fa5]{{1,2}}?{_END})"
)
_BARE = re.compile(
    f"(?:^|(?<=[,，。:：\\s]))(?P<name>(?:{COMPOUND})[\u4e00-\u9fa5]{{1,2}}|[{SURNAMES}][\u4e00-\u9fa5]{{1,2}})"
    "(?=$|[,，。\\s]|替我|顶|代)"
)
_SMALL = re.compile("值班|[白夜晚早日]班|替我|顶替?我?|代我|我的?|换班|跟|和|的班?|班")
_NAME = re.compile(f"(?:{COMPOUND})[\u4e00-\u9fa5]{{1,2}}|[{SURNAMES}][\u4e00-\u9fa5]{{1,2}}")
_OWN = re.compile(
    "我(?:的|这周|本周|下周|这个?月|本月|下个?月|什么时候|哪[天几]|几号|何时|下次|下一?个?|是不是|有没有)[^谁]*班"
)
_NO_NAME = re.compile(
    "换班|夜班|白班|晚班|钥匙|查一下|查|何时|金|时间|全部|安全|文件|正常|任何|关于|方便|成功|向|路|于|边|常|管理|来"
)


def read_duty(said: Sentence, today: Today) -> tuple[dict[str, Json], str]:
    """The slots of duty: action, date, date2, shift, person; and what is wrong with a date."""
    times = times_of(said, today.day)
    slots: dict[str, Json] = {"action": duty_action(said.narrow)}
    days = list(dict.fromkeys(str(moment.when.day) for moment in times.moments))
    if days:
        slots["date"] = days[0]
    if len(days) > 1 and slots["action"] == "swap":
        slots["date2"] = days[1]
    if _NIGHT.search(said.narrow) or any(moment.night for moment in times.moments):
        slots["shift"] = "night"
    elif _DAY.search(said.narrow):
        slots["shift"] = "day"
    if slots["action"] != "query" and (person := _person(said, today.names)):
        slots["person"] = person
    if slots["action"] == "query" and _OWN.search(said.narrow):
        slots["person"] = "me"
    return slots, times.trouble


def _person(said: Sentence, names: frozenset[str]) -> str:
    """The other one: somebody of the office, else whoever 和, 让 or 交给 leads to, else a name standing alone."""
    known = [name for name in names if name in said.shown]
    if known:
        return max(known, key=len)
    for pattern in (_PERSON, _BARE):
        for found in pattern.finditer(said.narrow):
            if said.free(*found.span("name")) and not _NO_NAME.match(found["name"]):
                return said.shown[found.start("name") : found.end("name")]
    said.drop(_SMALL)
    left = (said.text(*run) for run in said.runs())
    return next((text for text in left if _NAME.fullmatch(simplified(text)) and not _NO_NAME.match(text)), "")
