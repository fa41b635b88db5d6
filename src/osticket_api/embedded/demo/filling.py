"""Put the sample data together, and write it."""

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.embedded.demo import stories
from osticket_api.embedded.demo.cast import plant_cast
from osticket_api.embedded.demo.knowledge import plant_knowledge
from osticket_api.embedded.demo.setting import plant_setting
from osticket_api.embedded.demo.stage import Stage
from osticket_api.embedded.ledger import Ledger
from osticket_api.embedded.rows import plant
from osticket_api.settings import ConfigurationError


def fill(tx: Write) -> None:
    """Fill a new help desk with people, tickets and knowledge.

    Raises: ConfigurationError when it has them already.
    """
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
