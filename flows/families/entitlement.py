"""How many days are due by rule, how many of them are left, and what stands against a leave of that kind.

Vacation rules of the texts differ in the way they count (a base, extras by circumstance, bands by years of
service, once in so many years); one typed description covers them, so that each is data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flows.deadlines.due import add_months
from flows.facts import Facts, LeaveTaken
from flows.procedure.condition import absent, holds
from flows.procedure.model import Json, Test, Values


@dataclass(frozen=True, slots=True)
class Extra:
    """Days that come on top where the circumstance holds; `setting` switches them off where the office said false."""

    days: float
    when: tuple[Test, ...]
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Each:
    """Days that come on top for each unit of a number field beyond a first few (twins: one beyond one)."""

    field: str
    beyond: float
    days: float


@dataclass(frozen=True, slots=True)
class Band:
    """Days due from so much of the measured field on, below `below`; `needs` must hold for them to be due at all.

    `at_least` is the shortest leave that may be asked for in this band; `setting` lifts the needs where the office
    said false.
    """

    least: float
    days: float
    below: float | None = None
    needs: tuple[Test, ...] = ()
    at_least: float = 0.0
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """Something (`must`) that has to hold for a leave of this kind, where `when` does.

    `say` tells the person what is missing or wrong.
    """

    must: tuple[Test, ...]
    say: str
    asks_for: tuple[str, ...] = ()
    when: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """A paper that must be obtained within so many months after a date; later it is another kind of leave."""

    since: str
    obtained: str
    months: int
    say: str


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Parameters of `entitlement`.

    `days` (a base), or `bands` of the field `measured_by`, say what is due; `per_year` sums what was taken in the
    year; `every_years` allows it once in so many calendar years, matched by `target`; `within` names two fields
    between whose dates the leave must lie; nothing is due where the office said false to `setting`.
    """

    days: float = 0.0
    extra: tuple[Extra, ...] = ()
    each: tuple[Each, ...] = ()
    measured_by: str = ""
    bands: tuple[Band, ...] = ()
    per_year: bool = False
    every_years: int = 0
    target: str = ""
    types: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    within: tuple[str, ...] = ()
    proof: Proof | None = None
    setting: str = ""


def in_force(setting: str, facts: Facts) -> bool:
    """Whether the office has not switched off what the setting governs."""
    return not setting or facts.setting(setting) is not False


def number(value: Json) -> float | None:
    """The value as a number, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)


def due_days(params: Entitlement, values: Values, facts: Facts) -> float:
    """The days due by rule for these values."""
    if not in_force(params.setting, facts):
        return 0.0
    if params.bands:
        band = band_of(params, values)
        return band.days if band is not None and _needs_met(band, values, facts) else 0.0
    total = params.days
    total += sum(item.days for item in params.extra if in_force(item.setting, facts) and holds(item.when, values))
    for item in params.each:
        count = number(values.get(item.field))
        if count is not None and count > item.beyond:
            total += (count - item.beyond) * item.days
    return total


def _needs_met(band: Band, values: Values, facts: Facts) -> bool:
    return not in_force(band.setting, facts) or holds(band.needs, values)


def band_of(params: Entitlement, values: Values) -> Band | None:
    """The band the values fall into."""
    measure = number(values.get(params.measured_by))
    if measure is None:
        return None
    return next(
        (band for band in params.bands if measure >= band.least and (band.below is None or measure < band.below)), None
    )


def unmet_band(params: Entitlement, values: Values, facts: Facts) -> Band | None:
    """The band the values fall into, if its needs do not hold."""
    band = band_of(params, values)
    return band if band is not None and not _needs_met(band, values, facts) else None


def shortest(params: Entitlement, values: Values) -> float:
    """The shortest leave that may be asked for."""
    band = band_of(params, values)
    return band.at_least if band is not None else 0.0


def used_in(leaves: Iterable[LeaveTaken], types: tuple[str, ...], year: int, target: str = "") -> float:
    """Days of these kinds reserved or taken in the year (a leave counts in the year of each of its slots)."""
    return sum(
        share_of_year(leave, year)
        for leave in leaves
        if leave.type in types and leave.status != "void" and (not target or leave.target in ("", target))
    )


def share_of_year(leave: LeaveTaken, year: int) -> float:
    """The days of a leave that fall into the year."""
    if leave.slots:
        return leave.days * sum(slot.day.year == year for slot in leave.slots) / len(leave.slots)
    return leave.days if leave.start.day.year == year else 0.0


def taken_before(params: Entitlement, facts: Facts, start: date) -> LeaveTaken | None:
    """The leave of the same kind that uses up the period, where it is granted once in so many years."""
    if not params.every_years:
        return None
    for leave in facts.leaves:
        same = leave.type in params.types and (not params.target or leave.target in ("", params.target))
        if same and leave.status != "void" and abs(start.year - leave.start.day.year) < params.every_years:
            return leave
    return None


def missing_need(params: Entitlement, values: Values) -> Need | None:
    """The first thing that must hold and does not."""
    return next((need for need in params.needs if holds(need.when, values) and not holds(need.must, values)), None)


def date_of(value: Json) -> date | None:
    """A date value as a date, or None."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
    except ValueError:
        return None


def proof_late(proof: Proof, values: Values, today: date) -> bool:
    """Whether the paper was not obtained in time."""
    since = date_of(values.get(proof.since))
    if since is None:
        return False
    limit = add_months(since, proof.months)
    obtained = date_of(values.get(proof.obtained))
    return obtained > limit if obtained is not None else today > limit


def outside(params: Entitlement, values: Values, first: date, last: date) -> bool:
    """Whether the leave reaches outside the dates it must lie between (both known)."""
    if len(params.within) != 2:
        return False
    begin, end = (date_of(values.get(name)) for name in params.within)
    return (begin is not None and first < begin) or (end is not None and last > end)


def lacking_dates(params: Entitlement, values: Values) -> tuple[str, ...]:
    """The fields a leave bound to other dates needs and nobody filled."""
    return tuple(name for name in params.within if absent(values.get(name)))
