"""One message read whole: what it asks for and every slot it fills.

Slots: leave {type, start, end, days, reason}; car {start, end, duration_h, destination, passengers, vehicle,
driver_needed}; seal {seal, copies, title, urgent}; topic {title, meeting, meeting_date, deadline};
duty {action, date, date2, shift, person}. Times are in the kept form of `flows.conversation.dates`. A month and day
without a year is the next such day, unless the sentence speaks of the past (补, 上周, 昨天).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from flows.conversation.requests.car import read_car
from flows.conversation.requests.duty import read_duty
from flows.conversation.requests.intent import meant, second
from flows.conversation.requests.leave import read_leave
from flows.conversation.requests.seal import read_seal
from flows.conversation.requests.sentence import Sentence
from flows.conversation.requests.today import Today
from flows.conversation.requests.topic import read_topic
from flows.procedure.model import Json, Values

LONGEST = 500
"""Characters of the longest message that is read as a request."""
FILED = ("leave", "car", "seal", "topic", "duty")

_READERS: Mapping[str, Callable[[Sentence, Today], tuple[dict[str, Json], str]]] = {
    "leave": read_leave,
    "car": read_car,
    "seal": read_seal,
    "topic": read_topic,
    "duty": read_duty,
}
_SUBSTANCE = re.compile(
    '[0-9《“"]|[一二两三四五六七八九十百半](?:天|个|份|位|名|人|月|周|点|号|日|本|张|套|小时|式)|[今明后昨前]天|[今明昨][早晚]|一式|'
    "(?:周|星期|礼拜)[一二三四五六日天末]|月[底末]|上午|下午|元旦|国庆|五一|[,，:：\\s]\\s*\\S{2}"
)
"""What a request is made of: a time, a length, a number of things, a paper, or more than one phrase."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a message asks for: `intent` is leave, car, seal, topic, duty, mine, inbox or none.

    `second` is the text of another request in the same message; `trouble` what is wrong with a date said.
    """

    intent: str = "none"
    slots: Values = field(default_factory=lambda: MappingProxyType({}))
    second: str = ""
    trouble: str = ""
    text: str = ""


def read_request(text: str, today: date, names: frozenset[str] = frozenset()) -> Request:
    """The request of a message said that day; intent `none` where it files nothing.

    `names` are the office's people. A message longer than `LONGEST` is not read.
    """
    if len(text) > LONGEST:
        return Request()
    said = Sentence.of(text)
    found = meant(said.narrow, names, substance=_SUBSTANCE.search(said.narrow) is not None)
    read = _READERS.get(found.intent)
    if read is None:
        return Request(found.intent)
    cut = second(said.narrow, found)
    first, other = (said.shown, "") if cut < 0 else (said.shown[:cut], said.shown[cut:].strip())
    slots, trouble = read(Sentence.of(first), Today(today, names))
    return Request(found.intent, slots, other, trouble, first)
