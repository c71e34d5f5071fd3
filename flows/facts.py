"""The facts a flow is given: the moment, the office, and what storage knows about the matter.

Storage fills one `Facts` inside the unit of work; flows only read it, so the same facts give the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from flows.approval.case import Case
from flows.calendar import Calendar, Slot
from flows.people import Office
from flows.procedure.model import Json, Pack, Procedure


@dataclass(frozen=True, slots=True)
class LeaveTaken:
    """A leave of a person, pending, approved or taken: its half-day slots (working ones) and counted days.

    `status` is reserved (asked for), settled (approved) or void. `target` is whom a home leave visits.
    """

    case_id: str
    case_no: str
    person: str
    type: str
    start: Slot
    end: Slot
    days: float
    status: Literal["reserved", "settled", "void"]
    slots: frozenset[Slot] = frozenset()
    target: str = ""
    procedure: str = ""
    returned: bool = False


@dataclass(frozen=True, slots=True)
class SealStatus:
    """A seal that is suspended or lent, since when and to whom."""

    seal: str
    status: Literal["suspended", "lent"]
    since: datetime
    to: str = ""


@dataclass(frozen=True, slots=True)
class Trip:
    """A car given to a case: booked, out, back again, or void. Moments are local, the end is not part of the trip.

    `end` is the planned one until the car is back.
    """

    case_id: str
    case_no: str
    vehicle: str
    driver: str
    requester: str
    start: datetime
    end: datetime
    status: Literal["booked", "out", "back", "void"] = "booked"
    destination: str = ""
    passengers: str = ""
    use_kind: str = ""
    long: bool = False
    odometer_out: float | None = None
    odometer_in: float | None = None

    @property
    def live(self) -> bool:
        """Whether the car is promised or out."""
        return self.status in ("booked", "out")


@dataclass(frozen=True, slots=True)
class AttendanceEvent:
    """One line of the attendance register that is no leave: 迟到, 早退, 缺勤, 未到岗, 到岗."""

    person: str
    event: str
    date: date
    minutes: float | None = None


@dataclass(frozen=True)
class Facts:
    """Everything a flow may know beyond the case itself.

    `leaves` are the applicant's own (this case's excluded), `others_away` those of the section overlapping the
    time asked for; `away` are staff numbers known to be away at `now`. `referred` is the earlier case the request
    refers to (a return from a leave), `going_on` are the applicant's own cases that may be referred to, or do refer.
    `trips` are those around the days asked about (void ones and this case's own excepted), `off_duty` the drivers'
    leaves of those days, `odometers` the last readings, `litres` the fuel of the month asked about by car.
    `meetings` are the pack's meetings that have been called and are not over, this case excepted; `earlier` are the
    cases that money or goods asked about may rest on, `consents` the exceptions granted, as (rule, person).
    """

    now: datetime
    office: Office
    pack: Pack
    calendar: Calendar
    away: frozenset[str] = frozenset()
    leaves: tuple[LeaveTaken, ...] = ()
    others_away: tuple[LeaveTaken, ...] = ()
    seals: Mapping[str, SealStatus] = field(default_factory=lambda: MappingProxyType({}))
    attendance: tuple[AttendanceEvent, ...] = ()
    referred: Case | None = None
    going_on: tuple[Case, ...] = ()
    trips: tuple[Trip, ...] = ()
    off_duty: tuple[LeaveTaken, ...] = ()
    odometers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    litres: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    earlier: tuple[Case, ...] = ()
    consents: frozenset[tuple[str, str]] = frozenset()
    meetings: tuple[Case, ...] = ()

    def setting(self, name: str) -> Json:
        """The office's word on a decision of the pack, else the register's default."""
        return settled(self.office, self.pack, name)


def settled(office: Office, pack: Pack, name: str) -> Json:
    """The office's word on a decision of the pack, else the register's default."""
    key = f"{pack.id}/{name}"
    if key in office.settings:
        return office.settings[key]
    setting = pack.settings.get(name)
    return setting.default if setting else None


def turned_on(office: Office, pack: Pack, procedure: Procedure) -> bool:
    """Whether the office runs the procedure: one with a switch only if it is listed there."""
    listed = settled(office, pack, procedure.switch) if procedure.switch else None
    return not procedure.switch or (isinstance(listed, list) and procedure.id in listed)
