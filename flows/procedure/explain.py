"""One request explained line by line: what was worked out, every rule that speaks with its clause, and the route."""

from collections.abc import Iterator, Mapping

from flows.approval.preview import Preview, Stop, preview
from flows.conversation.reading import show
from flows.facts import Facts
from flows.families import family_of
from flows.procedure.condition import absent
from flows.procedure.findings import Finding
from flows.procedure.model import Pack, Procedure, Values

_WEIGHTS: Mapping[str, str] = {"refuse": "不能提交", "warn": "提示", "reason": "依据"}
_ARRANGED: Mapping[str, str] = {
    "raised": "本人的件，由他人办",
    "stand_in": "本人不在岗，由代办人办",
    "delegate": "按委托代办",
    "vacant": "没有人担任这个岗位，转代办人或管理员",
    "waiting": "本人不在岗，也没有代办人，要等",
}


def explain(pack: Pack, procedure: Procedure, values: Values, applicant: str, facts: Facts) -> tuple[str, ...]:
    """What filing these values today would mean for this person, in Chinese, a line each."""
    seen = preview(pack, procedure, values, applicant, facts)
    person = facts.office.person(applicant)
    return (
        f"{procedure.name}（{procedure.pack}/{procedure.id}），由{person.called}（{person.section}）提出",
        *_form(procedure, seen, facts),
        *_figures(procedure, seen),
        *_findings(seen),
        *_route(procedure, seen, facts),
        *_verdict(procedure, seen),
    )


def _form(procedure: Procedure, seen: Preview, facts: Facts) -> Iterator[str]:
    yield "所填："
    for field in procedure.fields:
        value = seen.values.get(field.id)
        if not absent(value):
            note = "（算出）" if field.computed else ""
            yield f"  {field.name}：{show(field, value, facts.office)}{note}"


def _figures(procedure: Procedure, seen: Preview) -> Iterator[str]:
    lines = family_of(procedure).labels(seen.figures)
    if lines:
        yield "算得："
    for label, text in lines:
        yield f"  {label}：{text}"


def _findings(seen: Preview) -> Iterator[str]:
    if seen.findings:
        yield "规定："
    for weight in _WEIGHTS:
        for finding in seen.findings:
            if finding.weight == weight:
                yield f"  {_WEIGHTS[weight]}：{finding.text}{_clause(finding)}"


def _clause(finding: Finding) -> str:
    cite = f"〔{'、'.join(finding.cite)}〕" if finding.cite else "〔本产品的约定〕"
    return f"{cite}{finding.entry}"


def _route(procedure: Procedure, seen: Preview, facts: Facts) -> Iterator[str]:
    if seen.stops:
        yield "路线："
    for number, stop in enumerate(seen.stops, start=1):
        yield f"  {number}. {_stop(procedure, stop, facts)}"


def _stop(procedure: Procedure, stop: Stop, facts: Facts) -> str:
    who = "、".join(_asked(stop, facts)) or "无人可办"
    post = "申请人" if stop.step.actor == procedure.initiator else stop.post_name
    why = f"：{stop.why}" if stop.why != stop.step.name else ""
    arranged = "；".join(_ARRANGED[reason] for reason in stop.assignment.why if reason in _ARRANGED)
    cite = f"〔{'、'.join(stop.step.cite)}〕" if stop.step.cite else ""
    return f"{stop.step.name} — {who}（{post}）{why}{f'（{arranged}）' if arranged else ''}{cite}"


def _asked(stop: Stop, facts: Facts) -> Iterator[str]:
    for ask in stop.assignment.asks:
        name = facts.office.name_of(ask.person)
        yield f"{name} 代 {facts.office.name_of(ask.for_)}" if ask.for_ else name


def _verdict(procedure: Procedure, seen: Preview) -> Iterator[str]:
    if seen.missing:
        names = "、".join(f"{procedure.field_by_id[name].name}（{name}）" for name in seen.missing)
        yield f"结论：还缺 {names}，不能提交"
    elif seen.gap:
        yield f"结论：走到步骤 {seen.gap} 后规定没有写明去向，不能提交"
    elif seen.refused:
        yield f"结论：有 {len(seen.refused)} 处不合规定，不能提交"
    else:
        yield "结论：可以提交"
