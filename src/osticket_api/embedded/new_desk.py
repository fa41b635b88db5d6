"""Settings of a help desk that is to be created."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import bcrypt

from osticket_api.settings import ConfigurationError

_MAILBOXES = ("support", "alerts", "noreply")


@dataclass(frozen=True)
class NewDesk:
    """An administrator without a password cannot sign in until one is set."""

    title: str = "Help Desk"
    url: str = "http://127.0.0.1:8080/"
    timezone: str = "UTC"
    admin_username: str = "admin"
    admin_firstname: str = "Help Desk"
    admin_lastname: str = "Administrator"
    admin_email: str = "admin@example.com"
    admin_password: str = ""

    @property
    def mail_domain(self) -> str:
        """The domain of the help desk's addresses: the administrator's own."""
        return self.admin_email.rpartition("@")[2]

    @property
    def mailboxes(self) -> list[str]:
        """The system addresses: for users, for alerts, for mail nobody answers."""
        return [f"{name}@{self.mail_domain}" for name in _MAILBOXES]

    def check(self) -> None:
        """Raises: ConfigurationError for what osTicket would not accept."""
        if not self.admin_username or not self.title:
            raise ConfigurationError("A help desk needs a title, and an administrator with a name to sign in with")
        if not self.admin_email.partition("@")[0] or "." not in self.mail_domain:
            raise ConfigurationError(f"{self.admin_email} is not a valid e-mail address for an administrator")
        if self.admin_email in self.mailboxes:
            raise ConfigurationError(f"{self.admin_email} becomes an address of the help desk itself: give another")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ConfigurationError(f"{self.timezone} is not a valid time zone, such as Europe/Berlin") from None


def password_hash(password: str) -> str | None:
    """A hash as osTicket writes it, None for no password. Source: people.md 1.7."""
    if not password:
        return None
    return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(8, prefix=b"2a")).decode()
