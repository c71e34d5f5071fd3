"""A clock set back or forward: nobody is reminded twice, nothing is decided again, nothing waits for a lost year.

What the journal tells in its order stays true whatever the moments say.
"""

from datetime import datetime

from bot.service import House, Service
from flows.cards import Message
from storage.unit import Unit
from storage.verify import verify
from tests.bot.small_house import CHIEF, CLERK, LIU, Talk
from tests.fakes import MovableClock


async def settle(service: Service) -> None:
    """Everything that is due is carried out and shown."""
    await service.scheduler.settle()
    await service.delivery.settle()


def unsound(house: House) -> list[str]:
    """What does not agree with the journals, and what still waits to be shown."""

    def read(unit: Unit) -> list[str]:
        waiting = unit.db.rows("SELECT id, person, due_at FROM outbox WHERE status IN ('queued', 'sending')")
        return [each.text for each in verify(unit).differences] + [
            f"{row['id']} to {row['person']} waits for {row['due_at']}" for row in waiting
        ]

    return house.work.run_sync(read)


def next_timer(house: House) -> datetime:
    """When the next timer is due."""
    due = house.work.run_sync(lambda unit: unit.next_timer_at())
    assert due is not None
    return due


async def state(service: Service, person: str, case: str) -> str:
    """What the person's page of the case says."""
    return (await service.console.case_page(person, case)).card.state_text


async def test_set_back_in_the_middle_of_a_case_it_goes_on(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    case = await talk.file_leave()
    clock.wait(days=-3)
    await talk.say(CHIEF, f"do:agree:{case}:1")
    assert "王芳" not in await state(service, LIU, case)
    await talk.say(CHIEF, f"do:agree:{case}:1")
    await settle(service)
    journal = house.work.run_sync(lambda unit: [entry.act for entry in unit.journal(case)])
    assert journal.count("done") == 2
    assert unsound(house) == []


async def test_a_reminder_is_no_change_of_the_case(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    """It leaves no line in the journal, and so the case was last changed when its last line was written."""
    await talk.file_leave()
    clock.set(next_timer(house))
    await settle(service)
    assert len(await talk.read(CHIEF)) == 2
    assert unsound(house) == []


async def test_set_forward_and_back_everybody_was_reminded_once(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    await talk.file_leave()
    before, due = clock.now(), next_timer(house)
    clock.set(due)
    await settle(service)
    reminded = await talk.read(CHIEF)
    clock.set(before)
    await settle(service)
    clock.set(due)
    await settle(service)
    assert len(reminded) == 2
    assert await talk.read(CHIEF) == reminded
    assert unsound(house) == []


async def test_after_weeks_that_were_skipped_what_was_missed_is_said_once(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    await talk.file_leave()
    shown = len(await talk.read(CHIEF))
    clock.set("2026-12-22T10:00")
    await settle(service)
    assert len(await talk.read(CHIEF)) == shown + 1
    clock.set("2026-11-24T10:00")
    await settle(service)
    assert len(await talk.read(CHIEF)) == shown + 1
    assert unsound(house) == []


async def test_an_urge_is_not_given_twice_by_setting_the_clock(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    case = await talk.file_leave()
    urge = f"do:urge:{case}:-1"
    await talk.say(LIU, urge)
    await service.delivery.settle()
    first = len(await talk.read(CHIEF))
    clock.wait(hours=-5)
    await talk.say(LIU, urge)
    await service.delivery.settle()
    assert len(await talk.read(CHIEF)) == first
    clock.set("2026-11-25T09:00")
    await talk.say(LIU, urge)
    await service.delivery.settle()
    assert len(await talk.read(CHIEF)) == first + 1
    assert unsound(house) == []


async def test_what_was_written_in_a_year_that_was_not_is_sent_when_the_clock_is_right(
    service: Service, talk: Talk, house: House, clock: MovableClock
) -> None:
    """A machine that wakes up in the wrong year holds nobody's messages back until then."""
    right = clock.now()
    clock.set("2031-05-06T09:00")
    house.work.run_sync(lambda unit: unit.say(CLERK, Message(text="写于错误的一年")))
    clock.set(right)
    house.work.run_sync(lambda unit: unit.say(CLERK, Message(text="写于今天")))
    await settle(service)
    assert await talk.read(CLERK) == ["写于错误的一年", "写于今天"]
    assert unsound(house) == []
