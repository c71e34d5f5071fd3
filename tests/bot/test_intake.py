"""Taking events in: what an event brings is known of where it is carried out, however often its unit is run."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from bot.console_desk import CHANNEL
from bot.intake import Intake
from bot.service import House
from flows.records import StoredFile
from handlers.events import Inbound
from storage.unit import Unit
from storage.work import Work
from tests.bot.small_house import LIU, Talk

T = TypeVar("T")
PAPER = StoredFile("f1", "报名表.pdf", 3, "ab" * 32, LIU)
BROUGHT = Inbound(CHANNEL, "paper", LIU, "file", "", {"id": "f1", "name": "报名表.pdf", "size": 3, "sha256": "ab" * 32})


class LostRace(Exception):
    """Somebody else's unit was in the way."""


class RunTwice(Work):
    """Every unit loses a race the first time, and is run again from its start."""

    def __init__(self, inner: Work) -> None:
        super().__init__()
        self._inner = inner

    async def run(self, unit: Callable[[Unit], T]) -> T:
        return await self._inner.run(lambda given: self._twice(given, unit))

    def run_sync(self, unit: Callable[[Unit], T]) -> T:
        return self._inner.run_sync(lambda given: self._twice(given, unit))

    def close(self) -> None:
        self._inner.close()

    def _twice(self, given: Unit, unit: Callable[[Unit], T]) -> T:
        with suppress(LostRace), given.db.savepoint():
            unit(given)
            raise LostRace
        return unit(given)


async def test_a_file_is_kept_with_its_event_also_where_the_unit_is_run_again(house: House, talk: Talk) -> None:
    await talk.say(LIU, "用印", "区政府办公室印章")
    answer = await Intake(RunTwice(house.work), house.desk, house.metrics, lambda _: None).take(BROUGHT, file=PAPER)
    assert answer.ok
    assert house.work.run_sync(lambda unit: unit.file("f1")) == PAPER


async def test_a_file_nobody_asked_for_is_not_known_of(house: House) -> None:
    answer = await Intake(house.work, house.desk, house.metrics, lambda _: None).take(BROUGHT, file=PAPER)
    assert not answer.ok
    assert house.work.run_sync(lambda unit: unit.file("f1")) is None
