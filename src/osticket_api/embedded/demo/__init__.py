"""Believable sample data for a help desk that was just created."""

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.engine import Database
from osticket_api.db.unit import Write
from osticket_api.embedded.demo import stories
from osticket_api.embedded.demo.cast import DEMO_PASSWORD, plant_cast
from osticket_api.embedded.demo.knowledge import plant_knowledge
from osticket_api.embedded.demo.setting import plant_setting
from osticket_api.embedded.demo.stage import Stage
from osticket_api.embedded.ledger import Ledger
from osticket_api.embedded.rows import plant
from osticket_api.settings import ConfigurationError

__all__ = ["DEMO_PASSWORD", "add_demo", "fill"]


async def add_demo(database: Database) -> None:
    """Fill a new help desk with people, tickets and knowledge.

    Raises: ConfigurationError when it has them already.
    """
    await database.write(fill)


def fill(tx: Write) -> None:
    """`add_demo`, for callers that already stand in a unit of work."""
    names = ("alice", "bob", "charlie", "dora")
    taken = tx.scalar(select(t.staff.c.username).where(t.staff.c.username.in_(names)))
    if taken:
        raise ConfigurationError(f"The help desk has an agent {taken} already: sample data goes into a new one")
    ledger = Ledger(tx)
    setting = plant_setting(ledger)
    cast = plant_cast(ledger, setting)
    plant_knowledge(ledger, setting)
    stage = Stage(tx, ledger, setting, cast)
    stories.tell(stage)
    stage.play()
    ledger.add(t.config, namespace="core", key="verify_email_addrs", value="0")
    tx.change(t.config.update().where(t.config.c.key == "enable_kb").values(value="1"))
    plant(tx, ledger.plan)
    stage.write(tx)
