"""A sentence being read: what has been understood is taken, what is left over is free text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.conversation.wording import visible

_PLAIN = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千")
# Only as a figure: 伍 and 陆 are surnames too.
_CAPITALS = re.compile("[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟零]+(?=\\s*[份本张套件册个枚式天人位名])")
_BREAKS = re.compile(r"[,，。.;；!！?？、:：~～\s+/()（）\[\]【】《》“”\"'…|—–-]+")
_OUTER = "的了吧呢啊呀哈哦嗯 "


def _narrow(text: str) -> str:
    """Every character half-width and in its everyday form where that leaves one character for one."""
    folded = (unicodedata.normalize("NFKC", char) for char in text)
    return "".join(new if len(new) == 1 else char for new, char in zip(folded, text, strict=True))


@dataclass(slots=True)
class Sentence:
    """What was said, twice: as written, and narrow (half-width, everyday numerals), at the same places.

    `taken` marks the characters that some slot has understood already.
    """

    shown: str
    narrow: str = ""
    taken: bytearray = field(default_factory=bytearray)

    @classmethod
    def of(cls, text: str) -> "Sentence":
        """The sentence of a message."""
        shown = visible(text)
        narrow = _CAPITALS.sub(lambda figure: figure[0].translate(_PLAIN), _narrow(shown))
        return cls(shown, narrow, bytearray(len(shown)))

    def free(self, start: int, end: int) -> bool:
        """Whether nothing there has been taken."""
        return not any(self.taken[start:end])

    def take(self, start: int, end: int) -> None:
        """Mark the characters as understood."""
        self.taken[start:end] = b"\x01" * (end - start)

    def every(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Every untaken place where the pattern matches, in order; each is taken."""
        for found in pattern.finditer(self.narrow):
            if found.end() > found.start() and self.free(*found.span()):
                self.take(*found.span())
                yield found

    def first(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first untaken place where the pattern matches, taken; None where there is none."""
        return next(self.every(pattern), None)

    def drop(self, *patterns: re.Pattern[str]) -> None:
        """Take every match of the patterns: words that carry no slot."""
        for pattern in patterns:
            for _ in self.every(pattern):
                pass

    def runs(self) -> tuple[tuple[int, int], ...]:
        """Where text is left over, cut at what was taken and at punctuation."""
        masked = "".join("。" if taken else char for taken, char in zip(self.taken, self.narrow, strict=True))
        ends = [found.span() for found in _BREAKS.finditer(masked)]
        starts = [0, *(end for _, end in ends)]
        stops = [*(start for start, _ in ends), len(masked)]
        return tuple((start, stop) for start, stop in zip(starts, stops, strict=True) if stop > start)

    def text(self, start: int, end: int) -> str:
        """The text there as written, without particles around it."""
        return self.shown[start:end].strip(_OUTER)

    def left(self) -> tuple[str, ...]:
        """What is left over, piece by piece, as written."""
        return tuple(text for run in self.runs() if (text := self.text(*run)))
