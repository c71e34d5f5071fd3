"""An office large enough for every verb, and what its people do, through the handlers on a real database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Literal, TypeVar

from flows.approval.case import Case
from flows.calendar import Calendar
from flows.errors import Refused
from flows.people import Office, Person, Post
from flows.procedure.model import Procedure
from handlers.events import Answer, Inbound
from handlers.nudging import on_timer
from handlers.ports import Desk, Rules
from handlers.router import on_inbound, on_refused
from storage.packs import load_packs
from storage.unit import Unit
from storage.work import Work
from tests.fakes import MovableClock
from tests.flows.approval.parts import procedure_of, step

T = TypeVar("T")
CHANNEL = "paper"
DIRECTOR, DEPUTY, SECOND_DEPUTY = "F001", "F002", "F003"
SECRETARY, KEEPER, SECOND_KEEPER = "F010", "F013", "F014"
CHIEF, LIU, CLERK, SUN = "F020", "F021", "F022", "F023"


def _person(staff_no: str, name: str, section: str, *posts: str) -> Person:
    return Person(staff_no, name, section, tuple(Post(post) for post in posts), date(2010, 7, 1))


PEOPLE = {
    person.staff_no: person
    for person in (
        _person(DIRECTOR, "周建国", "室领导", "director", "office_leader"),
        _person(DEPUTY, "李慧敏", "室领导", "deputy_director", "deputy_director_in_charge", "office_leader"),
        _person(SECOND_DEPUTY, "吴越", "室领导", "deputy_director", "deputy_director_in_charge", "office_leader"),
        _person(SECRETARY, "陈志远", "秘书科", "section_chief", "secretariat_chief"),
        _person(KEEPER, "何静", "秘书科", "staff", "seal_keeper"),
        _person(SECOND_KEEPER, "白雪", "秘书科", "staff", "seal_keeper"),
        _person(CHIEF, "王芳", "办文科", "section_chief", "doc_chief"),
        _person(LIU, "刘洋", "办文科", "staff"),
        _person(CLERK, "赵倩", "办文科", "staff", "attendance_clerk"),
        _person(SUN, "孙立", "办文科", "staff"),
    )
}
OFFICE = Office(
    name="试点办公室",
    people=PEOPLE,
    packs={"*": "futian-office"},
    in_charge={DEPUTY: ("秘书科", "办文科"), SECOND_DEPUTY: ("信息科",)},
    stand_ins={CHIEF: SUN, DIRECTOR: DEPUTY},
    administrator=SECRETARY,
)
CALENDAR = Calendar(published=frozenset({2026}))


def _made(name: str, title: str, *steps: tuple[str, str, str, str]) -> Procedure:
    """A procedure without a form; each step as id, post, kind and how several sign."""
    built = tuple(
        step(step_id, post, kind, sign=sign, after_repair="returner" if sign == "all" else "restart", nudge_hours=4)
        for step_id, post, kind, sign in steps
    )
    return replace(procedure_of(*built), id=name, name=title, prefix="SB", words=(title,))


MADE = (
    _made(
        "joint",
        "会签试办",
        ("one", "section_chief", "review", "any"),
        ("two", "office_leader", "countersign", "all"),
        ("work", "seal_keeper", "execute", "any"),
    ),
    _made(
        "in_turn",
        "依次试办",
        ("one", "section_chief", "review", "any"),
        ("two", "office_leader", "countersign", "in_order"),
        ("work", "seal_keeper", "execute", "any"),
    ),
    _made(
        "by_vote",
        "表决试办",
        ("one", "section_chief", "review", "any"),
        ("two", "office_leader", "countersign", "majority"),
        ("work", "seal_keeper", "execute", "any"),
    ),
    _made("either", "或签试办", ("one", "seal_keeper", "approve", "any"), ("two", "director", "approve", "any")),
)


@cache
def rules() -> Rules:
    """The Futian pack as it is shipped, with the made procedures beside its own."""
    pack = load_packs()["futian-office"]
    procedures = {**pack.procedures, **{made.id: replace(made, pack=pack.id) for made in MADE}}
    widened = replace(pack, procedures=procedures)
    return Rules({pack.id: widened}, {(pack.id, pack.version): widened})


class Town:
    """The office at work on one database; a second one on the same database is its second replica.

    Whatever people say or tap goes through the handlers in units of work, as any channel would have it.
    """

    def __init__(self, work: Work, clock: MovableClock, name: str = "a", office: Office = OFFICE) -> None:
        self.work = work
        self.office = office
        self.clock = clock
        self._name = name
        self._count = 0

    @property
    def desk(self) -> Desk:
        """What handlers are given for an event that happens now."""
        return Desk(self.office, rules(), CALENDAR, self.clock.now())

    def open(self) -> None:
        """What is done when the office opens: everybody is bound to the channel."""

        def bind(unit: Unit) -> None:
            for person in self.office.people:
                unit.bind(CHANNEL, person, person)

        self.work.run_sync(bind)

    def look(self, at: Callable[[Unit], T]) -> T:
        """What a unit of work finds."""
        return self.work.run_sync(at)

    def case(self, case_id: str) -> Case:
        """The case as it is kept."""
        return self.look(lambda unit: unit.case(case_id))

    def say(self, person: str, text: str) -> Answer:
        """Something typed."""
        return self.take(person, "text", text)

    def tap(self, person: str, press: str, *, key: str = "") -> Answer:
        """A button pressed; `key` for an event that comes again."""
        return self.take(person, "tap", press, key=key)

    def take(self, person: str, what: Literal["text", "tap"], text: str, *, key: str = "") -> Answer:
        """One event carried out, or refused in a unit of its own."""
        self._count += 1
        inbound = Inbound(CHANNEL, key or f"{self._name}{self._count}", person, what, text)
        desk = self.desk
        try:
            return self.work.run_sync(lambda unit: on_inbound(unit, desk, inbound))
        except Refused as caught:
            refusal = caught
        return self.work.run_sync(lambda unit: on_refused(unit, desk, inbound, refusal))

    def file(self, person: str, procedure: str) -> str:
        """A request on one of the made procedures; returns the case."""
        self.tap(person, f"start:{procedure}")
        return self.say(person, "提交").case_id

    def file_leave(self, person: str, when: str) -> str:
        """A personal leave (12月3日上午请半天, 12月3日请一天); empty where it was not accepted."""
        self.say(person, "取消")
        self.say(person, f"{when}事假，家里有事")
        return self.say(person, "提交").case_id

    def until(self, moment: datetime) -> None:
        """Time passes, stopping at every timer on the way."""
        while True:
            due = self.look(lambda unit: unit.next_timer_at())
            if due is None or due > moment:
                break
            self.clock.set(max(due, self.clock.now()))
            self.ring()
        self.clock.set(max(moment, self.clock.now()))

    def ring(self) -> None:
        """The most overdue timer is carried out, if one is due."""
        desk = self.desk

        def carry_out(unit: Unit) -> None:
            for timer in unit.due_timers(desk.now, 1):
                on_timer(unit, desk, timer)

        self.work.run_sync(carry_out)
