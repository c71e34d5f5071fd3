"""What a message asks for: leave, a car, a seal, a topic, duty, a look at one's own requests, or nothing.

A message files something only where it says so itself: a question about a rule, a report about a colleague and a word
about a request already made are chat. A doubt is decided for chat, since whoever means it can say it again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.conversation.requests.kinds import LEAVES, MEETINGS, SEALS, VEHICLES
from flows.conversation.requests.names import SURNAMES

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
    rf"|公务用车(?!{_PAPER}|改革|平台)|(?:接|送)(?:机|站)(?!点|口)|^车(?=[!！,，。:：\s]|[一两1-9]?[辆台部])|^一?[辆台部]车(?=[,，。\s])|有(?:没有)?(?:空|空闲)?(?:一?[辆台部])?(?:空|空闲)?的?车(?!{_NO_CAR}|{_PAPER})|车辆?申请(?!{_PAPER})|点车(?=去|到|接|送)"
    rf"|(?:安排|派|需要)(?:个|一?名)?司机{_STOP}{{0,12}}?[接送]"
    rf"|(?:要|派|订|借|用|约|安排|申请|叫|来|调|租|需要){_STOP}{{0,8}}?"
    rf"(?:{_CAR_WORDS}|(?<![停开打堵骑汽火的])车(?!{_NO_CAR}|{_PAPER}))"
    rf"|(?:约|要|订|用|申请){_STOP}{{1,8}}的车(?!{_NO_CAR})",
    "leave": rf"休息?\s*(?:\d|[一二两三四五六七八九十半]){{1,3}}\s*个?(?:天|周|星期|上午|下午)"
    rf"|批(?:我|准)?个?{_STOP}{{0,8}}假(?!{_PAPER}|的)"
    rf"|(?:病|事)假条?补[交请办报]|补[交请办报]{_STOP}{{0,6}}假|(?:请(?!问|示|教|假的)|休|补|歇){_STOP}{{0,14}}?假(?!{_PAPER}|装|如|设|定|若|日|牙|的(?:流程|规定))"
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
_CLAUSE = re.compile(r"[,，。;；!！?？\n]+")
_ASKING = re.compile(
    "几天|几点|几份|几号|几个|多少|怎么|怎样|如何|什么|谁|哪|多久|多长|多大|为何|为啥|啥|是不是|是否|有没有|要不要|需不需要|"
    "[了批好]没有?$|是[^,，。]{0,10}的?[吧吗]$|[吗么嘛]$"
)
_OPEN = re.compile(
    "几天|几点|几份|几号|几个|多少|怎么|怎样|如何|什么|谁(?!.{0,4}[帮替给]我)|哪|多久|多长|多大|为何|为啥|啥|要不要|需不需要|有没有|([在是对好会该算来去])不\\1|"
    "还是[一二三四五六七八九十0-9]"
)
_MAY = re.compile("能不能|能否|可不可以|可否|可以|能|行不行|[行好成][吗么]|方便|帮|麻烦|给我|想|请(?!.{0,6}假)")
_ALREADY = re.compile(
    "(?:换|调|替|顶|代)班了$|已经?收到|撤[回了掉]|撤销|取消|退回|作废|催一?下|催办|销假|批了|已批|批下来|通过了|不请了|不用了|"
    "(?:盖|签|批|办|请|订|派|换|借|用|休)(?:好|完|过)(?!的)|不办了|听说|据说|改[到成为]|清零|国家规定|天以[上内下]|的同志|各[科单部]|"
    "请(?:各|大家|同志|你们|相关|有关|全体)|发(?:我|给我|一份|一下)?(?:看看|一份)|有[^,，。]{0,4}人(?:请|休)"
)
_HAS_CAR = re.compile("有(?:没有)?[空闲一]{0,2}[辆台部]?[空闲]{0,2}的?车[^,，。;；]{0,12}?[吗么？?]")
_NEEDS = re.compile(r"我们?.{0,6}(?:要|得|需|想|去|用)|[\d一二两三四五六七八九十]+个?[人位]")
"""A question for a car is a request where one's own errand stands beside it."""
_REFUSED = re.compile(
    r"(?:别|不|不得|不准|不许|严禁|禁止|没有?|未|无需|不(?:用|必|需要?|想|打算|准备|再|能)+)(?:再|打算|想)?"
    r"(?:请(?=.{0,6}假)|休(?=.{0,3}假)|用车|派车|订车|要车|叫车|盖章?|用印|换班|调休(?!息)|补休|报议题|上会)"
)
"""What is not wanted or did not happen (不请假, 不用车了); the rest of the message may still ask for something."""
_WISH = re.compile(
    "(?:好|真|多|超|特别|做梦都)(?:想|希望|羡慕)|就好了|羡慕|(?:要|该)是(?:能|有)|(?:如果|假如|假设|倘若|要是|万一|若是?)(?!.{0,6}(?:可以|方便|同意|批准|没问题|允许|行|领导))"
)
"""A wish or a supposition, no request."""
_UNDERWAY = re.compile(
    r"(?:正在?|还在?|(?<![现实存])在)(?:请|休).{0,3}假(?!条)|(?:休|请|年|病|产|婚|事)假(?:中|期间|当中)|假期第|(?:休|请).{0,2}假的?第[一二三四五六七八九十\d]+天"
)
_TOLD_ME = re.compile("(?:说|讲|告诉我?)[,，]?[他她]")
_LATE = re.compile("补(?!充|贴|习|课|考|助|牙|缴|休)")
_TOOK = re.compile("请假了|请[过了].{0,6}假|休[过了].{0,6}假")
_RECOUNTED = re.compile(
    r"(?:去年|前年|昨[天晚日]|前[天日]|上(?:周|个?月|次|回|星期|礼拜)|以前|之前|刚才|曾).{0,14}?(?:(?:请|休|用|盖|派|订)(?:了|过)|去了|开了)"
)
"""What is told of the past; 补 makes a request of it."""
_TITLE = "(?:主任|科长|处长|局长|校长|书记|院长|老师|师傅|同志|部长|经理|总|工|区长|主席)"
_SOMEBODY = re.compile(
    r"(?:^|[,，。;；\s])(?:听说|据说|那个|哈+|呵+|嘿+|哎呀?|唉)?(?:他们?|她们?|你们?|您|大家|有人|小(?!孩|朋|儿|宝|区|学|女|舅|姨)[\u4e00-\u9fa5]|"
    rf"[\u4e00-\u9fa5]{{0,3}}(?:司机|门卫|保安|会计|出纳|秘书|助理|厨师|学生|同学|同事|员工)|老(?!家|人|婆|公|爸|妈|师|丈|父|母|伴)[\u4e00-\u9fa5]|[\u4e00-\u9fa5]{{1,3}}{_TITLE}|[{SURNAMES}][姐哥叔姨局处科]|"
    rf"{_TITLE}(?!.{{0,8}}(?:想|能|申请|可以)))(?![,，:：\s您你好我])[^,，。;；我]{{0,16}}?(?:请|休|调休)"
)
_HIM = re.compile("(?<!其)[他她]")
_KIN = re.compile("[爸妈爷奶姥娘父母岳公婆夫妻儿女孩娃媳哥姐弟妹舅姑姨叔]|爱人|老人|对象|家")
_FOR_OTHERS = re.compile("(?:帮|替|给|为)(?!我|忙)[\u4e00-\u9fa5]{1,4}?(?:请|报|补)[^,，。]{0,6}假")
_MINE = re.compile("(?:查|看)?(?:一下|看|查|下)*我(?:的|提交的|发起的)(?:所有|全部)?(?:申请|单子)(?:列表|记录|情况)?")
_INBOX = re.compile(
    "(?:看|查)?(?:一下|看|查|下)*(?:有(?:没有|什么|哪些)?)?(?:我的)?(?:待办|待我审批|待我办理|等我审批|要我批)(?:的|事项)?[吗么]?"
)
_ROSTER = re.compile(
    "(?:谁|哪[位个]).{0,8}班|班.{0,6}(?:谁|哪[位个])|轮到(?:谁|哪)|值班(?:表|安排|人员|名单)(?=$|[,，。?？]|[查看]|.{0,6}[\\d月号日周])"
    "|(?:什么时候|哪[天几]|几号|何时).{0,6}班|我.{0,10}(?:几个|哪些|多少)班|(?:查|看一?下|看看).{0,14}班"
)
_SWAP = re.compile("换|替|顶|对调|代(?!表|理)|调(?:[班到]|一?下|成|给)|让.{2,4}值")
_OTHERS_SWAP = re.compile("谁(?:能|可以)?(?!值|带)|哪里|怎么|如何|什么|^(?:他|她)们?")
_OWN_SWAP = re.compile("我|本人|想|请|能|让|找|帮|申请|[和跟与]|\\d|[一二三四五六七八九十日天]")
_NO_ROSTER = re.compile("费|补贴|津贴|电话|制度|规定|同意|批准|审批|记得|要带|保持")
_SETTLED = re.compile(
    "[了过好][吗么没]|几[点天个]|怎[么样]|多[少久]|如何|(?:谢谢|感谢|多谢).{0,6}[昨前上]|的事(?:情)?(?:解决|说|定|怎)"
)
_HANDOVER = re.compile("交接|交班|接班|班[^,，。]{0,3}交给")


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
    plain = _REFUSED.sub(_blank, plain)
    found = _strongest(plain)
    if found.intent == "duty":
        if duty_action(plain) and not _ALREADY.search(plain):
            return found
        found = _strongest(plain, frozenset({"duty"}))
    if found is NOTHING:
        return found
    if _is_chat(plain, found, names) or not (substance or (found.spoken and _wants(plain))):
        return NOTHING
    return found


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


def _intent_of(text: str) -> bool:
    return _strongest(text) is not NOTHING


def _wants(text: str) -> bool:
    return (
        len(text) <= 30
        and re.search("建议|提请|列入|能不能|把|将|我要|我想|想|帮我|申请|麻烦|需要|请(?!问)|报个|有个", text)
        is not None
        and not _asks(text)
    )


def _asks(text: str) -> bool:
    return bool(_ASKING.search(text.rstrip("。.!！?？~ ")))


def _is_chat(text: str, found: Meant, names: frozenset[str]) -> bool:
    """Whether the clause is a question, a word about something done, or about somebody else."""
    clauses = [part for part in _CLAUSE.split(text) if part.strip()]
    if found.intent == "car" and _HAS_CAR.search(text):
        return _NEEDS.search(text) is None
    if any(_OPEN.search(part) or (_asks(part) and not _MAY.search(part)) for part in clauses):
        return True
    if any(
        _ALREADY.search(part) or _WISH.search(part) or _UNDERWAY.search(part) or _TOLD_ME.search(part)
        for part in clauses
    ):
        return True
    if not _LATE.search(text) and any(
        _TOOK.search(part) or (_RECOUNTED.search(part) and _intent_of(part)) for part in clauses
    ):
        return True
    if found.intent != "leave":
        return False
    about = _SOMEBODY.search(text) or _FOR_OTHERS.search(text)
    named = any(text.startswith(name) and text[len(name) : len(name) + 1] not in tuple(",，:：") for name in names)
    others = _HIM.search(text) is not None and not _KIN.search(text)
    return "我" not in text and (about is not None or named or others)


def duty_action(text: str) -> str:
    """What is wanted about duty: a look at the roster, a swap, a handover; empty where nothing is."""
    settled = _SETTLED.search(text) is not None
    if _HANDOVER.search(text):
        return "" if settled else "handover"
    if _SWAP.search(text) and not _OTHERS_SWAP.search(text) and not settled:
        return "swap" if _OWN_SWAP.search(text) else ""
    return "query" if _ROSTER.search(text) and not _NO_ROSTER.search(text) else ""


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
