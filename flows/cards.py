"""Cards and conversations as values: what is shown and which buttons it has, whatever the messenger.

Channels lay these values out (HTML, Telegram text with a keyboard); none of them decides what stands on a card.
The first line of a card is its state, kind and applicant; at most five facts come before the details (product 3.1).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Tone = Literal["waiting", "agreed", "refused", "overdue", "neutral"]
ButtonStyle = Literal["primary", "danger", "plain"]


@dataclass(frozen=True, slots=True)
class Button:
    """One button: its words and what is sent when it is pressed (at most 64 bytes, see handlers.buttons)."""

    label: str
    press: str
    style: ButtonStyle = "plain"


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled line; `clauses` are ledger ids behind it, `file` the id of an attachment to open."""

    label: str
    text: str
    clauses: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One stop of the route as a person reads it: who, as what, and how it stands.

    `status` is done, waiting, to_come or ended; `why` says what brings the request here (满半天不足一天，分管领导批).
    """

    name: str
    post: str
    step: str
    status: Literal["done", "waiting", "to_come", "ended"]
    at: str = ""
    opinion: str = ""
    why: str = ""
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A living card of a case for one viewer; every copy shows the case's last state.

    `key` names the copy (case, viewer, role): a later card of the same key replaces it in place.
    """

    key: str
    case_id: str
    case_no: str
    code: str
    state: str
    state_text: str
    tone: Tone
    title: str
    facts: tuple[Fact, ...] = ()
    warnings: tuple[Fact, ...] = ()
    route: tuple[RouteLine, ...] = ()
    deadline: str = ""
    note: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class TripMark:
    """A trip on one day of a car: `begins` and `ends` in minutes of that day, `span` the same in words (08:30–12:00).

    `about` says who has the car and, to those whom the case concerns, where to; `case_id` opens it (empty: not theirs).
    """

    span: str
    begins: int
    ends: int
    about: str
    state: Literal["booked", "out", "back"]
    case_id: str = ""


@dataclass(frozen=True, slots=True)
class CarWeek:
    """A car's seven days of trips, from Monday; `notes` say what lapses in that week."""

    name: str
    about: str
    days: tuple[tuple[TripMark, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FleetWeek:
    """The week of the office's cars from that Monday; `rest` are the days off and `today` the day it is, by index.

    `trips` counts each trip once, on however many days it stands.
    """

    monday: date
    title: str
    days: tuple[str, ...]
    rest: tuple[int, ...]
    cars: tuple[CarWeek, ...]
    trips: int
    today: int = -1


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said to a person: text, a question with choices, a summary, a card, or a picture of a week of cars.

    `expects` tells a channel with more than text what would answer: a date, a half-day, a file, a choice.
    """

    text: str = ""
    card: Card | None = None
    summary: tuple[Fact, ...] = ()
    warnings: tuple[Fact, ...] = ()
    route: tuple[RouteLine, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    expects: Literal["", "text", "choice", "date", "datetime", "number", "file", "person"] = ""
    tone: Tone = "neutral"
    picture: FleetWeek | None = None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a box: what a case is, the decisive fact, how it stands and since when it waits.

    `unread`: it was copied to the viewer, who has not opened it since.
    """

    case_id: str
    no: str
    code: str
    title: str
    fact: str
    state_text: str
    tone: Tone
    at: str
    overdue: bool = False
    flagged: bool = False
    unread: bool = False


@dataclass(frozen=True, slots=True)
class ClauseText:
    """What stands behind an 依据: the ledger id, the clause path in the regulation and the rule in our words."""

    entry: str
    cite: str
    text: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a case's history as people read it; what was said after the end is never printed.

    `file` is the id of an attachment that belongs to the line.
    """

    at: str
    who: str
    text: str
    file: str = ""
    file_name: str = ""
    after_end: bool = False


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case in full for one viewer: the card, the official form, the whole route, history and clauses."""

    card: Card
    form: tuple[Fact, ...]
    log: tuple[LogLine, ...]
    clauses: tuple[ClauseText, ...]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A page of a register: column labels and rows of text, newest first; `void` marks struck rows by index."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    void: frozenset[int]
    page: int
    pages: int
    cite: str = ""


@dataclass(frozen=True, slots=True)
class RegisterBook:
    """A register from its first row to its last: figures as numbers, everything else as text; `void` by index."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]
    void: frozenset[int]
