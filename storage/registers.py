"""Registers (登记簿): rows are only ever added; one that replaces another strikes it through."""

from datetime import date, datetime

from flows.approval.outcome import RegisterRow
from flows.facts import AttendanceEvent, SealStatus
from flows.procedure.model import Json
from flows.records import StoredRow
from storage.connection import Row
from storage.part import Part, dump, load_object

ATTENDANCE_EVENTS = ("迟到", "早退", "缺勤", "未到岗", "到岗")
NOT_COUNTED = ("void", "to_confirm")


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


class Registers(Part):
    """Every register, with the two the rules read back: attendance and the seals' status."""

    def keep_rows(self, rows: tuple[RegisterRow, ...], case_id: str, at: datetime) -> None:
        """Write register rows; a row whose key is there already supersedes it, wholly or in the columns it amends."""
        for row in rows:
            new = self._amended(row) if row.amends else row
            if new is None:
                continue
            if new.key:
                self._supersede(new.register, new.key)
            self._write(new, case_id, at)
            if new.register == "seal_status":
                self._follow_seal(new, at)

    def _amended(self, row: RegisterRow) -> RegisterRow | None:
        """The row that stands under the key with these columns changed (None: none stands)."""
        stands = self.db.row(
            "SELECT cells, person FROM register_rows WHERE register_id = :register AND key = :key AND key <> ''"
            " AND NOT superseded",
            register=row.register,
            key=row.key,
        )
        if stands is None:
            return None
        return RegisterRow(row.register, row.key, {**load_object(stands["cells"]), **row.row}, stands["person"])

    def _supersede(self, register: str, key: str) -> None:
        self.db.change(
            "UPDATE register_rows SET superseded = :yes"
            " WHERE register_id = :register AND key = :key AND key <> '' AND NOT superseded",
            yes=True,
            register=register,
            key=key,
        )

    def _write(self, row: RegisterRow, case_id: str, at: datetime) -> None:
        day = _text(row.row.get("date")) or _text(row.row.get("from"))
        self.db.change(
            "INSERT INTO register_rows (register_id, case_id, key, cells, person, day, at, superseded)"
            " VALUES (:register, :case_id, :key, :cells, :person, :day, :at, :no)",
            register=row.register,
            case_id=case_id,
            key=row.key,
            cells=dump(row.row),
            person=row.person or _text(row.row.get("person")),
            day=day[:10],
            at=self.db.stamp(at),
            no=False,
        )

    def _follow_seal(self, row: RegisterRow, at: datetime) -> None:
        """Keep who is out of use; a seal neither suspended nor lent is in use again."""
        seal, status = _text(row.row.get("seal")), _text(row.row.get("status"))
        self.db.change("DELETE FROM seal_status WHERE seal = :seal", seal=seal)
        if status not in ("suspended", "lent"):
            return
        since = _text(row.row.get("since"))
        moment = datetime.fromisoformat(since) if since else at
        self.db.change(
            "INSERT INTO seal_status (seal, status, since, lent_to) VALUES (:seal, :status, :since, :lent_to)",
            seal=seal,
            status=status,
            since=self.db.stamp(moment if moment.tzinfo else moment.replace(tzinfo=self.db.zone)),
            lent_to=_text(row.row.get("to")),
        )

    def register(self, register: str, *, offset: int, limit: int) -> tuple[StoredRow, ...]:
        """One page of a register, newest first, superseded rows among them."""
        rows = self.db.rows(
            "SELECT * FROM register_rows WHERE register_id = :register ORDER BY id DESC LIMIT :limit OFFSET :offset",
            register=register,
            limit=limit,
            offset=offset,
        )
        return tuple(self._stored(row) for row in rows)

    def register_size(self, register: str) -> int:
        """How many rows the register has, superseded ones counted."""
        return int(self.db.value("SELECT COUNT(*) FROM register_rows WHERE register_id = :register", register=register))

    def rows_of_days(self, register: str, first: str, last: str, *, without: str = "") -> tuple[dict[str, Json], ...]:
        """The cells of the rows that stand and are of the days from first to last, those of one case left out."""
        rows = self.db.rows(
            "SELECT cells FROM register_rows WHERE register_id = :register AND day BETWEEN :first AND :last"
            " AND NOT superseded AND (case_id <> :without OR case_id = '') ORDER BY id",
            without=without,
            register=register,
            first=first,
            last=last,
        )
        return tuple(load_object(row["cells"]) for row in rows)

    def row(self, register: str, key: str) -> StoredRow | None:
        """The row of that key that stands now."""
        found = self.db.row(
            "SELECT * FROM register_rows WHERE register_id = :register AND key = :key AND key <> '' AND NOT superseded",
            register=register,
            key=key,
        )
        return self._stored(found) if found else None

    def _stored(self, row: Row) -> StoredRow:
        return StoredRow(
            row["id"],
            row["register_id"],
            row["case_id"],
            row["key"],
            load_object(row["cells"]),
            self.db.moment(row["at"]),
            bool(row["superseded"]),
        )

    def attendance(self, person: str, year: int, *, without: str = "") -> tuple[AttendanceEvent, ...]:
        """The person's attendance events of that year by day; leave, void and unconfirmed rows are none of them.

        Those of the case `without` are left out.
        """
        rows = self.db.rows(
            "SELECT cells FROM register_rows WHERE register_id = 'attendance' AND person = :person"
            " AND day BETWEEN :first AND :last AND NOT superseded AND (case_id <> :without OR case_id = '')"
            " ORDER BY day, id",
            without=without,
            person=person,
            first=f"{year:04d}-01-01",
            last=f"{year:04d}-12-31",
        )
        found = (load_object(row["cells"]) for row in rows)
        return tuple(
            _event(person, cells)
            for cells in found
            if cells.get("event") in ATTENDANCE_EVENTS and cells.get("status") not in NOT_COUNTED
        )

    def seals(self) -> dict[str, SealStatus]:
        """Seals that are suspended or lent, by name."""
        rows = self.db.rows("SELECT * FROM seal_status ORDER BY seal")
        return {
            row["seal"]: SealStatus(row["seal"], row["status"], self.db.moment(row["since"]), row["lent_to"])
            for row in rows
        }


def _event(person: str, cells: dict[str, Json]) -> AttendanceEvent:
    minutes = cells.get("minutes")
    day = (_text(cells.get("date")) or _text(cells.get("from")))[:10]
    counted = float(minutes) if isinstance(minutes, (int, float)) else None
    return AttendanceEvent(person, _text(cells.get("event")), date.fromisoformat(day), counted)
