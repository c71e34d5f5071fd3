"""An office at work, killed again and again, and what it looks like afterwards.

python -m tests.faults.kills [KILLS [SEED]]
"""

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from bot.service import House
from flows.calendar import Slot
from tests.faults.dice import Dice
from tests.faults.killed_model import Findings, look
from tests.faults.killed_office import PATIENCE, KilledOffice, killed_office, let_in
from tests.faults.killed_people import ASKED, Applicant, Approver, InABrowser, OnThePhone, Somebody, Told

APPLICANTS = ("Y022", "Y031", "Y024", "Y042", "Y033")
APPROVERS = ("Y020", "Y023", "Y030", "Y032", "Y040", "Y041")
PHONES = {"Y022": 2001, "Y031": 2002, "Y020": 2003, "Y032": 2004}
"""Who is in Telegram; everybody else has a browser."""
_MOST_CROSSINGS = 90
_MOST_TURNS = 12
_HALVES = {"am": "上午", "pm": "下午"}


@dataclass(frozen=True)
class Outcome:
    """How often it was killed, and what was found then."""

    kills: int
    found: Findings

    @property
    def sentence(self) -> str:
        """The figures in one line."""
        found = self.found
        return (
            f"{self.kills} kills, {found.cases} cases, {found.decisions} decisions, {len(found.lost)} lost,"
            f" {len(found.doubled)} doubled, {len(found.told_twice)} told twice ({found.tried_again} sends in doubt,"
            f" {found.shown_again} shown again), {found.copies - len(found.not_converged)}/{found.copies} card copies"
            f" converged, {len(found.not_verified)} differences"
        )


def half_days(house: House) -> tuple[str, ...]:
    """The working half days of the next months, as somebody writes them."""
    first = house.clock.now().date() + timedelta(days=3)
    slots = house.calendar.working_slots(Slot(first, "am"), Slot(first + timedelta(days=500), "pm"))
    return tuple(f"{slot.day.year}年{slot.day.month}月{slot.day.day}日{_HALVES[slot.half]}" for slot in slots)


async def run(at: Path, kills: int, seed: int) -> Outcome:
    """Kill an office so many times while its people work, let them finish, and look."""
    told, dice = Told(), Dice(f"kills {seed}")
    async with killed_office(at) as office, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        house = office.open()
        everybody = (*APPLICANTS, *APPROVERS)
        passes = house.work.run_sync(
            lambda unit: let_in(unit, PHONES, tuple(person for person in everybody if person not in PHONES))
        )
        halves = half_days(house)
        await asyncio.to_thread(house.work.close)
        await office.start()
        people = {person: await _person(office, session, person, passes.get(person, "")) for person in everybody}
        await _work(office, people, told, halves, dice, kills)
        await _press_old_copies(office, people)
        await office.stop()
        return Outcome(kills, await asyncio.to_thread(_look, office, told))


async def _person(office: KilledOffice, session: aiohttp.ClientSession, person: str, shown: str) -> Somebody:
    if person in PHONES:
        return OnThePhone(office, person, PHONES[person])
    browser = InABrowser(office, session, person, shown)
    await browser.come_in()
    return browser


async def _work(
    office: KilledOffice, people: dict[str, Somebody], told: Told, halves: tuple[str, ...], dice: Dice, kills: int
) -> None:
    """Everybody works while the process is killed; afterwards all of it is finished."""
    ended = asyncio.Event()
    approvers = [Approver(people[who], Dice(f"{dice.below(1 << 32)}"), told) for who in APPROVERS]
    applicants = [Applicant(people[who], Dice(f"{dice.below(1 << 32)}"), told, _days(halves)) for who in APPLICANTS]
    deciding = [asyncio.create_task(approver.live()) for approver in approvers]
    filing = [asyncio.create_task(applicant.live(ended)) for applicant in applicants]
    killing = asyncio.create_task(_killing(office, dice, kills))
    try:
        await _first_trouble(killing, *deciding, *filing)
        ended.set()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*filing)
            await _all_done(office)
    finally:
        for task in (*deciding, *filing, killing):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def _days(halves: tuple[str, ...]) -> Iterator[str]:
    yield from halves


async def _killing(office: KilledOffice, dice: Dice, kills: int) -> None:
    for _ in range(kills):
        await office.kill_after(dice.below(_MOST_CROSSINGS), dice.below(_MOST_TURNS))
        await office.start()


async def _first_trouble(killing: "asyncio.Task[None]", *others: "asyncio.Task[None]") -> None:
    """Return when the killing is over; whoever breaks before that breaks it all."""
    done, _ = await asyncio.wait((killing, *others), return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
    assert killing in done


async def _all_done(office: KilledOffice) -> None:
    """Return when nothing waits to be sent and no step of an approver's is open."""
    async with aiohttp.ClientSession() as session:
        while not await asyncio.to_thread(_at_rest, office.database):
            async with session.get(f"{office.address}/readyz") as answer:
                assert answer.status == 200, await answer.text()
            office.stir()


def _at_rest(database: Path) -> bool:
    """Asked of the file itself, beside the process."""
    with closing(sqlite3.connect(database)) as kept:
        waiting = kept.execute("SELECT COUNT(*) FROM outbox WHERE status IN ('queued', 'sending')").fetchone()[0]
        asked = kept.execute("SELECT COUNT(*) FROM asks WHERE kind <> 'submit'").fetchone()[0]
    return (waiting, asked) == (0, 0)


async def _press_old_copies(office: KilledOffice, people: dict[str, Somebody]) -> None:
    """Whoever finds a copy that still offers an act, because nobody knows whether it was shown, presses it."""
    for person in PHONES:
        async with asyncio.timeout(PATIENCE):
            while offered := await _offered(people[person]):
                await people[person].presses(offered[0])
                while await _offered(people[person]) == offered:
                    await office.stirred()


async def _offered(who: Somebody) -> list[str]:
    return [press for press in await who.buttons() if press.startswith(ASKED)]


def _look(office: KilledOffice, told: Told) -> Findings:
    house = office.open()
    try:
        return house.work.run_sync(lambda unit: look(unit, house, office.api, told))
    finally:
        house.work.close()


def main(given: list[str]) -> int:
    """Kill it so many times, say what was found, and return 0 where nothing is wrong."""
    kills, seed = (int(given[n]) if len(given) > n else usual for n, usual in enumerate((30, 1)))
    with TemporaryDirectory() as at:
        outcome = asyncio.run(run(Path(at), kills, seed))
    sys.stdout.write("".join(f"{line}\n" for line in (*outcome.found.wrong, outcome.sentence)))
    return 1 if outcome.found.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
