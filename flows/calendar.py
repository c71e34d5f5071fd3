"""Working days, half-day slots and office hours.

Order of truth: the office's own file, then the published calendar, then Monday to Friday; a year nobody has
published yet is computed provisionally and says so (`provisional`). Days are counted in half-day slots, never
in fractions of hours (design section 7).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

Half = Literal["am", "pm"]
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """Half a day: a date and `am` or `pm` (am sorts first)."""

    day: date
    half: Half

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.half}"

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> "Slot":
        """The slot written as `2026-11-24 am`.

        Raises:
            ValueError: the text is no slot.
        """
        day, _, half = text.partition(" ")
        if half not in ("am", "pm"):
            raise ValueError(f"not a slot: {text}")
        return cls(date.fromisoformat(day), "am" if half == "am" else "pm")


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the office works on a working day, local time."""

    am: tuple[time, time] = (time(8, 30), time(12, 0))
    pm: tuple[time, time] = (time(14, 0), time(17, 30))

    def of(self, half: Half) -> tuple[time, time]:
        """Beginning and end of that half of a working day."""
        return self.am if half == "am" else self.pm


@dataclass(frozen=True)
class Calendar:
    """Which days are worked. `off` and `work` are exceptions to Monday–Friday; `names` names the holidays.

    `published` are the years whose exceptions are known; any other year is provisional.
    """

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    published: frozenset[int] = frozenset()
    names: tuple[tuple[date, str], ...] = ()
    hours: OfficeHours = field(default_factory=OfficeHours)

    def __hash__(self) -> int:
        """Of what a set remembers its own hash of: calendars are keys wherever days are counted."""
        return hash((self.off, self.work, self.published))

    def is_workday(self, day: date) -> bool:
        """Whether the office works that day (make-up weekends included)."""
        if day in self.work:
            return True
        return day.weekday() < 5 and day not in self.off

    def provisional(self, day: date) -> bool:
        """Whether that day's year has no published calendar yet."""
        return day.year not in self.published

    def next_workday(self, day: date) -> date:
        """The first working day after that day."""
        following = day + timedelta(days=1)
        while not self.is_workday(following):
            following += timedelta(days=1)
        return following

    def add_workdays(self, day: date, count: int) -> date:
        """The day that many working days after (before, if negative) that day, which itself is not counted."""
        step = timedelta(days=1 if count >= 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days there are from first to last, both counted (0 if last is before first)."""
        return sum(self.is_workday(day) for day in days(first, last))

    def working_slots(self, first: Slot, last: Slot) -> tuple[Slot, ...]:
        """The slots from first to last, both counted, that fall on working days."""
        return tuple(slot for slot in slots(first, last) if self.is_workday(slot.day))

    def next_slot(self, slot: Slot) -> Slot:
        """The first working slot after that one."""
        following = after(slot)
        while not self.is_workday(following.day):
            following = after(following)
        return following

    def begins(self, slot: Slot) -> datetime:
        """The local moment a slot begins (naive; the caller knows the zone)."""
        return datetime.combine(slot.day, self.hours.of(slot.half)[0])

    def ends(self, slot: Slot) -> datetime:
        """The local moment a slot ends (naive; the caller knows the zone)."""
        return datetime.combine(slot.day, self.hours.of(slot.half)[1])

    def add_working_hours(self, moment: datetime, hours: float) -> datetime:
        """The moment that many office hours later; moments outside office hours count from the next opening."""
        left = timedelta(hours=hours)
        at = moment
        while True:
            at, end = self._open_stretch(at)
            if at + left <= end:
                return at + left
            left -= end - at
            at = end

    def is_open(self, moment: datetime) -> bool:
        """Whether the office works at that moment."""
        if not self.is_workday(moment.date()):
            return False
        clock = moment.time().replace(tzinfo=None)
        return any(start <= clock < end for start, end in (self.hours.am, self.hours.pm))

    def _open_stretch(self, moment: datetime) -> tuple[datetime, datetime]:
        """The first stretch of office hours that ends after the moment, cut to begin no earlier than it."""
        day = moment.date()
        while True:
            if self.is_workday(day):
                for start, end in (self.hours.am, self.hours.pm):
                    opens = datetime.combine(day, start, moment.tzinfo)
                    closes = datetime.combine(day, end, moment.tzinfo)
                    if moment < closes:
                        return max(moment, opens), closes
            day += timedelta(days=1)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both counted."""
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)


def after(slot: Slot) -> Slot:
    """The slot that follows, working or not."""
    if slot.half == "am":
        return Slot(slot.day, "pm")
    return Slot(slot.day + timedelta(days=1), "am")


def slots(first: Slot, last: Slot) -> Iterator[Slot]:
    """Every slot from first to last, both counted."""
    slot = first
    while slot <= last:
        yield slot
        slot = after(slot)


def day_text(day: date) -> str:
    """A date as the office writes it: 11月24日(周二)."""
    return f"{day.month}月{day.day}日(周{_WEEKDAYS[day.weekday()]})"


def slot_text(slot: Slot) -> str:
    """A slot as the office writes it: 11月24日(周二)上午."""
    return day_text(slot.day) + ("上午" if slot.half == "am" else "下午")


def moment_text(moment: datetime) -> str:
    """A moment as the office writes it: 11月24日(周二)14:30."""
    return f"{day_text(moment.date())}{moment:%H:%M}"


def days_text(count: float) -> str:
    """A number of days without a needless decimal: 1, 0.5, 2.5."""
    return f"{count:g}"
