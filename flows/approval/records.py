"""The row a step writes into a register.

A column's source is `field:<id>` (of several, `field:<id>|<id>`, the first that is filled), `late:<step>` (whether that
step is or was done past its deadline), `now:date`, `now:time`, `now:moment`, `applicant`, `actor`, `principal` (in
whose place the actor acted), `approver`, `case_no`, `text:<literal>` or `figure:<name>`; people stand in registers by
name, files by theirs.
"""

from flows.approval.case import Case, Visit
from flows.facts import Facts
from flows.people import Office
from flows.procedure.condition import absent
from flows.procedure.model import Json, Procedure, Record, Values

_NOW = {"date": "%Y-%m-%d", "moment": "%Y-%m-%d %H:%M"}


def row_of(record: Record, case: Case, procedure: Procedure, facts: Facts, figures: Values) -> dict[str, Json]:
    """The register row, column by column."""
    return {column: _cell(source, case, procedure, facts, figures) for column, source in record.row.items()}


def person_of(record: Record, case: Case) -> str:
    """The staff number of whom the row is about (empty: nobody in particular)."""
    kind, _, name = record.row.get("person", "").partition(":")
    if kind == "field":
        value = case.values.get(name)
        return value if isinstance(value, str) else ""
    return case.applicant if kind == "applicant" else ""


def _cell(source: str, case: Case, procedure: Procedure, facts: Facts, figures: Values) -> Json:
    kind, _, name = source.partition(":")
    match kind:
        case "field":
            filled = (item for item in name.split("|") if not absent(case.values.get(item)))
            return _value(next(filled, name), case, procedure, facts.office)
        case "late":
            return figures.get(source)
        case "now":
            return facts.now.strftime(_NOW.get(name, "%H:%M"))
        case "applicant":
            return facts.office.name_of(case.applicant)
        case "actor":
            return facts.office.name_of(_last_actor(case))
        case "principal":
            return facts.office.name_of(_last_principal(case))
        case "case_no":
            return case.no
        case "approver":
            return facts.office.name_of(approver(case))
        case "figure":
            return figures.get(name)
        case _:
            return name


def _value(name: str, case: Case, procedure: Procedure, office: Office) -> Json:
    value = case.values.get(name)
    field = procedure.field_by_id.get(name)
    if field is not None and field.type == "person" and isinstance(value, str):
        return office.name_of(value)
    if isinstance(value, dict):
        return value.get("name")
    return value


def _last_actor(case: Case) -> str:
    done = [visit for visit in case.visits if visit.status == "done"]
    if not done:
        return case.applicant
    return max(done, key=lambda visit: (visit.done_at or visit.entered_at, visit.index)).done_by


def _last_principal(case: Case) -> str:
    done = [visit.done_for for visit in case.visits if visit.status == "done"]
    return done[-1] if done else ""


def approver(case: Case) -> str:
    """Whoever gave the last approval, signature or instruction of this round (empty: nobody yet)."""
    visit = approval(case)
    return visit.done_by if visit is not None else ""


def approval(case: Case) -> Visit | None:
    """The last approval, signature or instruction of this round, if there is one."""
    given = [
        visit
        for visit in case.visits_of_round()
        if visit.status == "done"
        and not visit.extra
        and visit.kind in ("approve", "sign", "instruct", "issue")
        and visit.decision not in ("refuse", "send_back")
    ]
    return given[-1] if given else None
