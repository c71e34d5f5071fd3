"""Families: what a kind of procedure has of its own beside the engine, and the checks its rules may name.

`family_of` gives a procedure's family; `HONOURS` are the functions a rule may name in `by`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from flows.families import (
    attendance,
    car_costs,
    checks,
    confidential_checks,
    deadline_checks,
    expense_checks,
    extension_checks,
    form_checks,
    leave_checks,
    leave_form_checks,
    limit_checks,
    meeting_checks,
    meeting_order,
    oral_checks,
    order_checks,
    paper_checks,
    prior_checks,
    record_checks,
    recurrence_checks,
    standing_in,
    topic_checks,
    unreported,
)
from flows.families.base import Family
from flows.families.car import CarFamily
from flows.families.duty import DutyFamily
from flows.families.expense import ExpenseFamily
from flows.families.leave import LeaveFamily
from flows.families.leave_extension import LeaveExtensionFamily
from flows.families.leave_return import LeaveReturnFamily
from flows.families.meeting import MeetingFamily
from flows.families.seal import SealFamily
from flows.families.topic import TopicFamily
from flows.procedure.model import Procedure

_PLAIN = Family()
FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "car": CarFamily(),
        "duty": DutyFamily(),
        "leave": LeaveFamily(),
        "meeting": MeetingFamily(),
        "seal": SealFamily(),
        "topic": TopicFamily(),
        **dict.fromkeys(("expense", "purchase", "asset", "supplies"), ExpenseFamily()),
    }
)
_REFERRING: Mapping[str, Family] = MappingProxyType({"to": LeaveExtensionFamily(), "refers": LeaveReturnFamily()})
"""Procedures that refer to an earlier leave, by what they say of it: an extension says to when, a return does not."""
CHECKS_OF_FAMILIES = (
    attendance,
    car_costs,
    checks,
    confidential_checks,
    deadline_checks,
    extension_checks,
    expense_checks,
    form_checks,
    leave_checks,
    leave_form_checks,
    limit_checks,
    meeting_checks,
    meeting_order,
    oral_checks,
    order_checks,
    prior_checks,
    record_checks,
    recurrence_checks,
    paper_checks,
    standing_in,
    topic_checks,
    unreported,
)
HONOURS: Mapping[str, Callable[..., Any]] = MappingProxyType({})


def family_of(procedure: Procedure) -> Family:
    """The procedure's family; one without behaviour of its own runs on what every procedure has."""
    for key, family in _REFERRING.items():
        if procedure.family == "leave" and key in procedure.family_params:
            return family
    return FAMILIES.get(procedure.family, _PLAIN)
