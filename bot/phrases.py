"""`banshi phrases FILE`: every sentence of a phrase file read as a request, a line for each miss and the sum.

A phrase file is YAML: `now`, `phrases` and `negatives`, each a list of records with `text`, optionally `now`, and
`expect: {intent, slots}`. A slot left out is not scored; `{any: [a, b]}` takes any one; a list is the whole set.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import cast

import yaml

from bot.failed import Failed
from flows.conversation.requests.request import FILED, Request, read_request
from flows.procedure.model import Json

Record = Mapping[str, Json]
_WRITTEN = frozenset({"reason", "destination", "title", "person"})
"""Slots that are free text: compared without spaces, outer punctuation and what offices add to a title."""
_RUNS = 5


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence, when it is said, and what is to be understood."""

    text: str
    now: datetime
    intent: str
    slots: Mapping[str, Json]


@dataclass(slots=True)
class Score:
    """How many of how many are right, and the milliseconds each sentence took (the middle of five readings)."""

    slots: int = 0
    of_slots: int = 0
    intents: int = 0
    of_intents: int = 0
    negatives: int = 0
    of_negatives: int = 0

    def line(self, milliseconds: list[float]) -> str:
        """The last line of the report."""
        slow = sorted(milliseconds)[int(len(milliseconds) * 0.95)] if milliseconds else 0.0
        return (
            f"slots {self.slots}/{self.of_slots} intents {self.intents}/{self.of_intents} "
            f"negatives {self.negatives}/{self.of_negatives} p95 {slow:.1f} ms"
        )

    @property
    def perfect(self) -> bool:
        """Whether nothing was missed."""
        return (self.slots, self.intents, self.negatives) == (self.of_slots, self.of_intents, self.of_negatives)


def run_phrases(path: Path, say: Callable[[str], None]) -> bool:
    """Read every sentence of the file and say what was missed; true where nothing was.

    Raises:
        Failed: the file is no phrase file.
    """
    score, taken = Score(), []
    for negative, phrase in _phrases(path):
        request, spent = _timed(phrase)
        taken.append(spent)
        for miss in _judged(phrase, request, score, negative=negative):
            say(f"{phrase.text}  {miss}")
    say(score.line(taken))
    return score.perfect


def _phrases(path: Path) -> Iterator[tuple[bool, Phrase]]:
    try:
        read = yaml.safe_load(path.read_text("utf-8"))
        for part in ("phrases", "negatives"):
            for record in read.get(part) or []:
                yield part == "negatives", _phrase(record, read.get("now"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as reason:
        raise Failed(f"{path} 不能当作例句文件读：{reason}") from reason


def _phrase(record: Mapping[str, Json], now: Json) -> Phrase:
    expect = cast("Mapping[str, Json]", record["expect"])
    moment = datetime.fromisoformat(str(record.get("now") or now))
    slots = cast("Mapping[str, Json]", expect.get("slots") or {})
    return Phrase(str(record["text"]), moment, str(expect["intent"]), slots)


def _timed(phrase: Phrase) -> tuple[Request, float]:
    spent = []
    for _ in range(_RUNS):
        begun = perf_counter()
        request = read_request(phrase.text, phrase.now.date())
        spent.append((perf_counter() - begun) * 1000)
    return request, median(spent)


def _judged(phrase: Phrase, request: Request, score: Score, *, negative: bool) -> Iterator[str]:
    """What was missed of one sentence; the score counts it."""
    read = request.intent if request.intent in FILED else "none"
    right = read == phrase.intent
    if negative:
        score.of_negatives += 1
        score.negatives += right
    else:
        score.of_intents += 1
        score.intents += right
    if not right:
        yield f"intent: {phrase.intent} expected, {read} read"
    for slot, expected in phrase.slots.items():
        got = request.slots.get(slot)
        score.of_slots += 1
        if right and _agrees(slot, expected, got):
            score.slots += 1
        else:
            yield f"{slot}: {expected} expected, {got} read"


def _agrees(slot: str, expected: Json, got: Json) -> bool:
    if isinstance(expected, dict):
        return any(_agrees(slot, one, got) for one in cast("list[Json]", expected["any"]))
    if isinstance(expected, list):
        return {str(one) for one in expected} == {str(one) for one in (got if isinstance(got, list) else [got])}
    if slot in _WRITTEN:
        return _bare(expected) == _bare(got)
    return type(expected) is type(got) and expected == got if isinstance(expected, bool) else str(expected) == str(got)


def _bare(value: Json) -> str:
    text = re.sub(r"[\s《》“”\"]", "", str(value or ""))
    text = re.sub(r"^[，。,.!！?？:：;；、]+|[，。,.!！?？:：;；、]+$", "", text)
    return re.sub("(?:的议题|的事|事宜|了)$", "", text.removeprefix("关于"))
