"""Requests that refer to an earlier leave: the return from it, and its extension (销假, 续假).

Such a procedure names in `refers` the field with the number of the earlier case, an extension also in `to` the field
with its new last day; the leave's own procedure names them in `return_by` and `extend_by`.
"""

from flows.approval.case import ENDED, Case, Visit
from flows.approval.words import STATES
from flows.calendar import Slot, after, slot_text
from flows.facts import Facts
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Pack, Procedure, Values

RETURN = "return"
"""The `extra` of the visit by which the return from a leave is waited for."""
EXTENSION_ONLY = "extension_only"


def refers(procedure: Procedure) -> str:
    """The field with the number of the earlier case (empty: the procedure refers to none)."""
    return str(procedure.family_params.get("refers", ""))


def referring_fields(pack: Pack) -> frozenset[str]:
    """The fields of the pack's procedures that name an earlier case."""
    return frozenset(name for procedure in pack.procedures.values() for name in [refers(procedure)] if name)


def as_leave(procedure: Procedure, values: Values, facts: Facts) -> tuple[Procedure, Values]:
    """The leave a request is about: itself, or the earlier one, to its new last day where it is extended.

    Where the office counts an extension by itself (`count` names its word), only what comes on top is the leave.
    """
    earlier = facts.referred
    leave = facts.pack.procedures.get(earlier.procedure) if earlier is not None else None
    if not refers(procedure) or earlier is None or leave is None:
        return procedure, values
    extended = extended_values(procedure, leave, earlier, values)
    if extended is None:
        return leave, earlier.values
    if facts.setting(str(procedure.family_params.get("count", ""))) == EXTENSION_ONLY:
        last = _last_slot(earlier.values.get(str(leave.family_params["end"])))
        extended[str(leave.family_params["start"])] = str(after(last)) if last is not None else None
    return leave, extended


def extended_values(procedure: Procedure, leave: Procedure, earlier: Case, values: Values) -> dict[str, Json] | None:
    """The earlier leave's values to the new last day, or None where the request names none."""
    to = values.get(str(procedure.family_params.get("to", "")))
    if absent(to):
        return None
    return {**earlier.values, str(leave.family_params["end"]): to}


def _last_slot(value: Json) -> Slot | None:
    if not isinstance(value, str) or len(value) < 10:
        return None
    day, _, rest = value.partition(" ")
    morning = rest == "am" or (rest[:2].isdecimal() and rest < "13")
    return Slot.parse(f"{day} {'am' if morning else 'pm'}")


def return_visit_of(case: Case) -> Visit | None:
    """The last asking to report back beside the route, open or done, if it has come to that."""
    asked = [visit for visit in case.visits_of_round() if visit.extra == RETURN]
    return asked[-1] if asked else None


def cannot_refer(procedure: Procedure, values: Values, facts: Facts) -> Finding | None:
    """Why the earlier case the request names cannot be returned from or extended (None: it can)."""
    field = procedure.field_by_id[refers(procedure)]
    if absent(values.get(field.id)):
        return None
    earlier = facts.referred
    leave = facts.pack.procedures.get(earlier.procedure) if earlier is not None else None
    named = {leave.family_params.get(key) for key in ("return_by", "extend_by")} if leave is not None else set()
    if earlier is None or procedure.id not in named:
        text = f"没有找到您名下这个编号的请假单，请核对{field.name}，例如 QJ-2026-0001。"
        return Finding("", "refuse", text, asks_for=(field.id,))
    why = _why_not_now(procedure, earlier, facts)
    return Finding("", "refuse", why) if why else None


def _why_not_now(procedure: Procedure, earlier: Case, facts: Facts) -> str:
    visit = return_visit_of(earlier)
    if earlier.state in ENDED:
        return f"请假单 {earlier.no}{STATES[earlier.state]}，不用再办{procedure.name}。"
    if earlier.state != "approved":
        return f"请假单 {earlier.no} 还没有批准，不能办{procedure.name}；时间有变的请先撤回或修改那一件。"
    if visit is not None and visit.status == "done":
        return f"请假单 {earlier.no} 已经报过销假，不能再办{procedure.name}。"
    field = refers(procedure)
    for other in facts.going_on:
        if other.procedure == procedure.id and other.values.get(field) == earlier.no:
            return f"请假单 {earlier.no} 已有一件{procedure.name}在办（{other.no}），请等它办完。"
    return ""


def leave_text(first: Slot, last: Slot) -> str:
    """The time of a leave in words: 11月25日 至 11月26日."""
    begins, ends = (slot_text(slot).removesuffix(end) for slot, end in ((first, "上午"), (last, "下午")))
    return begins if begins == ends else f"{begins}至{ends}"
