"""The sender: order per person, retries, what is never tried again, and one failure that holds back nobody else."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.channels.base import (
    EditRefused,
    Gone,
    Post,
    Rejected,
    RetryAfter,
    SendError,
    Unanswered,
    Unreachable,
)
from bot.delivery import MOST_ATTEMPTS, Delivery, after
from bot.metrics import Metrics
from flows.approval.outcome import Notice
from flows.calendar import Calendar
from flows.cards import Message
from flows.people import Office
from flows.procedure.model import Pack, Procedure
from handlers.ports import Desk, Rules
from storage.connection import DatabaseAway
from storage.unit import Unit
from storage.work import Work
from tests.fakes import MovableClock
from tests.storage.sample import file

LIU, WANG = "F021", "F020"
T = TypeVar("T")


@dataclass
class PostOffice:
    """A messenger in memory; `trouble` is what it raises for a person, one after the other."""

    name: str = "post"
    shown: list[tuple[str, str]] = field(default_factory=list)
    trouble: dict[str, list[Exception]] = field(default_factory=dict)
    tried: int = 0
    shut: dict[str, asyncio.Event] = field(default_factory=dict)
    news: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)

    async def send(self, post: Post, message: Message) -> str:
        self.tried += 1
        if post.person in self.shut:
            await self.shut[post.person].wait()
        if self.trouble.get(post.person):
            raise self.trouble[post.person].pop(0)
        self.shown.append((post.account, message.text))
        self.news.put_nowait(message.text)
        return f"m{len(self.shown)}"

    async def edit(self, post: Post, message: Message, platform_id: str) -> str:
        raise EditRefused


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def delivery(work: Work, clock: MovableClock, post: PostOffice, metrics: Metrics) -> Delivery:
    def bind(unit: Unit) -> None:
        for person in (LIU, WANG):
            unit.bind("post", f"@{person}", person)

    work.run_sync(bind)
    office = Office("试点办公室", {})
    leave = Procedure("leave_request", "请假", "leave", "staff", "请假", (), (), (), "futian-office")
    rules = Rules({"futian-office": Pack("futian-office", "考勤", "v1", {}, {leave.id: leave})}, {})
    return Delivery(work, {"post": post}, lambda: Desk(office, rules, Calendar(), clock.now()), clock, metrics)


def say(work: Work, person: str, *texts: str) -> None:
    def saying(unit: Unit) -> None:
        for text in texts:
            unit.say(person, Message(text=text))

    work.run_sync(saying)


async def test_messages_arrive_in_order_for_each_person(work: Work, delivery: Delivery, post: PostOffice) -> None:
    say(work, LIU, "一", "二", "三")
    await delivery.settle()
    assert post.shown == [("@F021", "一"), ("@F021", "二"), ("@F021", "三")]


async def test_a_failing_person_waits_and_keeps_the_order_while_others_are_served(
    work: Work, delivery: Delivery, post: PostOffice, clock: MovableClock
) -> None:
    post.trouble[LIU] = [RetryAfter(30)]
    say(work, LIU, "一", "二")
    say(work, WANG, "三")
    await delivery.settle()
    assert post.shown == [("@F020", "三")]
    clock.wait(seconds=29)
    await delivery.settle()
    assert post.shown == [("@F020", "三")]
    clock.wait(seconds=1)
    await delivery.settle()
    assert post.shown == [("@F020", "三"), ("@F021", "一"), ("@F021", "二")]


async def test_a_bug_in_a_channel_is_tried_again_and_then_given_up(
    work: Work, delivery: Delivery, post: PostOffice, clock: MovableClock, metrics: Metrics
) -> None:
    post.trouble[LIU] = [KeyError("x") for _ in range(10)]
    say(work, LIU, "一", "二")
    for _ in range(10):
        await delivery.settle()
        clock.wait(minutes=15)
    assert len(post.trouble[LIU]) == 0
    assert metrics.value("banshi_sends_total", channel="post", outcome="never") == 2
    assert post.shown == []


async def test_who_blocked_the_bot_is_not_tried_again(
    work: Work, delivery: Delivery, post: PostOffice, clock: MovableClock
) -> None:
    post.trouble[LIU] = [Gone()]
    say(work, LIU, "一")
    await delivery.settle()
    clock.wait(days=1)
    await delivery.settle()
    assert (post.tried, post.shown) == (1, [])


async def test_without_an_answer_it_is_tried_again_and_at_last_left_unknown(
    work: Work, delivery: Delivery, post: PostOffice, clock: MovableClock, metrics: Metrics
) -> None:
    post.trouble[LIU] = [Unanswered() for _ in range(MOST_ATTEMPTS)]
    say(work, LIU, "一", "二")
    for _ in range(MOST_ATTEMPTS + 1):
        await delivery.settle()
        clock.wait(minutes=15)
    assert metrics.value("banshi_sends_total", channel="post", outcome="unknown") == 1
    assert post.shown == [("@F021", "二")]


async def test_a_card_nobody_may_see_is_never_shown(
    work: Work, delivery: Delivery, post: PostOffice, metrics: Metrics
) -> None:
    work.run_sync(lambda unit: file(unit, notices=(Notice(LIU, "ask", "approve", "approver", 0),)))
    work.run_sync(lambda unit: unit.db.change("DELETE FROM concerned"))
    await delivery.settle()
    assert (post.tried, metrics.value("banshi_sends_total", channel="post", outcome="never")) == (0, 1)


async def test_a_channel_that_is_switched_off_keeps_its_messages(
    work: Work, delivery: Delivery, clock: MovableClock
) -> None:
    work.run_sync(lambda unit: unit.bind("other", "@liu", LIU))
    say(work, LIU, "一")
    await delivery.settle()
    assert work.run_sync(lambda unit: unit.next_outbox_at()) == clock.now() + timedelta(minutes=10)


async def test_the_running_loop_wakes_when_rung_and_serves_others_beside_a_slow_one(
    work: Work, delivery: Delivery, post: PostOffice
) -> None:
    post.shut[LIU] = asyncio.Event()
    loop = asyncio.create_task(delivery.run())
    end = work.on_commit(lambda _news: delivery.ring())
    say(work, LIU, "慢")
    say(work, WANG, "快")
    async with asyncio.timeout(5):
        assert await post.news.get() == "快"
        post.shut.pop(LIU).set()
        assert await post.news.get() == "慢"
    end()
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop


async def test_one_round_settles_what_arrived_and_takes_the_next(
    work: Work, delivery: Delivery, post: PostOffice
) -> None:
    """Whose row was shown gets their next row with the very unit that settles it."""
    units: list[object] = []
    run = work.run

    async def counted(unit: Callable[[Unit], T]) -> T:
        units.append(unit)
        return await run(unit)

    say(work, LIU, *(str(n) for n in range(10)))
    say(work, WANG, *(str(n) for n in range(10)))
    work.run = counted  # type: ignore[method-assign]
    await delivery.settle()
    assert len(post.shown) == 20
    assert len(units) == 11


async def test_what_was_shown_is_settled_though_the_database_was_away(
    work: Work, delivery: Delivery, post: PostOffice
) -> None:
    run = work.run
    away = [False, True]

    async def failing(unit: Callable[[Unit], T]) -> T:
        if away and away.pop(0):
            raise DatabaseAway("away")
        return await run(unit)

    say(work, LIU, "一", "二")
    work.run = failing  # type: ignore[method-assign]
    with pytest.raises(DatabaseAway):
        await delivery.settle()
    await delivery.settle()
    assert post.shown == [("@F021", "一"), ("@F021", "二")]


async def test_what_was_claimed_at_a_crash_is_sent_after_the_restart(
    work: Work, delivery: Delivery, post: PostOffice, clock: MovableClock
) -> None:
    say(work, LIU, "一")
    work.run_sync(lambda unit: unit.due_outbox(clock.now(), 10))
    await delivery.settle()
    assert post.shown == []
    work.run_sync(lambda unit: unit.requeue_claimed())
    await delivery.settle()
    assert post.shown == [("@F021", "一")]


@pytest.mark.parametrize(
    ("error", "attempts", "wait"),
    [
        (RetryAfter(3), 1, 3),
        (RetryAfter(3), 500, 3),
        (RetryAfter(0), 1, 1),
        (Unreachable(), 1, 2),
        (Unreachable(), 4, 16),
        (Unreachable(), 19, 900),
        (Unreachable(), 20, None),
        (Unanswered(), 19, 900),
        (Unanswered(), 20, None),
        (Gone(), 1, None),
        (Rejected(), 1, None),
        (KeyError(), 4, 16),
        (KeyError(), 5, None),
    ],
)
def test_the_wait_after_an_error(error: Exception, attempts: int, wait: int | None) -> None:
    assert after(error, attempts) == (None if wait is None else timedelta(seconds=wait))


def test_no_error_waits_longer_than_a_quarter_of_an_hour_unless_asked_to() -> None:
    waits = [after(error, n) for error in (SendError(), ValueError()) for n in range(1, 40)]
    assert max(wait for wait in waits if wait is not None) == timedelta(minutes=15)
