"""How names sound, so that 王墙 typed for 王强 still finds the person.

The pinyin library is loaded with the first name that nobody bears as written; without its phrase list it is small.
"""

import os
from functools import cache

_SURNAMES = {
    "单": "shan", "解": "xie", "曾": "zeng", "查": "zha", "仇": "qiu", "朴": "piao", "盖": "ge", "区": "ou",
    "乐": "yue", "缪": "miao", "尉": "wei", "秘": "bi", "冼": "xian", "员": "yun", "覃": "qin", "折": "she",
    "黑": "he", "宓": "fu", "种": "chong", "翟": "zhai", "柏": "bai", "么": "yao", "召": "shao", "葛": "ge",
    "华": "hua", "万": "wan", "长": "zhang", "重": "chong", "繁": "po", "佴": "nai", "逄": "pang", "郇": "xun",
    "能": "nai",
}  # fmt: skip
"""Surnames that are read otherwise than the character alone."""


def sounds_of(name: str) -> tuple[frozenset[str], ...]:
    """Every reading of each character without tones; the first as a surname where it is a special one."""
    surname = _SURNAMES.get(name[:1])
    readings = tuple(_readings(char) for char in name)
    return (frozenset({surname}), *readings[1:]) if surname else readings


@cache
def _readings(char: str) -> frozenset[str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    return frozenset(pinyin(char, style=Style.NORMAL, heteronym=True)[0])
