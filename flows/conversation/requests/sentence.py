"""A sentence being read: what has been understood is taken, what is left over is free text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.conversation.traditional import simplified
from flows.conversation.wording import visible

_PLAIN = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千")
# Only as a figure: 伍 and 陆 are surnames too.
_CAPITALS = re.compile("[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟零]+(?=\\s*[份本张套件册个枚式天人位名])")
_BREAKS = re.compile(r"[,，。.;；!！?？、:：~～\s+/()（）\[\]【】《》“”\"'…|—–-]+")
_APART = re.compile(r"(?<=\d) +(?=[年月日号点时分天份人位])|(?<=[年月]) +(?=\d)|(?<=[请休]) +(?=\d)")
"""A space within a date or a figure (12 月 7 日, 3 天)."""
_PICTURE = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d]+")
_SOUNDS_LIKE = {
    "请价": "请假", "请架": "请假", "请驾": "请假", "请嫁": "请假", "清假": "请假", "情假": "请假", "病价": "病假",
    "病架": "病假", "事价": "事假", "事嫁": "事假", "事架": "事假", "年价": "年假", "年架": "年假", "婚嫁": "婚假",
    "婚价": "婚假", "产价": "产假", "丧价": "丧假", "用因": "用印", "用引": "用印", "盖张": "盖章", "公张": "公章",
    "公彰": "公章", "值斑": "值班", "直班": "值班", "职班": "值班", "换斑": "换班", "意题": "议题", "义题": "议题",
    "申情": "申请", "声请": "申请", "排车": "派车",
}  # fmt: skip
"""Words as the keyboard often offers them for the ones that sound the same."""
_MISTYPED = re.compile("|".join(_SOUNDS_LIKE))
_CORRECTION = re.compile(
    r"[,，。.、\s…—]*(?:不对(?!外|称|劲|口|付)|不不+|(?:[说打写弄搞]|我)?[说打写弄搞]?错了|[哦噢喔啊呃额]不(?!是)|更正(?:一下)?|应该是|应为|口误|(?<=[,，。\s])算了)"
    r"[,，。.、:：!！\s是应该说还]*|[,，。\s]还是(?=[^,，。]{1,12}吧)"
)
"""What says that the words before it are to be read otherwise."""
_OUTER = "的了吧呢啊呀哈哦嗯 "


def _narrow(text: str) -> str:
    """Every character half-width and in its everyday form where that leaves one character for one."""
    folded = (unicodedata.normalize("NFKC", char) for char in text)
    return "".join(new if len(new) == 1 else char for new, char in zip(folded, text, strict=True))


@dataclass(slots=True)
class Sentence:
    """What was said, twice: as written, and narrow (half-width, everyday numerals), at the same places.

    `taken` marks the characters that some slot has understood already; `corrected` is where the words begin that
    correct those before them (明天，不对，是后天), -1 where nothing is corrected.
    """

    shown: str
    narrow: str = ""
    taken: bytearray = field(default_factory=bytearray)
    corrected: int = -1

    @classmethod
    def of(cls, text: str) -> "Sentence":
        """The sentence of a message."""
        shown = _APART.sub("", _PICTURE.sub(" ", visible(text))).strip()
        narrow = _CAPITALS.sub(lambda figure: figure[0].translate(_PLAIN), _narrow(simplified(shown)))
        narrow = _MISTYPED.sub(lambda found: _SOUNDS_LIKE[found[0]], narrow)
        said = cls(shown, narrow, bytearray(len(shown)))
        for found in said.every(_CORRECTION):
            said.corrected = found.end()
        return said

    def standing(self, found: list[re.Match[str]]) -> list[re.Match[str]]:
        """Of what was found, that which corrects the rest; all of it where nothing does."""
        return [one for one in found if one.start() >= self.corrected] or found

    def free(self, start: int, end: int) -> bool:
        """Whether nothing there has been taken."""
        return not any(self.taken[start:end])

    def take(self, start: int, end: int) -> None:
        """Mark the characters as understood."""
        self.taken[start:end] = b"\x01" * (end - start)

    def every(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Every untaken place where the pattern matches, in order; each is taken."""
        at = 0
        while found := pattern.search(self.narrow, at):
            if found.end() > found.start() and self.free(*found.span()):
                self.take(*found.span())
                at = found.end()
                yield found
            else:
                at = found.start() + 1

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
