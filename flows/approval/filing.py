"""A request becomes a case, and a returned one is handed in again."""

from collections.abc import Mapping
from dataclasses import replace

from flows.approval import route
from flows.approval.back import returner
from flows.approval.case import Case, Entry
from flows.approval.fold import opened
from flows.approval.outcome import Notice, Outcome
from flows.approval.preview import Preview, preview
from flows.approval.run import Run
from flows.approval.takes_over import ask_to_take_over
from flows.errors import AlreadyClosed, BrokenRule, Incomplete, NoRoute, NotYourTurn, Refused, TooLate
from flows.facts import Facts, turned_on
from flows.procedure.findings import Finding, refusals
from flows.procedure.model import Json, Pack, Procedure, Step, Values

NAMED_BESIDE_A_REFUSAL = 3


def refuse_if_broken(procedure: Procedure, look: Preview) -> None:
    """Stop a filing that a rule, a missing field or a gap refuses.

    Raises:
        BrokenRule: a rule or the family refuses; up to three other reasons are named beside the refusals.
        Incomplete: required fields are missing.
        NoRoute: the regulation leaves a gap for these values.
    """
    refused = refusals(look.findings)
    if look.missing:
        asked = tuple(dict.fromkeys((*look.missing, *(f for finding in refused for f in finding.asks_for))))
        names = "、".join(procedure.field_by_id[field].name for field in asked)
        raise Incomplete(
            asked,
            sentence=f"还缺：{names}。请补齐后再提交。",
            entries=tuple(dict.fromkeys(finding.entry for finding in refused if finding.entry))
            or (procedure.entry("step", procedure.steps[0].id),),
        )
    if refused:
        others = tuple(finding for finding in look.findings if finding not in refused and finding.entry)
        room = max(0, NAMED_BESIDE_A_REFUSAL + 1 - len(refused))
        raise BrokenRule((*refused, *others[:room]))
    if look.gap:
        raise NoRoute(look.gap, entries=(procedure.entry("step", look.gap),))


def takes_first_step(procedure: Procedure, step: Step, applicant: str, facts: Facts) -> bool:
    """Whether filing does the first step: a submit or register step that the filer may take."""
    if step.kind not in ("submit", "register"):
        return False
    return step.actor == procedure.initiator or facts.office.person(applicant).holds(step.actor)


def file_case(
    pack: Pack,
    procedure: Procedure,
    values: Values,
    applicant: str,
    facts: Facts,
    *,
    case_id: str,
    no: str,
    code: str,
) -> Outcome:
    """The case a filing opens, as far as it gets on its way at once.

    Raises:
        BrokenRule: a rule of the regulation or the family refuses.
        Incomplete: required fields are missing.
        NoRoute: no route for these values.
    """
    _refuse_if_off(pack, procedure, facts)
    look = preview(pack, procedure, values, applicant, facts)
    refuse_if_broken(procedure, look)
    filed = Entry(
        1,
        facts.now,
        applicant,
        "filed",
        {
            "no": no,
            "code": code,
            "pack": pack.id,
            "pack_version": pack.version,
            "procedure": procedure.id,
            "applicant": applicant,
            "values": dict(look.values),
            "clauses": named(look.findings),
            "figures": dict(look.figures),
        },
    )
    case = opened(case_id, filed)
    run = Run(case, procedure, facts, applicant)
    run.note(filed, case)
    run.findings = look.findings
    run.notices.append(Notice(applicant, "update", "filed", "applicant"))
    run.affect("filed")
    _begin(run, procedure, applicant, facts)
    return _with_figures(run, look.figures)


def _refuse_if_off(pack: Pack, procedure: Procedure, facts: Facts) -> None:
    """Stop a filing of a procedure that the office has not turned on.

    Raises:
        Refused: it is so; the clause that keeps such matter out is named.
    """
    if turned_on(facts.office, pack, procedure):
        return
    cite = "、".join(pack.settings[procedure.switch].cite)
    raise Refused(f"“{procedure.name}”默认关闭（{cite}），请线下办理；确要在这里登记编号和日期的，请管理员启用。")


def named(findings: tuple[Finding, ...]) -> list[Json]:
    """The ledger ids the findings rest on, each once."""
    return list(dict.fromkeys(finding.entry for finding in findings if finding.entry))


def _with_figures(run: Run, figures: Mapping[str, Json]) -> Outcome:
    return replace(run.outcome(), figures=figures)


def _begin(run: Run, procedure: Procedure, applicant: str, facts: Facts) -> None:
    step = route.first(procedure, run.case.values)
    if not takes_first_step(procedure, step, applicant, facts):
        run.enter(step)
        return
    due = run.due(step)
    run.write(
        "entered",
        {
            "step": step.id,
            "kind": step.kind,
            "post": step.actor,
            "asks": [[applicant, step.actor, ""]],
            "due": due.isoformat() if due else None,
        },
    )
    run.write("done", {"visit": run.case.visits[-1].index, "step": step.id, "decision": "done"})
    run.affect("done", step, "done")
    run.tell_after(step)
    ask_to_take_over(run)
    run.advance(route.following(procedure, step, run.case.values))


def resubmit(case: Case, pack: Pack, procedure: Procedure, changes: Values, actor: str, facts: Facts) -> Outcome:
    """The returned case handed in again with what was changed.

    The route runs again from its first step, or the case goes straight back to who returned it, as that step says.

    Raises:
        NotYourTurn: the actor is not the applicant.
        AlreadyClosed: the case has ended.
        TooLate: the case was not returned.
        BrokenRule, Incomplete, NoRoute: as at filing.
    """
    if actor != case.applicant:
        raise NotYourTurn("只有申请人本人可以重新提交。")
    if case.ended:
        raise AlreadyClosed(case.state)
    if case.state != "returned":
        raise TooLate("本件没有退回给您，不用重新提交。")
    worked_out = {field.id for field in procedure.fields if field.computed or field.outcome}
    values = {key: value for key, value in case.values.items() if key not in worked_out} | dict(changes)
    look = preview(pack, procedure, values, actor, facts)
    refuse_if_broken(procedure, look)
    run = Run(case, procedure, facts, actor)
    dropped: dict[str, Json] = {key: None for key in case.values if key not in look.values}
    sent_back_by = returner(case, procedure, tuple(stop.step.id for stop in look.stops))
    straight: dict[str, Json] = {}
    if sent_back_by is not None:
        straight = {"back_to": sent_back_by.step, "visits": [sent_back_by.index]}
    run.write("resubmitted", {"set": {**dropped, **look.values}, "clauses": named(look.findings), **straight})
    run.findings = look.findings
    run.notices.append(Notice(actor, "update", "filed", "applicant"))
    run.affect("resubmitted")
    if sent_back_by is not None:
        run.enter(procedure.step_by_id[sent_back_by.step])
    else:
        _begin(run, procedure, actor, facts)
    return _with_figures(run, look.figures)
