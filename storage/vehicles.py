"""Cars and their trips: no car and no driver is given twice for one time, whoever dispatches at the same moment.

Every trip written first takes its turn at the car's and the driver's row. On PostgreSQL that is a row lock held to the
end of the transaction, so that of two dispatchers the second sees the first one's trip; SQLite has one writer anyway.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

from flows.errors import Refused
from flows.facts import Trip
from storage.connection import Row
from storage.registers import Registers

COSTS = "vehicle_costs"
FUEL = "燃油"
_SHAPE = "%Y-%m-%d %H:%M"
NO_READING = -1.0


class Vehicles(Registers):
    """The calendar of the cars, their odometers and their fuel."""

    def keep_trip(self, trip: Trip) -> None:
        """Keep the trip in place of what was kept of its case before.

        Raises:
            Refused: the car or the driver has another trip at that time, or is to set out and still out on another.
        """
        self._take_turn(f"car:{trip.vehicle}")
        if trip.driver:
            self._take_turn(f"driver:{trip.driver}")
        if trip.live:
            self._refuse_second("vehicle", trip.vehicle, trip)
            self._refuse_second("driver", trip.driver, trip)
        if trip.status == "out":
            self._refuse_while_out(trip)
        self._write_trip(trip)
        reading = max(trip.odometer_out or NO_READING, trip.odometer_in or NO_READING)
        if reading > NO_READING:
            self.set_odometer(trip.vehicle, reading)

    def _take_turn(self, name: str) -> None:
        self.db.change(
            "INSERT INTO vehicles (name, turns, odometer) VALUES (:name, 1, :none)"
            " ON CONFLICT (name) DO UPDATE SET turns = vehicles.turns + 1",
            name=name,
            none=NO_READING,
        )

    def _refuse_second(self, column: str, value: str, trip: Trip) -> None:
        if not value:
            return
        other = self.db.row(
            f"SELECT * FROM trips WHERE {column} = :value AND status IN ('booked', 'out') AND case_id <> :case_id"  # noqa: S608 (two literals)
            " AND starts < :ends AND ends > :starts ORDER BY starts LIMIT 1",
            value=value,
            case_id=trip.case_id,
            starts=trip.start.strftime(_SHAPE),
            ends=trip.end.strftime(_SHAPE),
        )
        if other is not None:
            what = trip.vehicle if column == "vehicle" else "这位驾驶员"
            number = other["case_no"] or "另一单"
            raise Refused(f"{what}{other['starts'][5:]}至{other['ends'][5:]}刚派给了{number}，请另派车或改时间。")

    def _refuse_while_out(self, trip: Trip) -> None:
        """Whoever sets out has come back before, whatever the hours said."""
        other = self.db.row(
            "SELECT * FROM trips WHERE status = 'out' AND case_id <> :case_id"
            " AND (vehicle = :vehicle OR (driver = :driver AND driver <> '')) ORDER BY starts LIMIT 1",
            case_id=trip.case_id,
            vehicle=trip.vehicle,
            driver=trip.driver,
        )
        if other is not None:
            what = trip.vehicle if other["vehicle"] == trip.vehicle else "这位驾驶员"
            raise Refused(f"{what}在{other['case_no'] or '另一单'}上还没有登记回车，请先登记回车，再登记出车。")

    def _write_trip(self, trip: Trip) -> None:
        self.db.change(
            "INSERT INTO trips (case_id, case_no, vehicle, driver, requester, starts, ends, status, destination,"
            " passengers, use_kind, long_trip, odometer_out, odometer_in)"
            " VALUES (:case_id, :case_no, :vehicle, :driver, :requester, :starts, :ends,"
            " :status, :destination, :passengers, :use_kind, :long_trip, :odometer_out,"
            " :odometer_in) ON CONFLICT (case_id) DO UPDATE SET vehicle = excluded.vehicle, driver = excluded.driver,"
            " requester = excluded.requester, starts = excluded.starts, ends = excluded.ends,"
            " status = excluded.status, destination = excluded.destination, passengers = excluded.passengers,"
            " use_kind = excluded.use_kind, long_trip = excluded.long_trip, odometer_out = excluded.odometer_out,"
            " odometer_in = excluded.odometer_in",
            case_id=trip.case_id,
            case_no=trip.case_no,
            vehicle=trip.vehicle,
            driver=trip.driver,
            requester=trip.requester,
            starts=trip.start.strftime(_SHAPE),
            ends=trip.end.strftime(_SHAPE),
            status=trip.status,
            destination=trip.destination,
            passengers=trip.passengers,
            use_kind=trip.use_kind,
            long_trip=trip.long,
            odometer_out=trip.odometer_out,
            odometer_in=trip.odometer_in,
        )

    def trips_between(self, first: date, last: date, *, without: str = "") -> tuple[Trip, ...]:
        """Trips that are not void and touch the days from first to last, earliest first, one case left out.

        A car that is out belongs to them until it is back.
        """
        rows = self.db.rows(
            "SELECT * FROM trips WHERE status <> 'void' AND case_id <> :without AND starts < :last"
            " AND (ends > :first OR status = 'out') ORDER BY starts, case_id",
            first=f"{first.isoformat()} 00:00",
            last=f"{(last + timedelta(days=1)).isoformat()} 00:00",
            without=without,
        )
        return tuple(_trip(row) for row in rows)

    def trip_named(self, case_no: str) -> tuple[Trip, ...]:
        """The trip of the case of that number, unless it is void."""
        rows = self.db.rows("SELECT * FROM trips WHERE case_no = :case_no AND status <> 'void'", case_no=case_no)
        return tuple(_trip(row) for row in rows)

    def add_trip(self, trip: Trip) -> None:
        """Enter a trip no case of ours led to, under a number of its own.

        Raises:
            Refused: the car or the driver has another trip at that time.
        """
        self.keep_trip(replace(trip, case_id=f"history-trip-{self.next_number('history-trip')}"))

    def set_odometer(self, vehicle: str, reading: float) -> None:
        """Keep the car's last odometer reading."""
        self._take_turn(f"car:{vehicle}")
        self.db.change(
            "UPDATE vehicles SET odometer = :reading WHERE name = :name", reading=reading, name=f"car:{vehicle}"
        )

    def odometers(self) -> dict[str, float]:
        """The last odometer reading by car."""
        rows = self.db.rows("SELECT name, odometer FROM vehicles WHERE odometer >= 0")
        return {row["name"].removeprefix("car:"): row["odometer"] for row in rows}

    def litres(self, month: str, *, without: str = "") -> dict[str, float]:
        """Litres of fuel by car in that month (2026-11), fuel of long trips and of one case excepted."""
        found: dict[str, float] = {}
        for row in self.rows_of_days(COSTS, f"{month}-01", f"{month}-31", without=without):
            litres = row.get("litres")
            counts = row.get("kind") == FUEL and row.get("long") != "是" and row.get("status") != "void"
            if counts and isinstance(litres, (int, float)):
                car = str(row.get("vehicle"))
                found[car] = found.get(car, 0.0) + litres
        return found


def _trip(row: Row) -> Trip:
    return Trip(
        row["case_id"],
        row["case_no"],
        row["vehicle"],
        row["driver"],
        row["requester"],
        datetime.strptime(row["starts"], _SHAPE),  # noqa: DTZ007 (kept as local text)
        datetime.strptime(row["ends"], _SHAPE),  # noqa: DTZ007
        row["status"],
        row["destination"],
        row["passengers"],
        row["use_kind"],
        bool(row["long_trip"]),
        cast("float | None", row["odometer_out"]),
        cast("float | None", row["odometer_in"]),
    )
