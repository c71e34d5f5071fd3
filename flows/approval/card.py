"""The card of a case for one viewer, and the buttons that viewer may press now.

A card is a function of the case's state: whoever looks sees the last state, and no button is shown that
`flows.approval.decide` would refuse. Press codes stay within 64 bytes.
"""

from datetime import datetime

from flows.approval import route, words
from flows.approval.applicant import may_urge
from flows.approval.cancel import may_cancel
from flows.approval.case import CONSENTS, EXTEND, HANDOVER, Case, Visit
from flows.approval.decide import fits
from flows.approval.menu import extra_buttons
from flows.approval.notes import acted, notes_of
from flows.approval.preview import Stop, stops_from
from flows.approval.privacy import HIDDEN, may_read
from flows.approval.run import choices_at, role_of
from flows.approval.sitting_card import sitting_rows
from flows.approval.takes_over import TAKES_OVER
from flows.approval.turn import my_visit, step_at
from flows.calendar import moment_text
from flows.cards import Button, Card, Fact, RouteLine, Tone
from flows.conversation.reading import show
from flows.deadlines.ahead import still_to_come
from flows.errors import NoRoute
from flows.facts import Facts
from flows.families import family_of
from flows.families.coming_back import still_to_return
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Field, Pack, Procedure, Step

FACTS_ON_A_CARD = 5
OFFERED = 6
MATERIAL_ON_A_CARD = 3
_TONES: dict[str, Tone] = {
    "pending": "waiting",
    "returned": "waiting",
    "approved": "agreed",
    "closed": "agreed",
    "refused": "refused",
    "withdrawn": "neutral",
    "cancelled": "neutral",
}
_CONSENTS = {
    "cancel": ("同意撤销", "不同意撤销"),
    EXTEND: ("同意延期", "不同意延期"),
    TAKES_OVER: ("同意代为负责", "不能代"),
    HANDOVER: ("确认接班", "不能接"),
}
_WAITING = {"approver": "待您审批", "keeper": "待您办理"}


def buttons_for(case: Case, procedure: Procedure, viewer: str, facts: Facts) -> tuple[tuple[Button, ...], ...]:
    """Rows of the buttons the viewer may press now."""
    rows: list[tuple[Button, ...]] = []
    more = (Button("更多", f"more:{case.id}"),)
    own = _applicants(case, procedure, facts) if viewer == case.applicant else ()
    mine = my_visit(case, procedure, viewer, facts)
    beside = extra_buttons(case, procedure, viewer, facts)
    if beside:
        rows.append(beside)
    rows += sitting_rows(case, procedure, viewer, facts)
    if mine is not None and mine.extra in _CONSENTS:
        rows.append(_consenting(case, mine))
    elif mine is not None and case.state != "returned":
        rows += _acting(case, procedure, step_at(procedure, mine), mine, () if own else more, facts)
        return (*rows, (*own, *more)) if own else tuple(rows)
    return (*rows, (*own, *more))


def _acting(
    case: Case, procedure: Procedure, step: Step, visit: Visit, more: tuple[Button, ...], facts: Facts
) -> list[tuple[Button, ...]]:
    code = f"{case.id}:{visit.index}"
    if step.seat == "voters":
        return [more] if more else []
    back = Button("退回修改", f"do:send_back:{code}")
    choices = choices_at(procedure, step)
    last = (*((back,) if not visit.extra and fits("send_back", step, procedure) else ()), *more)
    if choices is not None:
        return [row for row in (_choosing(choices, code), last) if row]
    if role_of(step.kind) == "keeper":
        label = step.button or words.KINDS[step.kind]
        verb = "report_return" if fits("report_return", step, procedure) else "execute"
        return [(Button(label, f"do:{verb}:{code}", "primary"), *last)]
    offers = () if visit.extra else family_of(procedure).offers(procedure, step, case, facts)
    label = step.button or ("确认" if step.kind == "confirm" else "同意")
    verb = "confirm" if step.kind == "confirm" else "agree"
    agree = Button(label, f"do:{verb}:{code}", "primary")
    refuse = (Button("不同意", f"do:refuse:{code}", "danger"),) if fits("refuse", step, procedure) else ()
    if offers:
        rows = [
            (Button(item.label, f"offer:{code}:{item.key}", "primary" if not n else "plain"),)
            for n, item in enumerate(offers[:OFFERED])
        ]
        return [*rows, (*refuse, *last)]
    return [row for row in ((agree, *refuse), last) if row]


def _consenting(case: Case, visit: Visit) -> tuple[Button, ...]:
    """The buttons of who is asked beside the route: whether the case may be undone, whether they take over."""
    code, (yes, no) = f"{case.id}:{visit.index}", _CONSENTS[visit.extra]
    return Button(yes, f"do:agree:{code}", "primary"), Button(no, f"do:refuse:{code}", "danger")


def _choosing(field: Field, code: str) -> tuple[Button, ...]:
    return tuple(
        Button(choice, f"set:{code}:{field.id}:{n}", "primary" if n == 0 else "plain")
        for n, choice in enumerate(field.choices)
    )


def _applicants(case: Case, procedure: Procedure, facts: Facts) -> tuple[Button, ...]:
    if case.state == "returned":
        return (Button("改好再交", f"redo:{case.id}", "primary"), Button("撤回", f"do:withdraw:{case.id}:-1"))
    if case.state in ("pending", "approved"):
        urge = (Button("催办", f"do:urge:{case.id}:-1"),) if may_urge(case, facts) else ()
        cancel = (Button("撤销", f"do:cancel:{case.id}:-1"),) if may_cancel(case, procedure, facts) else ()
        back = (Button("撤回", f"do:withdraw:{case.id}:-1"),) if case.state == "pending" else cancel
        return (*_longer(case, procedure), *urge, *back)
    if case.state in ("refused", "withdrawn", "cancelled"):
        return (Button("再次提交", f"copy:{case.id}"),)
    return ()


def _longer(case: Case, procedure: Procedure) -> tuple[Button, ...]:
    """The button that begins an extension, while an approved leave is still to be returned from."""
    later = procedure.family_params.get("extend_by")
    return (Button("续假", f"later:{later}:{case.id}"),) if later and still_to_return(case) else ()


def state_text(case: Case, procedure: Procedure, viewer: str, facts: Facts) -> str:
    """How the case stands, in the viewer's eyes: 待您审批, 待李慧敏副主任审批, 已通过."""
    own = my_visit(case, procedure, viewer, facts)
    visit = own or case.open_visit
    if case.held:
        return "已挂起"
    if visit is None or case.state not in ("pending", "approved"):
        return words.STATES[case.state]
    step = step_at(procedure, visit)
    verb = step.button or words.KINDS[visit.kind]
    what = words.EXTRAS.get(visit.extra) or (verb if visit.kind == "submit" else words.KINDS[visit.kind])
    waiting = f"待{'您' if own is not None else _people(case, facts)}{what}"
    return f"{words.STATES['approved']}，{waiting}" if case.state == "approved" else waiting


def _people(case: Case, facts: Facts) -> str:
    """Everybody asked now, at most three by name."""
    open_now = (visit for visit in case.visits if visit.status == "open" and visit.extra != TAKES_OVER)
    waiting = [ask.person for visit in open_now for ask in visit.asks]
    names = [words.called(facts.office, person) for person in dict.fromkeys(waiting)]
    return "、".join(names[:3]) + ("等" if len(names) > 3 else "")


def form_of(case: Case, procedure: Procedure, viewer: str, facts: Facts) -> tuple[Fact, ...]:
    """Every filled line of the form in the official order, as this viewer may read it."""
    return tuple(
        Fact(field.name, show(field, value, facts.office), file=_file_id(field, value))
        if may_read(field, case, viewer)
        else Fact(field.name, HIDDEN)
        for field in procedure.fields
        for value in [case.values.get(field.id)]
        if not absent(value)
    )


def _file_id(field: Field, value: object) -> str:
    return str(value.get("id", "")) if field.type == "file" and isinstance(value, dict) else ""


def route_of(
    case: Case, pack: Pack, procedure: Procedure, facts: Facts, to_come: tuple[Stop, ...]
) -> tuple[RouteLine, ...]:
    """The route as people read it: what is done, who is waited for, and who is to come and why."""
    lines = [
        _line(visit, pack, procedure, facts)
        for visit in case.visits_of_round()
        if visit.status != "ended" or _stopped_there(case, visit)
    ]
    seen = {visit.step for visit in case.visits_of_round() if visit.extra not in CONSENTS}
    if case.ended or case.state == "returned":
        return tuple(lines)
    due = {step.id: f"{moment_text(moment)}前" for step, moment in still_to_come(procedure, case, facts)}
    lines += [_line_to_come(stop, due.get(stop.step.id, "")) for stop in to_come if stop.step.id not in seen]
    return tuple(lines)


def _line_to_come(stop: Stop, due: str) -> RouteLine:
    names = "、".join(stop.names)
    return RouteLine(names, stop.post_name, stop.step.name, "to_come", due, why=stop.why, clauses=stop.clauses)


def _stopped_there(case: Case, visit: Visit) -> bool:
    """Whether the case stopped for good while this was asked, rather than going on without it."""
    later = any(other.step == visit.step for other in case.visits[visit.index + 1 :])
    return bool(visit.asks) and not later and (case.ended or case.state == "returned")


def _line(visit: Visit, pack: Pack, procedure: Procedure, facts: Facts) -> RouteLine:
    office = facts.office
    body = office.bodies.get(visit.post)
    post = body.name if body else pack.roles.get(visit.asks[0].post if visit.asks else visit.post, "")
    clauses = (procedure.entry("step", visit.step),) if not visit.extra else ()
    name = words.errand(procedure, visit)
    if visit.status == "done" and visit.done_at is not None:
        who = acted(visit, visit.done_by, visit.done_for, facts)
        return RouteLine(who, post, name, "done", moment_text(visit.done_at), words.opinion(visit), clauses=clauses)
    people = "、".join(acted(visit, ask.person, ask.for_, facts) for ask in visit.asks)
    waiting = visit.status == "open"
    return RouteLine(
        people, post, name, "waiting" if waiting else "ended", moment_text(visit.entered_at), clauses=clauses
    )


def overdue(case: Case, now: datetime) -> bool:
    """Whether the step that is open is past its deadline."""
    visit = case.open_visit
    return visit is not None and visit.due_at is not None and visit.due_at < now and not case.ended


def stops_ahead(case: Case, pack: Pack, procedure: Procedure, facts: Facts) -> tuple[Stop, ...]:
    """The forecast stops after the open one, as things stand today."""
    visit = case.open_visit
    step = procedure.step_by_id.get(visit.step) if visit else None
    if step is None:
        return ()
    try:
        rest = route.ahead(procedure, step, case.values)
    except NoRoute:
        return ()
    return stops_from(pack, procedure, rest[1:], case.values, case.applicant, facts)


def card_of(
    pack: Pack, procedure: Procedure, case: Case, viewer: str, facts: Facts, warnings: tuple[Finding, ...] = ()
) -> Card:
    """The card of the case for this viewer: state, kind and applicant first, then at most five facts."""
    person = facts.office.person(case.applicant)
    figures = family_of(procedure).figures(procedure, case.values, person, facts)
    days = figures.get("days")
    amount = f" {days:g} 天" if isinstance(days, (int, float)) else ""
    form = form_of(case, procedure, viewer, facts)
    context = family_of(procedure).context(procedure, case.values, person, facts) if viewer != case.applicant else ()
    late = overdue(case, facts.now)
    visit = case.open_visit
    deadline = f"请于{moment_text(visit.due_at)}前办理" if visit and visit.due_at and not case.ended else ""
    return Card(
        key=f"{case.id}:{viewer}",
        case_id=case.id,
        case_no=case.no,
        code=case.code,
        state=case.state,
        state_text=state_text(case, procedure, viewer, facts),
        tone="overdue" if late else _TONES[case.state],
        title=f"{person.name} · {words.matter(procedure, case)}{amount}",
        facts=(*_short(form, procedure, case), *context, *_added(case)),
        warnings=tuple(Fact("提示", f.text, (f.entry,) if f.entry else ()) for f in warnings),
        route=route_of(case, pack, procedure, facts, stops_ahead(case, pack, procedure, facts)),
        deadline=("已超时，" if late else "") + deadline,
        note="\n".join(notes_of(case, viewer, facts)),
        buttons=buttons_for(case, procedure, viewer, facts),
    )


def _short(form: tuple[Fact, ...], procedure: Procedure, case: Case) -> tuple[Fact, ...]:
    worked_out = {field.name for field in procedure.fields if field.computed}
    titled = {field.name for field in procedure.fields if field.id == words.titled_by(procedure, case)}
    first = [procedure.field_by_id[name].name for name in procedure.card_fields]
    shown = [fact for fact in form if fact.label not in worked_out | titled]
    shown.sort(key=lambda fact: first.index(fact.label) if fact.label in first else len(first))
    return tuple(shown[:FACTS_ON_A_CARD])


def _added(case: Case) -> tuple[Fact, ...]:
    """The material the applicant added, newest last; at most the last three stand on the card."""
    return tuple(
        Fact("补充", f"{moment_text(added.at)} {added.text or added.file_name}", file=added.file)
        for added in case.added[-MATERIAL_ON_A_CARD:]
    )
