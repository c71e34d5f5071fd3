"""The leave ledger and the half days taken: one person cannot hold the same half day in two live cases."""

from collections.abc import Iterable
from datetime import date, datetime

from flows.approval.case import Case
from flows.approval.outcome import LeaveKept, LedgerEntry
from flows.calendar import Slot
from flows.errors import Refused
from flows.facts import LeaveTaken
from storage.connection import Param, Row
from storage.part import Part


class Leaves(Part):
    """Leave as it stands and every signed line that led to it."""

    def write_ledger(self, entries: Iterable[LedgerEntry], case_id: str, at: datetime) -> None:
        """Add lines to the ledger; no line is ever changed."""
        for entry in entries:
            self.db.change(
                "INSERT INTO ledger (case_id, at, person, type, year, kind, reserved, used, target)"
                " VALUES (:case_id, :at, :person, :type, :year, :kind, :reserved, :used, :target)",
                case_id=case_id,
                at=self.db.stamp(at),
                person=entry.person,
                type=entry.type,
                year=entry.year,
                kind=entry.kind,
                reserved=entry.reserved,
                used=entry.used,
                target=entry.target,
            )

    def balance(self, person: str, leave_type: str, year: int) -> tuple[float, float]:
        """Days reserved and days used of that type in that year: the sum of the person's lines."""
        row = self.db.row(
            "SELECT COALESCE(SUM(reserved), 0.0) AS reserved, COALESCE(SUM(used), 0.0) AS used FROM ledger"
            " WHERE person = :person AND type = :type AND year = :year",
            person=person,
            type=leave_type,
            year=year,
        )
        return (float(row["reserved"]), float(row["used"])) if row else (0.0, 0.0)

    def keep_leave(self, case: Case, leave: LeaveKept) -> None:
        """Keep the case's leave in place of what was kept of it before.

        Raises:
            Refused: another live case holds one of its half days.
        """
        self.put_leave(leave, case_id=case.id, case_no=case.no, procedure=case.procedure)

    def put_leave(self, leave: LeaveKept, *, case_id: str, case_no: str, procedure: str) -> None:
        """Keep a leave under that id in place of what was kept under it before.

        Raises:
            Refused: another live leave of the person holds one of its half days.
        """
        slots = tuple(sorted(str(slot) for slot in leave.slots))
        self.db.change("DELETE FROM leave_slots WHERE case_id = :case_id", case_id=case_id)
        if leave.status != "void":
            self._refuse_overlap(leave.person, slots)
            taken = ({"person": leave.person, "slot": slot, "case_id": case_id} for slot in slots)
            self.db.change_each(
                "INSERT INTO leave_slots (person, slot, case_id) VALUES (:person, :slot, :case_id)", taken
            )
        self.db.change(
            "INSERT INTO leaves (case_id, case_no, procedure, person, type, starts, ends, days, status, slots, target,"
            " returned) VALUES (:case_id, :case_no, :procedure, :person, :type, :starts, :ends, :days, :status, :slots,"
            " :target, :returned) ON CONFLICT (case_id) DO UPDATE SET person = excluded.person, type = excluded.type,"
            " starts = excluded.starts, ends = excluded.ends, days = excluded.days, status = excluded.status,"
            " slots = excluded.slots, target = excluded.target, returned = excluded.returned",
            case_id=case_id,
            case_no=case_no,
            procedure=procedure,
            **_columns(leave, slots),
        )

    def _refuse_overlap(self, person: str, slots: tuple[str, ...]) -> None:
        held = self.db.rows_among(
            "SELECT leaves.case_no FROM leave_slots JOIN leaves ON leaves.case_id = leave_slots.case_id"
            " WHERE leave_slots.person = :person AND leave_slots.slot IN (:among) ORDER BY leave_slots.slot LIMIT 1",
            slots,
            person=person,
        )
        for row in held:
            other = f"{row['case_no']}的假期" if row["case_no"] else "已登记的假期"
            raise Refused(f"这段时间与{other}重叠，请改时间，或先撤回、变更那一件。")

    def leaves_of(self, person: str, *, without: tuple[str, ...] = ()) -> tuple[LeaveTaken, ...]:
        """The person's leaves that are not void, earliest first, the cases `without` left out."""
        rows = self.db.rows(
            "SELECT * FROM leaves WHERE person = :person AND status <> 'void' ORDER BY starts, case_id", person=person
        )
        return tuple(_taken(row) for row in rows if row["case_id"] not in without)

    def leaves_between(self, people: tuple[str, ...], first: date, last: date) -> tuple[LeaveTaken, ...]:
        """Approved or pending leaves of these people that touch the days from first to last."""
        rows = self.db.rows_among(
            "SELECT * FROM leaves WHERE person IN (:among) AND status <> 'void' AND starts <= :last AND ends >= :first"
            " ORDER BY starts, case_id",
            people,
            first=str(Slot(first, "am")),
            last=str(Slot(last, "pm")),
        )
        return tuple(_taken(row) for row in rows)

    def away(self, at: datetime, slot: Slot | None) -> frozenset[str]:  # noqa: ARG002 (slots tell it; trips by the clock will need the moment)
        """Staff numbers of everybody on approved leave in that slot who has not reported back (None: nobody)."""
        if slot is None:
            return frozenset()
        rows = self.db.rows(
            "SELECT leave_slots.person FROM leave_slots JOIN leaves ON leaves.case_id = leave_slots.case_id"
            " WHERE leave_slots.slot = :slot AND leaves.status = 'settled' AND NOT leaves.returned",
            slot=str(slot),
        )
        return frozenset(row["person"] for row in rows)


def _columns(leave: LeaveKept, slots: tuple[str, ...]) -> dict[str, Param]:
    return {
        "person": leave.person,
        "type": leave.type,
        "starts": str(leave.start),
        "ends": str(leave.end),
        "days": leave.days,
        "status": leave.status,
        "slots": ",".join(slots),
        "target": leave.target,
        "returned": leave.returned,
    }


def _taken(row: Row) -> LeaveTaken:
    return LeaveTaken(
        case_id=row["case_id"],
        case_no=row["case_no"],
        person=row["person"],
        type=row["type"],
        start=Slot.parse(row["starts"]),
        end=Slot.parse(row["ends"]),
        days=row["days"],
        status=row["status"],
        slots=frozenset(Slot.parse(slot) for slot in row["slots"].split(",") if slot),
        target=row["target"],
        procedure=row["procedure"],
        returned=bool(row["returned"]),
    )
