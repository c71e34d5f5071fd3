"""When a step is due.

A deadline counts forward from, or back before, a moment; workday deadlines start on the day after the event,
natural-day deadlines do not move off a rest day (registers' README, rule 6). A day's deadline ends with the office.
"""

from datetime import date, datetime, timedelta

from flows.approval.case import Case
from flows.calendar import Calendar, Slot
from flows.deadlines.holidays import next_holiday
from flows.facts import Facts
from flows.procedure.model import Anchor, Deadline, Json


def at_close(day: date, calendar: Calendar, now: datetime) -> datetime:
    """The end of office hours on that day, in the zone of `now`."""
    return calendar.ends(Slot(day, "pm")).replace(tzinfo=now.tzinfo)


def moment_of(value: Json, calendar: Calendar, now: datetime) -> datetime | None:
    """The moment a date or datetime value stands for (a whole day: its closing), or None where it is none."""
    if not isinstance(value, str) or not value:
        return None
    try:
        if value.endswith(("am", "pm")):
            return calendar.begins(Slot.parse(value)).replace(tzinfo=now.tzinfo)
        if len(value) == 10:
            return at_close(date.fromisoformat(value), calendar, now)
        return datetime.fromisoformat(value.replace(" ", "T")).replace(tzinfo=now.tzinfo)
    except ValueError:
        return None


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on, or that month's last day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def count_from(start: datetime, deadline: Deadline, calendar: Calendar) -> datetime:
    """The moment the deadline names, counted from (or back before) a start."""
    sign = -1 if deadline.before else 1
    amount = deadline.amount * sign
    if deadline.unit in ("minute", "hour"):
        return start + timedelta(**{f"{deadline.unit}s": amount})
    day = start.date()
    if deadline.unit == "day":
        day += timedelta(days=int(amount))
    elif deadline.unit == "workday":
        day = calendar.add_workdays(day, int(amount))
    else:
        day = add_months(day, int(amount))
    return at_close(day, calendar, start)


def _step_done(case: Case, step: str) -> datetime | None:
    times = [visit.done_at for visit in case.visits_of_round() if visit.step == step and visit.done_at]
    return times[-1] if times else None


def _done_before(case: Case, step: str, order: tuple[str, ...]) -> datetime:
    """When the last step done was done that is listed before this one (all of them where the order is not known)."""
    earlier = order[: order.index(step)] if step in order else tuple(visit.step for visit in case.visits)
    times = [visit.done_at for visit in case.visits_of_round() if visit.done_at and visit.step in earlier]
    return times[-1] if times else case.filed_at


def anchor_moment(
    anchor: Anchor, case: Case, facts: Facts, *, recorded_by: str = "", order: tuple[str, ...] = ()
) -> datetime | None:
    """The moment an anchor stands for in this case, or None where it cannot be known (yet).

    A step not taken counts as the one before it on the path (`order` lists the procedure's steps); a field nobody
    filled as the step that should have recorded it.
    """
    if anchor.kind == "step":
        return _step_done(case, anchor.name) or _done_before(case, anchor.name, order)
    if anchor.kind == "field":
        filled = moment_of(case.values.get(anchor.name), facts.calendar, facts.now)
        return filled or (_step_done(case, recorded_by) if recorded_by else None)
    return _event_moment(anchor.name, case, facts)


def _event_moment(event: str, case: Case, facts: Facts) -> datetime | None:
    if event == "filed":
        return case.filed_at
    if event == "holiday":
        coming = next_holiday(case.filed_at.date(), facts.calendar)
        return at_close(coming.first, facts.calendar, facts.now) if coming is not None else None
    if event == "year_end":
        return at_close(date(case.filed_at.year - 1, 12, 31), facts.calendar, facts.now)
    if event == "daily_report_at":
        return _daily_report(facts, case.filed_at)
    return moment_of(case.values.get("due_date") or case.values.get(event), facts.calendar, facts.now)


def _daily_report(facts: Facts, after: datetime) -> datetime | None:
    """The first time of the daily report that is not before that moment; None where the office has set none."""
    at = facts.setting("daily_report_at")
    today = moment_of(f"{after.date().isoformat()} {at}", facts.calendar, facts.now) if at else None
    return today if today is None or today >= after else today + timedelta(days=1)
