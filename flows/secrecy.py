"""Classified markings: what may not be stored, told from words that only sound like it (design section 6).

A marking is 绝密, 机密 or 秘密 with ★, with a term or 级, in brackets or alone on a line; 密级：…; or
「(此|本|该)件(为|系)密件」. 保密局, 机要科, 保密知识培训, 秘密投票 and 脱密期 are none.
"""

import re
import unicodedata

_WORDS = ("绝密", "机密", "秘密")
_ANY = f"(?:{'|'.join(_WORDS)})"
_LEVEL = f"(?P<level>{'|'.join(_WORDS)})"
_NUMBER = "(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})"
_TERM = f"(?:{_NUMBER}(?:年|个月|月|天|日)|长期)"
_STAR = "[★☆✩✪✭✮✯⭐*]"
_OPEN, _CLOSE = "[\\[(【〔〖〘〚<〈{]", "[\\])】〕〗〙〛>〉}]"
_REST = f"(?:级|{_STAR}|{_TERM}|文件|件)*"

_TRADITIONAL = str.maketrans({"絕": "绝", "絶": "绝", "機": "机", "祕": "秘", "級": "级", "長": "长", "個": "个"})
_SEPARATORS = re.compile(r"(?<=[绝机秘])[·.・•\-_~、|/]+(?=密)")
# 保守秘密十年 tells how long somebody kept silent; a term behind a marking stands free or behind 为, 定为, 列为.
_SPOKEN = "(?<![守露露业家人作大小的保开])"

_MARKINGS = (
    re.compile(f"{_ANY}{_STAR}|{_STAR}{_ANY}"),
    re.compile(f"{_SPOKEN}{_LEVEL}{_TERM}"),
    re.compile(f"{_LEVEL}级"),
    re.compile(f"{_OPEN}{_STAR}*{_LEVEL}{_REST}{_CLOSE}"),
    re.compile(
        f"密级(?:[:：]|为|是|系|定为|确定为){_OPEN}*{_STAR}*(?P<level>绝密|机密|秘密|[绝机秘](?=$|[,，。;；\\s])|核心)"
    ),
    re.compile("[此本该](?:文)?件(?:为|系|是|属|属于)(?P<level>密件|绝密|机密|秘密)"),
)
_ALONE = re.compile(f"^[^\\w]*{_LEVEL}{_REST}[^\\w]*$")

_HARMLESS = re.compile(
    "保密(?:局|科|处|室|办|委|员|干部|机要局|工作(?:会议|培训)|知识|教育|培训|宣传|法|意识|协议)"
    "|秘密(?:投票|选举|书记)|无记名秘密|脱密期|解密|机要(?:科|局|处|室|员|通信)"
)
_DOUBTFUL = re.compile("绝密|机密|秘密|密件|密级|涉密|密电|密码电报|定密|保密期限|国家秘密")


_IN_ALL = "密"
"""A character of every marking and every doubtful word, in both scripts."""


def _line(text: str) -> str:
    """One line as it is searched: half-width, simplified, without spaces and invisible characters."""
    folded = unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)
    kept = (char for char in folded if not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf"))
    return _SEPARATORS.sub("", "".join(kept))


def _level(found: re.Match[str]) -> str:
    groups = found.groupdict()
    return groups.get("level") or next(word for word in _WORDS if word in found.group())


def marking(text: str) -> str | None:
    """The classified marking the text bears (绝密, 机密, 秘密, 密件 as written), or None."""
    if _IN_ALL not in text:
        return None
    lines = [line for line in (_line(part) for part in text.splitlines()) if line]
    for line in lines:
        if alone := _ALONE.match(line):
            return _level(alone)
        for pattern in _MARKINGS:
            if found := pattern.search(line):
                return _level(found)
    # A marking set vertically: one character to a line.
    if len(lines) > 1 and (upright := _ALONE.match("".join(lines))):
        return _level(upright)
    return None


def doubtful(text: str) -> bool:
    """Whether a word leaves it open if the matter is classified, so that the person is asked (a marking does not)."""
    if _IN_ALL not in text or marking(text) is not None:
        return False
    return bool(_DOUBTFUL.search(_HARMLESS.sub("", _line(text))))
