"""Asking for past cases in one line: 查一下我上个月的用印, 查 陆子涵 请假 已通过.

What is recognised (a kind of matter, a period, a state, 我的, a colleague's name) narrows the search; whatever is left
must stand in the case.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flows.approval.words import STATES
from flows.conversation.commands import FAMILY_WORDS
from flows.conversation.numerals import number
from flows.conversation.wording import folded, visible
from flows.people import Office
from flows.procedure.model import Procedure

MOST = 100  # characters of a line that is still a search
_ASKS = re.compile(r"(?:请|帮我|麻烦|给我)*(?:查一下|查一查|查下|查找|查询|搜索|找一下|查|搜)[:： 　]*(.*)", re.DOTALL)
_STATES: Mapping[str, str] = {
    **{text: state for state, text in STATES.items()},
    "审批中": "pending",
    "在途": "pending",
    "退回": "returned",
    "通过": "approved",
    "办结": "closed",
    "不同意": "refused",
    "没通过": "refused",
    "撤回": "withdrawn",
    "撤销": "cancelled",
}
_OWN = ("我自己的", "我的", "本人的", "本人", "我")
_PADDING = re.compile(r"(?:所有|全部|那些|那件|那次|申请单|申请|记录|情况|单子|的|吗|呢|[，,。;；?？、\s])+")


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for; every part left empty narrows nothing. Days are those the case was filed on, both included."""

    procedures: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    states: tuple[str, ...] = ()
    applicant: str = ""
    words: tuple[str, ...] = ()


def asked_for(text: str) -> str | None:
    """What a line asks to be looked up, or None where it is no such line."""
    said = visible(text)
    found = _ASKS.fullmatch(said) if len(said) <= MOST else None
    return found[1].strip() if found else None


def read_search(text: str, procedures: Iterable[Procedure], office: Office, viewer: str, today: date) -> Search:
    """The search that a line of words means to this viewer."""
    rest = folded(text)
    rest, first, last = _period(rest, today)
    rest, states = _named(rest, _STATES)
    rest, wanted = _matter(rest, tuple(procedures))
    rest, applicant = _whose(rest, office, viewer)
    words = tuple(word for word in _PADDING.split(rest) if word)
    return Search(wanted, first, last, tuple(dict.fromkeys(states)), applicant, words)


def _named(rest: str, meanings: Mapping[str, str]) -> tuple[str, list[str]]:
    """The line without the words of the table it holds, the longest first, and what they mean."""
    found: list[str] = []
    for word in sorted(meanings, key=len, reverse=True):
        if word in rest:
            rest = rest.replace(word, " ")
            found.append(meanings[word])
    return rest, found


def _matter(rest: str, procedures: tuple[Procedure, ...]) -> tuple[str, tuple[str, ...]]:
    """The kinds of matter named: by a family's word, or by a procedure's own; a value of its form stays a word."""
    wanted: dict[str, None] = {}
    for family, word in FAMILY_WORDS.items():
        if word in rest:
            rest = rest.replace(word, " ")
            wanted |= dict.fromkeys(item.id for item in procedures if item.family == family)
    for procedure in procedures:
        name = folded(procedure.name).partition("(")[0]
        if name in rest:
            rest = rest.replace(name, " ")
            wanted[procedure.id] = None
    return rest, tuple(wanted)


def _whose(rest: str, office: Office, viewer: str) -> tuple[str, str]:
    """Whose cases: one's own, or those of the one colleague named in full."""
    for person in office.people.values():
        if len(person.name) > 1 and person.name in rest and len(office.by_name(person.name)) == 1:
            return rest.replace(person.name, " "), person.staff_no
    for word in _OWN:
        if rest.startswith(word) or f" {word}" in rest:
            return rest.replace(word, " ", 1), viewer
    return rest, ""


_MONTH = re.compile(
    r"(?:(\d{4})年|(今年|去年))?(\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:份)?(?![\d一二三四五六七八九十])"
)
_YEAR = re.compile(r"(\d{4})年|今年|去年")
_LAST_DAYS = re.compile(r"(?:最近|近|过去)(\d{1,3}|[一二两三四五六七八九十]+)(天|周|个?月)")
_LENGTHS = {"天": 1, "周": 7, "月": 30, "个月": 30}


def _period(rest: str, today: date) -> tuple[str, date | None, date | None]:
    """The line without the period it names, and the first and last day of that."""
    monday = today - timedelta(days=today.weekday())
    before = today.replace(day=1) - timedelta(days=1)
    named = {
        ("今天", "今日"): (today, today),
        ("昨天", "昨日"): (today - timedelta(days=1), today - timedelta(days=1)),
        ("上个星期", "上星期", "上周"): (monday - timedelta(days=7), monday - timedelta(days=1)),
        ("这个星期", "本周", "这周"): (monday, monday + timedelta(days=6)),
        ("上个月", "上月"): (before.replace(day=1), before),
        ("这个月", "本月", "当月"): (today.replace(day=1), _month_end(today)),
    }
    for words, (first, last) in named.items():
        for word in words:
            if word in rest:
                return rest.replace(word, " ", 1), first, last
    return _counted(rest, today)


def _counted(rest: str, today: date) -> tuple[str, date | None, date | None]:
    """Periods with a figure: 近三天, 2026年10月, 10月, 去年."""
    found = _LAST_DAYS.search(rest)
    if found:
        count = int(number(found[1]) or 0) * _LENGTHS[found[2]]
        return rest.replace(found[0], " ", 1), today - timedelta(days=max(count - 1, 0)), today
    found = _MONTH.search(rest)
    if found and 1 <= int(number(found[3]) or 0) <= 12:
        month = int(number(found[3]) or 0)
        gone = found[2] == "去年" or (not found[2] and month > today.month)
        year = int(found[1]) if found[1] else today.year - gone
        first = date(year, month, 1)
        return rest.replace(found[0], " ", 1), first, _month_end(first)
    found = _YEAR.search(rest)
    if found:
        year = int(found[1]) if found[1] else today.year - (found[0] == "去年")
        return rest.replace(found[0], " ", 1), date(year, 1, 1), date(year, 12, 31)
    return rest, None, None


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
