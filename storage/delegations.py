"""Orders by which somebody decides in another's place, given in chat; kept as a register of its own (委托登记簿)."""

from datetime import date, datetime

from flows.approval.outcome import RegisterRow
from flows.people import Delegation
from flows.procedure.model import Json
from storage.connection import Row
from storage.part import load_object
from storage.registers import Registers

REGISTER = "delegation"


class Delegations(Registers):
    """The orders given in chat; one taken back is struck out, never deleted."""

    def delegations(self, on: date) -> tuple[Delegation, ...]:
        """The orders that stand and have not ended by that day, earliest first; `id` names each."""
        rows = self.db.rows(
            "SELECT id, cells FROM register_rows WHERE register_id = :register AND NOT superseded ORDER BY day, id",
            register=REGISTER,
        )
        found = (_order(row) for row in rows if load_object(row["cells"]).get("status") == "active")
        return tuple(order for order in found if order.end >= on)

    def keep_delegation(self, order: Delegation, at: datetime) -> None:
        """Enter an order."""
        cells: dict[str, Json] = {
            "principal": order.principal,
            "delegate": order.delegate,
            "from": order.start.isoformat(),
            "to": order.end.isoformat(),
            "procedures": list(order.procedures),
            "status": "active",
        }
        key = f"{order.principal}:{self.next_number(REGISTER)}"
        self.keep_rows((RegisterRow(REGISTER, key, cells, order.principal),), "", at)

    def end_delegation(self, order_id: str, at: datetime) -> None:
        """Take an order back; nothing happens where there is none of that id."""
        key = self.db.value("SELECT key FROM register_rows WHERE id = :id", id=int(order_id))
        if key:
            self.keep_rows((RegisterRow(REGISTER, key, {"status": "void"}, amends=True),), "", at)


def _order(row: Row) -> Delegation:
    cells = load_object(row["cells"])
    procedures = cells.get("procedures")
    return Delegation(
        principal=str(cells["principal"]),
        delegate=str(cells["delegate"]),
        start=date.fromisoformat(str(cells["from"])),
        end=date.fromisoformat(str(cells["to"])),
        procedures=tuple(str(item) for item in procedures) if isinstance(procedures, list) else (),
        id=str(row["id"]),
    )
