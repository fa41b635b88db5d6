"""Makes an empty database a help desk."""

from osticket_api.db.engine import Database
from osticket_api.db.unit import Write
from osticket_api.embedded import seed
from osticket_api.embedded.new_desk import NewDesk
from osticket_api.embedded.rows import plant
from osticket_api.embedded.schema import create_tables, is_empty
from osticket_api.settings import ConfigurationError


async def create(database: Database, desk: NewDesk) -> None:
    """Build a complete osTicket 1.18.1 help desk, without tickets, in an empty database.

    Raises: ConfigurationError when the database holds any table, or the desk has values osTicket would refuse.
    """
    await database.write(build, desk)


def build(tx: Write, desk: NewDesk) -> None:
    """`create`, for callers that already stand in a unit of work."""
    desk.check()
    if not is_empty(tx):
        raise ConfigurationError(
            "The database is not empty: a new help desk needs one without any table. "
            "Name another in DB_DATABASE, or leave this one as it is"
        )
    create_tables(tx)
    plant(tx, seed.plan(desk))
