"""Every refusal as one Chinese sentence: what is wrong, the clause it rests on, and the next step."""

from flows.calendar import moment_text
from flows.errors import (
    AlreadyClosed,
    AlreadyDone,
    BrokenRule,
    NoRoute,
    Refused,
    StaleButton,
    UnknownCase,
)
from flows.people import Office
from flows.procedure.model import Pack, Rule, Step

_CLOSED = {
    "closed": "本件已办结，不再变动。",
    "refused": "本件未通过，已经结束；如需再报，可再次提交。",
    "withdrawn": "本件已由申请人撤回，无需处理。",
    "cancelled": "本件已撤销，无需处理。",
    "returned": "本件已退回申请人修改，等重新提交后再办。",
}


def sentence(refusal: Refused, office: Office, packs: tuple[Pack, ...]) -> str:
    """The refusal as the person who asked reads it, with the clause behind it."""
    said = _said(refusal, office)
    clauses = cited(refusal.entries, packs)
    return f"{said}（依据：{'；'.join(clauses)}）" if clauses else said


def _said(refusal: Refused, office: Office) -> str:
    match refusal:
        case AlreadyDone(by=by, at=at, mine=mine):
            return (
                f"您已于{moment_text(at)}办过这一步。" if mine else f"{office.name_of(by)}已于{moment_text(at)}办理。"
            )
        case AlreadyClosed(state=state):
            return _CLOSED.get(state, "本件已经结束。")
        case NoRoute():
            return "按现有规定，这种情形没有写明由谁审批，请联系办公室管理员确定后再报。"
        case BrokenRule(findings=findings):
            refused = [finding.text for finding in findings if finding.weight == "refuse"]
            return " ".join(refused[:2])
        case UnknownCase():
            return refusal.sentence or "没有找到这件申请，或它与您无关。请在“我的申请”里核对编号。"
        case StaleButton():
            return refusal.sentence or "这个按钮已经失效，请看最新的一条。"
        case _:
            return refusal.sentence or "这个操作现在不能办理。"


def cited(entries: tuple[str, ...], packs: tuple[Pack, ...]) -> tuple[str, ...]:
    """The clause paths behind ledger ids, each once, at most three."""
    found = (part for entry in entries for part in _cite(entry, packs))
    return tuple(dict.fromkeys(found))[:3]


def _cite(entry: str, packs: tuple[Pack, ...]) -> tuple[str, ...]:
    item = item_of(entry, packs)
    return item.cite if item is not None else ()


def item_of(entry: str, packs: tuple[Pack, ...]) -> Rule | Step | None:
    """The rule or step of a ledger id, if one of these packs has it."""
    parts = entry.split("/")
    if len(parts) != 4:
        return None
    name, procedure_id, section, item = parts
    for pack in packs:
        procedure = pack.procedures.get(procedure_id) if pack.id == name else None
        if procedure is not None:
            return procedure.rule_by_id.get(item) if section == "rule" else procedure.step_by_id.get(item)
    return None
