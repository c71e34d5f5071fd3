"""What a text wants done again and again, as a pack writes it: the registers' `recurring`, with what is counted."""

from flows.deadlines.timetable import valid
from flows.families.tallies import TALLIES
from flows.procedure.model import Recurring
from storage.pack_form import Form, unique_ids
from storage.pack_scope import Scope, read_cite
from storage.pack_tree import Node

SHIFTS = ("next_workday", "previous_workday")


def read_recurring(head: Form, scope: Scope, pack: str) -> tuple[Recurring, ...]:
    """The recurring items of the pack's head, in its order."""
    nodes = head.nodes("recurring")
    unique_ids(nodes, head.problems, "例行事项")
    return tuple(_read(node, scope, pack) for node in nodes)


def recurring_ids(head: Form) -> tuple[str, ...]:
    """The ids of the items, for rules that name them."""
    values = (node.value for node in head.nodes("recurring"))
    return tuple(str(value["id"].value) for value in values if isinstance(value, dict) and "id" in value)


def _read(node: Node, scope: Scope, pack: str) -> Recurring:
    form = Form(node, scope.problems, "例行事项")
    item_id = form.text("id")
    form.what = f"例行事项 {item_id}"
    form.text("cadence", required=False)
    times = form.form("timetable", f"{form.what}的时间表", required=True)
    item = Recurring(
        id=item_id,
        entry=f"{pack}/pack/recurring/{item_id}",
        name=form.text("name"),
        actor=form.text("actor"),
        cite=read_cite(form, scope),
        procedure=form.text("procedure", required=False),
        cron=_crons(times),
        shift=times.one_of("shift", SHIFTS, required=False) if times is not None else "",  # type: ignore[arg-type]
        workdays_only=times.flag("workdays_only") if times is not None else False,
        eve=times.flag("eve") if times is not None else False,
        ask=times.flag("ask") if times is not None else False,
        assumed=times.flag("assumed") if times is not None else False,
        after=times.text("after", required=False) if times is not None else "",
        counts=form.one_of("counts", tuple(TALLIES), required=False),
    )
    _check(item, form, times, scope)
    return item


def _crons(times: Form | None) -> tuple[str, ...]:
    lines = times.texts("cron") if times is not None else ()
    for line in lines:
        if times is not None and not valid(line):
            times.wrong(times.items["cron"], f"{times.what}的「{line}」不是五栏时间", "分 时 日 月 周，例如 0 17 * * *")
    return tuple(line for line in lines if valid(line))


def _check(item: Recurring, form: Form, times: Form | None, scope: Scope) -> None:
    if item.actor:
        scope.check("role", item.actor, form.items["actor"], form.what)
    if item.procedure:
        scope.check("procedure", item.procedure, form.items["procedure"], form.what)
    elif item.counts:
        form.wrong(form.items["counts"], f"{form.what}要统计，却没有写哪一种办件", "补 procedure: 办件编号")
    if times is not None:
        if not (item.cron or item.ask or item.after):
            form.wrong(times.node, f"{form.what}没有写明时间", "写 cron、after 或 ask: true")
        times.close()
    form.close()
