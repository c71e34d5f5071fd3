"""What a step records, asked line by line of whoever carries it out: odometer, tolls, quotes, an opinion.

A step whose outcome fields have a question is not done by its button alone: the questions come first, each may be
answered by text, button or file, those that are not required may be skipped, and the last answer does the step.
"""

from dataclasses import replace

from flows.approval.act import Act
from flows.approval.decide import act_on
from flows.approval.run import outcome_fields
from flows.approval.turn import my_visit
from flows.cards import Button, Message
from flows.conversation.answer import is_talk_word
from flows.conversation.ask import expects_of
from flows.conversation.draft import Draft
from flows.conversation.reading import asked, read, read_file, show
from flows.errors import BadAnswer, BrokenRule, NotYourTurn, StaleButton
from flows.facts import Facts
from flows.families import family_of
from flows.procedure.condition import absent, holds
from flows.procedure.findings import refusals
from flows.procedure.model import Field, Json, Procedure, Step, Values
from handlers.events import Answer, Inbound
from handlers.filing import behind, resume
from handlers.gather import Bound, facts_of, load
from handlers.ports import Desk, Unit

VERB = "record"
SKIP, DONE, CANCEL = "skip", "done", "cancel"
_ALL_SENT = ("发完了", "发完", "没有了", "就这些")


def asks_first(procedure: Procedure, step: Step) -> bool:
    """Whether the step asks something before it is done."""
    return any(field.ask for field in outcome_fields(procedure, step))


def ask(unit: Unit, desk: Desk, act: Act, found: Bound, visit: int) -> Answer:
    """Put the first question; what was being filled in is gone on with afterwards."""
    earlier = unit.draft(act.actor)
    draft = Draft(
        found.pack.id,
        found.pack.version,
        found.procedure.id,
        values=act.set,
        stage="reason",
        turn=earlier.turn if earlier is not None else 0,
        case_id=found.case.id,
        verb=VERB,
        visit=visit,
        person=act.actor,
        behind=behind(earlier),
    )
    return _next(unit, desk, draft, found, facts_of(unit, desk, found))


def on_answer(unit: Unit, desk: Desk, draft: Draft, inbound: Inbound) -> Answer:
    """One question answered: the next one, or the step done.

    Raises:
        Refused: the answer cannot be read or cannot stand; the question stays.
    """
    found = load(unit, desk, draft.case_id)
    facts = facts_of(unit, desk, found)
    mine = my_visit(found.case, found.procedure, draft.person, facts)
    if mine is None or mine.index != draft.visit:
        raise NotYourTurn("这一步已经不在您这里，不用再填。")
    field = found.procedure.field_by_id[draft.asking]
    pick = _pick(draft, inbound)
    if pick == CANCEL or (inbound.what == "text" and is_talk_word(inbound.text, "cancel")):
        unit.say(draft.person, Message(text="好的，没有登记，本件仍在您这里。"), case_id=draft.case_id)
        resume(unit, desk, draft)
        return Answer()
    answered = _answered(draft, field, pick, inbound, desk, found, facts)
    _refuse_at_once(found, draft, answered, facts)
    return _next(unit, desk, answered, found, facts)


def _pick(draft: Draft, inbound: Inbound) -> str:
    """What a button of this question says; empty for text and files.

    Raises:
        StaleButton: the button belongs to an earlier question.
    """
    if inbound.what != "tap":
        return ""
    _, turn, pick = (*inbound.text.split(":"), "", "")[:3]
    if turn != str(draft.turn):
        raise StaleButton("这个按钮已经失效，请看最新的一条。")
    return pick


def _answered(draft: Draft, field: Field, pick: str, inbound: Inbound, desk: Desk, found: Bound, facts: Facts) -> Draft:
    """The draft with the answer in it; a file is added to those already sent."""
    before = draft.values.get(field.id)
    over = replace(draft, trail=(*draft.trail, field.id))
    skips = pick == SKIP or (inbound.what == "text" and is_talk_word(inbound.text, "skip"))
    if skips or pick == DONE or (not absent(before) and inbound.text.strip() in _ALL_SENT):
        if absent(before) and field.required:
            raise BadAnswer(f"“{field.name}”不能跳过。{asked(field)}")
        return over
    if inbound.file is not None:
        sent = before if isinstance(before, list) else []
        return replace(draft, values={**draft.values, field.id: [*sent, read_file(field, inbound.file)]})
    if pick:
        offered = _offered(field, found, draft, facts)
        if not pick.isdecimal() or int(pick) >= len(offered):
            raise StaleButton("没有这个按钮，请看最新的一条。")
        return replace(over, values={**draft.values, field.id: offered[int(pick)]})
    value = read(
        field,
        inbound.text,
        office=desk.office,
        calendar=desk.calendar,
        now=desk.now,
        values=found.case.values,
        person=draft.person,
    )
    return replace(over, values={**draft.values, field.id: value})


def _step(found: Bound, draft: Draft) -> Step:
    return found.procedure.step_by_id[found.case.visits[draft.visit].step]


def _refuse_at_once(found: Bound, before: Draft, draft: Draft, facts: Facts) -> None:
    """An answer the step would be refused for is refused where it is given.

    Raises:
        BrokenRule: it cannot stand.
    """
    if draft.values == before.values:
        return
    step, family = _step(found, draft), family_of(found.procedure)
    values = {**found.case.values, **draft.values}
    refused = refusals(family.examine_at(found.procedure, step, found.case, values, facts))
    if refused:
        raise BrokenRule(refused)


def _next(unit: Unit, desk: Desk, draft: Draft, found: Bound, facts: Facts) -> Answer:
    step = _step(found, draft)
    said: Values = {**found.case.values, **draft.values}
    for field in outcome_fields(found.procedure, step):
        if field.ask and field.id not in draft.trail and holds(field.ask_if, said):
            asking = replace(draft, asking=field.id, turn=draft.turn + 1)
            unit.keep_draft(draft.person, asking)
            unit.say(draft.person, _question(field, asking, found, facts), case_id=draft.case_id)
            return Answer()
    return _done(unit, desk, draft, found, facts)


def _done(unit: Unit, desk: Desk, draft: Draft, found: Bound, facts: Facts) -> Answer:
    act = Act("execute", draft.person, visit=draft.visit, set=draft.values)
    outcome = act_on(found.case, found.pack, found.procedure, act, facts)
    unit.keep(outcome)
    for file in _files(draft.values):
        unit.attach(file, draft.case_id)
    text = outcome.answer or f"“{_step(found, draft).name}”已办理。"
    unit.say(draft.person, Message(text=text, tone="agreed"), case_id=draft.case_id)
    resume(unit, desk, draft)
    return Answer(text, case_id=draft.case_id)


def _files(values: Values) -> tuple[str, ...]:
    listed = (item for value in values.values() if isinstance(value, list) for item in value)
    return tuple(str(item["id"]) for item in listed if isinstance(item, dict) and item.get("id"))


def _offered(field: Field, found: Bound, draft: Draft, facts: Facts) -> tuple[Json, ...]:
    """The answers offered by button: the choices, or what the office knows already (the last odometer reading)."""
    if field.choices:
        return field.choices
    step = _step(found, draft)
    known = family_of(found.procedure).fill_in(found.procedure, step, found.case, {}, facts).get(field.id)
    return () if absent(known) else (known,)


def _question(field: Field, draft: Draft, found: Bound, facts: Facts) -> Message:
    sent = draft.values.get(field.id)
    lines = [asked(field), field.hint]
    if field.type == "file" and isinstance(sent, list):
        lines = [
            f"已收到 {len(sent)} 份：{'、'.join(show(field, item, facts.office) for item in sent)}。还有请继续发。"
        ]
    code = f"reason:{draft.turn}"
    offered = _offered(field, found, draft, facts)
    picks = tuple(
        Button(show(field, value, facts.office), f"{code}:{number}", "primary" if not number else "plain")
        for number, value in enumerate(offered)
    )
    last = [Button("发完了", f"{code}:{DONE}", "primary")] if isinstance(sent, list) else []
    if not field.required and not last:
        last.append(Button("跳过", f"{code}:{SKIP}"))
    rows = (*((picks,) if picks else ()), (*last, Button("取消", f"{code}:{CANCEL}")))
    return Message(text="\n".join(line for line in lines if line), buttons=rows, expects=expects_of(field))
