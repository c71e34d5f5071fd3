"""What an administrator enters of the time before: leave, attendance and seals, kept like that of real cases."""

from datetime import date, datetime

from flows.approval.outcome import LeaveKept, LedgerEntry, RegisterRow
from flows.procedure.model import Json
from storage.leaves import Leaves
from storage.registers import Registers


class History(Leaves, Registers):
    """Facts no case of ours led to."""

    def add_leave(self, leave: LeaveKept, at: datetime, *, procedure: str = "", name: str = "") -> str:
        """Enter a leave taken or booked; returns the id it is kept under. `name` is what the register shows.

        Raises:
            Refused: the person already has one of its half days.
        """
        case_id = f"history-{self.next_number('history')}"
        self.put_leave(leave, case_id=case_id, case_no="", procedure=procedure)
        if leave.status != "void":
            self.write_ledger((_opening(leave),), case_id, at)
            row = _attendance(leave, name or leave.person)
            self.keep_rows((RegisterRow("attendance", f"{case_id}:record", row, leave.person),), case_id, at)
        return case_id

    def add_attendance(
        self, person: str, event: str, day: date, *, at: datetime, minutes: float | None = None, name: str = ""
    ) -> None:
        """Enter an attendance event, as the attendance clerk would; `name` is what the register shows."""
        on = day.isoformat()
        cells: dict[str, Json] = {"person": name or person, "event": event, "from": on, "to": on}
        cells |= {"minutes": minutes, "status": "active"}
        self.keep_rows((RegisterRow("attendance", "", cells, person),), "", at)

    def set_seal_status(self, seal: str, status: str, since: datetime, *, to: str = "") -> None:
        """Enter a seal as suspended, lent, or (any other word) in use again, as its keeper would."""
        cells: dict[str, Json] = {"seal": seal, "status": status, "since": since.isoformat(), "to": to}
        self.keep_rows((RegisterRow("seal_status", seal, cells),), "", since)


def _opening(leave: LeaveKept) -> LedgerEntry:
    reserved, used = (0.0, leave.days) if leave.status == "settled" else (leave.days, 0.0)
    return LedgerEntry(leave.person, leave.type, leave.start.day.year, "opening", reserved, used, leave.target)


def _attendance(leave: LeaveKept, name: str) -> dict[str, Json]:
    return {
        "person": name,
        "event": leave.type,
        "from": str(leave.start),
        "to": str(leave.end),
        "days": leave.days,
        "status": "active" if leave.status == "settled" else "to_confirm",
    }
