"""Moments to come back to a case; a timer ends with its visit."""

from collections.abc import Iterable
from datetime import datetime

from flows.approval.case import Case
from flows.approval.outcome import Timer
from flows.records import DueTimer
from storage.part import Part, dump, load_object


class Timers(Part):
    """Timers, unique by case, visit and kind; visit -1 belongs to the case as a whole."""

    def set_timers(self, case: Case, timers: Iterable[Timer]) -> None:
        """Set the timers (a second of the same visit and kind moves the first), then end those of closed visits."""
        for timer in timers:
            self._set(case.id, timer)
        still = {visit.index for visit in case.visits if visit.status == "open"} | (set() if case.ended else {-1})
        kept = {int(row["visit"]) for row in self.db.rows("SELECT visit FROM timers WHERE case_id = :id", id=case.id)}
        for visit in kept - still:
            self.db.change("DELETE FROM timers WHERE case_id = :id AND visit = :visit", id=case.id, visit=visit)

    def _set(self, case_id: str, timer: Timer) -> None:
        self.db.news.timers = True
        self.db.change(
            "INSERT INTO timers (case_id, visit, kind, due_at, data)"
            " VALUES (:case_id, :visit, :kind, :due_at, :data) ON CONFLICT (case_id, visit, kind)"
            " DO UPDATE SET due_at = excluded.due_at, data = excluded.data",
            case_id=case_id,
            visit=timer.visit,
            kind=timer.kind,
            due_at=self.db.stamp(timer.due_at),
            data=dump(timer.data),
        )

    def set_recurring(self, entry: str, due_at: datetime) -> None:
        """Set the next moment of something that recurs, by its ledger id; a moment set before is moved."""
        self._set("", Timer(due_at, entry, -1))

    def recurring(self) -> dict[str, datetime]:
        """The next moment of everything that recurs, by ledger id."""
        rows = self.db.rows("SELECT kind, due_at FROM timers WHERE case_id = ''")
        return {row["kind"]: self.db.moment(row["due_at"]) for row in rows}

    def due_timers(self, now: datetime, limit: int) -> tuple[DueTimer, ...]:
        """Timers due by now, earliest first; this unit is the only one at work on them."""
        rows = self.db.rows(
            self.db.claiming("SELECT * FROM timers AS waiting WHERE due_at <= :now ORDER BY due_at, id LIMIT :limit"),
            now=self.db.stamp(now),
            limit=limit,
        )
        return tuple(
            DueTimer(
                row["id"],
                row["case_id"],
                row["visit"],
                row["kind"],
                self.db.moment(row["due_at"]),
                load_object(row["data"]),
            )
            for row in rows
        )

    def next_timer_at(self) -> datetime | None:
        """When the next timer falls due, if there is one."""
        stamp = self.db.value("SELECT MIN(due_at) FROM timers")
        return self.db.moment(stamp) if stamp else None

    def end_timer(self, timer_id: int) -> None:
        """The timer has done its work."""
        self.db.change("DELETE FROM timers WHERE id = :id", id=timer_id)
