"""Orders to act in one's place, given and taken back in chat; the delegate is told, and asked what waits already."""

from flows.approval.delegation import check, form, order_of, words_of
from flows.approval.run import Run
from flows.approval.stand_in import ask_stand_ins
from flows.cards import Button, Message
from flows.conversation.draft import Draft
from flows.errors import StaleButton
from flows.people import Delegation
from flows.procedure.model import Procedure, Values
from handlers.events import Answer
from handlers.gather import facts_of, load, office_of, procedures_of
from handlers.ports import Desk, Unit

_MOST_WAITING = 50


def _procedures(desk: Desk) -> tuple[Procedure, ...]:
    return tuple(procedure for _, procedure in procedures_of(desk))


def order_form(desk: Desk) -> Procedure:
    """The form an order is filled in on in this office."""
    return form(_procedures(desk))


def submit(unit: Unit, desk: Desk, draft: Draft, values: Values) -> Answer:
    """The order given: kept, told to the delegate, who is asked what waits for the principal already.

    Raises:
        Refused: it cannot be given; the draft stays as it was.
    """
    procedures, office = _procedures(desk), office_of(unit, desk)
    order = order_of(draft.person, values, procedures)
    check(order, office.delegations, office, desk.now.date())
    unit.keep_delegation(order, desk.now)
    unit.drop_draft(draft.person)
    when = words_of(order, procedures)
    delegate, principal = office.person(order.delegate), office.person(order.principal)
    asked = _ask_what_waits(unit, desk, order)
    unit.say(
        order.principal,
        Message(text=f"已委托{delegate.called}代办：{when}。要收回请发送“委托”。", tone="agreed"),
    )
    waiting = f"现在等着办的 {asked} 件已转给您。" if asked else ""
    unit.say(
        order.delegate,
        Message(text=f"{principal.called}委托您代办：{when}。您办的会记明代{principal.name}。{waiting}"),
    )
    return Answer(f"已委托{delegate.called}。")


def _ask_what_waits(unit: Unit, desk: Desk, order: Delegation) -> int:
    """Ask the delegate beside the principal wherever a case waits for the principal; how many there were."""
    count = 0
    waiting = [
        case
        for box in ("to_approve", "to_handle")
        for case in unit.box(box, order.principal, offset=0, limit=_MOST_WAITING)
    ]
    for case in {case.id: case for case in waiting}.values():
        found = load(unit, desk, case.id)
        run = Run(found.case, found.procedure, facts_of(unit, desk, found), order.principal)
        more = [ask for visit in found.case.visits for ask in ask_stand_ins(run, visit)]
        if more:
            unit.keep(run.outcome())
            count += 1
    return count


def show_orders(unit: Unit, desk: Desk, person: str) -> Answer:
    """The orders the person has given, each with a button to take it back, and those given to them."""
    procedures, office = _procedures(desk), office_of(unit, desk)
    today = desk.now.date()
    own = [order for order in office.delegations if order.principal == person and order.end >= today]
    given = [order for order in office.delegations if order.delegate == person and order.end >= today]
    lines = [
        f"{number}. 委托{office.name_of(order.delegate)}：{words_of(order, procedures)}"
        + ("" if order.id else "（单位设定，请联系管理员更改）")
        for number, order in enumerate(own, 1)
    ]
    lines += [f"· 您代{office.name_of(order.principal)}：{words_of(order, procedures)}" for order in given]
    back = tuple(Button(f"收回 {n}", f"revoke:{order.id}") for n, order in enumerate(own, 1) if order.id)
    head = "委托代办：" if lines else "您现在没有委托别人，也没有受人委托。"
    buttons = tuple(row for row in (back, (Button("新的委托", "start:delegation", "primary"),)) if row)
    unit.say(person, Message(text="\n".join([head, *lines]), buttons=buttons))
    return Answer()


def revoke(unit: Unit, desk: Desk, person: str, order_id: str) -> Answer:
    """One of the person's own orders taken back; the delegate is told.

    Raises:
        StaleButton: it has ended or was taken back before, or is not theirs.
    """
    standing = unit.delegations(desk.now.date())
    order = next((each for each in standing if each.id == order_id and each.principal == person), None)
    if order is None:
        raise StaleButton("这件委托已经到期或收回了，请看最新的一条。")
    unit.end_delegation(order.id, desk.now)
    office, when = desk.office, words_of(order, _procedures(desk))
    unit.say(person, Message(text=f"已收回对{office.name_of(order.delegate)}的委托（{when}）。", tone="agreed"))
    unit.say(order.delegate, Message(text=f"{office.person(person).called}已收回对您的委托（{when}），不用再代办。"))
    return Answer("已收回。")
