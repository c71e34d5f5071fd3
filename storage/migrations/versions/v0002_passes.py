"""Passes: links to bind an account or to sign in, and the sessions of the console."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of passes."""
    op.create_table(
        "passes",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("ends_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_passes"),
    )
    op.create_index("passes_person", "passes", ["person"])
    op.create_index("passes_ends", "passes", ["ends_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("passes")
