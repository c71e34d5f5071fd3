"""What is asked of an earlier leave by one act: back from it, or longer (销假, 续假), as a case of its own."""

from collections.abc import Mapping

from flows.approval.act import Act
from flows.approval.filing import file_case
from flows.approval.outcome import Outcome
from flows.errors import NotYourTurn, ReasonNeeded
from flows.families.referring import refers
from flows.procedure.model import Json, Procedure, Values
from handlers.gather import Bound, facts_for
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
