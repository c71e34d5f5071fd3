"""Two replicas on one database, let go statement by statement in an order a test chooses.

    Stage   who goes next; waits until everybody stands at their next statement, is done, or is stopped by a lock
    Seat    one replica's place on the stage; every statement of its connection asks for leave first

The same order gives the same run: who is stopped by a lock is asked of the database, not guessed from the clock.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from storage.connection import Connection, Param, Row
from storage.postgres import PostgresConnection

PATIENCE = 20.0
_GLANCE = 0.004


@dataclass(eq=False)
class Seat:
    """One replica's place: `blocked` tells whether its connection waits for a lock of somebody else's."""

    stage: "Stage"
    blocked: Callable[[], bool] = lambda: False
    waiting: bool = False
    done: bool = True
    locked_out: bool = False

    def step(self) -> None:
        """Wait for leave to run the next statement; at once where nothing is being played."""
        with self.stage.news:
            if self.done:
                return
            self.waiting = True
            self.stage.news.notify_all()
            if not self.stage.news.wait_for(lambda: self.stage.turn is self or self.done, PATIENCE):
                raise TimeoutError("the stage gave no leave")
            self.waiting, self.stage.turn = False, None

    def wait_for_commit(self) -> None:
        """The lock was not to be had: stand aside until somebody has committed or given up."""
        with self.stage.news:
            if self.done:
                return
            self.locked_out = True
            self.stage.news.notify_all()
            if not self.stage.news.wait_for(lambda: not self.locked_out, PATIENCE):
                raise TimeoutError("nobody let go of the lock")


@dataclass
class Stage:
    """Plays contestants against each other in a given order."""

    news: threading.Condition = field(default_factory=threading.Condition)
    turn: Seat | None = None
    _seats: list[Seat] = field(default_factory=list)

    def released(self) -> None:
        """A transaction has ended: who stood aside may try again."""
        with self.news:
            for seat in self._seats:
                seat.locked_out = False
            self.news.notify_all()

    def play(self, contestants: Sequence[tuple[Seat, Callable[[], object]]], order: Iterable[int]) -> list[object]:
        """What each contestant came to, run in that order: who goes first, and for how many statements each in turn.

        `order` begins with the number of who goes first; then come lengths of runs, the last one without end.
        """
        self._seats = [seat for seat, _ in contestants]
        for seat in self._seats:
            seat.done, seat.locked_out, seat.waiting = False, False, False
        results: list[object] = [None] * len(contestants)
        threads = [
            threading.Thread(target=self._act, args=(number, seat, act, results), daemon=True)
            for number, (seat, act) in enumerate(contestants)
        ]
        for thread in threads:
            thread.start()
        self._direct(iter(order))
        for thread in threads:
            thread.join(PATIENCE)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return results

    def _act(self, number: int, seat: Seat, act: Callable[[], object], results: list[object]) -> None:
        try:
            results[number] = act()
        except BaseException as error:  # noqa: BLE001 (raised again where the play was called for)
            results[number] = error
        with self.news:
            seat.done = True
            self.news.notify_all()

    def _direct(self, order: Iterator[int]) -> None:
        current = self._seats[next(order) % len(self._seats)]
        left = next(order, -1)
        while True:
            free = self._settled()
            if not free:
                return
            if left == 0 or current not in free:
                others = [seat for seat in free if seat is not current]
                if left == 0:
                    left = next(order, -1)
                current = others[0] if others else current
            left -= left > 0
            with self.news:
                self.turn = current
                self.news.notify_all()

    def _settled(self) -> list[Seat]:
        """Who may be given leave, once everybody stands still; nobody where all are done."""
        glances = 0
        with self.news:
            while True:
                moving = [s for s in self._seats if not (s.waiting or s.done or s.locked_out) or self.turn is s]
                free = [seat for seat in self._seats if seat.waiting and self.turn is not seat]
                if not moving and (free or all(seat.done for seat in self._seats)):
                    return free
                self.news.wait(_GLANCE)
                glances += 1
                assert glances * _GLANCE < PATIENCE, "the play stands still"
                if free and moving and all(seat is not self.turn and seat.blocked() for seat in moving):
                    return free


class Stepping(Connection):
    """A connection that asks for leave before every statement."""

    def __init__(self, inner: Connection, seat: Seat) -> None:
        super().__init__(inner.zone)
        self.inner = inner
        self.seat = seat
        self.shared = inner.shared  # type: ignore[misc]

    def rows(self, sql: str, /, **params: Param) -> Sequence[Row]:
        self.seat.step()
        return self.inner.rows(sql, **params)

    def row(self, sql: str, /, **params: Param) -> Row | None:
        self.seat.step()
        return self.inner.row(sql, **params)

    def value(self, sql: str, /, **params: Param) -> Any:  # noqa: ANN401
        self.seat.step()
        return self.inner.value(sql, **params)

    def change(self, sql: str, /, **params: Param) -> int:
        self.seat.step()
        return self.inner.change(sql, **params)

    def change_each(self, sql: str, params: Iterable[Mapping[str, Param]]) -> None:
        self.seat.step()
        self.inner.change_each(sql, params)

    def begin(self) -> None:
        while True:
            self.seat.step()
            try:
                self.inner.begin()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                self.seat.wait_for_commit()
            else:
                return

    def commit(self) -> None:
        self.seat.step()
        self.inner.commit()
        self.seat.stage.released()

    def hold_still(self, table: str) -> None:
        self.seat.step()
        self.inner.hold_still(table)

    def roll_back(self) -> None:
        self.inner.roll_back()
        self.seat.stage.released()

    @property
    def in_transaction(self) -> bool:
        return self.inner.in_transaction

    @property
    def written(self) -> int:
        return self.inner.written

    def close(self) -> None:
        self.inner.close()

    def locked(self, sql: str) -> str:
        return self.inner.locked(sql)

    def claiming(self, sql: str) -> str:
        return self.inner.claiming(sql)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        with self.inner.savepoint():
            yield

    def _command(self, sql: str) -> None:
        self.inner._command(sql)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self.inner, name)


def stepping(inner: PostgresConnection, seat: Seat) -> PostgresConnection:
    """The connection with a seat, to whoever takes it for one of the pool's own."""
    return cast("PostgresConnection", Stepping(inner, seat))
