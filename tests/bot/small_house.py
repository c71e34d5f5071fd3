"""A small office of the Futian regulations, its people invented, on a database of its own."""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from bot.console_desk import CHANNEL
from bot.service import House, Service
from bot.settings import Settings, from_environment
from flows.calendar import Calendar
from flows.people import Office, Person, Post
from flows.procedure.model import Pack
from handlers.ports import Rules
from storage.database import open_work, prepare
from storage.packs import load_packs
from storage.unit import Unit
from tests.fakes import MovableClock
from tests.tree import ROOT

DIRECTOR, DEPUTY, SECRETARY, KEEPER = "F001", "F002", "F010", "F013"
CHIEF, LIU, CLERK = "F020", "F021", "F022"


def _person(staff_no: str, name: str, section: str, *posts: str) -> Person:
    return Person(staff_no, name, section, tuple(Post(post) for post in posts), date(2010, 7, 1))


PEOPLE = {
    person.staff_no: person
    for person in (
        _person(DIRECTOR, "周建国", "室领导", "director", "office_leader"),
        _person(DEPUTY, "李慧敏", "室领导", "deputy_director", "deputy_director_in_charge", "office_leader"),
        _person(SECRETARY, "陈志远", "秘书科", "section_chief", "secretariat_chief"),
        _person(KEEPER, "何静", "秘书科", "staff", "seal_keeper"),
        _person(CHIEF, "王芳", "办文科", "section_chief", "doc_chief"),
        _person(LIU, "刘洋", "办文科", "staff"),
        _person(CLERK, "赵倩", "办文科", "staff", "attendance_clerk"),
    )
}
OFFICE = Office(
    name="试点办公室",
    people=PEOPLE,
    packs={"*": "futian-office"},
    in_charge={DEPUTY: ("秘书科", "办文科")},
    administrator=SECRETARY,
)


@cache
def packs() -> dict[str, Pack]:
    """The packs of this release, read once."""
    return load_packs()


def settings_in(folder: Path, database_url: str = "") -> Settings:
    """Settings for a database in the folder or at that address, and a free port; anybody may be anybody."""
    office, url = ROOT / "offices" / "sample", database_url or f"sqlite:///{folder}/banshi.db"
    return from_environment({"OFFICE": str(office), "DATABASE_URL": url, "PORT": "0", "SECRET_KEY": "k" * 20})


def small_house(folder: Path, clock: MovableClock, database_url: str = "") -> House:
    """The house over the folder's database, or that one; opened a second time it goes on where it was."""
    settings = settings_in(folder, database_url)
    prepare(settings.database_url)
    work = open_work(settings.database_url, clock.now, settings.zone)

    def make_ready(unit: Unit) -> None:
        for person in PEOPLE:
            unit.bind(CHANNEL, person, person)
        unit.requeue_claimed()

    work.run_sync(make_ready)
    known = packs()
    rules = Rules(known, {(pack.id, pack.version): pack for pack in known.values()})
    return House(settings, clock, OFFICE, Calendar(published=frozenset({2026})), rules, work)


_PRESS = re.compile(r"[a-z]+:[\x21-\x7e]+")


class Talk:
    """Several people talking to one service, a minute between any two events."""

    def __init__(self, service: Service, clock: MovableClock) -> None:
        self._service = service
        self._clock = clock
        self._count = 0

    @property
    def today(self) -> date:
        """The day it is in the story."""
        return self._clock.now().date()

    async def say(self, person: str, *texts: str) -> str:
        """Say each text; returns the case the last answer was about."""
        case_id = ""
        for text in texts:
            self._count += 1
            self._clock.wait(minutes=1)
            what: Literal["text", "tap"] = "tap" if _PRESS.fullmatch(text) else "text"
            answer = await self._service.console.receive(person, f"k{self._count}", what, text=text)
            case_id = answer.case_id or case_id
        return case_id

    async def file_leave(self, person: str = LIU) -> str:
        """A whole day's personal leave tomorrow; returns the case."""
        return await self.say(person, "请假", "事假", "明天上午", "明天下午", "去医院看牙", "提交")

    async def read(self, person: str) -> list[str]:
        """The person's conversation: `> ` before what they said, a card as its state."""
        lines = await self._service.console.messages(person, before=None, limit=50)
        told = []
        for line in lines:
            if line.message is None:
                told.append(f"> {line.text}")
            else:
                told.append(line.message.card.state_text if line.message.card else line.message.text.split("\n")[0])
        return told
