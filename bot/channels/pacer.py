"""How fast a messenger may be written to: so many messages at once, then so many a second, overall and per chat.

    Telegram   overall 30 a second · a person's chat 1 a second, three at once · a group 20 a minute

The figures are what the platform advises; its own word (429 with the seconds to wait) stands above them.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` messages at once, then one every `seconds`."""

    burst: int
    seconds: float


@dataclass(slots=True)
class _Budget:
    """When the next message is due if nothing had been saved up; a burst may run ahead of it."""

    due: float = 0.0

    def free_at(self, rate: Rate) -> float:
        """The first moment the budget allows."""
        return self.due - (rate.burst - 1) * rate.seconds

    def spend(self, rate: Rate, now: float) -> None:
        """A message goes out at that moment."""
        self.due = max(self.due, now) + rate.seconds


OVERALL = Rate(30, 1 / 30)
CHAT = Rate(3, 1.0)
GROUP = Rate(20, 3.0)
_MANY = 10_000


@dataclass(slots=True)
class Pacer:
    """Gives each message its moment; time is an argument, in seconds of any steady clock."""

    overall: Rate = OVERALL
    chat: Rate = CHAT
    group: Rate = GROUP
    _all: _Budget = field(default_factory=_Budget)
    _chats: dict[str, _Budget] = field(default_factory=dict)

    def wait(self, chat: str, now: float) -> float:
        """Seconds until a message to the chat may leave, to be asked again then; 0: it leaves now and is counted.

        Groups begin with `-`.
        """
        self._forget(now)
        rate = self.group if chat.startswith("-") else self.chat
        budget = self._chats.setdefault(chat, _Budget())
        free_at = max(budget.free_at(rate), self._all.free_at(self.overall))
        if free_at > now:
            return free_at - now
        budget.spend(rate, now)
        self._all.spend(self.overall, now)
        return 0.0

    def hold(self, chat: str, until: float) -> None:
        """The platform asked for patience: nothing more for this chat before that moment."""
        rate = self.group if chat.startswith("-") else self.chat
        budget = self._chats.setdefault(chat, _Budget())
        budget.due = max(budget.due, until + (rate.burst - 1) * rate.seconds)

    def _forget(self, now: float) -> None:
        """Chats that have been quiet for long need no place."""
        if len(self._chats) > _MANY:
            self._chats = {chat: budget for chat, budget in self._chats.items() if budget.due > now}
