"""A small office run without storage: cases, ledger, half days and registers kept in plain dictionaries."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from flows.approval.case import Case
from flows.approval.decide import Act, act_on
from flows.approval.filing import file_case, resubmit
from flows.approval.outcome import Effects, LedgerEntry, Outcome
from flows.approval.preview import Preview, preview
from flows.calendar import Calendar, Slot
from flows.errors import Refused
from flows.facts import AttendanceEvent, Facts, LeaveTaken, SealStatus, Trip
from flows.families import family_of
from flows.people import Body, Office, Person, Post, Vehicle
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Pack, Procedure
from storage.office_calendar import published_calendar
from storage.packs import PACKS, load_pack

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHIEF_OF_OFFICE, DEPUTY, OTHER_DEPUTY = "F001", "F002", "F003"
SECRETARY_CHIEF, SECRETARY, SEAL_KEEPER = "F010", "F012", "F013"
DISPATCHER, DRIVER, OTHER_DRIVER = "F015", "F018", "F019"
CHIEF, STAFF, CLERK, VICE = "F020", "F021", "F022", "F023"
DISTRICT_LEADER = "Q001"
PACK = "futian-office"


@cache
def futian() -> Pack:
    """The pack as it is shipped."""
    return load_pack(PACKS / PACK)


@cache
def calendar() -> Calendar:
    """The published calendar."""
    return published_calendar()


def person(staff_no: str, name: str, section: str, posts: str, since: str = "2010-01-04") -> Person:
    """One member of staff; posts are separated by blanks."""
    held = tuple(Post(post) for post in posts.split())
    return Person(staff_no, name, section, held, date.fromisoformat(since))


def people() -> dict[str, Person]:
    """Everybody of the small office."""
    listed = (
        person("F001", "周建国", "室领导", "director office_leader", "1996-07-01"),
        person("F002", "李慧敏", "室领导", "deputy_director deputy_director_in_charge office_leader", "1999-08-01"),
        person("F003", "郑海涛", "室领导", "deputy_director deputy_director_in_charge office_leader", "2001-03-01"),
        person("F010", "陈志远", "秘书科", "section_chief secretariat_chief"),
        person("F012", "吴敏", "秘书科", "staff secretariat"),
        person("F013", "何静", "秘书科", "staff seal_keeper"),
        person("F015", "邓洁", "车队", "staff vehicle_dispatcher"),
        person("F018", "马国强", "车队", "staff driver"),
        person("F019", "罗勇", "车队", "staff driver"),
        person("F020", "王芳", "办文科", "section_chief doc_chief"),
        person("F021", "刘洋", "办文科", "staff", "2023-06-05"),
        person("F022", "赵倩", "办文科", "staff attendance_clerk"),
        person("F023", "朱琳", "办文科", "section_deputy"),
        person("Q001", "梁宏", "区领导", "district_leader"),
        person("Q002", "许志刚", "区领导", "district_head"),
        person("Q003", "江涛", "区领导", "standing_committee_member"),
    )
    return {one.staff_no: one for one in listed}


def office(**settings: Json) -> Office:
    """The small office with its own word on some decisions of the pack."""
    return Office(
        name="某区委区政府办公室",
        people=people(),
        packs={"*": PACK},
        in_charge={"F002": ("秘书科", "办文科"), "F003": ("督查科",)},
        bodies={
            "director_meeting": Body("director_meeting", "主任办公会议", "F001"),
            "vehicle_purchase_group": Body("vehicle_purchase_group", "车辆购置审批领导小组", "F002"),
        },
        desk={"office_leader": "F001"},
        vehicles=(
            Vehicle("福办一号", "轿车", 5, "F018", "", date(2027, 3, 31), date(2027, 6, 30)),
            Vehicle("福办二号", "中巴", 19, "F019", "", date(2026, 11, 25), date(2027, 6, 30)),
        ),
        licences={"F018": "C1", "F019": "B1"},
        settings={f"{PACK}/{name}": value for name, value in settings.items()},
    )


def at(moment: str) -> datetime:
    """A moment in the office's zone."""
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)


def leave(kind: str, first: str, last: str = "", *, days: float | None = None, target: str = "") -> LeaveTaken:
    """A leave approved earlier, whole days from first to last (or `days` of them by the register)."""
    start, end = Slot(date.fromisoformat(first), "am"), Slot(date.fromisoformat(last or first), "pm")
    taken = calendar().working_slots(start, end)
    counted = len(taken) / 2 if days is None else days
    return LeaveTaken(f"{kind}{first}", "QJ-1", STAFF, kind, start, end, counted, "settled", frozenset(taken), target)


def entries(findings: tuple[Finding, ...], weight: str = "") -> list[str]:
    """Short ids of the findings (`leave_request/r01`, `` for a product convention) of that weight, in order."""
    return [
        finding.entry.partition("/")[2].replace("/rule/", "/")
        for finding in findings
        if not weight or finding.weight == weight
    ]


@dataclass
class Desk:
    """The office at a moment, with everything that was kept so far."""

    now: datetime = field(default_factory=lambda: at("2026-11-23T10:00"))
    pack: Pack = field(default_factory=lambda: futian())
    office: Office = field(default_factory=office)
    earlier: tuple[LeaveTaken, ...] = ()
    attendance: tuple[AttendanceEvent, ...] = ()
    seals: dict[str, SealStatus] = field(default_factory=dict)
    away: frozenset[str] = frozenset()
    trips: dict[str, Trip] = field(default_factory=dict)
    odometers: dict[str, float] = field(default_factory=dict)
    litres: dict[str, float] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    ledger: list[LedgerEntry] = field(default_factory=list)
    held: dict[str, LeaveTaken] = field(default_factory=dict)
    rows: dict[tuple[str, str], dict[str, Json]] = field(default_factory=dict)
    notices: list[tuple[str, str]] = field(default_factory=list)

    def procedure(self, name: str) -> Procedure:
        """A procedure of the pack."""
        return self.pack.procedures[name]

    def facts(self, *, without: str = "") -> Facts:
        """What flows may know now, the leave of one case left out."""
        kept = tuple(taken for case, taken in self.held.items() if case != without and taken.status != "void")
        return Facts(
            now=self.now,
            office=self.office,
            pack=self.pack,
            calendar=calendar(),
            away=self.away,
            leaves=(*self.earlier, *kept),
            seals=self.seals,
            attendance=self.attendance,
            trips=tuple(trip for case, trip in self.trips.items() if case != without and trip.status != "void"),
            odometers=self.odometers,
            litres=self.litres,
        )

    def look(self, procedure: str, by: str = STAFF, /, **values: Json) -> Preview:
        """What filing this would mean."""
        return preview(self.pack, self.procedure(procedure), values, by, self.facts())

    def file(self, procedure: str, by: str = STAFF, /, **values: Json) -> str:
        """File and keep it; the case's id."""
        number = f"C{len(self.cases) + 1}"
        made = file_case(
            self.pack,
            self.procedure(procedure),
            values,
            by,
            self.facts(),
            case_id=number,
            no=f"N-{number}",
            code=number,
        )
        return self.keep(made)

    def act(
        self,
        case_id: str,
        verb: str,
        by: str,
        moment: str = "",
        *,
        step: str = "",
        said: str = "理由",
        **recorded: Json,
    ) -> Case:
        """One act on the case at that moment with these words, kept."""
        self.now = at(moment) if moment else self.now
        case = self.cases[case_id]
        act = Act(verb, by, step=step, reason=said, set=recorded)
        self.keep(act_on(case, self.pack, self.procedure(case.procedure), act, self.facts(without=case_id)))
        return self.cases[case_id]

    def resubmit(self, case_id: str, **changes: Json) -> Case:
        """The returned case handed in again."""
        case = self.cases[case_id]
        facts = self.facts(without=case_id)
        self.keep(resubmit(case, self.pack, self.procedure(case.procedure), changes, case.applicant, facts))
        return self.cases[case_id]

    def happen(self, event: str, case_id: str, state: str, *, step: str = "") -> Effects:
        """What the family makes of an event that brings the case into that state; kept like any other."""
        case = self.cases[case_id]
        procedure = self.procedure(case.procedure)
        after = replace(case, state=state)  # type: ignore[arg-type]
        effects = family_of(procedure).effects(
            event, case, after, procedure, self.facts(without=case_id), procedure.step_by_id.get(step), ""
        )
        self.cases[case_id] = after
        self._keep_effects(after, effects)
        return effects

    def keep(self, outcome: Outcome) -> str:
        """Keep the case and everything that follows from it."""
        case = outcome.case
        self.cases[case.id] = case
        self._keep_effects(case, outcome.effects)
        self.notices += [(notice.to, notice.about) for notice in outcome.notices if notice.kind == "tell"]
        return case.id

    def _keep_effects(self, case: Case, effects: Effects) -> None:
        self.ledger += effects.ledger
        for row in effects.rows:
            stands = self.rows.get((row.register, row.key))
            if stands is not None or not row.amends:
                self.rows[row.register, row.key] = {**(stands or {} if row.amends else {}), **row.row}
        if effects.trip is not None:
            self.trips[case.id] = effects.trip
        kept = effects.leave
        if kept is not None:
            self.held[case.id] = LeaveTaken(
                case.id, case.no, kept.person, kept.type, kept.start, kept.end, kept.days, kept.status,
                frozenset(kept.slots), kept.target, case.procedure, kept.returned,
            )  # fmt: skip

    def balance(self, kind: str, year: int = 2026) -> tuple[float, float]:
        """Days reserved and days used of that kind in the year: the sum of the ledger's lines."""
        lines = [line for line in self.ledger if line.type == kind and line.year == year]
        return sum(line.reserved for line in lines), sum(line.used for line in lines)

    def figures(self, case_id: str) -> dict[str, Json]:
        """The figures of a case as it stands."""
        case = self.cases[case_id]
        procedure = self.procedure(case.procedure)
        return family_of(procedure).figures_of(procedure, case, self.facts(without=case_id))


def approved_leave(desk: Desk, first: str, last: str, /, **more: Json) -> str:
    """A personal leave of more than a day by an ordinary member of staff, approved and entered into attendance."""
    case = desk.file("leave_request", leave_type="事假", start_at=first, end_at=last, reason="家事", **more)
    for by in (CHIEF, DEPUTY, CHIEF_OF_OFFICE):
        if desk.cases[case].state == "pending":
            desk.act(case, "agree", by)
    desk.act(case, "execute", CLERK)
    return case


def refused(desk: Desk, procedure: str, by: str = STAFF, /, **values: Json) -> list[str]:
    """Short ids of what refuses the filing; empty where it is accepted."""
    look = desk.look(procedure, by, **values)
    if not look.missing and not look.gap:
        return entries(look.findings, "refuse")
    raise Refused(f"missing {look.missing} gap {look.gap}")
