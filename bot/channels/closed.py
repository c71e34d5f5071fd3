"""A channel that may not be used: what waits for it is never sent, so that nothing leaves once it is opened again."""

from bot.channels.base import Post, Rejected
from flows.cards import Message


class ClosedChannel:
    """Sends nothing."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def send(self, post: Post, message: Message) -> str:  # noqa: ARG002  whatever it is
        """Refused.

        Raises:
            Rejected: always.
        """
        raise Rejected

    async def edit(self, post: Post, message: Message, platform_id: str) -> str:  # noqa: ARG002
        """Refused.

        Raises:
            Rejected: always.
        """
        raise Rejected
