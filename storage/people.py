"""Who speaks through which account, what was taken in already, and who reached for what."""

from dataclasses import dataclass
from datetime import datetime

from storage.part import Part


@dataclass(frozen=True, slots=True)
class Binding:
    """An account of a channel and the staff number it speaks for."""

    channel: str
    account: str
    person: str


class People(Part):
    """Bindings, event keys and the log of refused attempts."""

    def bind(self, channel: str, account: str, person: str) -> None:
        """Let the account speak for the person; the person's earlier account in that channel no longer does."""
        self.db.change(
            "DELETE FROM bindings WHERE channel = :channel AND person = :person AND account <> :account",
            channel=channel,
            person=person,
            account=account,
        )
        self.db.change(
            "INSERT INTO bindings (channel, account, person) VALUES (:channel, :account, :person)"
            " ON CONFLICT (channel, account) DO UPDATE SET person = excluded.person",
            channel=channel,
            account=account,
            person=person,
        )

    def unbind(self, channel: str, account: str) -> None:
        """The account speaks for nobody any more."""
        self.db.change(
            "DELETE FROM bindings WHERE channel = :channel AND account = :account", channel=channel, account=account
        )

    def unbind_everywhere(self, person: str) -> None:
        """No account speaks for the person any more."""
        self.db.change("DELETE FROM bindings WHERE person = :person", person=person)

    def bound(self, channel: str, account: str) -> str:
        """The staff number the account speaks for (empty: none)."""
        return (
            self.db.value(
                "SELECT person FROM bindings WHERE channel = :channel AND account = :account",
                channel=channel,
                account=account,
            )
            or ""
        )

    def channels_of(self, person: str) -> tuple[Binding, ...]:
        """The person's accounts, one per channel, by channel."""
        rows = self.db.rows(
            "SELECT channel, account FROM bindings WHERE person = :person ORDER BY channel", person=person
        )
        return tuple(Binding(row["channel"], row["account"], person) for row in rows)

    def first_time(self, key: str, at: datetime) -> bool:
        """Whether this event key is new; it is kept from now on."""
        kept = self.db.change(
            "INSERT INTO event_keys (key, at, answer) VALUES (:key, :at, '') ON CONFLICT (key) DO NOTHING",
            key=key,
            at=self.db.stamp(at),
        )
        return kept == 1

    def answered(self, key: str) -> str:
        """What the event was answered when it came first (empty: nothing)."""
        return self.db.value("SELECT answer FROM event_keys WHERE key = :key", key=key) or ""

    def remember_answer(self, key: str, answer: str) -> None:
        """Keep what an event was answered, for its duplicates."""
        self.db.change("UPDATE event_keys SET answer = :answer WHERE key = :key", key=key, answer=answer)

    def log_access(self, person: str, what: str, at: datetime) -> None:
        """Note that somebody reached for what is not theirs: an id, never the content."""
        self.db.change(
            "INSERT INTO access_log (at, person, what) VALUES (:at, :person, :what)",
            at=self.db.stamp(at),
            person=person,
            what=what,
        )
