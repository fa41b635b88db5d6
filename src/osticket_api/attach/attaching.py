"""Find the osTicket at a path, and examine its database."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import exc

from osticket_api.attach.env_file import connection_values, kept_values, production_values
from osticket_api.attach.installation import Endpoint, Installation, endpoints
from osticket_api.attach.survey import Survey, survey
from osticket_api.db import own
from osticket_api.db.connect import open_database
from osticket_api.db.engine import Database
from osticket_api.db.rights import require_rights
from osticket_api.db.unit import Write
from osticket_api.errors import Unavailable
from osticket_api.mail.accounts import can_send
from osticket_api.settings import ConfigurationError, Settings, load

R = TypeVar("R")


@dataclass(frozen=True)
class Found:
    """An osTicket that answered, and the settings that led to it."""

    installation: Installation
    endpoint: Endpoint
    settings: Settings
    survey: Survey

    def values(self, *, read_only: bool) -> dict[str, str]:
        """The values for the settings file."""
        return {
            **connection_values(self.installation, self.endpoint),
            **kept_values(self.settings),
            **production_values(self.installation, url=self.survey.url, read_only=read_only),
        }


async def find(installation: Installation, hosts: str = "") -> Found:
    """The first of the installation's database servers that answers, with what is in its database.

    `hosts` stands in for DBHOST where this machine reaches the server by another name.

    Raises: ConfigurationError when no server answers, or the database is not an osTicket of a known version.
    """
    reasons = []
    for endpoint in endpoints(hosts or installation.hosts):
        try:
            return await _look(installation, endpoint)
        except Unavailable as error:
            reasons.append(f"{endpoint}: {_reason(error)}")
    raise ConfigurationError("The database cannot be reached:\n" + "\n".join(reasons))


async def _look(installation: Installation, endpoint: Endpoint) -> Found:
    settings = settings_from(connection_values(installation, endpoint))
    seen = await _in_database(settings, lambda database: database.read(survey, settings.db_timezone))
    return Found(installation, endpoint, settings, seen)


async def can_send_mail(settings: Settings) -> bool:
    """Whether any address of the help desk has an account to send by."""
    return await _in_database(settings, lambda database: database.read(can_send, settings))


async def create_own_tables(settings: Settings) -> None:
    """Create our own tables beside osTicket's.

    Raises: ConfigurationError when the database user may not.
    """
    try:
        await _in_database(settings, lambda database: database.write(_create))
    except (exc.DBAPIError, Unavailable) as error:
        raise ConfigurationError(
            f"The tables of osticket-api could not be created: {_reason(error)}\n"
            f"Let the database user {settings.db_username} CREATE, ALTER, INDEX and DROP tables and run "
            "`osticket-api database upgrade`, or attach with --read-only"
        ) from None


def _create(tx: Write) -> None:
    require_rights(tx)
    own.migrate(tx)


def settings_from(values: Mapping[str, str]) -> Settings:
    """Settings of these values, beside which only the environment counts, and no file."""
    overrides: dict[str, Any] = {name.lower(): value for name, value in values.items()}
    return load(_env_file=None, **overrides)


async def _in_database(settings: Settings, scenario: Callable[[Database], Awaitable[R]]) -> R:
    database = open_database(settings)
    database.secret_salt = settings.salt()
    try:
        return await scenario(database)
    finally:
        await database.close()


def _reason(error: Exception) -> str:
    """The message of the database's driver."""
    cause: Any = error if isinstance(error, exc.DBAPIError) else error.__cause__
    original = getattr(cause, "orig", None)
    return str(original.args[-1] if original is not None and original.args else cause or error)
