"""What only sounds like a request: a question, a report, a wish, a refusal, a word about somebody else."""

import re

from flows.conversation.requests.names import SURNAMES

_CLAUSE = re.compile(r"[,，。;；!！?？\n]+")
_ASKING = re.compile(
    "几天|几点|几份|几号|几个|多少|怎么|怎样|如何|什么|谁|哪|多久|多长|多大|为何|为啥|啥|是不是|是否|有没有|要不要|需不需要|"
    "[了批好]没有?$|是[^,，。]{0,10}的?[吧吗]$|[吗么嘛]$"
)
_OPEN = re.compile(
    "几天|几点|几份|几号|几个|多少|怎么|怎样|如何|什么|谁(?!.{0,4}[帮替给]我)|哪|多久|多长|多大|为何|为啥|啥|要不要|需不需要|有没有|"
    "([在是对好会该算来去])不\\1|"
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
    "(?:好|真|多|超|特别|做梦都)(?:想|希望|羡慕)|就好了|羡慕|(?:要|该)是(?:能|有)"
    "|(?:如果|假如|假设|倘若|要是|万一|若是?)(?!.{0,6}(?:可以|方便|同意|批准|没问题|允许|行|领导))"
)
"""A wish or a supposition, no request."""
_UNDERWAY = re.compile(
    r"(?:正在?|还在?|(?<![现实存])在)(?:请|休).{0,3}假(?!条)|(?:休|请|年|病|产|婚|事)假(?:中|期间|当中)|假期第"
    r"|(?:休|请).{0,2}假的?第[一二三四五六七八九十\d]+天"
)
_TOLD_ME = re.compile("(?:说|讲|告诉我?)[,，]?[他她]")
_LATE = re.compile("补(?!充|贴|习|课|考|助|牙|缴|休)")
_TOOK = re.compile("请假了|请[过了].{0,6}假|休[过了].{0,6}假")
_RECOUNTED = re.compile(
    r"(?:去年|前年|昨[天晚日]|前[天日]|上(?:周|个?月|次|回|星期|礼拜)|以前|之前|刚才|曾)"
    r".{0,14}?(?:(?:请|休|用|盖|派|订)(?:了|过)|去了|开了)"
)
"""What is told of the past; 补 makes a request of it."""
_TITLE = "(?:主任|科长|处长|局长|校长|书记|院长|老师|师傅|同志|部长|经理|总|工|区长|主席)"
_SOMEBODY = re.compile(
    r"(?:^|[,，。;；\s])(?:听说|据说|那个|哈+|呵+|嘿+|哎呀?|唉)?(?:他们?|她们?|你们?|您|大家|有人|"
    r"小(?!孩|朋|儿|宝|区|学|女|舅|姨)[\u4e00-\u9fa5]|"
    rf"[\u4e00-\u9fa5]{{0,3}}(?:司机|门卫|保安|会计|出纳|秘书|助理|厨师|学生|同学|同事|员工)|"
    rf"老(?!家|人|婆|公|爸|妈|师|丈|父|母|伴)[\u4e00-\u9fa5]|[\u4e00-\u9fa5]{{1,3}}{_TITLE}|[{SURNAMES}][姐哥叔姨局处科]|"
    rf"{_TITLE}(?!.{{0,8}}(?:想|能|申请|可以)))(?![,，:：\s您你好我])[^,，。;；我]{{0,16}}?(?:请|休|调休)"
)
_MATTER = re.compile("假|车|[章印]|班|议题|休")
_HIM = re.compile("(?<!其)[他她]")
_KIN = re.compile("[爸妈爷奶姥娘父母岳公婆夫妻儿女孩娃媳哥姐弟妹舅姑姨叔]|爱人|老人|对象|家")
_FOR_OTHERS = re.compile("(?:帮|替|给|为)(?!我|忙)[\u4e00-\u9fa5]{1,4}?(?:请|报|补)[^,，。]{0,6}假")


def asks(text: str) -> bool:
    """Whether it is a question."""
    return bool(_ASKING.search(text.rstrip("。.!！?？~ ")))


def without_refused(text: str) -> str:
    """The text with what is not wanted or did not happen blotted out (不请假，要用车)."""
    return _REFUSED.sub(lambda found: "□" * len(found[0]), text)


def is_over(text: str) -> bool:
    """Whether it speaks of something already asked for, decided or taken back."""
    return _ALREADY.search(text) is not None


def is_chat(text: str, intent: str, names: frozenset[str]) -> bool:
    """Whether the message, which sounds like that intent, asks for nothing; `names` are the people of the office."""
    if intent == "car" and _HAS_CAR.search(text):
        return _NEEDS.search(text) is None
    clauses = [part for part in _CLAUSE.split(text) if part.strip()]
    if any(_OPEN.search(part) or (asks(part) and not _MAY.search(part)) for part in clauses):
        return True
    idle = (_ALREADY, _WISH, _UNDERWAY, _TOLD_ME)
    if any(pattern.search(part) for pattern in idle for part in clauses):
        return True
    return _is_told(text, clauses) or (intent == "leave" and _is_of_others(text, names))


def _is_told(text: str, clauses: list[str]) -> bool:
    """Whether it tells of the past, and nothing is filed afterwards (补)."""
    if _LATE.search(text):
        return False
    return any(_TOOK.search(part) or (_RECOUNTED.search(part) and _MATTER.search(part)) for part in clauses)


def _is_of_others(text: str, names: frozenset[str]) -> bool:
    """Whether somebody else takes the leave."""
    if "我" in text:
        return False
    named = any(text.startswith(name) and text[len(name) : len(name) + 1] not in tuple(",，:：") for name in names)
    others = _HIM.search(text) and not _KIN.search(text)
    return bool(named or others or _SOMEBODY.search(text) or _FOR_OTHERS.search(text))
