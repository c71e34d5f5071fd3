"""The summary before a request is filed: the form as filled in, what follows from it, who would be asked and why."""

from datetime import date

from flows.approval.preview import Preview
from flows.calendar import day_text, days_text
from flows.cards import Button, Fact, Message, RouteLine
from flows.conversation.ask import asked_fields, code, in_rows
from flows.conversation.draft import Draft
from flows.conversation.reading import show
from flows.people import Office
from flows.procedure.condition import absent
from flows.procedure.findings import Finding, warnings
from flows.procedure.model import Field, Json, Procedure, Values

_GAP = "按现有规定，这种情形没有写明由谁审批，请联系办公室管理员确定后再报，或修改后再试。"


def summary(procedure: Procedure, draft: Draft, preview: Preview, office: Office) -> Message:
    """Everything at a glance; 提交申请 stands there only where filing would be accepted."""
    lacking = _lacking(procedure, preview)
    stopped = bool(preview.refused or preview.missing or preview.gap)
    return Message(
        text=_head(procedure, preview, lacking),
        summary=(*_form(procedure, preview, office), *_worked_out(procedure, preview)),
        warnings=(
            *(_fact("不能提交", finding) for finding in preview.refused),
            *(_fact("提示", finding) for finding in warnings(preview.findings)),
        ),
        route=_route(preview),
        buttons=_buttons(procedure, draft, lacking, stopped=stopped),
        expects="choice",
        tone="refused" if stopped else "neutral",
    )


def _lacking(procedure: Procedure, preview: Preview) -> tuple[Field, ...]:
    """What the person can still fill in: required lines, and those a refusal asks for."""
    wanted = {*preview.missing, *(name for finding in preview.refused for name in finding.asks_for)}
    return tuple(
        field
        for field in procedure.fields
        if field.id in wanted and not field.computed and not field.outcome and absent(preview.values.get(field.id))
    )


def _head(procedure: Procedure, preview: Preview, lacking: tuple[Field, ...]) -> str:
    if lacking:
        names = "、".join(f"“{field.name}”" for field in lacking)
        return f"还需要填写{names}，才能提交。"
    if preview.refused:
        return "现在还不能提交，请按下面的说明修改，或取消。"
    if preview.missing:
        names = "、".join(f"“{procedure.field_by_id[name].name}”" for name in preview.missing)
        return f"{names}还算不出来，请核对已填的内容，修改后再提交。"
    return _GAP if preview.gap else f"请核对“{procedure.name}”，没有问题请提交。"


def _form(procedure: Procedure, preview: Preview, office: Office) -> tuple[Fact, ...]:
    """The lines of the form in its order; an optional question passed over is shown as not filled."""
    asked = {field.id for field in asked_fields(procedure, preview.values)}
    days = preview.figures.get("days")
    lines = []
    for field in procedure.fields:
        value = preview.values.get(field.id)
        told_below = bool(field.computed) and field.type == "number" and days is not None and value == days
        if field.outcome or told_below or (absent(value) and field.id not in asked):
            continue
        lines.append(Fact(field.name, show(field, value, office), file=_file_id(field, value)))
    return tuple(lines)


def _file_id(field: Field, value: Json) -> str:
    return str(value.get("id") or "") if field.type == "file" and isinstance(value, dict) else ""


def _worked_out(procedure: Procedure, preview: Preview) -> tuple[Fact, ...]:
    """What the product worked out: length, use of the year, what is left, last day and day back."""
    figures = preview.figures
    lines = (
        ("请假时长", _length(figures)),
        (f"今年{_kind(procedure, preview.values)}", _used(figures)),
        ("剩余天数", _left(figures)),
        ("最后一天", _day(figures.get("last_day"))),
        ("返岗", _day(figures.get("back_on"))),
    )
    return tuple(Fact(label, text) for label, text in lines if text)


def _amount(value: Json) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _length(figures: Values) -> str:
    days, workdays = _amount(figures.get("days")), _amount(figures.get("workdays"))
    if days is None:
        return ""
    said = f"{days_text(days)} 天"
    return said if workdays is None else f"{said}（{days_text(workdays)} 个工作日）"


def _used(figures: Values) -> str:
    after, days = _amount(figures.get("year_used_after")), _amount(figures.get("days"))
    if after is None or days is None:
        return ""
    return f"已用 {days_text(after - days)} 天，批准后 {days_text(after)} 天"


def _left(figures: Values) -> str:
    left, days = _amount(figures.get("remaining")), _amount(figures.get("days"))
    if left is None or days is None:
        return ""
    due = _amount(figures.get("entitlement"))
    whole = f"应休 {days_text(due)} 天，" if due is not None else ""
    after = f"，批准后剩 {days_text(left - days)} 天" if left >= days else ""
    return f"{whole}还剩 {days_text(left)} 天{after}"


def _day(value: Json) -> str:
    return day_text(date.fromisoformat(value)) if isinstance(value, str) and value else ""


def _kind(procedure: Procedure, values: Values) -> str:
    """What kind of leave it is, in its own word."""
    named = values.get(str(procedure.family_params.get("type", "")))
    return named if isinstance(named, str) and named else "同类假"


def _fact(label: str, finding: Finding) -> Fact:
    return Fact(label, finding.text, (finding.entry,) if finding.entry else ())


def _route(preview: Preview) -> tuple[RouteLine, ...]:
    """Who would be asked and why; the filing itself is the person's own and no stop."""
    stops = preview.stops[1:] if preview.stops and preview.stops[0].step.kind == "submit" else preview.stops
    return tuple(
        RouteLine(
            "、".join(stop.names),
            stop.post_name,
            stop.step.name,
            "to_come",
            why="" if stop.why == stop.step.name else stop.why,
            clauses=stop.clauses,
        )
        for stop in stops
    )


def _buttons(
    procedure: Procedure, draft: Draft, lacking: tuple[Field, ...], *, stopped: bool
) -> tuple[tuple[Button, ...], ...]:
    ids = [field.id for field in procedure.fields]
    fill = [Button(f"填写{field.name}", code(draft, "fill", ids.index(field.id) + 1), "primary") for field in lacking]
    submit = () if stopped else (Button("提交申请", code(draft, "submit"), "primary"),)
    back = (Button("上一步", code(draft, "back")),) if draft.trail else ()
    return (
        *in_rows(fill, 2),
        (*submit, Button("修改", code(draft, "change"))),
        (*back, Button("取消", code(draft, "cancel"))),
    )
