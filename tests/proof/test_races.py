"""Two replicas on one database, every statement of both in every order that matters: one outcome, the loser told why.

`BANSHI_SOAK` (1 by default) plays that many times as many orders.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from flows.approval.case import Case
from handlers.events import Answer
from storage.connection import Connection
from storage.database import connect, path_of, prepare
from storage.embedded import SqliteConnection
from storage.pool import Pool
from storage.postgres import PostgresConnection
from storage.unit import Unit
from storage.writer import Writer
from tests.fakes import MovableClock
from tests.proof.interleaving import Seat, Stage, Stepping, stepping
from tests.proof.promises import books_hold, case_holds
from tests.proof.town import DEPUTY, DIRECTOR, KEEPER, LIU, SECOND_DEPUTY, SECOND_KEEPER, Town

ZONE = ZoneInfo("Asia/Shanghai")
START = "2026-11-24T09:00"
SOAK = int(os.environ.get("BANSHI_SOAK", "1"))
LONGEST = 90
"""Statements of the longest event, about."""


def _orders(dense: int, coarse: int) -> Iterator[tuple[int, ...]]:
    """Who begins, after how many statements the other goes on, and for some after how many of those the first again."""
    for first in (0, 1):
        for run in range(0, LONGEST, dense):
            yield (first, run)
        for run in range(1, LONGEST, coarse):
            for back in range(1, LONGEST, coarse):
                yield (first, run, back)


class SteppingPool(Pool):
    """The pool of one replica whose connections ask for leave; `at` learns which of them is at work."""

    def __init__(self, url: str, clock: MovableClock, seat: Seat, at: list[int]) -> None:
        super().__init__(url, clock.now, ZONE)
        self.seat, self.at = seat, at

    def _connection(self) -> PostgresConnection:
        inner = super()._connection()
        self.at[:] = [int(inner.value("SELECT pg_backend_pid()"))]
        return stepping(inner, self.seat)


@dataclass
class Replicas:
    """Two processes' worth of the office on one database, and the stage they are played on."""

    stage: Stage
    seats: tuple[Seat, Seat]
    a: Town
    b: Town
    clock: MovableClock

    def orders(self) -> Iterator[tuple[int, ...]]:
        """The orders to play; a server, which is slower to play on, gets fewer."""
        thin = 3 if self.a.look(lambda unit: unit.db.shared) else 1
        return _orders(max(4 * thin // SOAK, 1), max(22 * thin // SOAK, 2))

    def play(
        self, order: tuple[int, ...], one: Callable[[Town], object], other: Callable[[Town], object]
    ) -> tuple[object, object]:
        """What each of the two came to."""
        first, second = self.stage.play(
            ((self.seats[0], lambda: one(self.a)), (self.seats[1], lambda: other(self.b))), order
        )
        return first, second

    def reminded(self, case_id: str) -> list[str]:
        """Who was reminded of the case."""
        told = self.a.look(lambda unit: unit.outbox_log(case_id))
        return [line.person for line in told if line.kind == "nudge"]

    def holds(self, case_id: str) -> None:
        """Every promise, for this case."""
        desk = self.a.desk
        self.a.look(lambda unit: case_holds(unit, desk, case_id))


def _on_sqlite(url: str, clock: MovableClock) -> Iterator[Replicas]:
    stage = Stage()
    seats = (Seat(stage), Seat(stage))
    works = []
    for seat in seats:
        inner = SqliteConnection(path_of(url), ZONE)
        inner.rows("PRAGMA busy_timeout=0")
        works.append(Writer(Stepping(inner, seat), clock.now))
    yield Replicas(stage, seats, Town(works[0], clock, "a"), Town(works[1], clock, "b"), clock)
    for work in works:
        work.close()


def _on_postgres(url: str, clock: MovableClock) -> Iterator[Replicas]:
    stage, observer = Stage(), connect(url, ZONE)
    seats, works = [], []
    for _ in range(2):
        at: list[int] = []
        seat = Seat(stage, blocked=_asking(observer, at))
        seats.append(seat)
        works.append(SteppingPool(url, clock, seat, at))
    yield Replicas(stage, (seats[0], seats[1]), Town(works[0], clock, "a"), Town(works[1], clock, "b"), clock)
    for work in works:
        work.close()
    observer.close()


def _asking(observer: Connection, at: list[int]) -> Callable[[], bool]:
    def blocked() -> bool:
        found = observer.value("SELECT cardinality(pg_blocking_pids(:pid)) > 0", pid=at[0]) if at else False
        return bool(found)

    return blocked


@pytest.fixture(params=("sqlite", pytest.param("postgres", marks=pytest.mark.postgres)))
def replicas(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Replicas]:
    clock = MovableClock(START)
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/banshi.db"
        prepare(url)
        opened = _on_sqlite(url, clock)
    else:
        opened = _on_postgres(str(request.getfixturevalue("postgres_url")), clock)
    for made in opened:
        made.a.open()
        yield made


def tap(person: str, press: str) -> Callable[[Town], Answer]:
    """A button pressed, at whichever replica."""
    return lambda town: town.tap(person, press)


def say(person: str, words: str) -> Callable[[Town], Answer]:
    """Words typed, at whichever replica."""
    return lambda town: town.say(person, words)


def _decided(case: Case, visit: int) -> tuple[str, str]:
    return case.visits[visit].done_by, case.visits[visit].decision


def _one_won(answers: tuple[object, object]) -> int:
    """Which of the two was carried out; the other was told why not in one sentence."""
    first, second = (cast("Answer", answer) for answer in answers)
    assert [first.ok, second.ok].count(True) == 1, (first, second)
    loser = second if first.ok else first
    assert loser.text
    assert loser.text.count("。") == 1, loser.text
    return 0 if first.ok else 1


def _finish(replicas: Replicas, case_id: str) -> None:
    """The case is taken back, so that the next play finds an empty desk."""
    replicas.holds(case_id)
    case = replicas.a.case(case_id)
    if case.state in ("pending", "returned"):
        assert replicas.a.say(case.applicant, f"撤回 {case.code}").ok


def _proven(replicas: Replicas) -> None:
    replicas.a.look(books_hold)


def test_two_approvers(replicas: Replicas) -> None:
    for order in replicas.orders():
        case_id = replicas.a.file(LIU, "either")
        code = replicas.a.case(case_id).code
        answers = replicas.play(
            order,
            tap(KEEPER, f"do:agree:{case_id}:1"),
            say(SECOND_KEEPER, f"不同意 {code} 材料不全"),
        )
        won = ((KEEPER, "agree"), (SECOND_KEEPER, "refuse"))[_one_won(answers)]
        assert _decided(replicas.a.case(case_id), 1) == won
        _finish(replicas, case_id)
    _proven(replicas)


def test_approval_against_withdrawal(replicas: Replicas) -> None:
    for order in replicas.orders():
        case_id = replicas.a.file(LIU, "either")
        code = replicas.a.case(case_id).code
        assert replicas.a.tap(KEEPER, f"do:agree:{case_id}:1").ok
        answers = replicas.play(
            order,
            tap(DIRECTOR, f"do:agree:{case_id}:2"),
            say(LIU, f"撤回 {code}"),
        )
        assert replicas.a.case(case_id).state == ("approved", "withdrawn")[_one_won(answers)]
        _finish(replicas, case_id)
    _proven(replicas)


def test_a_timer_against_a_decision(replicas: Replicas) -> None:
    for order in replicas.orders():
        replicas.clock.set(START)
        case_id = replicas.a.file(LIU, "either")
        due = replicas.a.look(lambda unit: unit.next_timer_at())
        assert due is not None
        replicas.clock.set(due)
        _, answer = replicas.play(order, Town.ring, tap(KEEPER, f"do:agree:{case_id}:1"))
        assert cast("Answer", answer).ok
        assert replicas.reminded(case_id) in ([], [KEEPER, SECOND_KEEPER])
        _finish(replicas, case_id)
    _proven(replicas)


def test_a_delegate_against_the_principal(replicas: Replicas) -> None:
    for words in ("start:delegation", "吴越", "今天", "11月30日", "全部事项", "提交"):
        replicas.a.take(DIRECTOR, "tap" if ":" in words else "text", words)
    for order in replicas.orders():
        case_id = replicas.a.file(LIU, "either")
        code = replicas.a.case(case_id).code
        assert replicas.a.tap(KEEPER, f"do:agree:{case_id}:1").ok
        assert [ask.person for ask in replicas.a.case(case_id).visits[2].asks] == [SECOND_DEPUTY]
        answers = replicas.play(
            order,
            tap(DIRECTOR, f"do:agree:{case_id}:2"),
            say(SECOND_DEPUTY, f"不同意 {code} 另有安排"),
        )
        won = ((DIRECTOR, "agree"), (SECOND_DEPUTY, "refuse"))[_one_won(answers)]
        assert _decided(replicas.a.case(case_id), 2) == won
        _finish(replicas, case_id)
    _proven(replicas)


def test_one_person_with_two_devices(replicas: Replicas) -> None:
    for order in replicas.orders():
        case_id = replicas.a.file(LIU, "either")

        def agree(town: Town, of: str = case_id) -> Answer:
            return town.tap(KEEPER, f"do:agree:{of}:1")

        _one_won(replicas.play(order, agree, agree))
        _finish(replicas, case_id)
    _proven(replicas)


def test_one_event_brought_to_both(replicas: Replicas) -> None:
    for order in replicas.orders():
        case_id = replicas.a.file(LIU, "either")

        def agree(town: Town, of: str = case_id) -> Answer:
            return town.tap(KEEPER, f"do:agree:{of}:1", key=f"same-{of}")

        first, second = (cast("Answer", answer) for answer in replicas.play(order, agree, agree))
        assert first.text == second.text == "已同意。"
        _finish(replicas, case_id)
    _proven(replicas)


def test_one_request_handed_in_twice(replicas: Replicas) -> None:
    for order in replicas.orders():
        replicas.a.say(LIU, "取消")
        replicas.a.say(LIU, "12月3日请一天事假，家里有事")

        def hand_in(town: Town) -> Answer:
            return town.say(LIU, "提交")

        answers = [cast("Answer", answer) for answer in replicas.play(order, hand_in, hand_in)]
        filed = [answer.case_id for answer in answers if answer.case_id]
        assert len(filed) == 1
        _finish(replicas, filed[0])
        assert replicas.a.look(lambda unit: unit.balance(LIU, "事假", 2026)) == (0.0, 0.0)
    _proven(replicas)


def test_a_repair_against_a_new_request_for_the_same_days(replicas: Replicas) -> None:
    for order in replicas.orders():
        case_id = replicas.a.file_leave(LIU, "12月3日请一天")
        code = replicas.a.case(case_id).code
        assert replicas.a.say("F020", f"退回 {code} 请改日期").ok

        def repair(town: Town, by: str = code) -> str:
            town.say(LIU, f"重交 {by}")
            return town.say(LIU, "提交").case_id

        def begin(town: Town) -> str:
            town.say(LIU, "12月3日请一天事假，家里有事")
            return town.say(LIU, "提交").case_id

        filed = {cast("str", case) for case in replicas.play(order, repair, begin)} - {""}
        live = [case for case in filed | {case_id} if replicas.a.case(case).state == "pending"]
        assert len(live) <= 1
        for case in filed | {case_id}:
            _finish(replicas, case)
        replicas.a.say(LIU, "取消")
    _proven(replicas)


def test_taking_back_against_the_next_decision(replicas: Replicas) -> None:
    for order in replicas.orders():
        case_id = replicas.a.file(LIU, "either")
        code = replicas.a.case(case_id).code
        assert replicas.a.tap(KEEPER, f"do:agree:{case_id}:1").ok
        answers = replicas.play(
            order,
            say(KEEPER, f"取回 {code}"),
            tap(DIRECTOR, f"do:agree:{case_id}:2"),
        )
        assert replicas.a.case(case_id).state == ("pending", "approved")[_one_won(answers)]
        _finish(replicas, case_id)
    _proven(replicas)


def test_the_last_two_of_those_who_sign_together(replicas: Replicas) -> None:
    for order in replicas.orders():
        case_id = replicas.a.file(LIU, "joint")
        assert replicas.a.tap("F020", f"do:agree:{case_id}:1").ok
        assert replicas.a.tap(SECOND_DEPUTY, f"do:agree:{case_id}:4").ok
        answers = replicas.play(
            order,
            tap(DIRECTOR, f"do:agree:{case_id}:2"),
            tap(DEPUTY, f"do:agree:{case_id}:3"),
        )
        assert all(cast("Answer", answer).ok for answer in answers)
        assert [visit.step for visit in replicas.a.case(case_id).visits if visit.status == "open"] == ["work"]
        replicas.holds(case_id)
        assert replicas.a.say(KEEPER, f"办理 {replicas.a.case(case_id).code}").ok
        replicas.holds(case_id)
    _proven(replicas)


SEAL = "区委办公室印章"


def _seal(replicas: Replicas) -> tuple[str, int]:
    """To whom the seal is lent, and how many lines of its register stand."""

    def read(unit: Unit) -> tuple[str, int]:
        found = unit.seals().get(SEAL)
        standing = "SELECT COUNT(*) FROM register_rows WHERE key = :key AND NOT superseded"
        return found.to if found is not None else "", int(unit.db.value(standing, key=f"seal:{SEAL}"))

    return replicas.a.look(read)


def test_two_keepers_and_one_seal(replicas: Replicas) -> None:
    """It is lent once and given back once, whoever speaks first."""
    for order in replicas.orders():
        lend = (
            say(KEEPER, f"借出印章 {SEAL} 给刘洋 11月26日前还"),
            say(SECOND_KEEPER, f"借出印章 {SEAL} 给孙立 11月26日前还"),
        )
        winner = _one_won(replicas.play(order, *lend))
        assert _seal(replicas) == (("刘洋", "孙立")[winner], 1)
        back = f"归还印章 {SEAL}"
        _one_won(replicas.play(order, say(KEEPER, back), say(SECOND_KEEPER, back)))
        assert _seal(replicas) == ("", 1)
    _proven(replicas)
