"""Reminders of shifts: before each one its officer is reminded and says 收到; where none comes its leader is told.

One timer without a case stands for the next moment of the whole roster; what was said and acknowledged are rows of a
register, kept in the same unit. A moment missed while the service was down is made up for until the shift is over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.approval.outcome import RegisterRow
from flows.cards import Button, Message
from flows.errors import Refused, StaleButton
from flows.people import Office
from flows.procedure.model import Json
from flows.records import DueTimer
from flows.roster import LEADS, OFFICER, Roster, Shift
from handlers.duty import called, open_matters
from handlers.events import Answer
from handlers.gather import office_of, pack_for
from handlers.ports import Desk, Unit

TIMER = "duty:shifts"
BOOK = "duty_reminders"
BEFORE = timedelta(hours=1)
UNANSWERED = timedelta(minutes=30)
OVER = timedelta(minutes=15)
"""So long before a shift it is reminded of; so long after that it is asked who does not answer; so long before its end
the open matters are to be handed over."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something to be done about a shift: remind, escalate or handover."""

    at: datetime
    what: str
    shift: Shift


def _moments(roster: Roster) -> Iterator[Moment]:
    for shift in roster.shifts:
        begins = roster.begins(shift)
        yield Moment(begins - BEFORE, "reminded", shift)
        yield Moment(begins - BEFORE + UNANSWERED, "escalated", shift)
        if shift.role == OFFICER:
            yield Moment(roster.ends(shift) - OVER, "handover", shift)


def set_shifts(unit: Unit, desk: Desk) -> None:
    """Set the roster's next moment; one that has just passed and was not kept is made up for at once."""
    roster = office_of(unit, desk).roster
    here = desk.now.replace(tzinfo=None)
    pending = [moment for moment in _moments(roster) if moment.at > here or _missed(unit, roster, moment, here)]
    if pending:
        first = min(moment.at for moment in pending)
        unit.set_recurring(TIMER, max(first, here).replace(tzinfo=desk.now.tzinfo))


def _missed(unit: Unit, roster: Roster, moment: Moment, here: datetime) -> bool:
    """Whether it has passed, its shift is not over, and nothing was said."""
    return moment.at <= here < roster.ends(moment.shift) and not _marks(unit, moment.shift).get(moment.what)


def on_shifts(unit: Unit, desk: Desk, timer: DueTimer) -> None:
    """Do what is due about the shifts, and set the next moment."""
    unit.end_timer(timer.id)
    office = office_of(unit, desk)
    here = desk.now.replace(tzinfo=None)
    for moment in sorted(_moments(office.roster), key=lambda item: item.at):
        if _missed(unit, office.roster, moment, here):
            _do(unit, desk, office, moment)
            _mark(unit, desk, moment.shift, moment.what)
    set_shifts(unit, desk)


def _do(unit: Unit, desk: Desk, office: Office, moment: Moment) -> None:
    match moment.what:
        case "reminded":
            _remind(unit, office, moment.shift)
        case "escalated":
            _escalate(unit, desk, office, moment.shift)
        case _:
            _hand_over(unit, desk, moment.shift)


def _remind(unit: Unit, office: Office, shift: Shift) -> None:
    begins = office.roster.begins(shift)
    text = f"您{called(shift)}，{begins:%H:%M}到岗。请点“收到”，或回复“收到”。"
    button = Button("收到", f"duty:ack:{shift.code}", "primary")
    unit.say(shift.person, Message(text=text, buttons=((button,),)), key=f"remind:{shift.key}", about=TIMER)


def _escalate(unit: Unit, desk: Desk, office: Office, shift: Shift) -> None:
    if _marks(unit, shift).get("acked"):
        return
    begins = office.roster.begins(shift)
    text = f"{office.name_of(shift.person)}{called(shift)}（{begins:%H:%M}到岗）还没有回“收到”，请联系或另行安排。"
    for leader in leaders_of(desk, office, shift):
        unit.say(leader, Message(text=text), key=f"unanswered:{shift.key}", about=TIMER)


def leaders_of(desk: Desk, office: Office, shift: Shift) -> tuple[str, ...]:
    """Who leads the shift (带班); else the head of the officer's section; else the administrator."""
    same = (s for s in office.roster.of_day(shift.day, shift.name) if s.role == LEADS)
    leading = tuple(dict.fromkeys(s.person for s in same if s.person != shift.person))
    if leading:
        return leading
    section = office.person(shift.person).section
    for post in pack_for(desk, "duty").hierarchy:
        heads = tuple(p.staff_no for p in office.section(section) if p.active and p.holds(post))
        others = tuple(number for number in heads if number != shift.person)
        if others:
            return others
    return (office.administrator,) if office.administrator else ()


def _hand_over(unit: Unit, desk: Desk, shift: Shift) -> None:
    count = len(open_matters(unit, desk, shift.person))
    if not count:
        return
    text = f"您{called(shift)}快结束了，还有 {count} 件没有办结，请交给下一班。"
    button = Button("交接班", "duty:handover:all", "primary")
    unit.say(shift.person, Message(text=text, buttons=((button,),)), key=f"over:{shift.key}", about=TIMER)


def acknowledge(unit: Unit, desk: Desk, person: str, code: str = "") -> Answer:
    """The officer has seen the reminder: of the shift named, or of the one last reminded of.

    Raises:
        StaleButton: the shift is somebody else's now. Refused: nothing waits for an answer.
    """
    office = office_of(unit, desk)
    mine = office.roster.of(person, desk.now)
    shift = next((s for s in mine if code in ("", s.code) and _marks(unit, s).get("reminded")), None)
    if shift is None and code:
        raise StaleButton("这一班已经不是您的了，请看最新的排班。")
    if shift is None:
        raise Refused("现在没有等您回“收到”的值班提醒。")
    if _marks(unit, shift).get("acked"):
        return Answer(f"已经收到过了：{called(shift)}。")
    _mark(unit, desk, shift, "acked")
    said = f"好的，已记下您收到：{called(shift)}。"
    unit.say(person, Message(text=said, tone="agreed"))
    if _marks(unit, shift).get("escalated") and desk.now.replace(tzinfo=None) < office.roster.ends(shift):
        told = f"{office.name_of(person)}已回“收到”：{called(shift)}。"
        for leader in leaders_of(desk, office, shift):
            unit.say(leader, Message(text=told), key=f"answered:{shift.key}", about=TIMER)
    return Answer(said)


def waits_for(unit: Unit, desk: Desk, person: str) -> bool:
    """Whether a reminder of a shift waits for this person's 收到."""
    mine = office_of(unit, desk).roster.of(person, desk.now)
    marks = (_marks(unit, shift) for shift in mine)
    return any(mark.get("reminded") and not mark.get("acked") for mark in marks)


def _marks(unit: Unit, shift: Shift) -> dict[str, Json]:
    row = unit.row(BOOK, shift.key)
    return dict(row.row) if row is not None else {}


def _mark(unit: Unit, desk: Desk, shift: Shift, what: str) -> None:
    cells: dict[str, Json] = {
        "date": shift.day.isoformat(),
        "shift": shift.name,
        "name": desk.office.name_of(shift.person),
        **_marks(unit, shift),
        what: desk.now.strftime("%Y-%m-%d %H:%M"),
    }
    unit.keep_rows((RegisterRow(BOOK, shift.key, cells, shift.person),), "", desk.now)
