"""Rules of a pack: each block or route rule names the checks that carry it out, or the family's function."""

from collections.abc import Collection
from typing import get_args

from flows.families.record_checks import Writes
from flows.procedure.checks import VOCABULARY
from flows.procedure.model import Check, Enforce, Rule
from storage.pack_form import Form, suggestion
from storage.pack_params import build, parameter_names
from storage.pack_scope import Scope, read_cite, read_condition
from storage.pack_tree import Node

RULE_KINDS = (
    "route", "limit", "deadline", "evidence", "prohibition", "record", "recurrence", "separation",
    "confidentiality", "quorum", "other",
)  # fmt: skip
_MARKS = ("inferred", "derived", "assumed")


def read_rule(node: Node, scope: Scope, prefix: str, honours: Collection[str]) -> Rule:
    """One rule; `prefix` begins its ledger id, `honours` are the functions `by` may name."""
    form = Form(node, scope.problems, "规则")
    rule_id = form.text("id")
    form.what = f"规则 {rule_id}"
    rule = Rule(
        id=rule_id,
        entry=f"{prefix}/rule/{rule_id}",
        kind=form.one_of("kind", RULE_KINDS),
        statement=form.text("statement"),
        enforce=form.one_of("enforce", get_args(Enforce), default="manual"),  # type: ignore[arg-type]
        cite=read_cite(form, scope),
        by=form.text("by", required=False),
        soft=form.flag("soft"),
        when=read_condition(form, "when", scope),
        except_=read_condition(form, "except", scope),
        refused_in=form.text("refused_in", required=False),
        checks=_read_checks(form, scope),
    )
    form.texts("conflict")
    for mark in _MARKS:
        form.flag(mark)
    _check_carried_out(rule, form, scope, honours)
    form.close()
    return rule


def _check_carried_out(rule: Rule, form: Form, scope: Scope, honours: Collection[str]) -> None:
    if rule.by and rule.by not in honours:
        fix = suggestion(rule.by, sorted(honours)) or "写成本族已登记的函数名"
        form.wrong(form.items["by"], f"{form.what}的 by「{rule.by}」没有对应的函数", fix)
    if rule.refused_in:
        scope.check("procedure", rule.refused_in, form.items["refused_in"], form.what)
    named = rule.by or "check" in form.items or "checks" in form.items
    if rule.enforce in ("block", "route") and not named:
        form.wrong(
            form.node,
            f"{form.what}要{'拦住' if rule.enforce == 'block' else '定路线'}，却没有写由什么来执行",
            "补 check（词汇表中的检查）或 by（本族的函数）",
        )


def _read_checks(form: Form, scope: Scope) -> tuple[Check, ...]:
    """`check` with its parameters beside it (or under `params`), or `checks` as a list of such."""
    read = [_read_check(form, scope)] if "check" in form.items else []
    for node in form.nodes("checks"):
        one = Form(node, scope.problems, form.what)
        read.append(_read_check(one, scope))
        one.close()
    return tuple(check for check in read if check is not None)


def _read_check(form: Form, scope: Scope) -> Check | None:
    name = form.one_of("check", VOCABULARY)
    known = VOCABULARY.get(name)
    nested = form.form("params", f"{form.what}的检查 {name}")
    if known is None:
        return None
    source = nested if nested is not None else form
    what, source.what = source.what, f"{form.what}的检查 {name}" if nested is None else source.what
    for key in parameter_names(known.params):
        source.taken[key] = None
    params = build(known.params, source, scope)
    if isinstance(params, Writes):
        _check_columns(params, source, scope)
    source.what = what
    if nested is not None:
        nested.close()
    return Check(name, params, form.items["check"].line) if params is not None else None


def _check_columns(params: Writes, form: Form, scope: Scope) -> None:
    book = scope.registers.get(params.register)
    known = [column for column, _ in book.columns] if book is not None else list(params.row)
    for column in params.row:
        if column not in known:
            near = suggestion(column, known)
            form.wrong(form.items["row"], f"{form.what}：登记簿 {params.register} 没有「{column}」一栏", near)
