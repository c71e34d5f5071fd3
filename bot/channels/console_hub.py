"""Who is to look again: wakes the open streams of a person when something of theirs has changed.

A wake carries no fact. The stream reads what changed from the office, so a lost or doubled wake costs nothing.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Listener(Protocol):
    """One open stream's ear."""

    async def wait(self, seconds: float) -> bool:
        """Whether something changed since the last look; false when the seconds passed in silence."""
        ...

    @property
    def closed(self) -> bool:
        """Whether the house is closing and the stream has to end."""
        ...


class Hub(Protocol):
    """Carries wakes from where facts are written to the streams that show them."""

    def listen(self, person: str) -> AbstractContextManager[Listener]:
        """An ear for one person's wakes, as long as the block lasts."""
        ...

    def close(self) -> None:
        """End every stream; nothing is carried from now on."""
        ...


class LocalListener:
    """An ear in this process."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether the hub was closed."""
        return self._closed

    def wake(self) -> None:
        """Something changed."""
        self._event.set()

    def close(self) -> None:
        """Nothing more comes."""
        self._closed = True
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Whether a wake came within the seconds; wakes between two waits are one."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        if not self._closed:
            self._event.clear()
        return True


class LocalHub:
    """A hub within this process: enough for one replica, and what a shared one ends in on each."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[LocalListener]] = {}
        self._elsewhere: Callable[[Iterable[str]], None] | None = None
        self._closed = False

    def carry(self, elsewhere: Callable[[Iterable[str]], None]) -> None:
        """Tell of every wake that begins in this process there too: to the other processes of the office."""
        self._elsewhere = elsewhere

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who has a window open in this process."""
        return tuple(self._listeners)

    @contextmanager
    def listen(self, person: str) -> Iterator[LocalListener]:
        """An ear for one person's wakes; an ear of a closed hub is closed."""
        listener = LocalListener()
        if self._closed:
            listener.close()
        ears = self._listeners.setdefault(person, set())
        ears.add(listener)
        try:
            yield listener
        finally:
            ears.discard(listener)
            if not ears and self._listeners.get(person) is ears:
                del self._listeners[person]

    def wake(self, people: Iterable[str]) -> None:
        """Something of these people's changed: messages, cards or counts. Call it on the event loop's thread."""
        people = tuple(people)
        self.wake_here(people)
        if self._elsewhere is not None:
            self._elsewhere(people)

    def wake_here(self, people: Iterable[str]) -> None:
        """Something of these people's changed in another process, which has told the others itself."""
        for person in people:
            for listener in self._listeners.get(person, ()):
                listener.wake()

    def close(self) -> None:
        """End every stream, those to come as well."""
        self._closed = True
        for listener in (ear for ears in self._listeners.values() for ear in ears):
            listener.close()
