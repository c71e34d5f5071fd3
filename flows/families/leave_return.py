"""The return from a leave as a procedure of its own (销假): what came of the leave, and its end."""

from flows.approval.case import Case
from flows.approval.outcome import Effects, Elsewhere
from flows.calendar import days_text
from flows.cards import Fact
from flows.facts import Facts
from flows.families.base import Family
from flows.families.coming_back import awaited_return
from flows.families.leave import LeaveFamily
from flows.families.leave_course import came_back, marked_back, overdue_workdays
from flows.families.referring import as_leave, cannot_refer, leave_text, return_visit_of
from flows.families.span import read_moment, requested
from flows.people import Person
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Step, Values

_LEAVE = LeaveFamily()
_UNDONE = frozenset({"returned", "refused", "withdrawn", "cancelled"})


class LeaveReturnFamily(Family):
    """What a return adds to the engine: it settles the leave it refers to."""

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """The figures of the leave, with how many working days late the return is."""
        leave, earlier = as_leave(procedure, values, facts)
        if facts.referred is None or leave is procedure:
            return {}
        found = _LEAVE.figures(leave, earlier, applicant, facts)
        late = _late(leave, facts.referred, facts)
        return found if late is None else {**found, "overdue_workdays": late}

    def examine(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Finding, ...]:
        """The leave must be one's own and open; a moment still to come is none; lateness is pointed out."""
        wrong = cannot_refer(procedure, values, facts)
        if wrong is not None:
            return (wrong,)
        at = read_moment(values.get(str(procedure.family_params.get("at", ""))))
        if at is not None and at.day > facts.now.date():
            return (Finding("", "refuse", "返岗时间不能晚于现在，请核对。"),)
        return _absence(procedure, values, facts)

    def effects(
        self,
        event: str,
        before: Case,
        after: Case,
        procedure: Procedure,
        facts: Facts,
        step: Step | None,
        decision: str,
    ) -> Effects:
        """Handed in, the leave waits no more; taken back or refused, it waits again; registered, it is closed."""
        base = super().effects(event, before, after, procedure, facts, step, decision)
        elsewhere = self._elsewhere(event, after, procedure, facts)
        return base + Effects(elsewhere=(elsewhere,)) if elsewhere is not None else base

    def _elsewhere(self, event: str, case: Case, procedure: Procedure, facts: Facts) -> Elsewhere | None:
        leave, _ = as_leave(procedure, case.values, facts)
        earlier = facts.referred
        if earlier is None or leave is procedure or earlier.state != "approved":
            return None
        if event in ("filed", "resubmitted"):
            return _reported(case, procedure, earlier, leave, facts)
        if event in _UNDONE:
            return _waits_again(earlier, leave, facts)
        if event == "closed":
            return Elsewhere(earlier, leave, (("ended", {"state": "closed"}),), came_back(leave, earlier, facts))
        return None

    def context(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Fact, ...]:
        """The leave that was taken, and how late the return is."""
        leave, earlier = as_leave(procedure, values, facts)
        span = requested(leave, earlier, facts) if leave is not procedure else None
        if span is None or facts.referred is None:
            return ()
        late = _late(leave, facts.referred, facts)
        said = f"逾期 {days_text(late)} 个工作日" if late else "未逾期"
        kind = str(earlier.get(str(leave.family_params.get("type", "")), "")) or "请假"
        return (Fact("原假", f"{kind} {leave_text(span.first, span.last)}（{facts.referred.no}）"), Fact("销假", said))


def _late(leave: Procedure, earlier: Case, facts: Facts) -> float | None:
    span = requested(leave, earlier.values, facts)
    return overdue_workdays(leave, earlier, span, facts) if span is not None else None


def _absence(procedure: Procedure, values: Values, facts: Facts) -> tuple[Finding, ...]:
    """The rule of the leave by which the time past it counts as absence, where the return is late."""
    leave, _ = as_leave(procedure, values, facts)
    rule = leave.rule_by_id.get(str(procedure.family_params.get("late", "")))
    late = _late(leave, facts.referred, facts) if facts.referred is not None else None
    if rule is None or not late:
        return ()
    text = f"假满后逾期 {days_text(late)} 个工作日才销假，又没有续假，超出的时间按旷工记；有特殊情况请向批准人说明。"
    return (Finding(rule.entry, "warn", text, rule.cite),)


def _reported(case: Case, procedure: Procedure, earlier: Case, leave: Procedure, facts: Facts) -> Elsewhere:
    """The return handed in: the leave's asking is answered, with the moment of being back."""
    lines: list[tuple[str, dict[str, Json]]] = []
    visit = return_visit_of(earlier)
    index = visit.index if visit is not None and visit.status == "open" else len(earlier.visits)
    if index == len(earlier.visits):
        awaited = awaited_return(leave, earlier.values, earlier.applicant, facts)
        lines += [("entered", dict(awaited.entry))] if awaited is not None else []
    at = case.values.get(str(procedure.family_params.get("at", "")))
    step = procedure.steps[0].id
    lines.append(("done", {"visit": index, "step": step, "decision": "done", "set": {"returned_at": at}}))
    return Elsewhere(earlier, leave, tuple(lines), marked_back(leave, earlier, facts, back=True))


def _waits_again(earlier: Case, leave: Procedure, facts: Facts) -> Elsewhere | None:
    """The report does not stand: the leave waits for its return as before."""
    awaited = awaited_return(leave, earlier.values, earlier.applicant, facts)
    if awaited is None:
        return None
    effects = marked_back(leave, earlier, facts, back=False) + Effects(timers=awaited.timers(len(earlier.visits)))
    forgotten: dict[str, Json] = {"set": {"returned_at": None}}
    return Elsewhere(earlier, leave, (("entered", awaited.entry), ("changed", forgotten)), effects)
