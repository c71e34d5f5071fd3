"""What the sender does with the outbox: claim in order, say how it went, find the copy of a card again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage.connection import Param, Row
from storage.outbox import Outbox, OutboxItem, read_item

LEASE = timedelta(minutes=3)
"""How long a claimed row is left to who claimed it; a sender that has not settled it by then has died."""


_DUE = (
    "SELECT waiting.*, bindings.account, cards.platform_id AS shown_as FROM outbox AS waiting"
    " LEFT JOIN bindings ON bindings.person = waiting.person AND bindings.channel = waiting.channel"
    " LEFT JOIN cards ON cards.person = waiting.person AND cards.channel = waiting.channel"
    " AND cards.card_key = waiting.card_key AND waiting.card_key <> ''"
    " WHERE waiting.status = 'queued' AND (waiting.due_at <= :now"
    " OR (waiting.created_at > :now AND waiting.due_at >= waiting.created_at)){there} AND NOT EXISTS ("
    " SELECT 1 FROM outbox AS earlier WHERE earlier.person = waiting.person"
    " AND earlier.channel = waiting.channel AND earlier.status IN ('queued', 'sending')"
    " AND earlier.id < waiting.id) ORDER BY waiting.due_at, waiting.id LIMIT :limit"
)
_NEXT = (
    "SELECT MIN(due_at) AS due_at FROM outbox AS waiting WHERE status = 'queued'{there} AND NOT EXISTS ("
    " SELECT 1 FROM outbox AS earlier WHERE earlier.person = waiting.person"
    " AND earlier.channel = waiting.channel AND earlier.status IN ('queued', 'sending')"
    " AND earlier.id < waiting.id)"
)
_THERE = " AND waiting.channel IN (:among)"
_ALL = "9"
"""Later than every stamp."""


class Delivery(Outbox):
    """The sender's side of the outbox.

    Of each person and channel only the oldest waiting row is given out, so nothing overtakes a row that is tried
    again; the next follows once that one is settled.
    """

    def due_outbox(self, now: datetime, limit: int, channels: Sequence[str] | None = None) -> tuple[OutboxItem, ...]:
        """The rows to send now through these channels (None: any), claimed, oldest first, one per person and channel.

        While a row is claimed its `due_at` is when the claim lapses and the row is given out again. A row of a moment
        that has yet to come was put there before the clock was set back: it is due as well.
        """
        self._requeue(self.db.stamp(now))
        rows = self._there(self.db.claiming(_DUE), channels, now=self.db.stamp(now), limit=limit)
        self.db.change_each(
            "UPDATE outbox SET status = 'sending', attempts = attempts + 1, due_at = :lapses WHERE id = :id",
            [{"id": row["id"], "lapses": self.db.stamp(now + LEASE)} for row in rows],
        )
        return tuple(read_item(row, self.db.moment(row["created_at"])) for row in rows)

    def next_outbox_at(self, channels: Sequence[str] | None = None) -> datetime | None:
        """When the next row of these channels may be sent, if there is one; a row behind another waits for that one."""
        stamps = [row["due_at"] for row in self._there(_NEXT, channels) if row["due_at"]]
        return self.db.moment(stamps[0]) if stamps else None

    def _there(self, sql: str, channels: Sequence[str] | None, **params: Param) -> Sequence[Row]:
        if channels is None:
            return self.db.rows(sql.replace("{there}", ""), **params)
        return self.db.rows_among(sql.replace("{there}", _THERE), channels, **params)

    def sent(self, shown: Sequence[tuple[OutboxItem, str]]) -> None:
        """The rows were shown, each as the platform's id says; a card's copy is known by it from now on."""
        self.db.change_each(
            "UPDATE outbox SET status = 'sent', platform_id = :platform_id, message = '', error = '' WHERE id = :id",
            [{"id": item.id, "platform_id": platform_id} for item, platform_id in shown],
        )
        self.db.change_each(
            "UPDATE cards SET platform_id = :platform_id"
            " WHERE person = :person AND channel = :channel AND card_key = :card_key",
            [
                {
                    "platform_id": platform_id,
                    "person": item.person,
                    "channel": item.channel,
                    "card_key": item.card_key,
                }
                for item, platform_id in shown
                if item.card_key and platform_id not in ("", item.platform_id)
            ],
        )

    def send_later(self, item_id: int, at: datetime, error: str) -> None:
        """Try the row again at that moment; a card whose later state already waits is not tried again."""
        self.db.change(
            "UPDATE outbox SET status = 'queued', due_at = :at, error = :error WHERE id = :id",
            id=item_id,
            at=self.db.stamp(at),
            error=error,
        )
        self._settle_outdated()

    def send_unknown(self, item_id: int) -> None:
        """No answer came: the row may or may not have been shown."""
        self.db.change("UPDATE outbox SET status = 'unknown' WHERE id = :id", id=item_id)

    def send_never(self, item_id: int, error: str) -> None:
        """The row cannot be delivered (the person blocked the bot, the account is gone)."""
        self.db.change(
            "UPDATE outbox SET status = 'undeliverable', error = :error WHERE id = :id", id=item_id, error=error
        )

    def platform_id_of(self, person: str, channel: str, card_key: str) -> str:
        """The platform's id of the copy of a card that is shown (empty: none is)."""
        found = self.db.value(
            "SELECT platform_id FROM cards WHERE person = :person AND channel = :channel AND card_key = :card_key",
            person=person,
            channel=channel,
            card_key=card_key,
        )
        return found or ""

    def shows_card(self, person: str, channel: str, platform_id: str) -> bool:
        """Whether the platform's message of that id is a copy of a card that is kept current."""
        sql = "SELECT 1 FROM cards WHERE person = :person AND channel = :channel AND platform_id = :platform_id"
        return self.db.value(sql, person=person, channel=channel, platform_id=platform_id) is not None

    def requeue_claimed(self) -> int:
        """At start-up: rows a sender had claimed when it stopped are queued again; returns how many.

        Where other processes may be sending, theirs are left alone: a dead one's come back when their claim lapses.
        """
        return 0 if self.db.shared else self._requeue(_ALL)

    def _requeue(self, lapsed: str) -> int:
        given_back = self.db.change(
            "UPDATE outbox SET status = 'queued', due_at = created_at WHERE status = 'sending' AND due_at <= :lapsed",
            lapsed=lapsed,
        )
        if given_back:
            self._settle_outdated()
        return given_back

    def _settle_outdated(self) -> None:
        """A card given back to the queue is superseded where its later state came in meanwhile."""
        self.db.change(
            "UPDATE outbox SET status = 'superseded' WHERE status = 'queued' AND card_key <> '' AND EXISTS ("
            " SELECT 1 FROM outbox AS later WHERE later.person = outbox.person AND later.channel = outbox.channel"
            " AND later.card_key = outbox.card_key AND later.status = 'queued' AND later.id > outbox.id)"
        )
