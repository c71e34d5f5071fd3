"""Units of work on PostgreSQL: each a transaction of its own, several at once.

A pool of threads, each with a connection of its own that is opened with its first unit and again after it broke. A
unit that lost a race, or whose connection broke before its commit, is run again from the start; where the server stays
away the caller is told at once (`DatabaseAway`), and the next unit tries anew.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import tzinfo

import psycopg

from storage.part import Clock
from storage.postgres import PostgresConnection
from storage.unit import Unit
from storage.work import Closed, T, Work, unraisable

CONNECTIONS = 8
"""How many units run at once in one process."""
ATTEMPTS = 8
"""How often a unit is run before the error it meets is its caller's."""


class Pool(Work):
    """Runs units of work on the database of that address; `clock` tells the moment to acts that carry none."""

    shared = True
    failures = (*Work.failures, psycopg.OperationalError)

    def __init__(self, url: str, clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._url = url
        self._clock = clock
        self._zone = zone
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="banshi-unit")
        self._own = threading.local()
        self._door = threading.Lock()
        self._opened: list[PostgresConnection] = []
        self._closing = False

    async def run(self, unit: Callable[[Unit], T]) -> T:
        """What the function returns, once everything it wrote is durable; a cancelled caller stops nothing."""
        return await asyncio.shield(asyncio.wrap_future(self._enqueue(unit)))

    def run_sync(self, unit: Callable[[Unit], T]) -> T:
        """The same for callers without an event loop."""
        if getattr(self._own, "busy", False):
            raise RuntimeError("a unit of work cannot start another one")
        return self._enqueue(unit).result()

    def close(self) -> None:
        """Finish every unit that was taken in, then close the connections; a second call changes nothing."""
        with self._door:
            self._closing = True
        self._threads.shutdown()
        while self._opened:
            self._opened.pop().close()

    def _enqueue(self, unit: Callable[[Unit], T]) -> Future[T]:
        with self._door:
            if self._closing:
                raise Closed("the database is closed")
            return self._threads.submit(self._run, unit)

    def _run(self, unit: Callable[[Unit], T]) -> T:
        self._own.busy = True
        try:
            for _ in range(ATTEMPTS - 1):
                db = self._connection()
                try:
                    return self._transaction(db, unit)
                except psycopg.Error as error:
                    if not db.lost_race(error):
                        raise
            return self._transaction(self._connection(), unit)
        except StopIteration as error:
            raise unraisable(error) from error
        finally:
            self._own.busy = False

    def _connection(self) -> PostgresConnection:
        """The connection of this thread, opened again where it broke."""
        db: PostgresConnection | None = getattr(self._own, "db", None)
        if db is None or not db.usable:
            opened = PostgresConnection(self._url, self._zone)
            with self._door:
                self._opened = [other for other in self._opened if other is not db] + [opened]
            self._own.db = db = opened
        return db

    def _transaction(self, db: PostgresConnection, unit: Callable[[Unit], T]) -> T:
        before = db.written
        db.begin()
        try:
            given = Unit(db, self._clock)
            result = unit(given)
            given.finish()
            db.commit()
        except BaseException:  # whatever ended the unit, the thread's next one begins without its rows
            db.roll_back()
            db.take_news()
            raise
        news = db.take_news()
        # Before the caller: whoever sees a result can rely on the listeners having been called.
        if db.written != before:
            self.wake(news)
        return result
