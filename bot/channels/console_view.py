"""From values to HTML: the templates, and the few things a page has to work out before it is drawn."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.console_facade import ConsoleMessage, PersonLine
from bot.channels.console_static import Assets
from flows.calendar import day_text
from flows.cards import Button, Card, CasePage, ClauseText, Fact, Message, RouteLine
from handlers.ports import Box

TEXTS = Path(__file__).resolve().parent.parent / "texts"
LONG = 100
"""Characters of a fact shown before it has to be unfolded."""

BOXES: Final[Mapping[Box, str]] = MappingProxyType(
    {"to_approve": "待我审批", "to_handle": "待我办理", "mine": "我发起的", "done": "我已审批", "copied": "抄送我的"}
)
EMPTY: Final[Mapping[Box, str]] = MappingProxyType(
    {
        "to_approve": "没有等您审批的事项。有人提交申请、轮到您时，会出现在这里。",
        "to_handle": "没有等您办理的事项。审批通过、轮到您盖章或登记时，会出现在这里。",
        "mine": "您还没有发起过申请。提交以后，进展会一直显示在这里。",
        "done": "您还没有审批过事项。您同意或不同意过的申请，会留在这里备查。",
        "copied": "没有抄送给您的事项。申请通过后需要您知晓的，会出现在这里。",
    }
)
TRIP_WORDS: Final[Mapping[str, str]] = MappingProxyType({"booked": "已派", "out": "在外", "back": "已回"})
STATUS_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"done": "已办", "waiting": "等待中", "to_come": "待经过", "ended": "未再经过"}
)


@dataclass(frozen=True, slots=True)
class Quick:
    """What stands above the input: the last question's buttons and what would answer it."""

    buttons: tuple[tuple[Button, ...], ...] = ()
    expects: str = ""


@dataclass(frozen=True)
class View:
    """What every fragment needs besides its values: where it posts, the form token and the clauses behind it."""

    base: str
    token: str
    back: str
    clauses: Mapping[str, ClauseText] = field(default_factory=lambda: MappingProxyType({}))

    def key(self) -> str:
        """A new form's event key; the same form sent twice is one event."""
        return secrets.token_urlsafe(12)

    def case_url(self, case_id: str) -> str:
        """The address of the page with that case open beside it."""
        return f"{self.back}{'&' if '?' in self.back else '?'}case={quote(case_id, safe='')}"

    def panel_url(self, case_id: str) -> str:
        """Where the case's panel is fetched, to stand beside the page."""
        return f"{self.base}/case/{quote(case_id, safe='')}/panel?from={quote(self.back, safe='')}"

    @property
    def now_url(self) -> str:
        """Where what waits is fetched, to stand beside the page."""
        return f"{self.base}/now?from={quote(self.back, safe='')}"

    def behind(self, entries: Iterable[str]) -> tuple[ClauseText, ...]:
        """The clauses of these ledger ids, each once; a step put in to complete a flow rests on none."""
        return tuple(self.clauses[entry] for entry in dict.fromkeys(entries) if entry in self.clauses)


@dataclass(frozen=True)
class Frame:
    """What stands around every page of one person: who it is, the boxes with counts, and the case that is open."""

    office: str
    sample: bool
    person: PersonLine
    people: tuple[PersonLine, ...]
    counts: Mapping[Box, int]
    version: int
    here: str
    side: CasePage | None = None
    cars: bool = False

    @property
    def sections(self) -> Iterator[tuple[str, tuple[PersonLine, ...]]]:
        """The people of the switcher by section, in the order given."""
        return by_section(self.people)

    @property
    def open_total(self) -> int:
        """How many cases wait for this person, to decide or to handle."""
        return self.counts.get("to_approve", 0) + self.counts.get("to_handle", 0)


def by_section(people: Sequence[PersonLine]) -> Iterator[tuple[str, tuple[PersonLine, ...]]]:
    """The people of each section, sections in order of first appearance."""
    for section in dict.fromkeys(line.section for line in people):
        yield section, tuple(line for line in people if line.section == section)


def quick_of(messages: Sequence[ConsoleMessage]) -> Quick:
    """The buttons of the last question, unless something was said since; cards keep their own buttons."""
    for entry in reversed(messages):
        if entry.direction == "in":
            return Quick()
        said = entry.message
        if said and not said.card and (said.buttons or said.expects):
            return Quick(said.buttons, said.expects)
    return Quick()


def clause_ids(messages: Iterable[ConsoleMessage]) -> tuple[str, ...]:
    """Every ledger id these messages rest on, each once."""
    found = (entry for message in messages if message.message for entry in _of_message(message.message))
    return tuple(dict.fromkeys(found))


def _of_message(message: Message) -> Iterator[str]:
    yield from _of_lines((*message.summary, *message.warnings, *message.route))
    if message.card:
        yield from _of_card(message.card)


def _of_card(card: Card) -> Iterator[str]:
    yield from _of_lines((*card.facts, *card.warnings, *card.route))


def _of_lines(lines: Iterable[Fact | RouteLine]) -> Iterator[str]:
    for line in lines:
        yield from line.clauses


def clauses_of_case(page: CasePage) -> Mapping[str, ClauseText]:
    """The clauses a case page brings along, by ledger id."""
    return {clause.entry: clause for clause in page.clauses}


def context_facts(page: CasePage) -> tuple[Fact, ...]:
    """The card's facts the official form does not say already: what helps to judge."""
    known = {(fact.label, fact.text) for fact in page.form}
    return tuple(fact for fact in page.card.facts if (fact.label, fact.text) not in known)


def clock_text(moment: datetime) -> str:
    """The time of day: 09:14."""
    return f"{moment:%H:%M}"


def full_text(moment: datetime) -> str:
    """Day and time: 11月24日(周二)09:14."""
    return f"{day_text(moment.date())}{moment:%H:%M}"


class Pages:
    """Draws templates; everything not marked safe is escaped."""

    def __init__(self, assets: Assets) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(TEXTS),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.filters.update(clock=clock_text, full=full_text, day=lambda moment: day_text(moment.date()))
        self._templates.globals.update(
            asset=assets.url,
            boxes=BOXES,
            empty=EMPTY,
            status_words=STATUS_WORDS,
            trip_words=TRIP_WORDS,
            long=LONG,
            context_facts=context_facts,
        )

    def draw(self, name: str, **values: object) -> str:
        """The template filled in."""
        return self._templates.get_template(name).render(**values)


def as_event(html: str, version: int, name: str = "") -> bytes:
    """One server-sent event: its id is the version after which nothing of it is missing."""
    lines = [f"id: {version}"]
    if name:
        lines.append(f"event: {name}")
    lines.extend(f"data: {line}" for line in html.splitlines() or [""])
    return ("\n".join(lines) + "\n\n").encode()
