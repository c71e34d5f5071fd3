"""What is asked of an earlier leave by one act: back from it, or longer (销假, 续假), as a case of its own."""

from collections.abc import Mapping

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import Case
from flows.approval.filing import file_case
from flows.approval.outcome import Outcome
from flows.cards import Button, Message
from flows.errors import NotYourTurn, ReasonNeeded, TooLate
from flows.families.coming_back import still_to_return
from flows.families.referring import refers
from flows.procedure.model import Json, Procedure, Values
from handlers.events import Answer
from handlers.gather import Bound, bound, facts_for
from handlers.ports import Desk, Unit

_OPENS: Mapping[str, str] = {"report_return": "return_by", "extend": "extend_by"}


def later_procedure(found: Bound, verb: str) -> Procedure | None:
    """The procedure of its own by which the act is done, where this case's procedure names one."""
    name = found.procedure.family_params.get(_OPENS.get(verb, ""))
    return found.pack.procedures.get(str(name)) if name else None


def file_later(unit: Unit, desk: Desk, found: Bound, procedure: Procedure, act: Act) -> Outcome:
    """The return or extension filed for the case; the act's `set` may say `until` when.

    Raises:
        NotYourTurn: the actor is not the applicant. ReasonNeeded: an extension without its reason.
        Refused: as any filing.
    """
    if act.actor != found.case.applicant:
        raise NotYourTurn(f"只有申请人本人可以办{procedure.name}。")
    if act.verb == "extend" and not act.reason.strip():
        raise ReasonNeeded("请写明续假的理由。")
    values = _values(found, procedure, act, desk)
    facts = facts_for(unit, desk, found.pack, act.actor, values=values)
    number = unit.new_case(procedure.prefix, desk.now)
    return file_case(found.pack, procedure, values, act.actor, facts, case_id=number.id, no=number.no, code=number.code)


def _values(found: Bound, procedure: Procedure, act: Act, desk: Desk) -> Values:
    params = procedure.family_params
    values: dict[str, Json] = {refers(procedure): found.case.no}
    if "to" in params:
        return {**values, str(params["to"]): act.set.get("until"), "reason": act.reason.strip()}
    return {**values, str(params["at"]): act.set.get("at") or desk.now.strftime("%Y-%m-%d %H:%M")}


def do_later(unit: Unit, desk: Desk, found: Bound, act: Act) -> Answer | None:
    """The return from a leave filed by the one tap, where it is a case of its own; None: the act is no such thing."""
    later = later_procedure(found, act.verb)
    if later is None:
        return None
    outcome = file_later(unit, desk, found, later, act)
    unit.keep(outcome)
    text = f"已提交{later.name}：{outcome.case.no}（码 {outcome.case.code}），等批准人确认。"
    unit.say(act.actor, Message(text=text, tone="agreed"), case_id=outcome.case.id)
    return Answer(f"已提交{later.name}。", case_id=outcome.case.id)


def open_leaves(unit: Unit, desk: Desk, procedure: Procedure, person: str) -> tuple[Case, ...]:
    """The person's approved leaves nobody has come back from, which this procedure returns from or extends."""
    found = []
    for case in unit.going_on(person):
        params = bound(desk, case).procedure.family_params
        if procedure.id in (params.get("return_by"), params.get("extend_by")) and still_to_return(case):
            found.append(case)
    return tuple(found)


def which_leave(unit: Unit, desk: Desk, procedure: Procedure, leaves: tuple[Case, ...], person: str) -> None:
    """Ask which of several leaves is meant.

    Raises:
        TooLate: there is none.
    """
    if not leaves:
        raise TooLate(f"您名下没有已批准、还没有销假的请假单，现在不用办{procedure.name}。")
    rows = tuple((Button(_told(desk, case), f"later:{procedure.id}:{case.id}"),) for case in leaves)
    unit.say(person, Message(text=f"您有几件没有销假的请假单，请选{procedure.name}的是哪一件：", buttons=rows))


def _told(desk: Desk, case: Case) -> str:
    found = bound(desk, case)
    params = found.procedure.family_params
    first, last = (str(case.values.get(str(params.get(key, "")), "")) for key in ("start", "end"))
    return f"{words.matter(found.procedure, case)} {first} 至 {last}（{case.no}）"
