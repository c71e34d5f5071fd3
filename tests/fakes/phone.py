"""A person's phone: what they say, press and send in Telegram, and what they read there."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.bot_api import BotApi, Chat, Shown
from tests.fakes.bot_api_rules import Pressable


@dataclass
class Phone:
    """One account, in its own chat with the bot or (`place`) in another."""

    api: BotApi
    account: int
    name: str = "某人"
    place: int = 0

    @property
    def chat(self) -> Chat:
        """The chat the phone shows."""
        return self.api.chat(self.place or self.account, "supergroup" if self.place < 0 else "private")

    @property
    def _sender(self) -> dict[str, Any]:
        return {"id": self.account, "is_bot": False, "first_name": self.name}

    @property
    def _where(self) -> dict[str, Any]:
        return {"id": self.chat.id, "type": self.chat.kind}

    async def start(self, payload: str = "") -> int:
        """Press Start, as a deep link leads to it."""
        self.chat.started, self.chat.blocked = True, False
        return await self.says(f"/start {payload}".strip())

    async def says(self, text: str) -> int:
        """Send a text; returns the webhook's status (0: it waits to be fetched)."""
        self.chat.started = True
        return await self.api.deliver(self.message(text, text=text))

    async def sends(self, name: str, content: bytes, caption: str = "", size: int | None = None) -> int:
        """Send a file as a document."""
        file_id = self.api.keep(name, content)
        document = {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_name": name,
            "file_size": len(content) if size is None else size,
        }
        more = {"caption": caption} if caption else {}
        return await self.api.deliver(self.message(caption or name, document=document, **more))

    def message(self, shown: str, **content: Any) -> dict[str, Any]:  # noqa: ANN401
        """The update of a message with that content, at the end of the chat."""
        number = self.api.new_message(self.chat, shown, by_bot=False).id
        head = {"message_id": number, "date": 1_700_000_000, "chat": self._where, "from": self._sender}
        return {"message": {**head, **content}}

    async def taps(self, label: str, on: str = "") -> str:
        """Press the newest button of that label (under a message that says `on`); returns what flashes up.

        Raises:
            LookupError: no message has such a button now.
        """
        shown, button = self.button(label, on)
        return await self.presses(shown.id, button.data)

    def button(self, label: str, on: str = "") -> tuple[Shown, Pressable]:
        """The newest button of that label and the message it hangs under."""
        for shown in reversed(self.chat.messages.values()):
            for button in shown.buttons:
                if button.text == label and on in shown.text:
                    return shown, button
        offered = [button.text for shown in self.chat.messages.values() for button in shown.buttons]
        raise LookupError(f"{self.name} sees no button {label!r}; there are {offered}")

    async def presses(self, message: int, data: str, *, too_old: bool = False) -> str:
        """A tap with that data under that message; returns what flashes up once the bot has answered."""
        query = self.api.new_query()
        under: dict[str, Any] = {"message_id": message, "date": 0 if too_old else 1_700_000_000, "chat": self._where}
        callback = {"id": query, "from": self._sender, "chat_instance": "1", "message": under, "data": data}
        await self.api.deliver({"callback_query": callback})
        return query

    def reads(self) -> list[str]:
        """Everything in the chat as it stands now."""
        return [shown.text for shown in self.chat.messages.values()]

    @property
    def last(self) -> Shown:
        """The newest message of the bot's."""
        return [shown for shown in self.chat.messages.values() if shown.by_bot][-1]

    def newest(self, words: str) -> Shown:
        """The newest message of the bot's that says the words.

        Raises:
            LookupError: none does.
        """
        for shown in reversed(self.chat.messages.values()):
            if shown.by_bot and words in shown.text:
                return shown
        raise LookupError(f"{self.name} reads nothing of {words!r}: {self.reads()}")
