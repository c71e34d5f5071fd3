"""A procedure that opens another one when it is done: the button that begins it, and what it begins with."""

from flows.approval.case import Case
from flows.approval.outcome import Notice
from flows.approval.words import short_name
from flows.cards import Button
from flows.procedure.condition import absent
from flows.procedure.model import Json, Pack, Procedure


def opens(procedure: Procedure) -> frozenset[str]:
    """Ids of the procedures this one leads to."""
    return frozenset(
        branch.goto.target for step in procedure.steps for branch in step.next if branch.goto.kind == "procedure"
    )


def invitation(case: Case, pack: Pack, target: str) -> tuple[Notice, ...]:
    """The word to the applicant that the next procedure is to be done, with the button that begins it."""
    following = pack.procedures.get(target)
    if following is None:
        return ()
    name = short_name(following)
    button = Button(f"办{name}", f"later:{target}:{case.id}", "primary")
    text = f"接下来要办“{name}”，已知的内容会带过去。"
    return (Notice(case.applicant, "tell", "opens", "applicant", text=text, buttons=(button,)),)


def carried(procedure: Procedure, following: Procedure, case: Case) -> dict[str, Json]:
    """What the next procedure begins with: the fields it names under `from`, else those of the same id and type."""
    named = following.family_params.get("from")
    source = {str(key): str(value) for key, value in named.items()} if isinstance(named, dict) else {}
    found: dict[str, Json] = {}
    for field in following.fields:
        own = procedure.field_by_id.get(source.get(field.id, field.id))
        value = case.values.get(own.id) if own is not None else None
        if not field.outcome and own is not None and own.type == field.type and not absent(value):
            found[field.id] = value
    return found
