"""A small office of invented people, procedures made for one question, and a case walked act by act."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from flows.approval.act import Act
from flows.approval.case import Case, Entry
from flows.approval.decide import act_on
from flows.approval.filing import file_case, resubmit
from flows.approval.fold import fold
from flows.approval.outcome import Notice, Outcome
from flows.calendar import Calendar
from flows.facts import Facts
from flows.people import Body, Office, Person, Post
from flows.procedure.model import Branch, Field, Goto, Json, Pack, Procedure, Step, Test, Values
from storage.office_calendar import published_calendar
from storage.packs import load_packs

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
MORNING: Mapping[str, Json] = {
    "leave_type": "事假",
    "start_at": "2026-11-25 am",
    "end_at": "2026-11-25 am",
    "reason": "家中有事",
}
DAY: Mapping[str, Json] = {**MORNING, "end_at": "2026-11-25"}
TWO_DAYS: Mapping[str, Json] = {**MORNING, "start_at": "2026-11-26", "end_at": "2026-11-27"}
SEALING: Mapping[str, Json] = {
    "seal": "区政府办公室印章",
    "document": {"id": "u1", "name": "报名表.pdf", "size": 10},
    "reason": "报送报名表",
    "importance": "其他事项",
    "copies": 2,
    "handler": "W02",
}


def _person(number: str, name: str, section: str, *posts: str) -> Person:
    held = tuple(Post(*post.split("@")) for post in posts)
    return Person(number, name, section, held, since=date(2010, 7, 1))


PEOPLE = (
    _person("D01", "高远", "室领导", "director", "office_leader"),
    _person("D02", "柳青", "室领导", "deputy_director", "deputy_director_in_charge", "office_leader"),
    _person("D03", "关山", "室领导", "deputy_director", "deputy_director_in_charge", "office_leader"),
    _person("S01", "章平", "秘书科", "section_chief", "secretariat_chief"),
    _person("S02", "文静", "秘书科", "staff", "secretariat"),
    _person("S03", "尹小红", "秘书科", "staff", "seal_keeper"),
    _person("S04", "季勤", "秘书科", "staff", "attendance_clerk"),
    _person("W01", "石磊", "文电科", "section_chief"),
    _person("W02", "于凡", "文电科", "staff"),
    _person("W03", "卫国", "文电科", "staff"),
    _person("I01", "江河", "信息科", "section_chief"),
    _person("I02", "何川", "信息科", "staff"),
    _person("Q01", "梁区长", "区领导", "district_leader", "district_head"),
    _person("Q03", "谭常委", "区领导", "standing_committee_member"),
    _person("A00", "管理员", "秘书科", "administrator"),
)
OFFICE = Office(
    name="某区办公室",
    people={person.staff_no: person for person in PEOPLE},
    packs={"*": "futian-office"},
    in_charge={"D02": ("秘书科", "文电科"), "D03": ("信息科",)},
    bodies={"director_meeting": Body("director_meeting", "主任办公会议", "D01")},
    administrator="A00",
)


@cache
def pack() -> Pack:
    """The futian pack as it is shipped."""
    return load_packs()["futian-office"]


@cache
def calendar() -> Calendar:
    """The published calendar."""
    return published_calendar()


def facts_at(now: datetime = NOW, office: Office = OFFICE, away: frozenset[str] = frozenset()) -> Facts:
    """What flows know at that moment."""
    return Facts(now=now, office=office, pack=pack(), calendar=calendar(), away=away)


def with_posts(office: Office, number: str, *posts: str) -> Office:
    """The office with one person's posts changed."""
    changed = replace(office.people[number], posts=tuple(Post(*post.split("@")) for post in posts))
    return replace(office, people={**office.people, number: changed})


def without_person(office: Office, number: str) -> Office:
    """The office after somebody has left."""
    return replace(office, people={**office.people, number: replace(office.people[number], active=False)})


def step(name: str, actor: str, kind: str = "approve", *, to: str = "", **more: object) -> Step:
    """A step of a procedure made for a test; `to` is where it always goes on."""
    made = Step(name, name, actor, kind, **more)  # type: ignore[arg-type]
    return replace(made, next=(Branch(goto(to)),)) if to else made


def goto(to: str) -> Goto:
    """A goto written short: a step's id, or one of the ends."""
    return Goto(to) if to in ("send_back", "end_approved", "end_refused", "end_closed") else Goto("step", to)  # type: ignore[arg-type]


def branch(to: str, *tests: tuple[str, str, Json]) -> Branch:
    """A branch taken where every test holds."""
    return Branch(goto(to), tuple(Test(*test) for test in tests))


def procedure_of(*steps: Step, fields: tuple[Field, ...] = (), initiator: str = "staff") -> Procedure:
    """A procedure without a family, of these steps after a submission."""
    submit = Step("submit", "提交", "staff", "submit")
    return Procedure(
        id="made",
        name="试办（测试）",
        family="plain",
        initiator=initiator,
        subject="",
        fields=fields,
        steps=(submit, *steps),
        rules=(),
        pack="futian-office",
    )


class Walk:
    """A case from its filing on; every act is added to the journal, and refusals leave it as it was."""

    def __init__(
        self, procedure: Procedure | str, values: Values, applicant: str = "W02", facts: Facts | None = None
    ) -> None:
        self.facts = facts or facts_at()
        self.pack = pack()
        self.procedure = self.pack.procedures[procedure] if isinstance(procedure, str) else procedure
        self.entries: list[Entry] = []
        self.notices: list[Notice] = []
        self.outcome = file_case(
            self.pack, self.procedure, values, applicant, self.facts, case_id="c1", no="QJ-2026-0001", code="a2b3"
        )
        self._take(self.outcome)

    def _take(self, outcome: Outcome) -> "Walk":
        self.outcome = outcome
        self.case: Case = outcome.case
        self.entries += outcome.entries
        self.notices = [*outcome.notices, *outcome.effects.notices]
        assert fold("c1", self.entries) == self.case
        return self

    def act(
        self,
        verb: str,
        actor: str,
        *,
        step: str = "",
        visit: int = -1,
        reason: str = "",
        record: Values | None = None,
        to: str = "",
        place: str = "",
    ) -> "Walk":
        """The act carried out."""
        act = Act(verb, actor, step, visit, reason, record or {}, to, place)
        return self._take(act_on(self.case, self.pack, self.procedure, act, self.facts))

    def agree(self, *actors: str) -> "Walk":
        """Each of them in turn agrees to or carries out what waits for them."""
        for actor in actors:
            waiting = self.case.open_visit
            assert waiting is not None
            deciding = waiting.kind in ("review", "countersign", "approve", "sign", "instruct", "confirm")
            self.act("agree" if deciding else "execute", actor)
        return self

    def resubmit(self, changes: Values, actor: str = "W02") -> "Walk":
        """The returned case handed in again."""
        return self._take(resubmit(self.case, self.pack, self.procedure, changes, actor, self.facts))

    def at(self, now: str, *, away: tuple[str, ...] | None = None, office: Office | None = None) -> "Walk":
        """The same case later, with others away or the office changed."""
        self.facts = replace(
            self.facts,
            now=datetime.fromisoformat(now).replace(tzinfo=ZONE),
            away=self.facts.away if away is None else frozenset(away),
            office=office or self.facts.office,
        )
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """Who is asked now."""
        waiting = self.case.open_visit
        return tuple(ask.person for ask in waiting.asks) if waiting else ()

    @property
    def waiting(self) -> list[str]:
        """Everybody asked now, at whichever visit, in the order they were asked."""
        return [ask.person for visit in self.case.visits if visit.status == "open" for ask in visit.asks]

    @property
    def at_step(self) -> str:
        """The step that is open (empty: none)."""
        return self.case.open_visit.step if self.case.open_visit else ""

    def told(self, person: str) -> list[str]:
        """What the last act told somebody."""
        return [notice.text for notice in self.notices if notice.to == person and notice.kind == "tell"]
