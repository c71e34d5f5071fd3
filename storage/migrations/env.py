"""What Alembic runs for every command: the migrations, on the connection it was given."""

from alembic import context
from sqlmodel import SQLModel

from storage import tables

assert tables.CaseRow.metadata is SQLModel.metadata  # noqa: S101 (importing the tables fills the metadata)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
