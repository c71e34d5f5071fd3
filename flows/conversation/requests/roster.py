"""What is wanted about duty: a look at the roster, a swap or a handover."""

import re

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


def duty_action(text: str) -> str:
    """What is wanted about duty: a look at the roster, a swap, a handover; empty where nothing is."""
    settled = _SETTLED.search(text) is not None
    if _HANDOVER.search(text):
        return "" if settled else "handover"
    if _SWAP.search(text) and not _OTHERS_SWAP.search(text) and not settled:
        return "swap" if _OWN_SWAP.search(text) else ""
    return "query" if _ROSTER.search(text) and not _NO_ROSTER.search(text) else ""
