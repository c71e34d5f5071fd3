"""Seals: which may be used, and how many impressions."""

from flows.calendar import moment_text
from flows.cards import Fact
from flows.facts import Facts
from flows.families.base import Family
from flows.families.entitlement import number
from flows.people import Person
from flows.procedure.findings import Finding
from flows.procedure.model import Procedure, Values


class SealFamily(Family):
    """What seals add to the engine."""

    def examine(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Finding, ...]:
        """A seal reported or lent out is not used; impressions are counted in whole numbers from one."""
        found: list[Finding] = []
        name = values.get(str(procedure.family_params.get("field", "seal")))
        status = facts.seals.get(name) if isinstance(name, str) else None
        if status is not None:
            state = "已停用" if status.status == "suspended" else f"已借出{'给' + status.to if status.to else ''}"
            since = moment_text(status.since)
            found.append(
                Finding("", "refuse", f"{name}自{since}起{state}，恢复后才能用印；请改用其他印章或与印章管理人员联系。")
            )
        copies = number(values.get("copies"))
        if copies is not None and (copies < 1 or copies != int(copies)):
            found.append(Finding("", "refuse", "盖印数要填 1 以上的整数，请重填。"))
        return tuple(found)

    def context(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Fact, ...]:
        """Which section the request comes from."""
        return (Fact("科室", applicant.section),) if applicant.section else ()
