"""催办 and reminders: who is reached and when again; what was missed while nothing ran is said once."""

from datetime import datetime

from bot.service import House, Service
from flows.approval.outcome import Effects, Outcome, Timer
from storage.unit import Unit
from tests.bot.small_house import CHIEF, LIU, Talk
from tests.fakes import SHANGHAI, MovableClock


async def test_the_sender_sees_whom_it_reached_and_when_it_may_be_pressed_again(
    service: Service, talk: Talk, house: House
) -> None:
    case = await talk.file_leave()
    code = house.work.run_sync(lambda unit: unit.case(case)).code
    await talk.say(LIU, f"催办 {code}")
    assert (await talk.read(LIU))[-1] == "已催办王芳。下次可催时间：11月25日(周三)08:30。"
    await service.delivery.settle()
    assert "请办理" in (await talk.read(CHIEF))[-1]
    await talk.say(LIU, f"催办 {code}")
    assert (await talk.read(LIU))[-1] == "本件今天已催办过，下次可催时间：11月25日(周三)08:30。"


async def test_after_days_of_downtime_a_case_reminds_once(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    case = await talk.file_leave()

    def due(unit: Unit) -> None:
        at = datetime(2026, 11, 25, 17, 30, tzinfo=SHANGHAI)
        unit.keep(Outcome(unit.case(case), (), effects=Effects(timers=(Timer(at, "due", 1),))))

    house.work.run_sync(due)
    clock.set("2026-11-27T09:00")
    assert await service.scheduler.settle() >= 1
    await service.delivery.settle()
    nudges = [line for line in house.work.run_sync(lambda unit: unit.outbox_log(case)) if line.kind == "nudge"]
    assert [(line.person, "超过期限" in line.text) for line in nudges] == [(CHIEF, True)]
    following = house.work.run_sync(lambda unit: unit.next_timer_at())
    assert following is not None
    assert following.isoformat() == "2026-11-30T08:30:00+08:00"
