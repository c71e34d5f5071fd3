"""Running units of work: plain functions that are given a `Unit`, and whose caller is told once all of it is durable.

Writer   one thread, whatever has queued committed together   the embedded database, `storage.writer`
Pool     several threads, each unit a transaction of its own   PostgreSQL, `storage.pool`
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar, TypeVar

from storage.connection import DatabaseAway, News
from storage.unit import Unit

T = TypeVar("T")


class Closed(RuntimeError):
    """The database has been closed; nothing was done."""


class Work(ABC):
    """Runs units of work on one database until it is closed.

    A unit may be run more than once where another one was in its way, so it changes nothing but what it is given.
    """

    shared: ClassVar[bool] = False
    """Whether other processes may be at work in the same database."""
    failures: ClassVar[tuple[type[Exception], ...]] = (Closed, DatabaseAway)
    """What `run` raises where the database, not the unit, is at fault; the same unit may succeed later."""

    def __init__(self) -> None:
        self._listeners: list[tuple[asyncio.AbstractEventLoop, Callable[[News], object]]] = []

    @abstractmethod
    async def run(self, unit: Callable[[Unit], T]) -> T:
        """What the function returns, once everything it wrote is durable.

        A unit whose caller is cancelled still runs: what was taken in is done.

        Raises:
            Closed: the work has been closed.
            DatabaseAway: the database does not answer.
        """

    @abstractmethod
    def run_sync(self, unit: Callable[[Unit], T]) -> T:
        """The same for callers without an event loop: the command line, tests, scenarios.

        Raises:
            Closed: the work has been closed.
            DatabaseAway: the database does not answer.
            RuntimeError: called from inside a unit, which would wait for itself for ever.
        """

    @abstractmethod
    def close(self) -> None:
        """Finish every unit that was taken in, then close the database; a second call changes nothing."""

    def on_commit(self, listener: Callable[[News], object]) -> Callable[[], None]:
        """Tell the listener, on the running loop, what every commit that changed something brings.

        Returns what ends it.
        """
        entry = (asyncio.get_running_loop(), listener)
        self._listeners = [*self._listeners, entry]

        def end() -> None:
            self._listeners = [other for other in self._listeners if other is not entry]

        return end

    def wake(self, news: News) -> None:
        """Tell every listener; from any thread."""
        for loop, listener in self._listeners:
            # A loop that was closed meanwhile has nobody left to tell.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(listener, news)


def unraisable(error: StopIteration) -> RuntimeError:
    """What is raised in place of an error no future can carry."""
    return RuntimeError(f"a unit of work raised {error!r}")
