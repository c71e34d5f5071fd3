"""What Alembic runs for every command: the migrations, on the connection it was given."""

from alembic import context

from storage import tables, trip_tables

assert trip_tables.TripRow.metadata is tables.CaseRow.metadata
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.CaseRow.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
