"""Families: what a kind of procedure has of its own beside the engine, and the checks its rules may name.

`family_of` gives a procedure's family; `HONOURS` are the functions a rule may name in `by`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from flows.families import attendance, checks, leave_checks
from flows.families.base import Family
from flows.families.leave import LeaveFamily
from flows.families.seal import SealFamily
from flows.procedure.model import Procedure

_PLAIN = Family()
FAMILIES: Mapping[str, Family] = MappingProxyType({"leave": LeaveFamily(), "seal": SealFamily()})
CHECKS_OF_FAMILIES = (attendance, checks, leave_checks)
HONOURS: Mapping[str, Callable[..., Any]] = MappingProxyType({})


def family_of(procedure: Procedure) -> Family:
    """The procedure's family; one without behaviour of its own runs on what every procedure has."""
    return FAMILIES.get(procedure.family, _PLAIN)
