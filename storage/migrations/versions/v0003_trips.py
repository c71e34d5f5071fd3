"""Cars: who has which one when, and what the odometer said."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of the cars and their trips."""
    op.create_table(
        "vehicles",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("odometer", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_vehicles"),
    )
    words = ("case_id", "case_no", "vehicle", "driver", "requester", "starts", "ends", "status")
    op.create_table(
        "trips",
        *(sa.Column(name, sa.String(), nullable=False) for name in (*words, "destination", "passengers", "use_kind")),
        sa.Column("long_trip", sa.Boolean(), nullable=False),
        sa.Column("odometer_out", sa.Float(), nullable=True),
        sa.Column("odometer_in", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_trips"),
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "trips", columns)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("trips")
    op.drop_table("vehicles")


_INDEXES = {
    "trips_vehicle": ["vehicle", "ends"],
    "trips_driver": ["driver", "ends"],
    "trips_ends": ["ends"],
    "trips_case_no": ["case_no"],
}
