"""Tables of the cars and their trips."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class VehicleRow(SQLModel, table=True):
    """A car that has been given out: how often, and its last odometer reading (-1: none was taken)."""

    __tablename__ = "vehicles"
    name: str = Field(primary_key=True)
    turns: int
    odometer: float


class TripRow(SQLModel, table=True):
    """A car given to a case; moments are local text (2026-11-24 09:00), the end is not part of the trip."""

    __tablename__ = "trips"
    __table_args__ = (
        Index("trips_vehicle", "vehicle", "ends"),
        Index("trips_driver", "driver", "ends"),
        Index("trips_ends", "ends"),
        Index("trips_case_no", "case_no"),
    )
    case_id: str = Field(primary_key=True)
    case_no: str
    vehicle: str
    driver: str
    requester: str
    starts: str
    ends: str
    status: str
    destination: str
    passengers: str
    use_kind: str
    long_trip: bool
    odometer_out: float | None = None
    odometer_in: float | None = None
