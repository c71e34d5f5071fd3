"""The facts a flow needs, gathered from the unit of work."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from flows.approval.case import Case
from flows.approval.turn import turn_of
from flows.calendar import Calendar, Slot
from flows.errors import Refused, UnknownCase
from flows.facts import Facts, LeaveTaken, Trip, turned_on
from flows.families.prior_checks import looked_back_to
from flows.families.referring import referring_fields
from flows.people import Office, Person
from flows.procedure.model import Json, Pack, Procedure, Values
from flows.roster import Roster
from handlers.ports import Desk, Unit

NOON = time(13, 0)
CONVENING = frozenset({"topic", "meeting"})
SWAPS = "duty_swaps"
"""The register of swapped shifts."""
LOOK_AHEAD = timedelta(days=31)
DAYS_AFTER = timedelta(days=3)
CONSENTS = "consents"
"""The register of exceptions granted: rule (its ledger id), person, by, at."""
MOST_CONSENTS = 500
_NUMBER = re.compile(r"\s*[A-Za-z]{1,6}-\d{4}-\d{1,6}\s*$")


@dataclass(frozen=True, slots=True)
class Bound:
    """A case with the pack version and procedure it runs on."""

    case: Case
    pack: Pack
    procedure: Procedure


def slot_at(moment: datetime, calendar: Calendar) -> Slot | None:
    """The half day the moment lies in, or None on a day that is not worked."""
    if not calendar.is_workday(moment.date()):
        return None
    return Slot(moment.date(), "am" if moment.time() < NOON else "pm")


def pack_for(desk: Desk, family: str) -> Pack:
    """The pack that rules a family in this office.

    Raises:
        Refused: the office has none for it.
    """
    pack = desk.rules.current.get(desk.office.pack_of(family))
    if pack is None:
        raise Refused("本单位还没有启用这类事项，请联系办公室管理员。")
    return pack


def procedures_of(desk: Desk, *, off: bool = False) -> tuple[tuple[Pack, Procedure], ...]:
    """Every procedure this office runs, with its pack, in the packs' order; with those that are off, if wanted."""
    found: list[tuple[Pack, Procedure]] = []
    for pack in desk.rules.current.values():
        run_here = (item for item in pack.procedures.values() if desk.office.pack_of(item.family) == pack.id)
        found += [(pack, each) for each in run_here if off or turned_on(desk.office, pack, each)]
    return tuple(found)


def procedure_named(desk: Desk, name: str, *, off: bool = False) -> tuple[Pack, Procedure]:
    """The procedure of that id that this office runs (or could turn on, if wanted).

    Raises:
        Refused: there is none.
    """
    for pack, procedure in procedures_of(desk, off=off):
        if procedure.id == name:
            return pack, procedure
    raise Refused("没有这个事项，请从“办事”里选。")


def bound(desk: Desk, case: Case) -> Bound:
    """The case with the rules it was filed under."""
    pack = desk.rules.of_case(case)
    return Bound(case, pack, pack.procedures[case.procedure])


def load(unit: Unit, desk: Desk, case_id: str) -> Bound:
    """The case, locked, with the rules it was filed under.

    Raises:
        UnknownCase: there is none.
    """
    return bound(desk, unit.case(case_id))


def may_see(unit: Unit, desk: Desk, case: Case, viewer: str) -> bool:
    """Whether the viewer has anything to do with the case: lists, cards and pages all ask this.

    Who may act now may see, even if somebody else was asked (the principal is back, a post has a new holder).
    """
    if viewer == desk.office.administrator or viewer in unit.concerned(case.id):
        return True
    found = bound(desk, case)
    return turn_of(case, found.procedure, viewer, facts_of(unit, desk, found)) is not None


def seen(unit: Unit, desk: Desk, case_id: str, viewer: str) -> Bound:
    """The case, if this viewer may see it.

    Raises:
        UnknownCase: there is none, or not for this viewer.
    """
    found = load(unit, desk, case_id)
    if not may_see(unit, desk, found.case, viewer):
        unit.log_access(viewer, f"case:{case_id}", desk.now)
        raise UnknownCase("没有找到这件申请，或它与您无关。")
    return found


def facts_for(
    unit: Unit,
    desk: Desk,
    pack: Pack,
    applicant: str,
    *,
    values: Values | None = None,
    case_id: str = "",
    family: str = "",
) -> Facts:
    """What flows may know about a request of this applicant now; the case's own leave or trip is left out.

    `family` is the procedure's: what only cars, or only topics and meetings, need is gathered for those alone.
    """
    person = desk.office.people.get(applicant)
    first, last = _span(values or {}, desk.now.date())
    about = _about(values or {}, applicant)
    referred = referred_case(unit, pack, values or {}, applicant)
    driving = _driving(unit, desk, pack, values or {}, (first, last), case_id) if family == "car" else _Driving()
    return Facts(
        now=desk.now,
        office=office_of(unit, desk),
        pack=pack,
        calendar=desk.calendar,
        away=unit.away(desk.now, slot_at(desk.now, desk.calendar)) | desk.office.absent,
        leaves=unit.leaves_of(applicant, without=(case_id, referred.id if referred is not None else "")),
        others_away=_colleagues(unit, desk, person, first, last),
        seals=unit.seals(),
        attendance=unit.attendance(about, first.year, without=case_id),
        referred=referred,
        going_on=tuple(case for case in unit.going_on(applicant) if case.id != case_id) if referred else (),
        trips=driving.trips,
        off_duty=driving.off_duty,
        odometers=driving.odometers,
        litres=driving.litres,
        meetings=_meetings(unit, desk, pack, case_id) if family in CONVENING else (),
        earlier=_earlier(unit, desk, pack, values or {}, applicant, case_id) if family == "expense" else (),
        consents=_consents(unit) if family == "expense" else frozenset(),
    )


def _earlier(unit: Unit, desk: Desk, pack: Pack, values: Values, applicant: str, case_id: str) -> tuple[Case, ...]:
    """Earlier cases of the applicant and of everybody the form names, and one named by its number."""
    procedures = looked_back_to(pack)
    people = {
        applicant,
        *(value for value in values.values() if isinstance(value, str) and value in desk.office.people),
    }
    numbers = (value for value in values.values() if isinstance(value, str) and _NUMBER.match(value))
    named = [case for number in numbers for case in [unit.find_case(number)] if case is not None]
    people |= {case.applicant for case in named}
    own = unit.cases_by(tuple(sorted(people)), procedures)
    found = {case.id: case for case in (*own, *named) if case.pack == pack.id and case.id != case_id}
    return tuple(found.values())


def _consents(unit: Unit) -> frozenset[tuple[str, str]]:
    """The exceptions granted, by rule and person."""
    rows = unit.register(CONSENTS, offset=0, limit=MOST_CONSENTS)
    return frozenset((str(row.row.get("rule")), str(row.row.get("person"))) for row in rows if not row.superseded)


def _meetings(unit: Unit, desk: Desk, pack: Pack, case_id: str) -> tuple[Case, ...]:
    """The meetings called by the pack's procedures that have not begun before today."""
    starts = {p.id: str(p.family_params.get("start", "")) for p in pack.procedures.values() if p.family == "meeting"}
    today = desk.now.date().isoformat()
    return tuple(
        case
        for case in unit.open_cases(tuple(name for name, start in starts.items() if start))
        if case.id != case_id and str(case.values.get(starts[case.procedure]) or "") >= today
    )


def referred_case(unit: Unit, pack: Pack, values: Values, applicant: str) -> Case | None:
    """The applicant's own earlier case whose number the values name, if they name one."""
    for name in referring_fields(pack):
        number = values.get(name)
        case = unit.find_case(number) if isinstance(number, str) and number else None
        if case is not None and case.applicant == applicant and case.pack == pack.id:
            return case
    return None


def office_of(unit: Unit, desk: Desk) -> Office:
    """The office with the orders and the swaps of shifts given in chat beside what its folder says."""
    office, ordered = desk.office, unit.delegations(desk.now.date())
    if ordered:
        office = replace(office, delegations=(*office.delegations, *ordered))
    return replace(office, roster=_swapped(unit, desk)) if office.roster.shifts else office


def _swapped(unit: Unit, desk: Desk) -> Roster:
    """The roster with every approved swap that may still matter."""
    since = desk.now.date() - DAYS_AFTER
    last = max(shift.day for shift in desk.office.roster.shifts)
    approved = (
        row for row in unit.rows_of_days(SWAPS, since.isoformat(), last.isoformat()) if row.get("status") == "approved"
    )
    changes: list[tuple[str, str]] = []
    for row in approved:
        changes.append((str(row["given"]), str(row["to_no"])))
        if row.get("taken"):
            changes.append((str(row["taken"]), str(row["from_no"])))
    return desk.office.roster.changed(changes)


@dataclass(frozen=True, slots=True)
class _Driving:
    """What only cars need to know."""

    trips: tuple[Trip, ...] = ()
    off_duty: tuple[LeaveTaken, ...] = ()
    odometers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    litres: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


def _driving(unit: Unit, desk: Desk, pack: Pack, values: Values, spoken: tuple[date, date], case_id: str) -> _Driving:
    """Trips and drivers' leaves around the days spoken of, a trip named by its number, odometers, the month's fuel."""
    first, last = spoken
    around = unit.trips_between(first - timedelta(days=1), last + DAYS_AFTER, without=case_id)
    numbers = (value.strip().upper() for value in values.values() if isinstance(value, str) and _NUMBER.match(value))
    named = tuple(trip for number in numbers for trip in unit.trip_named(number) if trip not in around)
    month = named[0].start if named else first
    return _Driving(
        (*around, *named),
        unit.leaves_between(_drivers(desk, pack), first, last),
        unit.odometers(),
        unit.litres(f"{month:%Y-%m}", without=case_id),
    )


def _drivers(desk: Desk, pack: Pack) -> tuple[str, ...]:
    """Everybody whom the pack's cars may be driven by."""
    posts = {str(one.family_params.get("post", "")) for one in pack.procedures.values() if one.family == "car"}
    return tuple(who.staff_no for post in sorted(posts - {""}) for who in desk.office.holders(post))


def facts_of(unit: Unit, desk: Desk, found: Bound) -> Facts:
    """What flows may know about a case now."""
    case = found.case
    return facts_for(
        unit,
        desk,
        found.pack,
        case.applicant,
        values=case.values,
        case_id=case.id,
        family=found.procedure.family,
    )


def _about(values: Values, applicant: str) -> str:
    person = values.get("person")
    return person if isinstance(person, str) and person else applicant


def _colleagues(unit: Unit, desk: Desk, person: Person | None, first: date, last: date) -> tuple[LeaveTaken, ...]:
    if person is None:
        return ()
    others = tuple(other.staff_no for other in desk.office.section(person.section) if other.staff_no != person.staff_no)
    return unit.leaves_between(others, first, last) if others else ()


def _span(values: Values, today: date) -> tuple[date, date]:
    """The days the values speak of, or the coming month where they name none."""
    found = sorted(day for value in values.values() for day in [_date_of(value)] if day is not None)
    return (found[0], found[-1]) if found else (today, today + LOOK_AHEAD)


def _date_of(value: Json) -> date | None:
    if not isinstance(value, str) or len(value) < 10 or value[4:5] != "-":
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
