"""Rules that something is done again and again: the pack's recurring item that carries them out."""

from dataclasses import dataclass

from flows.calendar import moment_text
from flows.deadlines.timetable import as_set, next_at
from flows.procedure.checks import Request, applies, check, reason
from flows.procedure.findings import Finding
from flows.procedure.model import Rule


@dataclass(frozen=True, slots=True)
class Recurs:
    """Parameters of `recurs`: the recurring item that reminds people of what the rule wants, and `at`, the step whose
    doing it is about.
    """

    recurring: str
    at: str


@check("recurs", Recurs)
def recurs(rule: Rule, params: Recurs, request: Request) -> tuple[Finding, ...]:
    """The rule is why what is done at the step is looked at again; it says when next, where the rhythm is fixed."""
    if request.step != params.at or not applies(rule, request.values):
        return ()
    item = next((item for item in request.pack.recurring if item.id == params.recurring), None)
    if item is None:
        return ()
    item = as_set(item, request.facts.office.rhythms)
    due = next_at(item, request.facts.now, request.facts.calendar)
    when = f"下次{moment_text(due)}" if due is not None else "由单位不定期安排"
    return (reason(rule, f"{item.name}，{when}"),)
