"""What a messenger is to the sender: it shows a message, changes a copy of a card, or says why it could not.

SendError
├── RetryAfter     the platform asks for patience and names the seconds
├── Unreachable    nothing was sent: no connection, or the platform is down
├── Unanswered     it may have been sent: the answer never came
├── EditRefused    the copy can no longer be changed; a new message takes its place
├── Gone           the person cannot be reached (bot blocked, account closed)
└── Rejected       the platform will not take this message, however often it is tried
"""

from datetime import datetime
from typing import Protocol

from flows.cards import Message


class SendError(Exception):
    """A message was not shown, or nobody knows; `word` says why in one word that may be logged and kept."""

    word = "failed"


class RetryAfter(SendError):
    """The platform asks for patience; `seconds` is how long."""

    word = "slow down"

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Unreachable(SendError):
    """Nothing was sent."""

    word = "unreachable"


class Unanswered(SendError):
    """The answer never came; the message may have been shown."""

    word = "unanswered"


class EditRefused(SendError):
    """The copy can no longer be changed: too old, or deleted."""

    word = "edit refused"


class Gone(SendError):
    """The person cannot be reached through this channel."""

    word = "gone"


class Rejected(SendError):
    """The platform does not take this message."""

    word = "rejected"


class Post(Protocol):
    """One thing to show: to whom, which of their copies it is, and a token that is the same at every try."""

    @property
    def id(self) -> int:
        """The token; a channel with idempotency keys sends it along."""
        ...

    @property
    def person(self) -> str:
        """The staff number."""
        ...

    @property
    def account(self) -> str:
        """Whom the platform knows."""
        ...

    @property
    def card_key(self) -> str:
        """Which copy of a case's card it is (empty: a message of its own)."""
        ...

    @property
    def created_at(self) -> datetime:
        """When it was decided."""
        ...


class Channel(Protocol):
    """One messenger, seen from the sender."""

    @property
    def name(self) -> str:
        """The channel's name in bindings and in the outbox."""
        ...

    async def send(self, post: Post, message: Message) -> str:
        """Show a new message; returns the platform's id of it.

        Raises:
            SendError: it was not shown, or nobody knows.
        """
        ...

    async def edit(self, post: Post, message: Message, platform_id: str) -> str:
        """Change the copy of that id to the message; returns the id it has from now on.

        Raises:
            SendError: it was not changed, or nobody knows.
        """
        ...
