"""A swap of shifts: asked of a colleague, accepted, then approved by whoever leads the shift.

Each stage is a row of a register, written with the messages of that stage; an approved one changes the roster from
then on (`handlers.gather.office_of` lays it over the office's own).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1
from itertools import pairwise
from typing import Literal

from flows.approval.outcome import RegisterRow
from flows.cards import Button, Message
from flows.errors import NotYourTurn, Refused, StaleButton
from flows.people import Office
from flows.procedure.model import Json, Values
from flows.roster import Roster, Shift
from handlers.duty import DAY, NIGHT, called, day_in
from handlers.events import Answer
from handlers.gather import SWAPS, office_of
from handlers.ports import Desk, Unit
from handlers.shifts import leaders_of, set_shifts

Stage = Literal["asked", "accepted", "approved", "refused"]
LOOK_BACK = 200


@dataclass(frozen=True, slots=True)
class Swap:
    """A swap: whose shift goes to whom, what is taken for it (None: nothing), and how far it has come."""

    id: str
    given: Shift
    to: str
    taken: Shift | None
    stage: Stage

    @property
    def words(self) -> str:
        """The shifts, as people say them."""
        return called(self.given) + (f"与{called(self.taken)}" if self.taken is not None else "")


def ask_swap(unit: Unit, desk: Desk, person: str, slots: Values) -> Answer:
    """Ask a colleague to take a shift of this person's, for one of theirs where a second day is named.

    Raises:
        Refused: no such shift, no such colleague, or one of them would be on twice at a time.
    """
    office = office_of(unit, desk)
    given = _own(office, desk, person, slots)
    to = _colleague(office, slots)
    if to == person:
        raise Refused("不能和自己换班，请写明同事的姓名。")
    taken = _theirs(office, to, slots)
    _fits(office, given, to, taken)
    number = sha1(f"{given.key}>{to}>{desk.now.isoformat()}".encode(), usedforsecurity=False).hexdigest()[:10]
    swap = Swap(number, given, to, taken, "asked")
    _keep(unit, desk, office, swap)
    who = office.name_of(person)
    text = f"{who}想请您接{called(given)}" + (f"，他接您的{called(taken)}" if taken is not None else "") + "，可以吗？"
    _put(unit, to, text, number, ("同意换班", "不同意换班"), "asked")
    said = f"已问{office.name_of(to)}：{swap.words}。对方同意后报带班领导批准。"
    unit.say(person, Message(text=said))
    return Answer(said)


def _put(unit: Unit, person: str, text: str, number: str, words: tuple[str, str], stage: str) -> None:
    yes, no = Button(words[0], f"swap:yes:{number}", "primary"), Button(words[1], f"swap:no:{number}", "danger")
    unit.say(person, Message(text=f"{text}可以点按钮，也可以回复“{words[0]}”“{words[1]}”。", buttons=((yes, no),)),
             key=f"swap:{number}:{stage}", about=SWAPS)  # fmt: skip


def _own(office: Office, desk: Desk, person: str, slots: Values) -> Shift:
    day, name = day_in(slots.get("date")), {"night": NIGHT, "day": DAY}.get(str(slots.get("shift")), "")
    here = desk.now.replace(tzinfo=None)
    mine = [s for s in office.roster.of(person, desk.now) if office.roster.begins(s) > here]
    found = [s for s in mine if (day is None or s.day == day) and name in ("", s.name)]
    if not found:
        listed = "；".join(called(shift) for shift in mine[:3])
        raise Refused(f"没有找到您要换的班。{f'您的班：{listed}。' if listed else '您近期没有还没开始的班。'}")
    return found[0]


def _colleague(office: Office, slots: Values) -> str:
    name = str(slots.get("person") or "")
    found = [person for person in office.by_name(name) if person.active] if name else []
    if len(found) != 1:
        said = f"没有找到“{name}”" if name and not found else f"有 {len(found)} 位{name}" if name else "没有说和谁换"
        raise Refused(f"{said}，请写明同事的姓名，例如：我28号的班和王芳换到30号。")
    return found[0].staff_no


def _theirs(office: Office, to: str, slots: Values) -> Shift | None:
    day = day_in(slots.get("date2"))
    if day is None:
        return None
    found = next((shift for shift in office.roster.of_day(day) if shift.person == to), None)
    if found is None:
        raise Refused(f"{office.name_of(to)}在 {day.isoformat()} 没有排班，请看排班表再换。")
    return found


def _fits(office: Office, given: Shift, to: str, taken: Shift | None) -> None:
    changes = ((given.key, to), *(((taken.key, given.person),) if taken is not None else ()))
    after = office.roster.changed(changes)
    for who in (to, given.person):
        shifts = sorted((s for s in after.shifts if s.person == who), key=after.begins)
        for first, second in pairwise(shifts):
            if after.begins(second) < after.ends(first):
                raise Refused(f"换了以后{office.name_of(who)}的{called(first)}和{called(second)}会重叠，请另换一班。")


def answer_swap(unit: Unit, desk: Desk, person: str, number: str, *, yes: bool) -> Answer:
    """The colleague's answer, or the decision of whoever leads the shift.

    Raises:
        NotYourTurn: neither is asked. StaleButton: it is decided, or the shift has begun or changed hands.
    """
    office = office_of(unit, desk)
    swap = _found(unit, office.roster, number)
    if swap is None or swap.stage in ("approved", "refused"):
        raise StaleButton("这次换班已经有了结果，请看最新的一条。")
    if office.roster.begins(swap.given) <= desk.now.replace(tzinfo=None):
        raise StaleButton("这一班已经开始，不能再换。")
    if swap.stage == "asked":
        if person != swap.to:
            raise NotYourTurn("这次换班没有问您。")
        return _accepted(unit, desk, office, swap) if yes else _refused(unit, desk, office, swap, person)
    if person not in leaders_of(desk, office, swap.given):
        raise NotYourTurn("换班由带班领导或科室负责人批准。")
    return _approved(unit, desk, office, swap, person) if yes else _refused(unit, desk, office, swap, person)


def _accepted(unit: Unit, desk: Desk, office: Office, swap: Swap) -> Answer:
    _keep(unit, desk, office, _at(swap, "accepted"))
    text = f"{office.name_of(swap.given.person)}和{office.name_of(swap.to)}要换班：{swap.words}，请您批准。"
    for leader in leaders_of(desk, office, swap.given):
        _put(unit, leader, text, swap.id, ("批准换班", "不批准换班"), "accepted")
    said = "已同意，等带班领导批准。"
    unit.say(swap.to, Message(text=said))
    unit.say(swap.given.person, Message(text=f"{office.name_of(swap.to)}同意换班，已报带班领导批准。"))
    return Answer(said)


def _approved(unit: Unit, desk: Desk, office: Office, swap: Swap, leader: str) -> Answer:
    _fits(office, swap.given, swap.to, swap.taken)
    _keep(unit, desk, office, _at(swap, "approved"))
    set_shifts(unit, desk)
    said = f"换班已批准：{swap.words}。{office.name_of(swap.given.person)}和{office.name_of(swap.to)}请按新的班次到岗。"
    for person in dict.fromkeys((swap.given.person, swap.to, leader)):
        unit.say(person, Message(text=said, tone="agreed"))
    return Answer("已批准换班。")


def _refused(unit: Unit, desk: Desk, office: Office, swap: Swap, by: str) -> Answer:
    _keep(unit, desk, office, _at(swap, "refused"))
    said = f"{office.name_of(by)}没有同意换班：{swap.words}。仍按原来的班次到岗。"
    for person in dict.fromkeys((swap.given.person, swap.to, by)):
        unit.say(person, Message(text=said))
    return Answer("已回复不同意换班。")


def answer_last(unit: Unit, desk: Desk, person: str, *, yes: bool, approving: bool) -> Answer:
    """The answer to the swap this person was last asked about, typed.

    Raises:
        Refused: none waits for this person. As `answer_swap` besides.
    """
    office = office_of(unit, desk)
    wanted: Stage = "accepted" if approving else "asked"
    for row in unit.register(SWAPS, offset=0, limit=LOOK_BACK):
        swap = _read(row.row, office.roster) if not row.superseded else None
        if swap is None or swap.stage != wanted:
            continue
        if person in (leaders_of(desk, office, swap.given) if approving else (swap.to,)):
            return answer_swap(unit, desk, person, swap.id, yes=yes)
    raise Refused("现在没有等您答复的换班。")


def _at(swap: Swap, stage: Stage) -> Swap:
    return Swap(swap.id, swap.given, swap.to, swap.taken, stage)


def _found(unit: Unit, roster: Roster, number: str) -> Swap | None:
    row = unit.row(SWAPS, number)
    return _read(row.row, roster) if row is not None else None


def _read(cells: Mapping[str, Json], roster: Roster) -> Swap | None:
    """The swap of a row; None where a shift of it is gone from the roster or has changed hands."""
    shifts = {shift.key: shift for shift in roster.shifts}
    given, taken = shifts.get(str(cells.get("given"))), shifts.get(str(cells.get("taken")))
    if given is None or (cells.get("taken") and taken is None):
        return None
    return Swap(str(cells["id"]), given, str(cells["to_no"]), taken, str(cells["status"]))  # type: ignore[arg-type]


def _keep(unit: Unit, desk: Desk, office: Office, swap: Swap) -> None:
    last = max(shift.day for shift in (swap.given, swap.taken) if shift is not None)
    cells: dict[str, Json] = {
        "date": last.isoformat(),
        "id": swap.id,
        "given": swap.given.key,
        "from": office.name_of(swap.given.person),
        "from_no": swap.given.person,
        "to": office.name_of(swap.to),
        "to_no": swap.to,
        "taken": swap.taken.key if swap.taken is not None else "",
        "shifts": swap.words,
        "status": swap.stage,
    }
    unit.keep_rows((RegisterRow(SWAPS, swap.id, cells, swap.given.person),), "", desk.now)
