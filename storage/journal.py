"""The journal of a case: append-only and chained by hashes, with free texts lying beside it.

    line n: hash = SHA-256 of [case, seq, at, actor, act, data, hash of line n-1]

In `data` every free text is replaced by `{"#": digest}`, the digest of a salt and the text; salt and text lie in
`contents` and may be deleted when their retention ends: the chain still holds, and nobody can guess the text back.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from flows.approval.case import Entry
from flows.procedure.model import Json
from storage.connection import Row
from storage.part import Part, dump, load_object

GONE = "（内容已按保管期限清除）"
_MARK = "#"
_FREE = frozenset({"reason", "opinion", "text", "note", "question", "answer"})
_FORMS = frozenset({"values", "set", "file", "files"})
_WHEN = re.compile(r"\d{4}-\d\d-\d\d([ T](am|pm|\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?))?")


@dataclass
class Hiding:
    """Takes free texts out of an entry's data; `contents` holds them by digest, as salt and text.

    Under what a form holds, every text but a date counts as free: a telephone number or a name is as private as a
    reason, and storage does not know the form's fields.
    """

    contents: dict[str, tuple[str, str]] = field(default_factory=dict)

    def data(self, data: Mapping[str, Json]) -> dict[str, Json]:
        """The data with digests where free texts were."""
        return {key: self._under(key, value, form=False) for key, value in data.items()}

    def _under(self, key: str, value: Json, *, form: bool) -> Json:
        inside = form or key in _FORMS
        match value:
            case str():
                free = key in _FREE or (inside and _WHEN.fullmatch(value) is None)
                return self._hide(value) if value and free else value
            case list():
                return [self._under(key, item, form=inside) for item in value]
            case dict():
                return {name: self._under(name, item, form=inside) for name, item in value.items()}
            case _:
                return value

    def _hide(self, text: str) -> Json:
        salt = secrets.token_hex(16)
        digest = digest_of(salt, text)
        self.contents[digest] = (salt, text)
        return {_MARK: digest}


def digest_of(salt: str, text: str) -> str:
    """What the journal holds in place of a free text."""
    return sha256(f"{salt}:{text}".encode()).hexdigest()


def digests(value: Json) -> Iterable[str]:
    """Every digest that stands for a free text somewhere in the value."""
    match value:
        case {"#": str() as digest, **rest} if not rest:
            yield digest
        case dict():
            for item in value.values():
                yield from digests(item)
        case list():
            for item in value:
                yield from digests(item)


def shown(value: Json, contents: Mapping[str, str]) -> Json:
    """The value with its free texts back in place; one that was deleted reads `GONE`."""
    match value:
        case {"#": str() as digest, **rest} if not rest:
            return contents.get(digest, GONE)
        case dict():
            return {key: shown(item, contents) for key, item in value.items()}
        case list():
            return [shown(item, contents) for item in value]
        case _:
            return value


def line_hash(case_id: str, line: Mapping[str, Json], previous: str) -> str:
    """The hash of a line (seq, at, actor, act, data as kept) after the line of that hash."""
    covered = [case_id, line["seq"], line["at"], line["actor"], line["act"], line["data"], previous]
    return sha256(dump(covered).encode()).hexdigest()


class Journal(Part):
    """The journals of all cases, and checkpoints over their heads."""

    def append(self, case_id: str, entries: Iterable[Entry], *, after: int) -> None:
        """Add lines after the line of that seq."""
        previous = self._hash_at(case_id, after)
        for entry in entries:
            hiding = Hiding()
            data = dump(hiding.data(entry.data))
            at = self._written_moment(entry.at)
            line: dict[str, Json] = {"seq": entry.seq, "at": at, "actor": entry.actor, "act": entry.act, "data": data}
            chained = line_hash(case_id, line, previous)
            self.db.change(
                "INSERT INTO journal (case_id, seq, at, actor, act, data, previous, hash)"
                " VALUES (:case_id, :seq, :at, :actor, :act, :data, :previous, :hash)",
                case_id=case_id,
                seq=entry.seq,
                at=at,
                actor=entry.actor,
                act=entry.act,
                data=data,
                previous=previous,
                hash=chained,
            )
            self._keep_contents(case_id, hiding.contents)
            previous = chained

    def _hash_at(self, case_id: str, seq: int) -> str:
        if seq == 0:
            return ""
        found = self.db.value(
            "SELECT hash FROM journal WHERE case_id = :case_id AND seq = :seq", case_id=case_id, seq=seq
        )
        return str(found or "")

    def _written_moment(self, at: datetime) -> str:
        self.db.stamp(at)
        return at.isoformat()

    def _keep_contents(self, case_id: str, contents: Mapping[str, tuple[str, str]]) -> None:
        self.db.change_each(
            "INSERT INTO contents (case_id, digest, salt, body) VALUES (:case_id, :digest, :salt, :body)",
            (
                {"case_id": case_id, "digest": digest, "salt": salt, "body": text}
                for digest, (salt, text) in contents.items()
            ),
        )

    def journal(self, case_id: str) -> tuple[Entry, ...]:
        """The case's journal from its first line, free texts in place where they are still kept."""
        rows = self.db.rows("SELECT * FROM journal WHERE case_id = :case_id ORDER BY seq", case_id=case_id)
        kept = self.db.rows("SELECT digest, body FROM contents WHERE case_id = :case_id", case_id=case_id)
        contents = {row["digest"]: row["body"] for row in kept}
        return tuple(self._entry(row, contents) for row in rows)

    def _entry(self, row: Row, contents: Mapping[str, str]) -> Entry:
        data = {key: shown(value, contents) for key, value in load_object(row["data"]).items()}
        at = datetime.fromisoformat(row["at"]).astimezone(self.db.zone)
        return Entry(row["seq"], at, row["actor"], row["act"], data)

    def nudged_at(self, case_id: str) -> tuple[datetime, ...]:
        """When the applicant pressed 催办 on this case."""
        rows = self.db.rows(
            "SELECT at FROM journal WHERE case_id = :case_id AND act = 'urged' ORDER BY seq", case_id=case_id
        )
        return tuple(datetime.fromisoformat(row["at"]).astimezone(self.db.zone) for row in rows)

    def checkpoint(self, at: datetime) -> int:
        """Seal the heads of every journal that grew since the last checkpoint; returns how many there were.

        A journal that lost its last lines afterwards is found out by `verify`, though the lines left still chain.
        """
        # A line still being written may have a lower id than the last one that is: it would never be sealed.
        self.db.hold_still("journal")
        last = self.db.row("SELECT upto, hash FROM checkpoints ORDER BY id DESC LIMIT 1")
        since, previous = (int(last["upto"]), str(last["hash"])) if last else (0, "")
        rows = self.db.rows(
            "SELECT id, case_id, seq, hash FROM journal WHERE id > :since ORDER BY case_id, seq", since=since
        )
        if not rows:
            return 0
        heads: dict[str, Json] = {row["case_id"]: [row["seq"], row["hash"]] for row in rows}
        kept, stamp, upto = dump(heads), self.db.stamp(at), max(int(row["id"]) for row in rows)
        self.db.change(
            "INSERT INTO checkpoints (at, upto, heads, previous, hash) VALUES (:at, :upto, :heads, :previous, :hash)",
            at=stamp,
            upto=upto,
            heads=kept,
            previous=previous,
            hash=checkpoint_hash(stamp, upto, kept, previous),
        )
        return len(heads)


def checkpoint_hash(at: str, upto: int, heads: str, previous: str) -> str:
    """The hash of a checkpoint after the checkpoint of that hash."""
    return sha256(dump([at, upto, heads, previous]).encode()).hexdigest()
