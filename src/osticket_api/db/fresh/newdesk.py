"""What whoever creates a help desk decides."""

from dataclasses import dataclass

import bcrypt


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
        """The domain of the system addresses: the administrator's own."""
        return self.admin_email.rpartition("@")[2]


def password_hash(password: str) -> str | None:
    """A hash as osTicket writes it, None for no password. Source: people.md 1.7."""
    if not password:
        return None
    return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(8, prefix=b"2a")).decode()
