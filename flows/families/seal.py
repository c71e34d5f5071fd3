"""Seals: which may be used, how many impressions, what the register says of a paper still to be completed.

A pack says under `seal` what its procedure has of its own: `field` holds the seal's name (or `name` says it where there
is only one), `stamp` is the step it is pressed at, `late` the approval that may come after it, `suspends` the step that
takes a seal out of use, `stopped_by` the entry named when a seal out of use is asked for.
"""

from collections.abc import Mapping
from dataclasses import replace

from flows.approval import route
from flows.approval.case import Case, Visit
from flows.approval.outcome import Effects, Notice, RegisterRow
from flows.approval.records import person_of, row_of
from flows.calendar import moment_text
from flows.cards import Fact
from flows.deadlines.due import moment_of
from flows.errors import NoRoute
from flows.facts import Facts, SealStatus
from flows.families.base import Family
from flows.families.entitlement import number
from flows.families.worked_out import Doing, worked_out
from flows.people import Person
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Step, Values

OUT_OF_USE: Mapping[str, str] = {"suspended": "已停用", "lent": "已借出"}


def _param(procedure: Procedure, name: str) -> str:
    value = procedure.family_params.get(name)
    return value if isinstance(value, str) else ""


def seal_of(procedure: Procedure, values: Values) -> str:
    """The name of the seal the request is about."""
    said = values.get(_param(procedure, "field") or "seal")
    return said if isinstance(said, str) and said else _param(procedure, "name")


class SealFamily(Family):
    """What seals add to the engine."""

    def complete(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """What filing records by itself: whether those who sign are here, whether the applicant holds a post."""
        return worked_out(procedure.steps[0].id, Doing(procedure, values, applicant.staff_no, facts))

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """Whether the papers are complete when the seal is pressed, where a later approval is possible."""
        late = _param(procedure, "late")
        return {"status": "to_complete" if late in _after_stamp(procedure, values) else "complete"} if late else {}

    def examine(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Finding, ...]:
        """A seal reported or lent out is not used; impressions are counted in whole numbers from one."""
        found = list(_out_of_use(procedure, values, facts))
        copies = number(values.get("copies"))
        if copies is not None and (copies < 1 or copies != int(copies)):
            found.append(Finding("", "refuse", "盖印数要填 1 以上的整数，请重填。"))
        discovered = moment_of(values.get("found_at"), facts.calendar, facts.now)
        if discovered is not None and discovered > facts.now:
            found.append(Finding("", "refuse", "发现时间不能晚于现在，请重填。"))
        return tuple(found)

    def examine_at(
        self, procedure: Procedure, step: Step, case: Case, values: Values, facts: Facts
    ) -> tuple[Finding, ...]:
        """A seal that went out of use meanwhile is not pressed either."""
        return _out_of_use(procedure, values, facts) if step.id == _param(procedure, "stamp") else ()

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
        """The register's line, completed by a later approval, and the seal taken out of use by a report."""
        made = super().effects(event, before, after, procedure, facts, step, decision)
        if event != "done" or step is None:
            return made
        if step.id == _param(procedure, "late"):
            made += _late_word(procedure, after, facts, decision)
        if step.id == _param(procedure, "suspends") and decision == "done":
            name = seal_of(procedure, after.values)
            made += Effects(rows=(status_row(SealStatus(name, "suspended", facts.now), after.no),))
        return made

    def context(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Fact, ...]:
        """Which section the request comes from."""
        return (Fact("科室", applicant.section),) if applicant.section else ()


def status_row(status: SealStatus, why: str = "", *, due_back: str = "") -> RegisterRow:
    """The line of the seals' register by which a seal goes out of use."""
    row: dict[str, Json] = {
        "seal": status.seal,
        "status": status.status,
        "since": status.since.strftime("%Y-%m-%d %H:%M"),
        "to": status.to,
        "due_back": due_back,
        "reason": why,
    }
    return RegisterRow("seal_status", f"seal:{status.seal}", row)


def _out_of_use(procedure: Procedure, values: Values, facts: Facts) -> tuple[Finding, ...]:
    """A procedure about seals that takes none out of use does not go on with one that is."""
    name = seal_of(procedure, values)
    status = facts.seals.get(name)
    if status is None or _param(procedure, "suspends"):
        return ()
    state = OUT_OF_USE[status.status] + (f"给{status.to}" if status.to else "")
    said = f"{name}自{moment_text(status.since)}起{state}，恢复后才能用印；请改用其他印章或与印章管理人员联系。"
    return (Finding(_param(procedure, "stopped_by"), "refuse", said),)


def _after_stamp(procedure: Procedure, values: Values) -> tuple[str, ...]:
    """Ids of the steps that follow the stamping for these values."""
    step = procedure.step_by_id.get(_param(procedure, "stamp"))
    try:
        return tuple(item.id for item in route.ahead(procedure, step, values)) if step is not None else ()
    except NoRoute:
        return ()


def _late_word(procedure: Procedure, case: Case, facts: Facts, decision: str) -> Effects:
    """The line of the stamping with the later word on it; a refusal undoes nothing and is reported."""
    stamped = _stamping(procedure, case)
    if stamped is None or stamped.done_at is None:
        return Effects()
    step = procedure.step_by_id[stamped.step]
    if step.records is None:
        return Effects()
    visit = next(item for item in reversed(case.visits) if item.status == "done")
    agreed = decision == "agree"
    opinion = "同意" if agreed else f"不同意：{visit.reason}"
    figures: dict[str, Json] = {"status": "complete", "opinion": opinion}
    row = row_of(step.records, case, procedure, replace(facts, now=stamped.done_at), figures)
    told = () if agreed else _told_of_refusal(procedure, case, facts, visit)
    about = person_of(step.records, case)
    return Effects(rows=(RegisterRow(step.records.register, f"{case.id}:{step.id}", row, about),), notices=told)


def _stamping(procedure: Procedure, case: Case) -> Visit | None:
    done = [v for v in case.visits_of_round() if v.step == _param(procedure, "stamp") and v.status == "done"]
    return done[-1] if done else None


def _told_of_refusal(procedure: Procedure, case: Case, facts: Facts, visit: Visit) -> tuple[Notice, ...]:
    who = facts.office.name_of(visit.done_by)
    text = f"{case.no} 急件已先盖章，{who}事后不同意：{visit.reason}。章已盖出，本件办结，请处理。"
    heads = facts.office.holders(_param(procedure, "told_of_refusal"))
    return tuple(Notice(person.staff_no, "tell", visit.step, "copy", text=text) for person in heads)
