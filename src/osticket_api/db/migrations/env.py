"""How Alembic runs: on the connection of the unit of work that `db/own.py` hands over."""

from alembic import context

from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own import version_table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=own_metadata,
    version_table=version_table(),
)
with context.begin_transaction():
    context.run_migrations()
