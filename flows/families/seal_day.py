"""A day's seal requests by state: how many were stamped, given back and still wait (用印单汇总)."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from flows.approval.case import Case
from flows.procedure.model import Json, Procedure


def seal_day(procedure: Procedure, cases: Iterable[Case], day: date) -> Mapping[str, Json]:
    """The day's figures: stamped that day, given back that day and not handed in again, filed that day and waiting."""
    stamp = str(procedure.family_params.get("stamp", ""))
    counted = {"stamped_today": 0, "returned_today": 0, "pending_today": 0}
    for case in cases:
        if case.state == "returned":
            counted["returned_today"] += _last_touched(case) == day
        elif _stamped_on(case, stamp, day):
            counted["stamped_today"] += 1
        elif case.state in ("pending", "approved") and case.filed_at.date() == day:
            counted["pending_today"] += 1
    return MappingProxyType(counted)


def _stamped_on(case: Case, stamp: str, day: date) -> bool:
    return any(
        visit.step == stamp and visit.status == "done" and visit.done_at is not None and visit.done_at.date() == day
        for visit in case.visits_of_round()
    )


def _last_touched(case: Case) -> date:
    """The day of the last decision, which gave the case back."""
    days = [visit.done_at.date() for visit in case.visits if visit.done_at is not None]
    return days[-1] if days else case.filed_at.date()


def tally_text(figures: Mapping[str, Json]) -> str:
    """The figures as one sentence."""
    return (
        f"今天用印 {figures['stamped_today']} 件，退回 {figures['returned_today']} 件，"
        f"还在办 {figures['pending_today']} 件。"
    )
