"""Fields and steps of a procedure, as a pack writes them."""

import re
from types import MappingProxyType

from flows.conversation.requests.kinds import KINDS
from flows.procedure.model import (
    AFTER_REPAIR,
    DECIDING,
    FIELD_TYPES,
    SEATS,
    SIGNS,
    SLOTS,
    STEP_KINDS,
    ActorBy,
    Also,
    Condition,
    Field,
    Record,
    Step,
)
from storage.pack_form import Form, suggestion
from storage.pack_scope import Scope, read_branches, read_cite, read_condition, read_deadline
from storage.pack_tree import Node

_SOURCES = ("now:date", "now:time", "now:moment", "applicant", "actor", "principal", "approver", "case_no")
_PREFIXES = ("field", "text", "figure", "late")
_NAME = re.compile(r"[a-z][a-z0-9_]*$")


def check_id(form: Form, key: str, name: str) -> None:
    """Report a name that is not lower-case snake_case."""
    if name and not _NAME.match(name):
        form.wrong(form.items[key], f"{form.what}的编号「{name}」只能用小写字母、数字和下划线", "例如 leave_type")


def read_field(node: Node, scope: Scope) -> Field:
    """One line of the form."""
    form = Form(node, scope.problems, "字段")
    field_id = form.text("id")
    form.what = f"字段 {field_id}"
    check_id(form, "id", field_id)
    field = Field(
        id=field_id,
        name=form.text("name"),
        type=form.one_of("type", sorted(FIELD_TYPES), default="text"),  # type: ignore[arg-type]
        required=form.flag("required"),
        choices=form.texts("choices"),
        choices_from=form.text("choices_from", required=False),
        outcome=form.flag("outcome"),
        recorded_by=form.text("recorded_by", required=False),
        cite=read_cite(form, scope, required=not form.flag("assumed")),
        ask=form.text("ask", required=False),
        hint=form.text("hint", required=False),
        ask_if=read_condition(form, "ask_if", scope),
        computed=form.text("computed", required=False),
        default=form.text("default", required=False),
        min=form.number("min"),
        max=form.number("max"),
        long=form.flag("long"),
        private=form.flag("private"),
        slot=form.one_of("slot", sorted(SLOTS), required=False),
        means=_read_means(form),
        words=_read_words(form),
        presumed=form.text("presumed", required=False),
        many=form.flag("many"),
    )
    form.flag("assumed")
    _check_field(field, form, scope)
    form.close()
    return field


def _read_means(form: Form) -> tuple[tuple[str, str], ...]:
    """Choices of this office's own wording, each with the kind a request calls it."""
    means = form.form("means")
    if means is None:
        return ()
    read = tuple((choice, means.one_of(choice, sorted(KINDS))) for choice in means.items)
    _check_choices(form, means)
    return read


def _read_words(form: Form) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Choices with the words a request may say instead."""
    words = form.form("words")
    if words is None:
        return ()
    _check_choices(form, words)
    return tuple((choice, words.texts(choice, required=True)) for choice in words.items)


def _check_choices(form: Form, named: Form) -> None:
    for choice in named.items:
        if choice not in form.texts("choices"):
            form.wrong(named.items[choice], f"{form.what}没有选项「{choice}」", "照选项的原文写")


def _check_field(field: Field, form: Form, scope: Scope) -> None:
    node = form.node
    if field.type == "choice" and not field.choices and not field.choices_from:
        form.wrong(node, f"{form.what}要选择，却没有选项", "补 choices: [甲, 乙]，或 choices_from: config")
    if len(set(field.choices)) != len(field.choices):
        form.wrong(form.items["choices"], f"{form.what}的选项有重复", "去掉重复的选项")
    if field.presumed and field.presumed not in field.choices:
        form.wrong(form.items["presumed"], f"{form.what}没有选项「{field.presumed}」", "照选项的原文写")
    if not field.outcome and not field.computed and not field.ask:
        form.wrong(node, f"{form.what}要问申请人，却没有问句", "补 ask: 一句简短的问话")
    if field.outcome and not field.recorded_by:
        form.wrong(node, f"{form.what}由办理步骤记录，却没有写哪一步", "补 recorded_by: 步骤编号")
    if field.recorded_by:
        scope.check("step", field.recorded_by, form.items["recorded_by"], form.what)
    if field.default:
        scope.check("field", field.default, form.items["default"], form.what)
    if field.min is not None and field.max is not None and field.min > field.max:
        form.wrong(form.items["min"], f"{form.what}的下限 {field.min:g} 大于上限 {field.max:g}", "改写 min 或 max")


def read_step(node: Node, scope: Scope) -> Step:
    """One stop of the route."""
    form = Form(node, scope.problems, "步骤")
    step_id = form.text("id")
    form.what = f"步骤 {step_id}"
    check_id(form, "id", step_id)
    step = Step(
        id=step_id,
        name=form.text("name"),
        actor=form.text("actor"),
        kind=form.one_of("kind", sorted(STEP_KINDS), default="review"),  # type: ignore[arg-type]
        cite=read_cite(form, scope, required=not form.flag("derived")),
        only_if=read_condition(form, "only_if", scope),
        next=read_branches(form, scope),
        deadline=read_deadline(form.form("deadline", f"{form.what}的期限"), scope),
        nudge_hours=form.number("nudge_hours"),
        records=_read_record(form.form("records", f"{form.what}的登记"), scope),
        tells=form.texts("tells"),
        personal=form.flag("personal"),
        button=form.text("button", required=False),
        after_return=form.flag("after_return"),
        sign=form.one_of("sign", sorted(SIGNS), required=False, default="any"),
        after_repair=form.one_of("after_repair", sorted(AFTER_REPAIR), required=False, default="again"),
        named_in=form.text("named_in", required=False),
        actor_by=_read_actor_by(form.form("actor_by", f"{form.what}的 actor_by"), scope),
        acts_for=form.text("acts_for", required=False),
        also=tuple(_read_also(item, scope, form.what) for item in form.nodes("also")),
        about=form.text("about", required=False),
        own=form.flag("own"),
        seat=form.one_of("seat", sorted(SEATS), required=False),  # type: ignore[arg-type]
        about_post=form.text("about_post", required=False),
        of_post=form.flag("of_post"),
        remind_days=_read_days(form),
        any_hour=_read_any_hour(form, scope),
    )
    form.flag("derived")
    form.flag("actor_assumed")
    if step.sign != "any" and step.kind not in DECIDING:
        form.wrong(
            form.items["sign"], f"{form.what}是办理，不能写 sign: {step.sign}：只有表态的步骤才有几人同签", "去掉 sign"
        )
    _check_people(step, form, scope)
    form.close()
    return step


def _check_people(step: Step, form: Form, scope: Scope) -> None:
    if step.actor:
        scope.check("role", step.actor, form.items["actor"], form.what)
    if step.named_in:
        scope.check("field", step.named_in, form.items["named_in"], form.what)
    if step.about:
        scope.check("field", step.about, form.items["about"], form.what)
    if step.about_post:
        scope.check("role", step.about_post, form.items["about_post"], form.what)
    if step.acts_for:
        scope.check("role", step.acts_for, form.items["acts_for"], form.what)
    for name in step.tells:
        scope.check("told", name, form.items["tells"], form.what)


def _read_days(form: Form) -> tuple[int, ...]:
    """How many days before the deadline people are reminded, whole numbers."""
    days: list[int] = []
    for node in form.nodes("remind_days"):
        if isinstance(node.value, int) and not isinstance(node.value, bool) and node.value >= 0:
            days.append(node.value)
        else:
            form.wrong(
                node, f"{form.what}的「remind_days」应是不小于 0 的整数", "例如 remind_days: [3, 0]，0 即到期当天"
            )
    return tuple(days)


def _read_actor_by(form: Form | None, scope: Scope) -> ActorBy | None:
    """Who acts instead of the step's own post, by a field's value or the office's word."""
    if form is None:
        return None
    value_of, setting = form.text("field", required=False), form.text("setting", required=False)
    posts = form.form("posts", f"{form.what}的岗位")
    by_value = {value: posts.text(value) for value in posts.items} if posts is not None else {}
    if value_of:
        scope.check("field", value_of, form.items["field"], form.what)
    if setting:
        scope.check("setting", setting, form.items["setting"], form.what)
    for value, post in by_value.items():
        if posts is not None:
            scope.check("role", post, posts.items[value], form.what)
    if not setting and not (value_of and by_value):
        form.wrong(form.node, f"{form.what}没有写明由谁办", "写 setting，或 field 与 posts")
    form.close()
    return ActorBy(value_of, setting, MappingProxyType(by_value))


def _read_any_hour(form: Form, scope: Scope) -> Condition | None:
    """When the step keeps no office hours: `true`, or the tests that must hold."""
    node = form.items.get("any_hour")
    if node is None:
        return None
    if isinstance(node.value, list):
        return read_condition(form, "any_hour", scope)
    return () if form.flag("any_hour") else None


def _read_also(node: Node, scope: Scope, what: str) -> Also:
    form = Form(node, scope.problems, f"{what}的 also")
    post = form.text("post")
    scope.check("role", post, form.items.get("post", node), form.what)
    when = read_condition(form, "if", scope)
    form.close()
    return Also(post, when)


def _read_record(form: Form | None, scope: Scope) -> Record | None:
    if form is None:
        return None
    register = form.text("register")
    if register:
        scope.check("register", register, form.items["register"], form.what)
    book = scope.registers.get(register)
    known = tuple(column for column, _ in book.columns) if book is not None else ()
    row = form.form("row", f"{form.what}的栏目", required=True)
    columns: dict[str, str] = {}
    for column in row.items if row is not None else ():
        columns[column] = row.text(column) if row is not None else ""
        _check_source(columns[column], row, column, scope)
        if row is not None and book is not None and column not in known:
            row.wrong(row.items[column], f"登记簿 {register} 没有「{column}」一栏", suggestion(column, known))
    changed = _read_closed(form.form("closed", f"{form.what}的 closed"), register, known)
    form.close()
    return Record(register, MappingProxyType(columns), MappingProxyType(changed))


def _read_closed(form: Form | None, register: str, known: tuple[str, ...]) -> dict[str, str]:
    """The columns that change once the case is closed, with their new words."""
    if form is None:
        return {}
    for column in form.items if known else ():
        if column not in known:
            form.wrong(form.items[column], f"登记簿 {register} 没有「{column}」一栏", suggestion(column, known))
    return {column: form.text(column) for column in form.items}


def _check_source(source: str, form: Form | None, column: str, scope: Scope) -> None:
    if not source or form is None or source in _SOURCES:
        return
    prefix, colon, rest = source.partition(":")
    if not colon or prefix not in _PREFIXES or not rest:
        form.wrong(
            form.items[column],
            f"{form.what}里「{column}」的来源「{source}」不认识",
            f"可写：{'、'.join(_SOURCES)}、field:字段、text:文字、figure:数字名、late:步骤",
        )
    elif prefix in ("field", "late"):
        for name in rest.split("|"):
            scope.check("step" if prefix == "late" else "field", name, form.items[column], form.what)
