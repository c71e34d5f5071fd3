"""Timers without a case: the next moment of what recurs."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let a timer stand without a case."""
    with op.batch_alter_table("timers") as timers:
        timers.drop_constraint("fk_timers_case_id", type_="foreignkey")


def downgrade() -> None:
    """Tie every timer to its case again; those without one go."""
    op.execute("DELETE FROM timers WHERE case_id = ''")
    with op.batch_alter_table("timers") as timers:
        timers.create_foreign_key("fk_timers_case_id", "cases", ["case_id"], ["id"])
