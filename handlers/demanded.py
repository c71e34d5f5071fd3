"""What a rule demands of a step (核实登记、代签原因) or belongs to it (扫描件), asked for where it is still missing.

The act itself is kept in the question's draft, so that the last answer carries it out.
"""

from dataclasses import replace

from flows.approval.act import Act
from flows.approval.run import outcome_fields
from flows.cards import Button, Message
from flows.conversation.draft import Draft
from flows.conversation.reading import choices_of, read, read_file
from flows.errors import BrokenRule, Incomplete, Refused, StaleButton
from flows.families import family_of
from flows.procedure.model import Field, Json, Procedure, Step
from handlers.events import Answer, Inbound
from handlers.filing import behind
from handlers.gather import Bound, load
from handlers.ports import Desk, Unit

VERB = "demand"
_OVER = ("取消", "算了", "/cancel")


def lacking(found: Bound, act: Act, refusal: Refused) -> Field | None:
    """The first line the step still has to write down, where that is all that stands in the way."""
    wanted: tuple[str, ...] = ()
    if isinstance(refusal, Incomplete):
        wanted = refusal.fields
    if isinstance(refusal, BrokenRule):
        refusing = [finding for finding in refusal.findings if finding.weight == "refuse"]
        wanted = tuple(name for finding in refusing for name in finding.asks_for)
        if not all(finding.asks_for for finding in refusing):
            return None
    return next((field for field in _of_step(found, act) if field.id in wanted), None)


def _of_step(found: Bound, act: Act) -> tuple[Field, ...]:
    """What the step acted on records, and the paper that was to follow the request by it."""
    visits = [visit for visit in found.case.visits if visit.status == "open" and not visit.extra]
    meant = next((v for v in reversed(visits) if act.visit in (-1, v.index) and act.step in ("", v.step)), None)
    step = found.procedure.step_by_id.get(meant.step) if meant is not None else None
    if step is None:
        return ()
    papers = family_of(found.procedure).wanted_at(found.procedure, step.id, found.case.values)
    return (*outcome_fields(found.procedure, step), *(found.procedure.field_by_id[name] for name in papers))


def numbers_of(procedure: Procedure, step: Step) -> list[str]:
    """Ids of the numbers the step records."""
    return [field.id for field in outcome_fields(procedure, step) if field.type == "number"]


def number_field(procedure: Procedure, step: Step) -> str:
    """The number the step records.

    Raises:
        StaleButton: it records none.
    """
    fields = numbers_of(procedure, step)
    if not fields:
        raise StaleButton("没有这个按钮，请看最新的一条。")
    return fields[0]


def file_field(found: Bound, visit: int) -> Field | None:
    """The file the step may be given (the scan of what was stamped), if it takes one."""
    fields = _of_step(found, Act("execute", "", visit=visit))
    return next((field for field in fields if field.type == "file"), None)


def ask(unit: Unit, desk: Desk, found: Bound, act: Act, field: Field) -> Answer:
    """Ask for one line, with what the act says so far kept beside the question."""
    earlier = unit.draft(act.actor)
    draft = Draft(
        found.pack.id,
        found.pack.version,
        found.procedure.id,
        values={"verb": act.verb, "reason": act.reason, "set": dict(act.set)},
        stage="reason",
        turn=earlier.turn + 1 if earlier is not None else 1,
        case_id=found.case.id,
        verb=VERB,
        visit=act.visit if act.visit >= 0 else _visit_of(found, act),
        asking=field.id,
        person=act.actor,
        behind=behind(earlier),
    )
    unit.keep_draft(act.actor, draft)
    unit.say(act.actor, _question(field, draft, desk), case_id=found.case.id)
    return Answer()


def _visit_of(found: Bound, act: Act) -> int:
    visits = [v for v in found.case.visits if v.status == "open" and not v.extra and act.step in ("", v.step)]
    return visits[-1].index if visits else -1


def _question(field: Field, draft: Draft, desk: Desk) -> Message:
    choices = choices_of(field, desk.office)
    picks = [Button(text, f"reason:{draft.turn}:{number}") for number, text in enumerate(choices)]
    rows = [tuple(picks[at : at + 2]) for at in range(0, len(picks), 2)]
    cancel = Button("取消", f"reason:{draft.turn}:cancel")
    said = f"办理前请写明“{field.name}”。{field.hint}" if field.outcome else f"办理前请把“{field.name}”发上来。"
    kind = field.type if field.type in ("number", "file", "person", "date", "datetime") else "text"
    return Message(text=said, buttons=(*rows, (cancel,)), expects="choice" if choices else kind)


def called_off(draft: Draft, inbound: Inbound) -> bool:
    """Whether the question was called off, so that nothing is done."""
    if inbound.what == "tap":
        return inbound.text == f"reason:{draft.turn}:cancel"
    return inbound.what == "text" and inbound.text.strip() in _OVER


def answered(unit: Unit, desk: Desk, draft: Draft, inbound: Inbound) -> Act:
    """The act with the line just given.

    Raises:
        BadAnswer: it cannot be read. StaleButton: the button belongs to an earlier question.
    """
    found = load(unit, desk, draft.case_id)
    field = found.procedure.field_by_id[draft.asking]
    given = draft.values.get("set")
    recorded = {**given} if isinstance(given, dict) else {}
    recorded[field.id] = _value(found, field, draft, inbound, desk)
    act = Act(str(draft.values.get("verb")), draft.person, visit=draft.visit)
    return replace(act, reason=str(draft.values.get("reason") or ""), set=recorded)


def _value(found: Bound, field: Field, draft: Draft, inbound: Inbound, desk: Desk) -> Json:
    if inbound.what == "tap":
        _, turn, pick = (*inbound.text.split(":"), "", "")[:3]
        choices = choices_of(field, desk.office)
        if turn != str(draft.turn) or pick not in map(str, range(len(choices))):
            raise StaleButton("这个按钮已经失效，请看最新的一条。")
        return choices[int(pick)]
    if inbound.file is not None:
        return read_file(field, inbound.file)
    return read(
        field,
        inbound.text,
        office=desk.office,
        calendar=desk.calendar,
        now=desk.now,
        values=found.case.values,
        person=draft.person,
    )
