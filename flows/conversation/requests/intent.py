"""What a message asks for: leave, a car, a seal, a topic, duty, a look at one's own requests, or nothing.

A message files something only where it says so itself: a question about a rule, a report about a colleague and a word
about a request already made are chat. A doubt is decided for chat, since whoever means it can say it again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.conversation.requests.chat import asks, is_chat, is_over, without_refused
from flows.conversation.requests.kinds import LEAVES, MEETINGS, SEALS, VEHICLES
from flows.conversation.requests.roster import duty_action

_STOP = r"[^,，。;；!！?？\s]"
_LEAVE_WORDS, _SEAL_WORDS = "|".join(LEAVES.values()), "|".join(SEALS.values())
_CAR_WORDS = "|".join(VEHICLES.values())
_PAPER = (
    "(?:申请)?(?:条|单|表|制度|规定|办法|流程|格式|模板|标准|政策|手续|记录|情况|管理|费|台账|协议|期间|计划|安排|余额|"
    "系统|人员|名单|登记|统计|须知|审批|(?:请|要|须|需)?(?:找|联系|咨询|提前)|理由(?![:：是]))"
)
_NO_CAR = "票|位|站|库|号|管所|间|牌|险|祸|程|上|里|费|展|补|主|速|流|床|型|道"
_SPOKEN: Mapping[str, str] = {
    "topic": rf"(?:提交|报送|上报|报)上会材料|议题(?!材料|清单|汇总|有|收集|还)|(?<!次)上会(?!材料(?![:：])|记录)"
    rf"|(?:上|列入|列到|提交|提请|报|送|往|拟上|安排到|放到|纳入)"
    rf"{_STOP}{{0,12}}?(?:{MEETINGS})(?!纪要|通知|材料|记录|上次)"
    rf"|(?:{MEETINGS})上?(?:安排|再)?(?:讨论|审议|研究|汇报)(?!了|过|通过)",
    "seal": rf"(?<![去来把])盖(?!的章|了){_STOP}{{0,10}}?[章印](?!的(?:地方|人|同志)|文件$|处|时|后|点|好|完|管|程|人)"
    rf"|(?<!使)用印(?!{_PAPER}|申请批)|加盖"
    rf"|(?:{_SEAL_WORDS})(?=.{{0,30}}[\d一二两三四五六七八九十百]\s*份)"
    rf"|(?:用|使用|借用?){_STOP}{{0,4}}?(?:{_SEAL_WORDS})|(?:{_SEAL_WORDS}){_STOP}{{0,2}}盖一?[个下]",
    "duty": r"班(?:都|已经?)?交给|几个班|班要值"
    rf"|(?:换|替|顶|代|带|调|交接|交|接)(?:个|一下|一?次)?班(?!车|子|会|级|时间)"
    rf"|值{_STOP}{{0,2}}班(?!(?<!在值班)室|补|费|津|制度|规定|电话|手机|日志)"
    rf"|[白夜早晚]班(?!车|地铁|飞机|公交)|(?:号|日|天|晚|谁|[周期][一二三四五六日天])的班(?!车|级|会)|替我值",
    "car": rf"(?<!公务)(?<!使)(?:用|派|订|借|要|叫|租|约|出|调)(?:一?下|个|一?[辆台部])?车(?!{_NO_CAR}|{_PAPER})"
    rf"|公务用车(?!{_PAPER}|改革|平台)|(?:接|送)(?:机|站)(?!点|口)|^车(?=[!！,，。:：\s]|[一两1-9]?[辆台部])|^一?[辆台部]车(?=[,，。\s])"
    rf"|有(?:没有)?(?:空|空闲)?(?:一?[辆台部])?(?:空|空闲)?的?车(?!{_NO_CAR}|{_PAPER})|车辆?申请(?!{_PAPER})|点车(?=去|到|接|送)"
    rf"|(?:安排|派|需要)(?:个|一?名)?司机{_STOP}{{0,12}}?[接送]"
    rf"|(?:要|派|订|借|用|约|安排|申请|叫|来|调|租|需要){_STOP}{{0,8}}?"
    rf"(?:{_CAR_WORDS}|(?<![停开打堵骑汽火的])车(?!{_NO_CAR}|{_PAPER}))"
    rf"|(?:约|要|订|用|申请){_STOP}{{1,8}}的车(?!{_NO_CAR})",
    "leave": rf"休息?\s*(?:\d|[一二两三四五六七八九十半]){{1,3}}\s*个?(?:天|周|星期|上午|下午)"
    rf"|批(?:我|准)?个?{_STOP}{{0,8}}假(?!{_PAPER}|的)"
    rf"|(?:病|事)假条?补[交请办报]|补[交请办报]{_STOP}{{0,6}}假"
    rf"|(?:请(?!问|示|教|假的)|休|补|歇){_STOP}{{0,14}}?假(?!{_PAPER}|装|如|设|定|若|日|牙|的(?:流程|规定))"
    rf"|请\s*(?:\d|[一二两三四五六七八九十半]){{1,3}}\s*个?(?:天|半天|工作日)",
}
_NAMED: Mapping[str, str] = {
    "seal": rf"(?:{_SEAL_WORDS})(?!管|在|的保管|外借)",
    "car": rf"(?:{_CAR_WORDS})(?!{_NO_CAR})",
    "leave": rf"(?:{_LEAVE_WORDS})(?!{_PAPER}|要清|工资|天数|上班|补班)",
}
_VERBS = {intent: re.compile(pattern, re.IGNORECASE) for intent, pattern in _SPOKEN.items()}
_NOUNS = {intent: re.compile(pattern, re.IGNORECASE) for intent, pattern in _NAMED.items()}
_QUOTED = re.compile('《[^》]*》|「[^」]*」|“[^”]*”|"[^"]*"')
_MINE = re.compile("(?:查|看)?(?:一下|看|查|下)*我(?:的|提交的|发起的)(?:所有|全部)?(?:申请|单子)(?:列表|记录|情况)?")
_INBOX = re.compile(
    "(?:看|查)?(?:一下|看|查|下)*(?:有(?:没有|什么|哪些)?)?(?:我的)?(?:待办|待我审批|待我办理|等我审批|要我批)(?:的|事项)?[吗么]?"
)


@dataclass(frozen=True, slots=True)
class Meant:
    """What the message asks for and, for duty, what about it; `at` is where it is said, `spoken` whether by a verb."""

    intent: str
    at: int = 0
    spoken: bool = False


NOTHING = Meant("none")


def meant(text: str, names: frozenset[str] = frozenset(), *, substance: bool) -> Meant:
    """What the (narrow) text asks for. `substance`: it names a time, a length, a number or a paper.

    `names` are people of the office: a sentence about one of them asks for nothing.
    """
    plain = _QUOTED.sub(_blank, text).strip()
    bare = plain.rstrip("。.!！?？~ ")
    if _MINE.fullmatch(bare):
        return Meant("mine")
    if _INBOX.fullmatch(bare):
        return Meant("inbox")
    plain = without_refused(plain)
    found = _strongest(plain)
    if found.intent == "duty":
        if duty_action(plain) and not is_over(plain):
            return found
        found = _strongest(plain, frozenset({"duty"}))
    if found is NOTHING:
        return found
    asked = substance or (found.spoken and _wants(plain)) or (found.intent == "car" and _ERRAND.match(plain))
    return found if asked and not is_chat(plain, found.intent, names) else NOTHING


def _blank(found: re.Match[str]) -> str:
    return "□" * len(found[0])


def _strongest(text: str, apart: frozenset[str] = frozenset()) -> Meant:
    """The verb said first, a topic before all; a bare noun only where no verb stands. `apart` are out of question."""
    spoken = [
        Meant(intent, found.start(), True)
        for intent, verb in _VERBS.items()
        if intent not in apart and (found := verb.search(text))
    ]
    if spoken:
        return min(spoken, key=lambda one: (one.intent != "topic", one.intent == "duty", one.at))
    named = [Meant(intent, found.start()) for intent, noun in _NOUNS.items() if (found := noun.search(text))]
    return min(named, key=lambda one: one.at, default=NOTHING)


_ERRAND = re.compile("(?:公务)?(?:用|派|订|叫|要|借|安排)(?:一?下|个|一?[辆台部])?车(?:去|到|接|送)(?!了)")
"""A car and where to, before anything else is said."""


def _wants(text: str) -> bool:
    return (
        len(text) <= 30
        and re.search("建议|提请|列入|能不能|把|将|我要|我想|想|帮我|申请|麻烦|需要|请(?!问)|报个|有个", text)
        is not None
        and not asks(text)
    )


_APART = re.compile(
    r"[。;；!！\n]+|[,，\s]*(?:另外|还有|顺便|同时|此外|以及)[,，:：]?|[,，\s]+再(?=帮|申请|请|要|派|盖|订)|[,，]"
)
_TIMED = re.compile(r"\d|[一二两三四五六七八九十半]|[今明后昨]天|周|月|上午|下午")
_PURPOSE = re.compile(r"\s*(?:要|想)?(?:去|到|陪|因|用于|用来)")


def second(text: str, first: Meant) -> int:
    """Where another request of another kind begins in the text, or -1 where there is none."""
    plain = _QUOTED.sub(_blank, text)
    starts = [0, *(found.end() for found in _APART.finditer(plain))]
    ends = [*(found.start() for found in _APART.finditer(plain)), len(plain)]
    for start, end in zip(starts, ends, strict=True):
        piece = plain[start:end]
        hard = start > 0 and not re.fullmatch(r"[,，]", plain[start - 1 : start])
        if start <= first.at or _PURPOSE.match(piece) or not _TIMED.search(piece):
            continue
        other = _strongest(piece)
        if other.spoken and other.intent != first.intent:
            return start
        if hard and other.spoken and other.intent == first.intent and _TIMED.search(plain[:start]):
            return start
    return -1
