"""委托: a principal orders somebody to act in their place, for some days and some kinds of procedure.

An order gives the principal's own power only: nobody passes on what was ordered of them, so there are no chains and no
circles; two orders of one principal never cover the same matter on the same day.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from flows.calendar import day_text
from flows.errors import Refused
from flows.people import Delegation, Office
from flows.procedure.model import Field, Procedure, Step, Values

ID = "delegation"
EVERYTHING = "全部事项"
LONGEST = timedelta(days=366)


def form(procedures: Iterable[Procedure]) -> Procedure:
    """The form an order is filled in on; it is no case of anybody's."""
    kinds = (EVERYTHING, *(procedure.name for procedure in procedures))
    fields = (
        Field("delegate", "受托人", "person", required=True, ask="委托谁代办？"),
        Field("start", "开始", "date", required=True, ask="从哪一天开始？"),
        Field("end", "结束", "date", required=True, ask="到哪一天为止？", hint="这一天也算在内。"),
        Field("kind", "事项", "choice", required=True, choices=kinds, ask="委托哪些事项？"),
    )
    submit = Step("submit", "委托", "staff", "submit")
    return Procedure(ID, "委托代办", "plain", "staff", "", fields, (submit,), ())


def order_of(principal: str, values: Values, procedures: Iterable[Procedure]) -> Delegation:
    """The order a filled-in form gives."""
    kind = values.get("kind")
    named = tuple(procedure.id for procedure in procedures if procedure.name == kind)
    start, end = (date.fromisoformat(str(values[key])[:10]) for key in ("start", "end"))
    return Delegation(principal, str(values["delegate"]), start, end, named)


def overlap(one: Delegation, other: Delegation) -> bool:
    """Whether two orders are in force on one day for one procedure."""
    days = one.start <= other.end and other.start <= one.end
    matters = not one.procedures or not other.procedures or set(one.procedures) & set(other.procedures)
    return days and bool(matters)


def objection(order: Delegation, others: Iterable[Delegation], name_of: Callable[[str], str]) -> str:
    """Why the order cannot stand beside the others, with what to do (empty: it can)."""
    delegate = name_of(order.delegate)
    if order.delegate == order.principal:
        return "不能委托给本人，请换人。"
    if order.end < order.start:
        return "委托的结束早于开始，请核对日期。"
    if order.end - order.start > LONGEST:
        return "一次委托最长一年，请缩短期限。"
    for other in others:
        if not overlap(order, other):
            continue
        if other.principal == order.principal:
            until = day_text(other.end)
            return f"这段时间同样的事项已委托{name_of(other.delegate)}（至{until}），请先收回那一件，或改日期、事项。"
        if other.principal == order.delegate:
            return f"{delegate}这段时间已把同样的事项委托给{name_of(other.delegate)}，不能再受托，请换人。"
        if other.delegate == order.principal:
            giver = name_of(other.principal)
            return f"{giver}这段时间委托您代办同样的事项，不能转委托；请先与{giver}商量收回。"
    return ""


def check(order: Delegation, others: Iterable[Delegation], office: Office, today: date) -> None:
    """Stop an order that cannot be given.

    Raises:
        Refused: with what to do instead.
    """
    delegate = office.people.get(order.delegate)
    if delegate is None or not delegate.active:
        raise Refused("受托人不在职，请换人。")
    if order.start < today:
        raise Refused("委托不能从过去的日子开始，请改开始日期。")
    why = objection(order, others, office.name_of)
    if why:
        raise Refused(why)


def words_of(order: Delegation, procedures: Iterable[Procedure]) -> str:
    """When and for what an order holds: 11月24日(周二)至11月26日(周四)，全部事项."""
    names = [procedure.name for procedure in procedures if procedure.id in order.procedures]
    return f"{day_text(order.start)}至{day_text(order.end)}，{'、'.join(names) or EVERYTHING}"
