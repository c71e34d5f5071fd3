"""When what recurs is due in this office, where the regulation leaves it open.

recurring   pack/item -> times of five fields (0 15 L * *: the month's last day at three)
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flows.deadlines.timetable import valid
from flows.procedure.model import Pack, Recurring
from storage.pack_form import Form, suggestion

EXAMPLE = "0 15 L * *"


def read_rhythms(head: Form, packs: Iterable[Pack]) -> Mapping[str, tuple[str, ...]]:
    """The times the office sets, by ledger id; what it leaves open is asked for in a notice."""
    known = {f"{pack.id}/{item.id}": item for pack in packs for item in pack.recurring}
    form = head.form("recurring", "recurring")
    found: dict[str, tuple[str, ...]] = {}
    for key in form.items if form is not None else ():
        item = known.get(key)
        times = form.texts(key) if form is not None else ()
        if form is not None and _fits(key, item, times, form, tuple(known)) and item is not None:
            found[item.entry] = times
    for key, item in known.items():
        if item.ask and item.entry not in found:
            cites = "；".join(item.cite)
            text = f"例行事项“{item.name}”的时间由单位定（{cites}），没有定就不提醒"
            head.problems.notice(head.node.file, 0, text, f"在 recurring 里写 {key}: '{EXAMPLE}'")
    return MappingProxyType(found)


def _fits(key: str, item: Recurring | None, times: tuple[str, ...], form: Form, known: tuple[str, ...]) -> bool:
    node = form.items[key]
    if item is None:
        form.wrong(node, f"recurring：没有例行事项「{key}」", suggestion(key, known))
    elif not (item.ask or item.assumed):
        form.wrong(node, f"recurring：“{item.name}”的时间规定已经写明", f"删去 {key}")
    elif not times or not all(valid(time) for time in times):
        form.wrong(node, f"recurring：「{key}」要写五栏时间", f"分 时 日 月 周，例如 '{EXAMPLE}'")
    else:
        return True
    return False
