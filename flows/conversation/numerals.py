"""Numbers as people write them: 3, ３, 三, 十二, 一百零五, 两千五, 1.2万, 一天半."""

import re

from flows.conversation.wording import folded

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
CHINESE_DIGITS = "".join(_DIGITS) + "".join(_UNITS)

_LATIN = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")
_MIXED = re.compile(r"(-?\d{1,9}(?:\.\d{1,6})?)([十百千万亿])")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?")
_FRACTION = re.compile(f"([{''.join(_DIGITS)}十百千万]+)点([{''.join(_DIGITS)}]+)")


def chinese_integer(text: str) -> int | None:
    """The whole number that the Chinese numerals write (digit by digit too: 二〇二六), or None."""
    if not text or len(text) > 20:
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    unit = 1
    fresh = True
    for char in text:
        if char in _DIGITS:
            digit, unit, fresh = _DIGITS[char], (1 if char in "零〇" else unit), True
        elif char in _UNITS:
            if not fresh and char != "十":
                return None
            section += (digit or 1) * _UNITS[char]
            digit, unit, fresh = 0, _UNITS[char] // 10, False
        elif char in _LARGE:
            total = (total + section + digit) * _LARGE[char]
            section, digit, unit, fresh = 0, 0, _LARGE[char] // 10, False
        else:
            return None
    # 一千二 is 1200 and 一万五 is 15000: a last digit counts in the unit below the one before it.
    return total + section + digit * (unit if unit > 1 and digit else 1)


def number(text: str) -> float | None:
    """The number the text writes and nothing besides it, or None; a lone 半 is half."""
    said = folded(text).replace("負", "-").replace("负", "-")
    if said == "半":
        return 0.5
    if _GROUPED.fullmatch(said):
        said = said.replace(",", "")
    if _LATIN.fullmatch(said):
        return float(said)
    if mixed := _MIXED.fullmatch(said):
        return round(float(mixed[1]) * {**_UNITS, **_LARGE}[mixed[2]], 6)
    if fraction := _FRACTION.fullmatch(said):
        whole = chinese_integer(fraction[1])
        tail = "".join(str(_DIGITS[char]) for char in fraction[2])
        return None if whole is None else float(f"{whole}.{tail}")
    sign, rest = (-1, said[1:]) if said.startswith("-") else (1, said)
    whole = chinese_integer(rest)
    return None if whole is None else float(sign * whole)


def amount(text: str, units: str) -> float | None:
    """The number before one of the units (`份|个|天`), or alone; 一天半 and 两个半 add a half."""
    said = folded(text)
    half = re.fullmatch(f"(.+?)(?:{units})半", said)
    if half:
        whole = number(half[1])
        return None if whole is None else whole + 0.5
    return number(re.sub(f"^(?:共|一共|大约|约|要|盖|印)*|(?:{units})?(?:左右|吧|整)?$", "", said))


def tidy(value: float) -> int | float:
    """A whole number as int, any other as float."""
    return int(value) if value == int(value) else value
