"""The browser console's conversation: lines in the order they were first said, changed in place, each change counted.

`version` is one counter over all lines, so that a browser that was away asks for everything after the last version
it saw and gets new and changed lines alike. A line of a case's card names the case (`card_line`): the card is drawn
when the line is read, so that no copy of it can be behind.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.procedure.model import Json
from storage.connection import Connection, Param, Row
from storage.part import Clock, Part, dump, load

Direction = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class ConsoleLine:
    """One line of a person's conversation; `id` orders lines, `version` orders changes."""

    id: int
    version: int
    person: str
    direction: Direction
    body: Json
    key: str
    at: datetime
    changed_at: datetime


def card_line(case_id: str) -> Json:
    """The body of a line that shows the case's card."""
    return {"case": case_id}


def case_of(body: Json) -> str:
    """The case whose card the line shows (empty: it is none)."""
    match body:
        case {"case": str() as case_id}:
            return case_id
        case _:
            return ""


class Console(Part):
    """What was said to and by each person in the console."""

    def __init__(self, db: Connection, clock: Clock) -> None:
        super().__init__(db, clock)
        self._put_off: list[dict[str, Param]] = []

    def console_put(self, person: str, direction: Direction, body: str, *, at: datetime, key: str = "") -> None:
        """Keep a line whose JSON this is when the unit ends; the same non-empty key changes the person's in place.

        Everybody's lines share one counter: only so is it held no longer than it takes to write them.
        """
        stamp = self.db.stamp(at)
        self._put_off.append({"person": person, "direction": direction, "body": body, "key": key, "at": stamp})
        self.db.news.people.add(person)

    @contextmanager
    def console_undone(self) -> Iterator[None]:
        """What is put off inside is forgotten on an error."""
        before = len(self._put_off)
        try:
            yield
        except BaseException:
            del self._put_off[before:]
            raise

    def console_write(self) -> None:
        """Write what was put off."""
        lines, self._put_off = self._put_off, []
        if not lines:
            return
        last = self.next_number("console", count=len(lines))
        self.db.change_each(
            "INSERT INTO console_messages (person, direction, body, key, at, changed_at, version)"
            " VALUES (:person, :direction, :body, :key, :at, :at, :version)"
            " ON CONFLICT (person, key) WHERE key <> '' DO UPDATE SET body = excluded.body,"
            " changed_at = excluded.changed_at, version = excluded.version",
            [
                line | {"version": last - behind}
                for behind, line in zip(reversed(range(len(lines))), lines, strict=True)
            ],
        )

    def console_say(
        self,
        person: str,
        direction: Direction,
        body: Json,
        *,
        at: datetime,
        key: str = "",
        outbox_id: int | None = None,
    ) -> int:
        """Keep a line and return its id.

        The same outbox row twice is one line; the same non-empty key changes the person's line in place.
        """
        known = self.db.row(
            "SELECT id, outbox_id FROM console_messages WHERE outbox_id = :outbox_id"
            " UNION ALL SELECT id, outbox_id FROM console_messages WHERE person = :person AND key = :key AND key <> ''",
            outbox_id=outbox_id,
            person=person,
            key=key,
        )
        if known is None:
            return self._add(person, direction, body, at=at, key=key, outbox_id=outbox_id)
        if outbox_id is None or (known["outbox_id"] or 0) < outbox_id:
            self._change(known["id"], body, at, outbox_id)
        return int(known["id"])

    def _add(
        self, person: str, direction: Direction, body: Json, *, at: datetime, key: str, outbox_id: int | None
    ) -> int:
        found = self.db.value(
            "INSERT INTO console_messages (person, direction, body, key, outbox_id, at, changed_at, version)"
            " VALUES (:person, :direction, :body, :key, :outbox_id, :at, :at, :version) RETURNING id",
            person=person,
            direction=direction,
            body=dump(body),
            key=key,
            outbox_id=outbox_id,
            at=self.db.stamp(at),
            version=self.next_number("console"),
        )
        return int(found)

    def _change(self, line: int, body: Json, at: datetime, outbox_id: int | None) -> None:
        self.db.change(
            "UPDATE console_messages SET body = :body, changed_at = :at, version = :version,"
            " outbox_id = COALESCE(:outbox_id, outbox_id) WHERE id = :id",
            id=line,
            body=dump(body),
            at=self.db.stamp(at),
            version=self.next_number("console"),
            outbox_id=outbox_id,
        )

    def console_has(self, person: str, key: str) -> bool:
        """Whether the person's conversation has a line of that key."""
        sql = "SELECT 1 FROM console_messages WHERE person = :person AND key = :key"
        return self.db.value(sql, person=person, key=key) is not None

    def console_messages(self, person: str, *, before: int | None = None, limit: int = 50) -> tuple[ConsoleLine, ...]:
        """The last lines of the person's conversation, or the last before that id; oldest of them first."""
        rows = self.db.rows(
            "SELECT * FROM console_messages WHERE person = :person AND id < :before ORDER BY id DESC LIMIT :limit",
            person=person,
            before=_NEWEST if before is None else before,
            limit=limit,
        )
        return tuple(self._line(row) for row in reversed(rows))

    def console_changes(self, person: str, *, after_version: int) -> tuple[ConsoleLine, ...]:
        """The person's lines that are new or changed since that version, in order of change."""
        rows = self.db.rows(
            "SELECT * FROM console_messages WHERE person = :person AND version > :after ORDER BY version",
            person=person,
            after=after_version,
        )
        return tuple(self._line(row) for row in rows)

    def console_version(self) -> int:
        """The version of the newest change to anybody's conversation (0: none yet)."""
        return int(self.db.value("SELECT last FROM numbers WHERE name = 'console' AND year = 0") or 0)

    def console_versions(self, people: Sequence[str]) -> dict[str, int]:
        """The version of the newest change to each of these people's conversations."""
        rows = self.db.rows_among(
            "SELECT person, MAX(version) AS version FROM console_messages WHERE person IN (:among) GROUP BY person",
            people,
        )
        return {row["person"]: row["version"] for row in rows}

    def _line(self, row: Row) -> ConsoleLine:
        return ConsoleLine(
            row["id"],
            row["version"],
            row["person"],
            row["direction"],
            load(row["body"]),
            row["key"],
            self.db.moment(row["at"]),
            self.db.moment(row["changed_at"]),
        )


_NEWEST = 2**62
