"""What an office settles for itself about whole procedures: who gets copies, and where stand-ins may act.

copy_to            procedure -> staff numbers told when a request is approved
stand_in_allowed   procedures whose personal steps a stand-in or delegate may take
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flows.people import Person
from storage.pack_form import Form, suggestion
from storage.pack_tree import Node


class Conventions:
    """These parts of office.yaml, read against the packs' procedures and the staff list."""

    def __init__(
        self, head: Form, procedures: tuple[str, ...], person: Callable[[str, Node | None, str], Person | None]
    ) -> None:
        self._head = head
        self._procedures = procedures
        self._person = person

    def _known(self, name: str, node: Node, where: str) -> None:
        if name not in self._procedures:
            self._head.wrong(node, f"{where}：没有事项「{name}」", suggestion(name, self._procedures))

    def copy_to(self) -> Mapping[str, tuple[str, ...]]:
        """Who is told when a request of a procedure is approved."""
        form = self._head.form("copy_to", "copy_to")
        found: dict[str, tuple[str, ...]] = {}
        for name in form.items if form is not None else ():
            if form is None:
                break
            self._known(name, form.items[name], "copy_to")
            found[name] = form.texts(name)
            for number in found[name]:
                self._person(number, form.items[name], f"copy_to 的 {name}")
        return MappingProxyType(found)

    def stand_in_allowed(self) -> frozenset[str]:
        """Procedures whose personal steps may be taken by a stand-in."""
        node = self._head.items.get("stand_in_allowed")
        names = self._head.texts("stand_in_allowed")
        for name in names if node is not None else ():
            self._known(name, node, "stand_in_allowed")  # type: ignore[arg-type]
        return frozenset(names)
