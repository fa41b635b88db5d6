"""Request models for routes about privacy."""

from typing import Literal

from pydantic import Field

from osticket_api.web.input import Input


class Erasure(Input):
    """How to erase a user."""

    mode: Literal["pseudonymise", "delete"] = Field(
        description="`pseudonymise` keeps the conversations under a pseudonym; `delete` deletes the conversations, too."
    )
