"""Words that begin something: slash commands, their Chinese equals, a procedure's own words, typed decisions.

/leave, 请假            a family by name          同意 8f3k             an act on the case of that code
用印, 盖章              a procedure by its words   不同意 8f3k 理由       … with its reason
"""

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from flows.conversation.wording import folded, visible
from flows.procedure.model import Procedure

FAMILY_WORDS: Mapping[str, str] = {"leave": "请假", "car": "用车", "seal": "用印", "topic": "议题", "duty": "值班"}
EXAMPLES: Mapping[str, str] = {
    "leave": "明天下午请半天事假去医院",
    "car": "明天上午9点用车去市政府，3人，11点半返回",
}
"""A whole request in one message, by family."""
_SLASH = frozenset({"start", "help", "inbox", "mine", "done", "cc", "procedures", "cancel", "why", *FAMILY_WORDS})
_WORDS: Mapping[str, str] = {
    **{word: name for name, word in FAMILY_WORDS.items()},
    "待办": "inbox",
    "待我审批": "inbox",
    "待我办理": "inbox",
    "我的申请": "mine",
    "我发起的": "mine",
    "我已审批": "done",
    "已办": "done",
    "抄送": "cc",
    "抄送我的": "cc",
    "办事": "procedures",
    "办事项": "procedures",
    "批量同意": "batch",
    "本周用车": "fleet",
    "用车安排": "fleet",
    "车辆安排": "fleet",
    "用车周表": "fleet",
    "下周用车": "fleet_next",
    "委托": "delegate",
    "委托代办": "delegate",
    "取消": "cancel",
    "帮助": "help",
    "菜单": "help",
    "开始": "start",
}
_ACTS: Mapping[str, str] = {
    "不同意": "refuse",
    "同意": "agree",
    "退回修改": "send_back",
    "退回": "send_back",
    "撤回": "withdraw",
    "撤销": "undo",
    "重新提交": "resubmit",
    "再次提交": "resubmit",
    "重交": "resubmit",
    "复制": "copy",
    "查看": "view",
    "详情": "view",
    "销假": "report_return",
    "确认": "confirm",
    "盖章": "execute",
    "办理": "execute",
    "登记": "execute",
    "催办": "urge",
    "口头同意": "oral",
    "延期": "extend",
    "留言": "comment",
    "补充材料": "supplement",
    "补充": "supplement",
    "抄送": "copy_to",
    "更多": "more",
    "保留意见": "reserve",
    "转交": "transfer",
    "加签": "add_sign",
    "前加签": "add_sign",
    "请先看": "add_sign",
    "后加签": "add_sign_after",
    "请再看": "add_sign_after",
    "并加签": "add_sign_beside",
    "请一起看": "add_sign_beside",
    "问一下": "ask",
    "答复": "answer",
    "退回到": "back_to",
    "取回": "take_back",
    "挂起": "hold",
    "恢复": "lift",
    "为什么": "why",
    "依据": "why",
    "签到": "attend",
    "表决": "vote",
    "回避": "recuse",
    "缓议": "defer",
    "书面意见": "write_view",
}
_LONGEST = 2200
_SLASHED = re.compile(r"/([a-zA-Z_]{1,20})(?:@\w{1,40})?(?:\s+(.*))?", re.DOTALL)
_GAP = r"[\s:：,，。;；]"
_CODE = r"[a-zA-Z]{1,6}-\d{4}-\d{1,6}|(?=[a-zA-Z]*\d)(?=\d*[a-zA-Z])[a-zA-Z0-9]{4,8}"
_ACT = re.compile(f"({'|'.join(_ACTS)}){_GAP}*({_CODE})(?={_GAP}|$){_GAP}*(.*)", re.DOTALL)
_HEAD = 24
_HALF_WIDTH = {
    **{ord(char) + 0xFEE0: char for char in "-" + string.ascii_letters + string.digits},
    0x3000: " ",
}


@dataclass(frozen=True, slots=True)
class Command:
    """What a line of text begins: its name, the case it is about and what else was said.

    Names: start help inbox mine done cc procedures delegate batch fleet fleet_next cancel why, the families (leave car
    seal topic duty), start_procedure (`rest` is the procedure's id), and the acts on the case of `code` (agree refuse
    send_back withdraw undo resubmit copy view report_return confirm execute urge comment supplement copy_to oral more
    why; attend vote recuse defer write_view at a meeting).
    `code` of start is the binding code.
    """

    name: str
    code: str = ""
    rest: str = ""


def command(text: str, procedures: Iterable[Procedure]) -> Command | None:
    """The command the text is, or None where it is none.

    A word that is one procedure's own goes before the family's; where several procedures share it, the family's
    name stands (so that all of them are offered).
    """
    said = visible(text)
    if not said or len(said) > _LONGEST:
        return None
    if said[0] in "/／":
        return _slashed("/" + said[1:])
    return _act(said) or _word(folded(said).rstrip("。.!?~ "), tuple(procedures))


def _slashed(said: str) -> Command | None:
    found = _SLASHED.fullmatch(said)
    name = found[1].lower() if found else ""
    if found is None or name not in _SLASH:
        return None
    rest = (found[2] or "").strip()
    if name in ("why", "start"):
        first, _, more = rest.partition(" ")
        return Command(name, folded(first) if name == "why" else first, more.strip())
    return Command(name, rest=rest)


def _act(said: str) -> Command | None:
    """Verb, code and reason; only the beginning is made half-width, the reason stays as written."""
    found = _ACT.fullmatch(said[:_HEAD].translate(_HALF_WIDTH) + said[_HEAD:])
    return Command(_ACTS[found[1]], found[2].lower(), found[3].strip()) if found else None


def _word(said: str, procedures: tuple[Procedure, ...]) -> Command | None:
    own = [procedure for procedure in procedures if said in names_of(procedure)]
    if len(own) == 1:
        return Command("start_procedure", rest=own[0].id)
    if said in _WORDS:
        return Command(_WORDS[said])
    families = {procedure.family for procedure in own}
    shared = families.pop() if len(families) == 1 else ""
    return Command(shared) if shared in FAMILY_WORDS else Command("procedures") if own else None


def names_of(procedure: Procedure) -> frozenset[str]:
    """The words that mean the procedure, folded."""
    return _names(procedure.name, procedure.words)


@cache
def _names(name: str, words: tuple[str, ...]) -> frozenset[str]:
    """The words that mean a procedure: its own, its name, and its name without what stands in brackets."""
    full = folded(name)
    short = re.split(r"[（(]", full, maxsplit=1)[0]
    return frozenset({full, short, *map(folded, words)})
