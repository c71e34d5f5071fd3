"""A seal in one sentence: which, how many copies, of what paper, and whether it is urgent."""

import re

from flows.conversation.numerals import number
from flows.conversation.requests.kinds import seals_named
from flows.conversation.requests.lengths import NUMERAL
from flows.conversation.requests.moments import times_of
from flows.conversation.requests.sentence import Sentence
from flows.conversation.requests.today import Today
from flows.procedure.model import Json

QUOTED = re.compile('《(?P<book>[^》]+)》|「(?P<corner>[^」]+)」|“(?P<quote>[^”]+)”|"(?P<plain>[^"]+)"')
_COPIES = re.compile(
    rf"(?:一式|各盖?|共|盖|份数[:：是]?|数量[:：是]?)?\s*(?P<many>{NUMERAL})\s*(?:份|本|张|套|件|枚|册|处|页|联)"
    rf"|一式(?P<set>{NUMERAL})|(?:份数|数量|印数|份)[:：是为]+\s*(?P<count>{NUMERAL})|(?P<pieces>{NUMERAL})个(?=$|[,，。\s])"
)
_CALM = re.compile("不(?:着|太|是很|是特别|是那么|特别|怎么)?急|不赶时间|不用急")
_URGENT = re.compile(
    "(?:很|特|加|紧|着|比较|十万火)*急+(?!诊|救)(?:用|件|需|办)?|尽快|马上(?:要|用)?|立刻|立即|赶紧|抓紧|赶时间"
)
_TODAY = re.compile(
    "(?:今[天日早晚](?:上午|下午|之?内|就|必须|急|下班前|之?前)*|(?:上午|下午|中午|现在)(?:就|必须|急))(?:要|得|用|需|盖)"
)
_ABOUT = re.compile(r"关于[^,，。;；!！\s]+")
_ASKED = (
    "(?<![纪摘概提])(?:我|我们)?(?:能不能|能否|可不可以|可以|能)?"
    "(?:麻烦|请|帮忙?|帮我|给我|需要|需|想|要|申请|使用|用一?下|用)*"
)
_USED = "(?<![录采引适使信费专通选聘雇租公民商应作利占领运启停任享备])用(?!户|途|品|房|地|工|电|水|人|书|通知)"
_WORDS = (
    re.compile(rf"{_ASKED}[再各都上]?(?:加?盖|{_USED})(?:一?[个下枚]|上)?的?(?:印?章|印)?(?:一?[个下]|上)?"),
    re.compile(
        r"用印(?:申请)?|(?<![\u4e00-\u9fa5])申请(?!书|表|报告)|(?:我|我们)?(?:麻烦|帮我|帮忙|需要|给我)|麻烦|印?章(?!程)"
        r"|[有是]一?[份个]|(?<!申)请(?!示|柬|假|帖)|谢谢|(?:需要|[要需])[盖用]?的?(?:文件)?(?:[:：]|$)|的文件(?=[:：])"
        r"|文件(?:名称|名)?[:：]|用途[:：为是]*|各(?=$|[,，\s])|今天|明天|就?要(?=$|[,，\s。])|领导|主任|您好|你好"
    ),
)
"""Words that carry no slot, the asking and the small ones."""
_PAPER = re.compile(
    ".*(?:合同|协议书?|证明|通知|决定|报告|函|请示|批复|资料|材料|书|表|单|方案|意向书|总结|文件|证书|复印件|介绍信|信|公函|清单|"
    "责任状|纪要|公告|预算|决算|申报书|委托书|授权书|计划|发票|票据|档案|条|证|稿|细则|办法|制度|意见|公示|标书|成绩单|许可证|名册|名单)$"
)
_SHORT = frozenset({"函", "信"})
_LEADING = re.compile(
    "^(?:我|开(?=[个份张了])|[开打]个|把|将|给|在(?!职|校|岗|读|编)|为|对|是|有份?|这份|一份|份|个|的|和|与|上|让|到|下|一下|要|需|用|想|盖|来|那个|这个)+"
)
_TRAILING = re.compile("(?:上面|上|的|(?<![纪摘概提])要|需要|需|想|各|一下|和|与|是|来|，|,|共|用了?|盖)+$")


def read_seal(said: Sentence, today: Today) -> tuple[dict[str, Json], str]:
    """The slots of a seal request: seal (one or a list), copies, title, urgent."""
    title = quoted_title(said)
    calm = said.first(_CALM) is not None
    hurry = not calm and (said.first(_URGENT) is not None or said.first(_TODAY) is not None)
    said.drop(_URGENT, _CALM)
    if not title and (about := said.first(_ABOUT)):
        title = _about(said, about)
    seals = seals_named(said)
    copies = [
        int(number(found["many"] or found["set"] or found["count"] or found["pieces"]) or 0)
        for found in said.standing(list(said.every(_COPIES)))
    ]
    times_of(said, today.day)
    slots: dict[str, Json] = {"urgent": hurry}
    if seals:
        slots["seal"] = seals[0] if len(seals) == 1 else list(seals)
    if copies:
        slots["copies"] = copies[0]
    if title := title or _title_left(said):
        slots["title"] = title
    return slots, ""


def quoted_title(said: Sentence) -> str:
    """What stands in 《》 or quotation marks, taken out of the sentence; empty where nothing does."""
    every = said.standing(list(said.every(QUOTED)))
    if not every:
        return ""
    found = every[0]
    group = found.lastgroup or "book"
    return said.shown[found.start(group) : found.end(group)].strip()


def _about(said: Sentence, found: re.Match[str]) -> str:
    """关于… up to the next break; a request verb behind it is none of it."""
    text = said.shown[found.start() : found.end()]
    verb = re.search("(?:要|需要|需|想|请)?(?:加?盖|用).{0,6}(?:章|印)", text)
    if verb and verb.start() > 2:
        said.taken[found.start() + verb.start() : found.end()] = bytes(found.end() - found.start() - verb.start())
        text = text[: verb.start()]
    return re.sub(rf"\s*(?:一式)?{NUMERAL}\s*份$", "", text)


def _title_left(said: Sentence) -> str:
    """What is left that names a paper, else the first words left that name no purpose."""
    said.drop(*_WORDS)
    pieces = [
        piece for text in said.left() if len(piece := _TRAILING.sub("", _LEADING.sub("", text))) > 1 or piece in _SHORT
    ]
    papers = [piece for piece in pieces if _PAPER.fullmatch(piece)]
    others = [piece for piece in pieces if not piece.endswith("用")]
    return max(papers, key=len) if papers else next(iter(others), "")
