"""Checks that look at earlier cases: what must have been asked for before, what must be settled first."""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.approval.case import Case
from flows.approval.route import decided
from flows.facts import Facts
from flows.families.checks import weight_of
from flows.families.entitlement import number
from flows.procedure.checks import Request, applies, check
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Pack, Procedure, Rule, Values

_GONE = frozenset({"refused", "withdrawn", "cancelled"})


@dataclass(frozen=True, slots=True)
class ApprovedBefore:
    """Parameters of `approved_before`: the procedure by which it must have been asked for.

    `ref` is the field with that case's number (left out: it is looked for among those of the applicant and of whomever
    the form names), `sum` the field with the amount it must cover.
    """

    earlier: str
    ref: str
    sum: str


@check("approved_before", ApprovedBefore)
def approved_before(rule: Rule, params: ApprovedBefore, request: Request) -> tuple[Finding, ...]:
    """What nobody agreed to beforehand is not paid for."""
    if request.procedure.id == params.earlier or not applies(rule, request.values):
        return ()
    if prior_of(params, request.procedure, request.values, request.facts) is not None:
        return ()
    name = request.pack.procedures[params.earlier].name
    said = request.values.get(params.ref)
    text = (
        f"编号 {said} 不是已批准、金额够用、还没有报销过的{name}，请核对编号。"
        if not absent(said)
        else f"没有找到已批准、金额够用的{name}，未经事前同意的开支不予报销；已经批过的请写明编号。"
    )
    return (Finding(rule.entry, weight_of(rule, request), text, rule.cite, () if absent(said) else (params.ref,)),)


def prior_of(params: ApprovedBefore, procedure: Procedure, values: Values, facts: Facts) -> Case | None:
    """The earlier case the request rests on: the one named, else the oldest that fits and is not used up."""
    said = str(values.get(params.ref) or "").strip().upper()
    used = {
        str(case.values.get(params.ref) or "").upper()
        for case in facts.earlier
        if case.procedure == procedure.id and case.state not in _GONE
    }
    amount = number(values.get(params.sum)) or 0.0
    for case in sorted(facts.earlier, key=lambda one: (one.filed_at, one.no)):
        if case.procedure != params.earlier or case.state not in ("approved", "closed") or not _granted(case):
            continue
        covered = (number(case.values.get(params.sum)) or 0.0) >= amount
        if covered and case.no not in used and said in ("", case.no):
            return case
    return None


def _granted(case: Case) -> bool:
    return decided(case.visits_of_round())


@dataclass(frozen=True, slots=True)
class NoneOpen:
    """Parameters of `none_open`: the applicant has no other case of the procedure whose step is not done yet.

    `post` names who may make an exception.
    """

    earlier: str
    unfinished: str
    post: str


@check("none_open", NoneOpen)
def none_open(rule: Rule, params: NoneOpen, request: Request) -> tuple[Finding, ...]:
    """The one before is settled first, unless an exception was agreed to."""
    if not applies(rule, request.values) or (rule.entry, request.applicant) in request.facts.consents:
        return ()
    for case in request.facts.earlier:
        ended = case.state in _GONE or params.unfinished in case.done_steps()
        if case.procedure != params.earlier or case.applicant != request.applicant or ended:
            continue
        step = request.pack.procedures[params.earlier].step_by_id[params.unfinished].name
        who = request.pack.roles[params.post]
        text = f"{case.no} 还没有“{step}”，前账未清不能再借，请先报账；确有原因的例外要{who}同意。"
        return (Finding(rule.entry, weight_of(rule, request), text, rule.cite),)
    return ()


def looked_back_to(pack: Pack) -> tuple[str, ...]:
    """The pack's procedures whose earlier cases a check looks at, those that use them up included."""
    return tuple(dict.fromkeys(name for names in _pairs(pack) for name in names))


def prior_rule(pack: Pack, procedure: Procedure) -> ApprovedBefore | None:
    """How the procedure must have been asked for before, if it must."""
    rules = (*procedure.rules, *pack.rules_refused_in(procedure.id))
    found = (item.params for rule in rules for item in rule.checks if isinstance(item.params, ApprovedBefore))
    return next(found, None)


def _pairs(pack: Pack) -> Iterator[tuple[str, ...]]:
    for procedure in pack.procedures.values():
        for rule in procedure.rules:
            for item in rule.checks:
                if isinstance(item.params, ApprovedBefore):
                    yield (item.params.earlier, rule.refused_in or procedure.id)
                elif isinstance(item.params, NoneOpen):
                    yield (item.params.earlier,)
