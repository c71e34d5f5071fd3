"""Duty in chat: who is on now, one's next shifts, and handing open matters to whoever comes on."""

from datetime import date

from flows.approval.decide import Act, act_on
from flows.calendar import day_text
from flows.cards import Button, Message
from flows.errors import Refused
from flows.people import Office
from flows.procedure.model import Json, Values
from flows.roster import OFFICER, Roster, Shift
from handlers.events import Answer
from handlers.gather import bound, facts_of, office_of
from handlers.ports import Desk, Unit
from handlers.queries import procedures_for

NIGHT, DAY = "夜班", "白班"
MOST_SHIFTS = 5
MOST_CASES = 50
_ROLES = {OFFICER: "值班", "duty_leader": "带班"}


def show_duty(unit: Unit, desk: Desk, person: str, asked: Values | None = None) -> Answer:
    """Who is on duty now and the person's own next shifts; or who is on the day and shift asked about.

    Raises:
        Refused: the office keeps no roster.
    """
    office = office_of(unit, desk)
    if not office.roster.shifts:
        raise Refused("本单位还没有启用排班，请管理员在单位文件夹里放一份 roster.csv（日期、班次、人员、角色）。")
    slots = asked or {}
    day = day_in(slots.get("date"))
    own = slots.get("person") == "me"
    text = _of_day(office, day, slots.get("shift")) if day is not None and not own else _now(office, desk, person)
    unit.say(person, Message(text=text, buttons=_buttons(unit, desk, office, person)))
    return Answer()


def day_in(value: Json) -> date | None:
    """The day a slot of a request names."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _now(office: Office, desk: Desk, person: str) -> str:
    on = office.roster.on(desk.now)
    lines = [f"现在值班：{_people(office, on)}。" if on else "现在没有排班。"]
    if not on and (coming := office.roster.next(desk.now)):
        lines.append(f"下一班是{_when(coming[0])}：{_people(office, coming)}。")
    mine = office.roster.of(person, desk.now)[:MOST_SHIFTS]
    lines.append(f"您的班：{'；'.join(_when(shift) for shift in mine)}。" if mine else "您近期没有排班。")
    return "\n".join(lines)


def _of_day(office: Office, day: date, shift: Json) -> str:
    name = {"night": NIGHT, "day": DAY}.get(str(shift), "")
    found = office.roster.of_day(day, name)
    if not found:
        return f"{day_text(day)}{name}没有排班。"
    names = dict.fromkeys(item.name for item in found)
    parts = (f"{one}：{_people(office, tuple(s for s in found if s.name == one))}" for one in names)
    return f"{day_text(day)}{'；'.join(parts)}。"


def _people(office: Office, shifts: tuple[Shift, ...]) -> str:
    return "、".join(f"{office.name_of(s.person)}（{_ROLES.get(s.role, s.role)}）" for s in shifts)


def _when(shift: Shift) -> str:
    return f"{day_text(shift.day)}{shift.name}"


def called(shift: Shift) -> str:
    """The shift as people say it: 11月24日(周二)夜班值班."""
    return f"{_when(shift)}{_ROLES.get(shift.role, '')}"


def _buttons(unit: Unit, desk: Desk, office: Office, person: str) -> tuple[tuple[Button, ...], ...]:
    on = any(shift.person == person for shift in office.roster.on(desk.now))
    over = ((Button("交接班", "duty:handover:all"),),) if on and open_matters(unit, desk, person) else ()
    started = (procedure for procedure in procedures_for(desk, person) if procedure.family == "duty")
    return (*over, *((Button(p.name, f"start:{p.id}"),) for p in started))


def open_matters(unit: Unit, desk: Desk, person: str) -> tuple[str, ...]:
    """Ids of the duty matters that wait for this duty officer."""
    waiting = unit.box("to_handle", person, offset=0, limit=MOST_CASES)
    return tuple(case.id for case in waiting if bound(desk, case).procedure.family == "duty" and case.in_hand == person)


def hand_over(unit: Unit, desk: Desk, person: str, to: str = "") -> Answer:
    """Hand every open matter of the shift to whoever comes on, or to the colleague named.

    Raises:
        Refused: nobody comes on, nothing is open, or somebody cannot take a matter.
    """
    office = office_of(unit, desk)
    reliever = to or _reliever(office.roster, desk, person)
    if not reliever:
        raise Refused("排班表上没有下一班的人，请写明交给谁，例如：交接班，交给王芳。")
    cases = open_matters(unit, desk, person)
    if not cases:
        said = f"没有未办结的值班事项要交。下一班：{office.name_of(reliever)}。"
        unit.say(person, Message(text=said))
        return Answer()
    for case_id in cases:
        found = bound(desk, unit.case(case_id))
        act = Act("transfer", person, to=reliever, reason="交接班")
        unit.keep(act_on(found.case, found.pack, found.procedure, act, facts_of(unit, desk, found)))
    said = f"已把 {len(cases)} 件未办结的事交给{office.name_of(reliever)}，等对方确认接班。"
    unit.say(person, Message(text=said, tone="agreed"))
    return Answer(said)


def _reliever(roster: Roster, desk: Desk, person: str) -> str:
    """Who comes on after this person's shift, in the same role; somebody else on now where the shift is over."""
    own = next((shift for shift in roster.on(desk.now) if shift.person == person), None)
    role = own.role if own is not None else OFFICER
    others = (*(() if own is not None else roster.on(desk.now, role)), *roster.next(desk.now, role))
    return next((shift.person for shift in others if shift.person != person), "")
