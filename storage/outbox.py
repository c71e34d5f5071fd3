"""What is to be shown to whom: written with the decision, delivered after it, in order for each person.

    queued ─► sending ─► sent | unknown (no answer came) | undeliverable
       └─► superseded: a later state of the same card waits behind it

A card row names the case's card; what stands on it is drawn when it is sent, from the case as it is then. A message row
carries its words until it is shown. The browser console reads this database itself: its lines are written with the
decision, and a row tells of them only where a person has nothing else. A person bound to no channel gets a row that is
undeliverable from the start, so that the log still tells that they should have been told.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.approval.case import Case
from flows.approval.outcome import Notice, Role
from flows.cards import Message
from flows.plain import from_plain, to_brief
from storage.connection import Param, Row
from storage.console import Console, card_line
from storage.part import dump, load
from storage.people import People

Kind = Literal["card", "message"]
CONSOLE = "console"
NoticeKind = Literal["ask", "tell", "nudge", "update", "say"]


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One row to deliver. A card row has `role` and `visit` and no message; a message row has its message.

    `account` is whom the channel knows (empty: no longer bound); `platform_id` names the copy of the card already
    shown, to be changed in place; `attempts` counts this one too.
    """

    id: int
    person: str
    channel: str
    account: str
    kind: Kind
    card_key: str
    case_id: str
    role: Role
    visit: int
    about: str
    notice: NoticeKind
    message: Message | None
    platform_id: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """What one person was asked, told, reminded of or shown anew, whether or not it could be delivered."""

    person: str
    kind: NoticeKind
    about: str
    at: datetime
    visit: int
    text: str


@dataclass(frozen=True, slots=True)
class Posting:
    """What is about to be put into the outbox for one person."""

    person: str
    notice: NoticeKind
    about: str = ""
    case_id: str = ""
    card_key: str = ""
    role: Role = "applicant"
    visit: int = -1
    text: str = ""
    message: Message | None = None
    say_key: str = ""


def card_key(case_id: str, role: str, visit: int) -> str:
    """The name of a copy: the applicant has one living card, everybody else one for each time they are asked."""
    return f"{case_id}:applicant" if role == "applicant" else f"{case_id}:{role}:{visit}"


_WRITTEN_AS: Mapping[str, str] = {CONSOLE: "sent", "": "undeliverable"}
"""What becomes of a row at once; every other waits for the sender."""
_COPY = ("person", "channel", "card_key")


class Outbox(People, Console):
    """The outbox as units write it; `storage.delivery` has what the sender does with it."""

    def say(self, person: str, message: Message, *, key: str = "", case_id: str = "", about: str = "") -> None:
        """Put one message to a person into the outbox; the same non-empty key is said to them only once."""
        said = "SELECT 1 FROM outbox WHERE person = :person AND say_key = :key AND say_key <> ''"
        if key and self.db.value(said, person=person, key=key):
            return
        posting = Posting(person, "say", about, case_id, text=message.text, message=message, say_key=key)
        self._post((posting,), self.now)

    def show(self, person: str, case_id: str) -> None:
        """Show somebody the case's card once more, at the end of their conversation; it lives on like any copy."""
        copy = self.next_number(f"shown:{case_id}:{person}")
        key = card_key(case_id, "copy", -1 - copy)
        self._post((Posting(person, "update", "shown", case_id, key, "copy", -1 - copy),), self.now)

    def notify(self, case: Case, notices: Iterable[Notice], at: datetime) -> None:
        """Put a case's notices into the outbox and draw every copy of its card anew that is not asked with now."""
        drawn: set[tuple[str, str]] = set()
        postings: list[Posting] = []
        for notice in dict.fromkeys(notices):
            if notice.kind in ("tell", "nudge"):
                postings.append(_told(case.id, notice))
                continue
            posting = _drawn(case.id, notice)
            if (posting.person, posting.card_key) not in drawn or notice.kind == "ask":
                postings.append(posting)
            drawn.add((posting.person, posting.card_key))
        copies = self.db.rows(
            "SELECT cards.person, cards.channel, cards.card_key, cards.role, cards.visit FROM cards JOIN bindings"
            " ON bindings.person = cards.person AND bindings.channel = cards.channel WHERE cards.case_id = :case_id"
            " ORDER BY cards.person, cards.card_key",
            case_id=case.id,
        )
        shown = {tuple(copy[name] for name in _COPY) for copy in copies}
        redrawn = {
            (copy["person"], copy["card_key"]): Posting(
                copy["person"], "update", "", case.id, copy["card_key"], copy["role"], copy["visit"]
            )
            for copy in copies
        }
        postings += [posting for whose, posting in redrawn.items() if whose not in drawn]
        self._post(postings, at, shown)

    def _post(self, postings: Sequence[Posting], at: datetime, shown: Container[tuple[str, ...]] = ()) -> None:
        """`shown` are copies of cards known already."""
        channels = self._channels_of_each({posting.person for posting in postings})
        rows: list[dict[str, Param]] = []
        for posting in postings:
            bound = channels.get(posting.person, [])
            body = dump(to_brief(posting.message) if posting.message is not None else card_line(posting.case_id))
            if CONSOLE in bound:
                self.console_put(posting.person, "out", body, at=at, key=posting.card_key)
            elsewhere = [channel for channel in bound if channel != CONSOLE] or bound or [""]
            rows += [self._row(posting, channel, body, at) for channel in elsewhere]
        self._insert_rows(rows)
        cards = [_copy(p, channel) for p in postings if p.card_key for channel in channels.get(p.person, [])]
        self._know_copies([copy for copy in cards if tuple(copy[name] for name in _COPY) not in shown])

    def _channels_of_each(self, people: set[str]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        sql = "SELECT person, channel FROM bindings WHERE person IN (:among) ORDER BY channel"
        for row in self.db.rows_among(sql, sorted(people)):
            found.setdefault(row["person"], []).append(row["channel"])
        return found

    def _row(self, posting: Posting, channel: str, body: str, at: datetime) -> dict[str, Param]:
        status = _WRITTEN_AS.get(channel, "queued")
        waits = status == "queued"
        self.db.news.outbox |= waits
        return {
            "person": posting.person,
            "channel": channel,
            "kind": "card" if posting.card_key else "message",
            "card_key": posting.card_key,
            "case_id": posting.case_id,
            "role": posting.role,
            "visit": posting.visit,
            "about": posting.about,
            "notice": posting.notice,
            "words": posting.text,
            "message": body if waits and posting.message is not None else "",
            "say_key": posting.say_key,
            "status": status,
            "at": self.db.stamp(at),
        }

    def _insert_rows(self, rows: Sequence[dict[str, Param]]) -> None:
        """A row of a card supersedes those of it that still wait."""
        last = {tuple(row[name] for name in _COPY): row for row in rows if row["card_key"]}
        for row in rows:
            if row["status"] == "queued" and row["card_key"] and last[tuple(row[name] for name in _COPY)] is not row:
                row["status"] = "superseded"
        self.db.change_each(
            "UPDATE outbox SET status = 'superseded' WHERE status = 'queued' AND person = :person"
            " AND channel = :channel AND card_key = :card_key",
            [{name: row[name] for name in _COPY} for row in last.values() if row["status"] == "queued"],
        )
        self.db.change_each(
            "INSERT INTO outbox (person, channel, kind, card_key, case_id, role, visit, about, notice, words, message,"
            " say_key, status, attempts, due_at, created_at, platform_id, error) VALUES (:person, :channel, :kind,"
            " :card_key, :case_id, :role, :visit, :about, :notice, :words, :message, :say_key, :status, 0, :at, :at,"
            " '', '')",
            rows,
        )

    def _know_copies(self, copies: Sequence[dict[str, Param]]) -> None:
        self.db.change_each(
            "INSERT INTO cards (person, channel, card_key, case_id, role, visit, platform_id)"
            " VALUES (:person, :channel, :card_key, :case_id, :role, :visit, '')"
            " ON CONFLICT (person, channel, card_key) DO NOTHING",
            copies,
        )

    def outbox_log(self, case_id: str) -> tuple[OutboxLine, ...]:
        """Everything anybody was to be shown of the case, in order, once per person whatever their channels."""
        rows = self.db.rows(
            "SELECT MIN(id) AS first, person, notice, about, created_at, visit, words FROM outbox"
            " WHERE case_id = :case_id GROUP BY person, notice, about, created_at, visit, words, card_key"
            " ORDER BY first",
            case_id=case_id,
        )
        return tuple(
            OutboxLine(
                row["person"],
                row["notice"],
                row["about"],
                self.db.moment(row["created_at"]),
                row["visit"],
                row["words"],
            )
            for row in rows
        )


def _told(case_id: str, notice: Notice) -> Posting:
    return Posting(
        notice.to,
        notice.kind,
        notice.about,
        case_id,
        role=notice.role,
        visit=notice.visit,
        text=notice.text,
        message=Message(text=notice.text, buttons=(notice.buttons,) if notice.buttons else ()),
    )


def _drawn(case_id: str, notice: Notice) -> Posting:
    key = card_key(case_id, notice.role, notice.visit)
    return Posting(notice.to, notice.kind, notice.about, case_id, key, notice.role, notice.visit)


def _copy(posting: Posting, channel: str) -> dict[str, Param]:
    return {
        "person": posting.person,
        "channel": channel,
        "card_key": posting.card_key,
        "case_id": posting.case_id,
        "role": posting.role,
        "visit": posting.visit,
    }


def read_item(row: Row, created_at: datetime) -> OutboxItem:
    """The item of a row joined with its account and the card's platform id."""
    return OutboxItem(
        id=row["id"],
        person=row["person"],
        channel=row["channel"],
        account=row["account"] or "",
        kind=row["kind"],
        card_key=row["card_key"],
        case_id=row["case_id"],
        role=row["role"],
        visit=row["visit"],
        about=row["about"],
        notice=row["notice"],
        message=from_plain(Message, load(row["message"])) if row["message"] else None,
        platform_id=row["shown_as"] or "",
        attempts=row["attempts"] + 1,
        created_at=created_at,
    )
