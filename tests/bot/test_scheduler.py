"""Timers: at their moment, once, and one that fails holds back no other."""

from datetime import timedelta

from bot.service import House, Service
from flows.approval.outcome import Effects, Outcome, Timer
from storage.unit import Unit
from tests.bot.small_house import CHIEF, KEEPER, LIU, Talk
from tests.fakes import MovableClock


async def test_who_is_waited_for_is_reminded_when_the_moment_has_come(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    await talk.file_leave()
    due = house.work.run_sync(lambda unit: unit.next_timer_at())
    assert due is not None
    clock.set(due)
    clock.wait(seconds=-1)
    assert await service.scheduler.settle() == 0
    clock.set(due)
    assert await service.scheduler.settle() == 1
    await service.delivery.settle()
    reminded = await talk.read(CHIEF)
    assert len(reminded) == 2
    assert await service.scheduler.settle() == 0
    await service.delivery.settle()
    assert await talk.read(CHIEF) == reminded


async def test_a_timer_that_fails_is_tried_again_later_and_holds_back_no_other(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    broken, sound = await talk.file_leave(LIU), await talk.file_leave(KEEPER)
    due = clock.now() + timedelta(hours=1)

    def prepare(unit: Unit) -> None:
        for case, kind in ((broken, "first"), (sound, "second")):
            unit.keep(Outcome(unit.case(case), (), effects=Effects(timers=(Timer(due, kind, 1),))))
        unit.db.change(
            "UPDATE cases SET projection = replace(projection, 'leave_request', 'gone') WHERE id = :id", id=broken
        )

    house.work.run_sync(prepare)
    clock.set(due)
    assert await service.scheduler.settle() == 2
    counted = house.metrics.value
    assert counted("banshi_timers_total", kind="first", outcome="failed") == 1
    assert counted("banshi_timers_total", kind="second", outcome="done") == 1
    assert await service.scheduler.settle() == 0
    clock.wait(minutes=5)
    await service.scheduler.settle()
    assert counted("banshi_timers_total", kind="first", outcome="failed") == 2
