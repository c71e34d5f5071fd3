"""Lengths of time in a sentence: 半天, 一天半, 两个工作日, 两周, 一个半小时."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.conversation.numerals import number
from flows.conversation.requests.sentence import Sentence

NUMERAL = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千廿]+)"
_UNITS: Mapping[str, tuple[float, float]] = {
    "天": (1, 0), "工作日": (1, 0), "周": (7, 0), "星期": (7, 0), "礼拜": (7, 0), "月": (30, 0),
    "半天": (0.5, 0), "上午": (0.5, 0), "下午": (0.5, 0),
    "小时": (0, 1), "钟头": (0, 1), "刻钟": (0, 0.25), "分钟": (0, 1 / 60),
}  # fmt: skip
"""Days and hours of one of each."""
_NOT_AFTER = "(?<![第每前后头])(?<!提前)"
_LENGTH = re.compile(
    rf"{_NOT_AFTER}(?P<whole>(?:一整|整整?一?)天)"
    rf"|{_NOT_AFTER}(?P<with_half>{NUMERAL})\s*个?半(?P<of_half>小时|钟头|天|月|周|星期)"
    rf"|{_NOT_AFTER}(?P<many>{NUMERAL})\s*(?:个(?P<of_piece>工作日|星期|礼拜|月|小时|钟头|半天)"
    r"|(?P<of>天|周(?!年(?!假|休)|[一二三四五六日末])|小时|刻钟|分钟|上午|下午))(?P<plus>半(?!天))?"
    r"(?![之以]?[后前内])"
    r"|(?:(?<![一二两三四五六七八九十\d个])|(?<=[周期拜][一二三四五六日天]))半个?(?P<half>天|日|小时|钟头|月)",
)


@dataclass(frozen=True, slots=True)
class Length:
    """So many days or so many hours; the other is 0."""

    days: float = 0
    hours: float = 0


def length_of(said: Sentence) -> Length | None:
    """The first length of the sentence, taken out of it with every other one; None where it names none."""
    found = [_read(match) for match in said.standing(list(said.every(_LENGTH)))]
    return next((length for length in found if length is not None), None)


def _read(match: re.Match[str]) -> Length | None:
    if match["whole"]:
        return Length(days=1)
    if match["half"]:
        return _many(0.5, match["half"].replace("日", "天"))
    if match["with_half"]:
        amount = number(match["with_half"])
        return None if amount is None else _many(amount + 0.5, match["of_half"])
    amount = number(match["many"])
    unit = match["of_piece"] or match["of"]
    return None if amount is None else _many(amount + (0.5 if match["plus"] else 0), unit)


def _many(amount: float, unit: str) -> Length:
    days, hours = _UNITS[unit]
    return Length(days=amount * days, hours=round(amount * hours, 2))
