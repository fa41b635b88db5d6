"""Believable sample data for a help desk that was just created."""

from osticket_api.db.engine import Database
from osticket_api.db.unit import Write

DEMO_PASSWORD = "demo-help-desk"  # noqa: S105


async def add_demo(database: Database) -> None:
    """Fill a new help desk with people, tickets and knowledge.

    Raises: ConfigurationError when it has them already.
    """
    await database.write(fill)


def fill(tx: Write) -> None:
    """`add_demo`, for callers that already stand in a unit of work."""
    from osticket_api.embedded.demo import filling  # Loaded by need: a server does without sample data.

    filling.fill(tx)
