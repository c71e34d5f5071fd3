"""Everything put together: rules, office and database. Only here do packs, handlers and storage meet."""

import logging
from collections.abc import Mapping
from functools import partial

from bot.console_desk import CHANNEL
from bot.logs import tell, tell_bug
from bot.service import House
from bot.settings import Settings
from flows.procedure.model import Pack
from handlers.ports import Clock, Desk, Rules
from handlers.recurring import set_recurring
from handlers.shifts import set_shifts
from handlers.succession import ask_successors, in_doubt
from storage.database import open_work, prepare
from storage.office import read_office
from storage.packs import PackErrors, pack_from_text, read_sources
from storage.unit import Unit
from storage.work import Work

_log = logging.getLogger("banshi")


def open_house(settings: Settings, clock: Clock) -> House:
    """Read the office and its rules, open the database and make both ready for each other.

    The database is made or migrated where it needs it, the rules in force are kept with it, and everybody active
    is bound to the console.

    Raises:
        PackErrors, OfficeErrors: what people wrote cannot be used; every mistake is told.
        WrongSchema: the database is of a newer version.
        DatabaseAway: its server does not answer.
    """
    sources = read_sources()
    packs = {name: source.pack for name, source in sources.items()}
    read = read_office(settings.office, tuple(packs.values()))
    settings.var.mkdir(parents=True, exist_ok=True)
    prepare(settings.database_url)
    work = open_work(settings.database_url, clock.now, settings.zone)

    def make_ready(unit: Unit) -> Mapping[tuple[str, str], str]:
        for source in sources.values():
            unit.keep_pack(source.pack.id, source.pack.version, source.text)
        for person in read.office.people.values():
            if person.active:
                unit.bind(CHANNEL, person.staff_no, person.staff_no)
            else:
                unit.unbind_everywhere(person.staff_no)
                unit.end_passes(person.staff_no)
        unit.requeue_claimed()
        return unit.pack_texts()

    rules = Rules(packs, versions_of(work.run_sync(make_ready), packs))
    desk = Desk(read.office, rules, read.calendar, clock.now())
    work.run_sync(lambda unit: set_recurring(unit, desk))
    _succeed(work, desk)
    work.run_sync(lambda unit: set_shifts(unit, desk))
    return House(settings, clock, read.office, read.calendar, rules, work)


def _succeed(work: Work, desk: Desk) -> None:
    """Ask the successors of who has left since the last start; a case that cannot be carried on holds back no other."""
    for case_id in work.run_sync(lambda unit: in_doubt(unit, desk)):
        try:
            work.run_sync(partial(ask_successors, desk=desk, case_id=case_id))
        except Exception as bug:  # noqa: BLE001  the office opens whatever one case is
            tell_bug(_log, "a successor could not be asked", bug, case=case_id)


def versions_of(texts: Mapping[tuple[str, str], str], current: Mapping[str, Pack]) -> dict[tuple[str, str], Pack]:
    """Every kept version of every pack that this release can still run."""
    versions = {(pack.id, pack.version): pack for pack in current.values()}
    for key, text in texts.items():
        if key not in versions:
            try:
                versions[key] = pack_from_text(text)
            except PackErrors as errors:
                tell(
                    _log,
                    "an earlier pack version cannot be run",
                    level=logging.ERROR,
                    pack=key[0],
                    version=key[1],
                    problems=len(errors.problems),
                )
    return versions
