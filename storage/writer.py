"""Units of work on the embedded database, committed in groups.

One writer thread owns the connection. Each unit is a plain function run inside its own savepoint; whatever has queued
meanwhile is committed together, without a timer, and only after the commit does anybody get their result:

    run ─► queue ─► [begin · unit · unit · unit · commit] ─► listeners ─► results

An error undoes its own unit and is raised to its own caller. If the commit itself fails, every unit of the group
failed and every caller is told.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Generic, TypeAlias, cast

from storage.connection import Connection
from storage.part import Clock
from storage.unit import Unit
from storage.work import Closed, T, Work, unraisable

LARGEST_GROUP = 256


class TransactionLost(sqlite3.Error):
    """The database ended the transaction by itself; nothing of the group was kept."""


@dataclass(eq=False, slots=True)
class _Job(Generic[T]):
    """A unit that waits for its turn and then holds its result or error until the group is committed."""

    unit: Callable[[Unit], T]
    waiting: "asyncio.Future[T] | Future[T]"
    loop: asyncio.AbstractEventLoop | None = None
    result: T | None = None
    error: BaseException | None = None

    def run(self, db: Connection, clock: Clock) -> None:
        try:
            with db.savepoint():
                given = Unit(db, clock)
                self.result = self.unit(given)
                given.finish()
        except StopIteration as error:
            self.error = unraisable(error)
        except BaseException as error:  # noqa: BLE001  raised in its caller; here it would end everybody's thread
            self.error = error

    def settle(self) -> None:
        """Give the result out, unless nobody waits for it any more."""
        if self.waiting.done():
            return
        if self.error is not None:
            self.waiting.set_exception(self.error)
        else:
            self.waiting.set_result(cast("T", self.result))


_Jobs: TypeAlias = "Sequence[_Job[object]]"


class Writer(Work):
    """Runs units of work one after the other on the one connection it owns, until it is closed."""

    failures = (*Work.failures, sqlite3.Error)

    def __init__(self, db: Connection, clock: Clock) -> None:
        super().__init__()
        self._db = db
        self._clock = clock
        self._queue: SimpleQueue[_Job[object] | None] = SimpleQueue()
        self._closing = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="banshi-writer", daemon=True)
        self._thread.start()

    async def run(self, unit: Callable[[Unit], T]) -> T:
        """What the function returns, once everything it wrote is durable.

        A unit whose caller is cancelled still runs: what was taken in is done.

        Raises:
            Closed: the work has been closed.
        """
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()
        self._enqueue(_Job(unit, waiting, loop))
        return await waiting

    def run_sync(self, unit: Callable[[Unit], T]) -> T:
        """The same for callers without an event loop: the command line, tests, scenarios.

        Raises:
            Closed: the work has been closed.
            RuntimeError: called from inside a unit, which would wait for itself for ever.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit of work cannot start another one")
        waiting: Future[T] = Future()
        self._enqueue(_Job(unit, waiting))
        return waiting.result()

    def close(self) -> None:
        """Finish every unit that was taken in, then close the database; a second call changes nothing."""
        with self._door:
            if not self._closing:
                self._closing = True
                self._queue.put(None)
        self._thread.join()

    def _enqueue(self, job: _Job[T]) -> None:
        with self._door:
            if self._closing:
                raise Closed("the database is closed")
            self._queue.put(cast("_Job[object]", job))

    def _serve(self) -> None:
        going_on = True
        while going_on:
            group, going_on = self._next_group()
            if group:
                self._commit(group)
        self._db.close()

    def _next_group(self) -> tuple[list[_Job[object]], bool]:
        """Whatever has queued, the first waited for; false when the end was among it."""
        group: list[_Job[object]] = []
        job = self._queue.get()
        with suppress(Empty):
            while job is not None and len(group) < LARGEST_GROUP - 1:
                group.append(job)
                job = self._queue.get_nowait()
            return ([*group, job], True) if job is not None else (group, False)
        return group, True

    def _commit(self, group: _Jobs) -> None:
        before = self._db.written
        try:
            self._db.begin()
            for job in group:
                job.run(self._db, self._clock)
                if not self._db.in_transaction:
                    raise TransactionLost("the database gave the whole group up") from job.error
            self._db.commit()
        except sqlite3.Error as error:
            self._give_up(group, error)
        news = self._db.take_news()
        # Listeners first: whoever sees a result can rely on them having been called.
        if self._db.written != before:
            self.wake(news)
        self._release(group)

    def _give_up(self, group: _Jobs, error: sqlite3.Error) -> None:
        """Nothing of the group is durable: every unit that thought it had succeeded failed."""
        self._db.roll_back()
        for job in group:
            job.error = job.error or error

    def _release(self, group: _Jobs) -> None:
        for loop, jobs in groupby(group, key=lambda job: job.loop):
            if loop is None:
                _settle(list(jobs))
            else:
                # A loop that was closed meanwhile has nobody left to tell.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(_settle, list(jobs))


def _settle(jobs: _Jobs) -> None:
    for job in jobs:
        job.settle()
