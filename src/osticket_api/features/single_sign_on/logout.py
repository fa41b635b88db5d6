"""What the token demands by which a provider signs somebody out."""

from dataclasses import dataclass
from typing import Final

LOGOUT_SECONDS: Final = 300
"""How old a logout token may be."""


@dataclass(frozen=True)
class Logout:
    """Who is to be signed out: all sign-ins of `subject`, those of the session `sid`, or those of both.

    `id` is the id of the token, which is valid once.
    """

    id: str
    subject: str | None
    sid: str | None
