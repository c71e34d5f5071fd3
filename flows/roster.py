"""Who is on duty when: the shifts of an office, as plain values that know their own hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha1
from types import MappingProxyType
from typing import TypeAlias

Hours: TypeAlias = Mapping[str, tuple[time, time]]

OFFICER = "duty_officer"
HOURS: Hours = MappingProxyType(
    {
        "白班": (time(8, 30), time(17, 30)),
        "夜班": (time(17, 30), time(8, 30)),
        "全天": (time(8, 30), time(8, 30)),
    }
)
"""When a shift begins and ends where the office has not said; one that ends no later than it begins is overnight."""
LEADS = "duty_leader"
"""The role of whoever leads a shift (带班)."""


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """One person on duty: on which day the shift begins, what it is called, who, and as what."""

    day: date
    name: str
    person: str
    role: str = OFFICER

    @property
    def key(self) -> str:
        """What tells the shift apart from every other."""
        return f"{self.day.isoformat()}/{self.name}/{self.role}/{self.person}"

    @property
    def code(self) -> str:
        """The same in a few letters, for a button."""
        return sha1(self.key.encode(), usedforsecurity=False).hexdigest()[:10]


@dataclass(frozen=True)
class Roster:
    """The shifts of an office in order of their beginning, and the hours of each kind."""

    shifts: tuple[Shift, ...] = ()
    hours: Hours = field(default_factory=lambda: HOURS)

    def begins(self, shift: Shift) -> datetime:
        """When the shift begins, by the office's clock."""
        return datetime.combine(shift.day, self.hours.get(shift.name, HOURS["全天"])[0])

    def ends(self, shift: Shift) -> datetime:
        """When it ends; a shift into the night ends the day after."""
        first, last = self.hours.get(shift.name, HOURS["全天"])
        return datetime.combine(shift.day + timedelta(days=last <= first), last)

    def on(self, now: datetime, role: str = "") -> tuple[Shift, ...]:
        """The shifts that are under way, of one role or of all."""
        here = now.replace(tzinfo=None)
        return tuple(s for s in self._of(role) if self.begins(s) <= here < self.ends(s))

    def next(self, now: datetime, role: str = "") -> tuple[Shift, ...]:
        """The shifts that begin next, of one role or of all."""
        coming = [s for s in self._of(role) if self.begins(s) > now.replace(tzinfo=None)]
        first = min((self.begins(s) for s in coming), default=None)
        return tuple(s for s in coming if self.begins(s) == first)

    def of(self, person: str, now: datetime) -> tuple[Shift, ...]:
        """The person's shifts that are not over, the next one first."""
        own = (s for s in self.shifts if s.person == person and self.ends(s) > now.replace(tzinfo=None))
        return tuple(sorted(own, key=self.begins))

    def of_day(self, day: date, name: str = "") -> tuple[Shift, ...]:
        """The shifts that begin on that day."""
        return tuple(sorted((s for s in self.shifts if s.day == day and name in ("", s.name)), key=self.begins))

    def on_duty(self, now: datetime) -> frozenset[str]:
        """Everybody whose shift is under way."""
        return frozenset(shift.person for shift in self.on(now))

    def changed(self, swaps: Iterable[tuple[str, str]]) -> "Roster":
        """The roster with other people on the shifts of these keys, one change after another."""
        shifts = self.shifts
        for key, person in swaps:
            shifts = tuple(replace(s, person=person) if s.key == key else s for s in shifts)
        return replace(self, shifts=shifts)

    def _of(self, role: str) -> tuple[Shift, ...]:
        return tuple(shift for shift in self.shifts if role in ("", shift.role))
