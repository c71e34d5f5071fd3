"""What people send, made harmless before it is kept: file names and text."""

import re
import unicodedata

_NAME_LIMIT = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _whole(text: str) -> str:
    """The text without half characters, as it can be kept and sent."""
    return text.encode("utf-8", "replace").decode("utf-8")


def safe_name(name: str) -> str:
    """The file's own name: no folders, no control or direction marks, at most 120 characters with its ending."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", _whole(name)))[-1]
    clean = _UNSAFE.sub("", last).strip(" .") or "附件"
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > 10:
        return clean[:_NAME_LIMIT]
    return f"{stem[: _NAME_LIMIT - len(ending) - 1]}.{ending}"


def safe_text(text: str) -> str:
    """What was typed: line ends as one sign, no control characters, nothing blank around it."""
    return _CONTROL.sub("", _whole(text).replace("\r\n", "\n").replace("\r", "\n")).strip()
