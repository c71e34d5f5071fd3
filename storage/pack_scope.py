"""What may be named inside a pack: its posts, procedures, and the fields and steps of the procedure being read."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flows.procedure.model import OPERATORS, Anchor, Branch, Condition, Deadline, Goto, Register, Test
from storage.pack_form import Form, suggestion
from storage.pack_tree import Node
from storage.problems import Problems

EVENTS = ("filed", "due", "leave_end", "holiday", "year_end", "daily_report_at", "announced")
UNITS = ("minute", "hour", "day", "workday", "month")
RELATIONS = ("applicant", "handler", "section_members", "sections_in_charge")
_CALLED = {
    "role": "岗位", "procedure": "事项", "field": "字段", "step": "步骤",
    "recurring": "例行事项", "setting": "待定事项", "register": "登记簿", "told": "岗位或人",
}  # fmt: skip
# The places within a chapter: (二)▲1句2, 第三条, 段1, ①, /* for the whole, .. for a range.
_PLACE = re.compile(r"[()（）一二三四五六七八九十百第条款项章序段句是〔a-z〕 ▲①-⑳\d./*-]+$")
_ENDS = ("send_back", "end_approved", "end_refused", "end_closed")


@dataclass(frozen=True)
class Scope:
    """The names in reach; `fields` and `steps` are those of one procedure."""

    problems: Problems
    roles: frozenset[str]
    procedures: frozenset[str]
    fields: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    registers: Mapping[str, Register] = field(default_factory=dict)
    chapters: tuple[str, ...] = ()
    recurring: tuple[str, ...] = ()

    def known(self, kind: str) -> Collection[str]:
        """The names of one kind: role, procedure, field, step, setting, register, recurring, or told (to tell)."""
        return {
            "role": sorted(self.roles),
            "procedure": sorted(self.procedures),
            "field": self.fields,
            "step": self.steps,
            "setting": self.settings,
            "register": tuple(self.registers),
            "recurring": self.recurring,
            "told": (*RELATIONS, *self.fields, *sorted(self.roles)),
        }[kind]

    def check(self, kind: str, name: str, node: Node, what: str) -> None:
        """Report a name that nothing of that kind has."""
        if name and name not in self.known(kind):
            called = _CALLED[kind]
            self.problems.error(
                node.file, node.line, f"{what}所写的{called}「{name}」不存在", suggestion(name, self.known(kind))
            )


def read_cite(form: Form, scope: Scope, *, required: bool = True) -> tuple[str, ...]:
    """The clauses an entry rests on; where the pack lists its chapters, each must lie in one of them."""
    cites = form.texts("cite", required=required)
    for cite in cites if scope.chapters else ():
        if not any(lies_in(cite, chapter) for chapter in scope.chapters):
            near = suggestion(_PLACE.sub("", cite), scope.chapters)
            form.wrong(form.items["cite"], f"{form.what}所依据的「{cite}」不在 chapters 所列的章节里", near)
    return cites


def lies_in(cite: str, chapter: str) -> bool:
    """Whether the clause path names the chapter or a place in it."""
    place = cite.removeprefix(chapter)
    return not place or (place != cite and _PLACE.fullmatch(place) is not None)


def read_test(node: Node, scope: Scope, what: str) -> Test | None:
    """One {field, op, value}; None where it cannot stand."""
    form = Form(node, scope.problems, f"{what}的条件")
    name = form.text("field")
    op = form.one_of("op", sorted(OPERATORS))
    value = form.take("value", required=op not in ("present", "absent"))
    form.close()
    if name and name != "decision":
        scope.check("field", name, form.items["field"], f"{what}的条件")
    if op in ("in", "not_in") and value is not None and not isinstance(value.value, list):
        form.wrong(value, f"{what}的条件用了 {op}，值应是列表", "写成 value: [甲, 乙]")
    return Test(name, op, value.plain() if value is not None else None) if name and op else None


def read_condition(form: Form, key: str, scope: Scope) -> Condition:
    """The tests under the key; none where it is left out."""
    read = (read_test(node, scope, form.what) for node in form.nodes(key))
    return tuple(test for test in read if test is not None)


def read_goto(form: Form, scope: Scope) -> Goto | None:
    """Where a branch leads."""
    node = form.take("goto", required=True)
    if node is None:
        return None
    if isinstance(node.value, str):
        if node.value not in _ENDS:
            form.wrong(node, f"{form.what}的去向「{node.value}」不认识", f"写 {{step: 步骤}} 或 {'、'.join(_ENDS)}")
            return None
        return Goto(node.value)  # type: ignore[arg-type]
    target = Form(node, scope.problems, f"{form.what}的去向")
    for kind in ("step", "procedure"):
        name = target.text(kind, required=False)
        if name:
            scope.check(kind, name, target.items[kind], form.what)
            target.close()
            return Goto("step" if kind == "step" else "procedure", name)
    target.wrong(node, f"{form.what}的去向没有写明", "写 {step: 步骤} 或 {procedure: 事项}")
    return None


def read_branches(form: Form, scope: Scope) -> tuple[Branch, ...]:
    """The `next` of a step."""
    branches = []
    for node in form.nodes("next"):
        branch = Form(node, scope.problems, f"{form.what}的走向")
        when = read_condition(branch, "if", scope)
        goto = read_goto(branch, scope)
        branch.close()
        if goto is not None:
            branches.append(Branch(goto, when))
    return tuple(branches)


def read_deadline(form: Form | None, scope: Scope) -> Deadline | None:
    """A length of time from or before a moment."""
    if form is None:
        return None
    amount = form.number("amount", required=True)
    unit = form.one_of("unit", UNITS)
    before = "before" in form.items
    anchor = _read_anchor(form.form("before" if before else "from", required=True), scope)
    assumed = form.flag("assumed")
    form.close()
    if amount is None or not unit or anchor is None:
        return None
    return Deadline(amount, unit, anchor, before, assumed)  # type: ignore[arg-type]


def _read_anchor(form: Form | None, scope: Scope) -> Anchor | None:
    if form is None:
        return None
    for kind in ("step", "field", "event"):
        name = form.text(kind, required=False)
        if not name:
            continue
        node = form.items[kind]
        if kind == "event" and name not in EVENTS:
            form.wrong(node, f"{form.what}的事件「{name}」不认识", suggestion(name, EVENTS))
        elif kind != "event":
            scope.check(kind, name, node, form.what)
        form.close()
        return Anchor(kind, name)
    form.wrong(form.node, f"{form.what}没有写明起点", "写 {step: 步骤}、{field: 字段} 或 {event: 事件}")
    return None
