"""Filing by talk: a draft begun, answered, looked at in full and handed in."""

from dataclasses import replace
from types import MappingProxyType
from typing import cast

from flows.approval import delegation
from flows.approval.filing import file_case, resubmit
from flows.approval.opening import carried, opens
from flows.approval.outcome import Outcome
from flows.approval.preview import Preview, completed, preview
from flows.cards import Message
from flows.conversation.answer import Said, answer
from flows.conversation.ask import begin, question
from flows.conversation.draft import Draft
from flows.conversation.summary import summary
from flows.errors import NotYourTurn, Refused, TooLate
from flows.facts import Facts
from flows.families.paper_checks import marked_by_form
from flows.families.referring import refers
from flows.people import Person
from flows.plain import from_plain, to_plain
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Pack, Procedure, Values
from handlers import delegating
from handlers.events import Answer, Inbound
from handlers.gather import facts_for, load, procedure_named, seen
from handlers.later import open_leaves, which_leave
from handlers.ports import Desk, Unit
from handlers.refusals import sentence


def start(
    unit: Unit,
    desk: Desk,
    person: str,
    procedure_id: str,
    said: Values = MappingProxyType({}),
    told: tuple[Message, ...] = (),
) -> Answer:
    """Begin a request: the first open question is asked; one left half filled in is given up, and that is said.

    `said` are values known from the person's own words, `told` is what is said about them first.
    """
    pack, procedure = _named(desk, procedure_id)
    _refuse_strangers(desk, pack, procedure, person)
    if not refers(procedure):
        return _begin(unit, desk, person, pack, procedure, said, told)
    leaves = open_leaves(unit, desk, procedure, person)
    if len(leaves) != 1:
        which_leave(unit, desk, procedure, leaves, person)
        return Answer()
    return _begin(unit, desk, person, pack, procedure, {**said, refers(procedure): leaves[0].no}, told)


def start_about(unit: Unit, desk: Desk, person: str, procedure_id: str, case_id: str) -> Answer:
    """Begin a request about one's own earlier leave, or the one that one's own finished case leads to.

    Raises:
        NotYourTurn: it is somebody else's.
    """
    pack, procedure = procedure_named(desk, procedure_id)
    found = seen(unit, desk, case_id, person)
    if found.case.applicant == person and procedure.id in opens(found.procedure):
        return _begin(unit, desk, person, pack, procedure, carried(found.procedure, procedure, found.case))
    if found.case.applicant != person or not refers(procedure):
        raise NotYourTurn("只能办自己的请假单。")
    return _begin(unit, desk, person, pack, procedure, {refers(procedure): found.case.no})


def _begin(
    unit: Unit,
    desk: Desk,
    person: str,
    pack: Pack,
    procedure: Procedure,
    said: Values,
    told: tuple[Message, ...] = (),
) -> Answer:
    _give_up(unit, desk, person)
    facts = facts_for(unit, desk, pack, person, values=said, family=procedure.family)
    known = {**said, **completed(procedure, said, person, facts)}
    draft = replace(begin(pack, procedure, known, desk.now.date()), person=person)
    for message in told:
        unit.say(person, message)
    _ask_first(unit, desk, draft, pack, procedure, facts)
    return Answer()


def _refuse_strangers(desk: Desk, pack: Pack, procedure: Procedure, person: str) -> None:
    """What begins with an entry in a register is begun only by who keeps it.

    Raises:
        Refused: the person does not hold the post.
    """
    first = procedure.steps[0]
    if first.kind == "register" and first.actor != "staff" and not desk.office.person(person).holds(first.actor):
        keeper = pack.roles.get(first.actor, first.actor)
        raise Refused(f"“{procedure.name}”由{keeper}登记，不在您的岗位范围；如需登记请联系{keeper}。")


def _give_up(unit: Unit, desk: Desk, person: str) -> None:
    earlier = interrupted(unit.draft(person))
    if earlier is not None and earlier.trail:
        _, procedure = _rules_of(desk, earlier)
        unit.say(person, Message(text=f"之前没填完的“{procedure.name}”已放弃，没有提交。"))


def _ask_first(unit: Unit, desk: Desk, draft: Draft, pack: Pack, procedure: Procedure, facts: Facts) -> None:
    unit.keep_draft(draft.person, draft)
    if draft.stage == "summary":
        unit.say(draft.person, _summary(draft, pack, procedure, facts))
    else:
        unit.say(draft.person, question(procedure, draft, desk.office, desk.now))


def _rules_of(desk: Desk, draft: Draft) -> tuple[Pack, Procedure]:
    if draft.procedure == delegation.ID:
        return _named(desk, delegation.ID)
    pack = desk.rules.versions.get((draft.pack, draft.pack_version)) or desk.rules.current[draft.pack]
    return pack, pack.procedures[draft.procedure]


def _named(desk: Desk, procedure_id: str) -> tuple[Pack, Procedure]:
    """The procedure of that id this office runs, or the form of an order to act in one's place."""
    if procedure_id == delegation.ID:
        return next(iter(desk.rules.current.values())), delegating.order_form(desk)
    return procedure_named(desk, procedure_id)


def looked_at(draft: Draft, pack: Pack, procedure: Procedure, facts: Facts) -> Preview:
    """What handing in the draft today would mean."""
    return preview(pack, procedure, asked_values(procedure, draft.values), draft.person, facts)


def asked_values(procedure: Procedure, values: Values) -> Values:
    """The values a person may give: what is computed or recorded by a step is never theirs to say."""
    own = {field.id for field in procedure.fields if not field.computed and not field.outcome}
    return {key: value for key, value in values.items() if key in own}


def _summary(draft: Draft, pack: Pack, procedure: Procedure, facts: Facts) -> Message:
    return summary(procedure, draft, looked_at(draft, pack, procedure, facts), facts.office)


def go_on(unit: Unit, desk: Desk, draft: Draft, inbound: Inbound) -> Answer:
    """The draft answered: the next question, the summary, or the filing."""
    pack, procedure = _rules_of(desk, draft)
    said = _said(inbound)
    turn = answer(procedure, draft, said, desk.office, desk.calendar, desk.now)
    if turn.event == "submit":
        return submit(unit, desk, draft, pack, procedure, _facts_of_draft(unit, desk, draft, pack, procedure))
    marked = marked_by_form(pack, procedure, turn.draft.values) if turn.draft is not None else None
    if marked is not None:
        return _turned_away(unit, desk, draft.person, marked)
    for message in turn.messages:
        unit.say(draft.person, message)
    if turn.draft is None:
        unit.drop_draft(draft.person)
        return Answer()
    unit.keep_draft(draft.person, turn.draft)
    if turn.draft.stage == "summary":
        facts = _facts_of_draft(unit, desk, turn.draft, pack, procedure)
        unit.say(draft.person, _summary(turn.draft, pack, procedure, facts))
    return Answer()


def _turned_away(unit: Unit, desk: Desk, person: str, marked: Finding) -> Answer:
    """What the form calls classified is dropped at once; who and when is noted, nothing else."""
    unit.drop_draft(person)
    unit.log_access(person, "classified", desk.now)
    unit.say(person, Message(text=f"{marked.text}（依据：{'；'.join(marked.cite)}）", tone="refused"))
    return Answer("没有保存，也没有办理。", ok=False)


def _said(inbound: Inbound) -> Said:
    if inbound.what == "tap":
        return Said(press=inbound.text.removeprefix("draft:"))
    if inbound.what == "file":
        return Said(file=inbound.file)
    return Said(text=inbound.text)


def submit(unit: Unit, desk: Desk, draft: Draft, pack: Pack, procedure: Procedure, facts: Facts) -> Answer:
    """The draft handed in: a new case, or the returned one again.

    Raises:
        Refused: a rule, a missing field or a gap stops it; the draft stays as it was.
    """
    if procedure.id == delegation.ID:
        return delegating.submit(unit, desk, draft, asked_values(procedure, draft.values))
    values = _with_own_files(unit, procedure, asked_values(procedure, draft.values), draft.case_id)
    person = desk.office.person(draft.person)
    repaired = bool(draft.case_id)
    outcome = (
        _again(unit, desk, draft, values) if repaired else _new(unit, desk, pack, procedure, values, person, facts)
    )
    word = "已重新提交" if repaired else "已提交"
    text = f"{word}：{outcome.case.no}（码 {outcome.case.code}）。进展会在下面这张卡片上更新。"
    unit.say(draft.person, Message(text=text, tone="agreed"), case_id=outcome.case.id)
    unit.keep(outcome)
    if repaired:
        unit.show(draft.person, outcome.case.id)
    _attach_files(unit, procedure, values, outcome.case.id)
    unit.drop_draft(draft.person)
    return Answer("已提交", case_id=outcome.case.id)


def _new(
    unit: Unit, desk: Desk, pack: Pack, procedure: Procedure, values: Values, person: Person, facts: Facts
) -> Outcome:
    number = unit.new_case(procedure.prefix, desk.now)
    return file_case(pack, procedure, values, person.staff_no, facts, case_id=number.id, no=number.no, code=number.code)


def _again(unit: Unit, desk: Desk, draft: Draft, values: Values) -> Outcome:
    found = load(unit, desk, draft.case_id)
    family = found.procedure.family
    facts = facts_for(unit, desk, found.pack, draft.person, values=values, case_id=draft.case_id, family=family)
    return resubmit(found.case, found.pack, found.procedure, values, draft.person, facts)


def _with_own_files(unit: Unit, procedure: Procedure, values: Values, case_id: str) -> Values:
    """The values with a copy of every attachment that belongs to another case, which keeps its own."""
    kept = dict(values)
    for field in procedure.fields:
        value = kept.get(field.id)
        known = unit.file(str(value.get("id", ""))) if field.type == "file" and isinstance(value, dict) else None
        if known is not None and isinstance(value, dict) and known.case_id not in ("", case_id):
            kept[field.id] = {**value, "id": unit.copy_file(known.id)}
    return kept


def _attach_files(unit: Unit, procedure: Procedure, values: Values, case_id: str) -> None:
    for field in procedure.fields:
        value = values.get(field.id)
        if field.type == "file" and isinstance(value, dict) and isinstance(value.get("id"), str):
            unit.attach(cast(str, value["id"]), case_id)


def redo(unit: Unit, desk: Desk, person: str, case_id: str) -> Answer:
    """A returned case opened for repair: everything filled in is kept, the summary asks what to change.

    Raises:
        NotYourTurn: somebody else's case. TooLate: it was not returned.
    """
    found = seen(unit, desk, case_id, person)
    if found.case.applicant != person:
        raise NotYourTurn("只有申请人本人可以重新提交。")
    if found.case.state != "returned":
        raise TooLate("本件没有退回给您，不用重新提交。")
    _open_copy(unit, desk, person, found.pack, found.procedure, found.case.values, case_id)
    return Answer()


def again(unit: Unit, desk: Desk, person: str, case_id: str) -> Answer:
    """A returned case opened for repair, one that ended without success as a new draft with the same values.

    Raises:
        NotYourTurn: somebody else's case. TooLate: it is neither.
    """
    state = seen(unit, desk, case_id, person).case.state
    return (copy if state in ("refused", "withdrawn", "cancelled") else redo)(unit, desk, person, case_id)


def copy(unit: Unit, desk: Desk, person: str, case_id: str) -> Answer:
    """A past request of one's own opened as a new draft with the same values."""
    found = seen(unit, desk, case_id, person)
    if found.case.applicant != person:
        raise NotYourTurn("只能复制自己的申请。")
    pack, procedure = procedure_named(desk, found.case.procedure)
    _open_copy(unit, desk, person, pack, procedure, found.case.values, "")
    return Answer()


def _open_copy(
    unit: Unit, desk: Desk, person: str, pack: Pack, procedure: Procedure, values: Values, case_id: str
) -> None:
    kept = asked_values(procedure, values)
    facts = facts_for(unit, desk, pack, person, values=kept, case_id=case_id, family=procedure.family)
    begun = begin(pack, procedure, {**kept, **completed(procedure, kept, person, facts)}, desk.now.date())
    draft = replace(begun, person=person, case_id=case_id)
    _ask_first(unit, desk, draft, pack, procedure, facts)


def resume(unit: Unit, desk: Desk, draft: Draft) -> None:
    """The question is answered: the request it interrupted is gone on with, if there was one."""
    earlier = interrupted(draft)
    if earlier is None:
        unit.drop_draft(draft.person)
        return
    pack, procedure = _rules_of(desk, earlier)
    facts = _facts_of_draft(unit, desk, earlier, pack, procedure)
    unit.say(draft.person, Message(text=f"接着填“{procedure.name}”："))
    _ask_first(unit, desk, earlier, pack, procedure, facts)


def _facts_of_draft(unit: Unit, desk: Desk, draft: Draft, pack: Pack, procedure: Procedure) -> Facts:
    return facts_for(
        unit, desk, pack, draft.person, values=draft.values, case_id=draft.case_id, family=procedure.family
    )


def interrupted(draft: Draft | None) -> Draft | None:
    """The request a question for a reason interrupts: the draft itself, or the one it interrupted before."""
    if draft is None or draft.stage != "reason":
        return draft
    return from_plain(Draft, draft.behind) if draft.behind is not None else None


def behind(draft: Draft | None) -> Json:
    """The request a new question interrupts, in the plain form it is kept in behind it."""
    earlier = interrupted(draft)
    return to_plain(earlier) if earlier is not None else None


def refused_again(unit: Unit, desk: Desk, draft: Draft, refusal: Refused) -> None:
    """A filing was refused: the draft stays, and the summary is shown again with what stands in the way.

    A repair that has nothing left to repair is given up.
    """
    pack, procedure = _rules_of(desk, draft)
    facts = _facts_of_draft(unit, desk, draft, pack, procedure)
    unit.say(draft.person, Message(text=sentence(refusal, desk.office, (pack,)), tone="refused"))
    if draft.case_id and load(unit, desk, draft.case_id).case.state != "returned":
        unit.drop_draft(draft.person)
    elif draft.stage == "summary":
        unit.say(draft.person, _summary(draft, pack, procedure, facts))
