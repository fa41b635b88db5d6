"""Our own tables in a database: making them, bringing them up to date, and leaving no trace of them.

MySQL and MariaDB commit after every CREATE and DROP, so there these changes are not one transaction. An interrupted
migration is finished by running it again. On SQLite everything or nothing happens.
"""

from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, MetaData, String, Table, inspect, select
from sqlalchemy.schema import DropTable

from osticket_api.db.tables import own_attention, own_audit, own_events, own_mail, own_sign_on, own_webhooks  # noqa: F401 - made here too
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own import version_table
from osticket_api.db.tables.own_columns import TABLE_OPTIONS
from osticket_api.db.unit import Read, Write
from osticket_api.settings import ConfigurationError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HEAD: Final = "0020"
"""The newest migration. It stands here so that serving need not load Alembic."""


def migrate(tx: Write) -> None:
    """Create our own tables, or bring them up to date.

    Raises: ConfigurationError when a newer osticket-api has been at work on them.
    """
    from alembic import command

    found = version(tx)
    if found is not None and found > HEAD:
        raise ConfigurationError(sentence_about(found))
    _version_table().create(tx.connection, checkfirst=True)
    command.upgrade(_alembic(tx), "head")


def downgrade(tx: Write, target: str) -> None:
    """Take our own tables back to an older version, for an older osticket-api. What it does not know is dropped.

    Raises: ConfigurationError when there is no way from the version that is there to the target.
    """
    from alembic import command

    found = version(tx)
    if found is None or found > HEAD:
        raise ConfigurationError(sentence_about(found))
    if target not in versions():
        raise ConfigurationError(
            f"{target} is not a version of the tables of osticket-api: {', '.join(versions())} are"
        )
    if target > found:
        raise ConfigurationError(f"The tables of osticket-api have version {found}, which is older than {target}")
    command.downgrade(_alembic(tx), target)


def versions() -> list[str]:
    """Every version of our own tables, the oldest first."""
    return sorted(script.revision for script in _scripts().walk_revisions())


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_alembic())


def _alembic(tx: Write | None = None) -> "Config":
    """How Alembic runs: on the connection of a unit of work, without a file of its own."""
    from alembic.config import Config

    config = Config(attributes={"connection": tx.connection} if tx else {})
    config.set_main_option("script_location", "osticket_api.db:migrations")
    return config


def remove(tx: Write) -> None:
    """Drop every table of our own with all it holds, and nothing else."""
    for table in (*own_metadata.tables.values(), _version_table()):
        tx.connection.execute(DropTable(table, if_exists=True))


def exists(tx: Read) -> bool:
    """Whether any table of our own is there."""
    names = set(table_names())
    return not names.isdisjoint(inspect(tx.connection).get_table_names())


def table_names() -> list[str]:
    """What our own tables are called here."""
    return [*(table.name for table in own_metadata.tables.values()), version_table()]


def is_current(tx: Read) -> bool:
    """Whether our own tables are there as this version of osticket-api needs them."""
    return version(tx) == HEAD


def version(tx: Read) -> str | None:
    """The last migration that was run here, None where none was."""
    if not inspect(tx.connection).has_table(version_table()):
        return None
    found: str | None = tx.scalar(select(_version_table().c.version_num))
    return found


def sentence_about(found: str | None) -> str:
    """Why our own tables cannot be used as they are, and what to do."""
    if found is None:
        return "The tables of osticket-api are missing: run `osticket-api database upgrade`, or set READ_ONLY=true"
    if found < HEAD:
        return f"The tables of osticket-api have version {found}, not {HEAD}: run `osticket-api database upgrade`"
    return f"The tables of osticket-api have version {found}, made by a newer osticket-api: install that one"


def _version_table() -> Table:
    """Alembic's table, made by us since its name for the primary key is one that MariaDB warns about."""
    return Table(version_table(), MetaData(), Column("version_num", String(32), primary_key=True), **TABLE_OPTIONS)
