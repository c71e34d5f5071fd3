"""What comes in from a messenger, as plain values, and what is answered at once.

A channel adapter proves the sender, reads the raw bytes and makes one `Inbound`; everything else is said through
the outbox after the commit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flows.procedure.model import Json


@dataclass(frozen=True, slots=True)
class Inbound:
    """One event by one bound person.

    `key` is unique per event of the channel; a duplicate is answered with the first outcome and does nothing.
    `what` is text (`text` holds what was said), tap (`text` holds the button's press) or file (`file` holds
    id, name, size and sha256 of an upload already kept, `text` the words sent with it). `cleared`: the person was asked
    about a doubtful word and has said that the matter is not classified.
    """

    channel: str
    key: str
    person: str
    what: Literal["text", "tap", "file"]
    text: str = ""
    file: Mapping[str, Json] | None = None
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told at once (a tap's short answer); longer words are already in the outbox.

    `ok` is false where nothing happened.
    """

    text: str = ""
    ok: bool = True
    case_id: str = ""
