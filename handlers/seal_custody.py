"""A keeper's word about a seal: kept in the seals' register, and a loan's return reminded of until it is back."""

from datetime import date

from flows.calendar import Slot, day_text
from flows.cards import Message
from flows.conversation.dates import Around, read_day
from flows.errors import BrokenRule, NotYourTurn, Refused
from flows.families.seal_custody import Order, back_text, custody_row, loan_of, read_order, refuse_if_unfit
from flows.procedure.findings import Finding
from flows.records import DueTimer
from handlers.events import Answer
from handlers.gather import procedures_of
from handlers.ports import Desk, Unit
from handlers.queries import registers_for

TIMER = "seal_back:"
REGISTER = "seal_status"


def seals_of(desk: Desk) -> tuple[str, ...]:
    """The names of the seals this office's procedures know."""
    names: dict[str, None] = {seal.name: None for seal in desk.office.seals}
    for _, procedure in procedures_of(desk):
        if procedure.family == "seal":
            field = procedure.field_by_id.get(str(procedure.family_params.get("field", "")))
            names |= dict.fromkeys(field.choices if field is not None else ())
            names |= dict.fromkeys(str(value) for key, value in procedure.family_params.items() if key == "name")
    return tuple(names)


def on_order(unit: Unit, desk: Desk, person: str, text: str) -> Answer | None:
    """The word carried out; None where the text is none.

    Raises:
        Refused: not this person's to say, no such seal, or it does not fit how the seal stands.
    """
    order = read_order(text)
    if order is None:
        return None
    if not any(register.id == REGISTER for register in registers_for(desk, person)):
        raise NotYourTurn("印章的停用、恢复、借出、归还由印章管理人员登记。")
    known = seals_of(desk)
    if order.seal not in known:
        raise Refused(f"没有叫“{order.seal}”的印章。可写：{'、'.join(known)}。")
    refuse_if_unfit(order, unit.seals().get(order.seal))
    to, back = _loan(desk, order) if order.verb == "借出" else ("", None)
    unit.keep_rows((custody_row(order, desk.now, to=to, back=back),), "", desk.now)
    if back is not None:
        _remind(unit, desk, order.seal, back)
    said = f"已登记：{order.seal}{order.verb}{f'给{to}，{day_text(back)}前归还' if back is not None else ''}。"
    unit.say(person, Message(text=said, tone="agreed"))
    return Answer(said)


def _loan(desk: Desk, order: Order) -> tuple[str, date]:
    """To whom and until when; refused where the text forbids that a seal leaves its keeper."""
    for _, procedure in procedures_of(desk):
        rule = procedure.rule_by_id.get(str(procedure.family_params.get("no_lending", "")))
        if procedure.family == "seal" and rule is not None:
            raise BrokenRule((Finding(rule.entry, "refuse", f"{rule.statement}，不能借出。", rule.cite),))
    to, words = loan_of(order)
    return to, read_day(words, Around(desk.now.date(), calendar=desk.calendar))


def _remind(unit: Unit, desk: Desk, seal: str, on: date) -> None:
    day = on if desk.calendar.is_workday(on) else desk.calendar.next_workday(on)
    at = desk.calendar.begins(Slot(day, "am")).replace(tzinfo=desk.now.tzinfo)
    unit.set_recurring(f"{TIMER}{seal}", at)


def on_back(unit: Unit, desk: Desk, timer: DueTimer) -> None:
    """Remind the keepers of a seal that is due back, and again each working day until it is."""
    unit.end_timer(timer.id)
    seal = timer.kind.removeprefix(TIMER)
    row = unit.row(REGISTER, f"seal:{seal}")
    if row is None or row.row.get("status") != "lent":
        return
    back = date.fromisoformat(str(row.row.get("due_back")))
    key = f"{timer.kind}:{timer.due_at.isoformat()}"
    for person in _keepers(desk):
        unit.say(person, Message(text=back_text(seal, str(row.row.get("to")), back)), key=key, about=timer.kind)
    _remind(unit, desk, seal, desk.calendar.next_workday(desk.now.date()))


def _keepers(desk: Desk) -> tuple[str, ...]:
    """Those who keep the register, without the leaders who may only read it."""
    posts = {
        post
        for pack, _ in procedures_of(desk)
        for register in pack.registers.values()
        if register.id == REGISTER
        for post in register.readers
        if post not in pack.leaders
    }
    return tuple(
        number
        for number, person in sorted(desk.office.people.items())
        if person.active and any(map(person.holds, posts))
    )
