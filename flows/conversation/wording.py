"""Text as it is compared: full-width written half-width, traditional as simplified, invisible characters gone."""

import re
import unicodedata

from flows.conversation.traditional import simplified

LONG = 2000  # characters of the longest text anybody is asked for
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_CJK_GAP = re.compile(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])")


def visible(text: str) -> str:
    """The text without control and invisible characters (line breaks and tabs stay), trimmed."""
    if text.isprintable():
        return text.strip()
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) not in _INVISIBLE)
    return "".join(kept).strip()


def folded(text: str) -> str:
    """The text for comparing: visible, half-width, simplified, lower case, no space beside a Chinese character."""
    halfwidth = " ".join(unicodedata.normalize("NFKC", visible(text)).lower().split())
    return _CJK_GAP.sub("", simplified(halfwidth))


def quoted(text: str, limit: int = 20) -> str:
    """The beginning of what was said, in quotation marks, to be repeated in an answer."""
    return f"“{shortened(visible(text), limit)}”"


def shortened(text: str, limit: int = 20) -> str:
    """The text on one line, cut with an ellipsis where it is longer than the limit."""
    line = " ".join(text.split())
    return f"{line[:limit]}…" if len(line) > limit else line
