"""Passes: secrets that let whoever shows one do one thing as one person, for a while.

    telegram   bind a Telegram account to the person     once
    console    sign in to the browser console            once
    session    be the person in one browser              until it ends or is given back

Only the digest of a pass is kept, so that nobody who reads the database can use one.
"""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Literal

from storage.part import Part

PassKind = Literal["telegram", "console", "session"]
_BYTES = 24
_ONCE = ("telegram", "console")
_SHOWN = "SELECT person FROM passes WHERE digest = :digest AND kind = :kind AND ends_at > :at"


class Passes(Part):
    """Passes issued, shown, taken and given back."""

    def issue_pass(self, kind: PassKind, person: str, *, at: datetime, until: datetime) -> str:
        """A new pass for the person (32 letters, digits, `-` and `_`); an unused one of theirs no longer counts."""
        self.db.change("DELETE FROM passes WHERE ends_at <= :at", at=self.db.stamp(at))
        if kind in _ONCE:
            self.db.change("DELETE FROM passes WHERE kind = :kind AND person = :person", kind=kind, person=person)
        made = secrets.token_urlsafe(_BYTES)
        self.db.change(
            "INSERT INTO passes (digest, kind, person, at, ends_at) VALUES (:digest, :kind, :person, :at, :until)",
            digest=_digest(made),
            kind=kind,
            person=person,
            at=self.db.stamp(at),
            until=self.db.stamp(until),
        )
        return made

    def pass_of(self, kind: PassKind, shown: str, at: datetime) -> str:
        """Whose pass this is (empty: nobody's, or it has ended or was used)."""
        found = self.db.value(
            self.db.locked(_SHOWN) if kind in _ONCE else _SHOWN,
            digest=_digest(shown),
            kind=kind,
            at=self.db.stamp(at),
        )
        return found or ""

    def end_pass(self, kind: PassKind, shown: str) -> bool:
        """The pass has been used, or is given back; false where somebody else was first."""
        ended = self.db.change(
            "DELETE FROM passes WHERE digest = :digest AND kind = :kind", digest=_digest(shown), kind=kind
        )
        return ended == 1

    def end_passes(self, person: str) -> None:
        """Everything the person could do by a pass has ended: they have left the office."""
        self.db.change("DELETE FROM passes WHERE person = :person", person=person)


def _digest(shown: str) -> str:
    return sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()
