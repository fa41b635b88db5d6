"""Look up agents for the rest of the feature."""

from typing import Any

from sqlalchemy import Row

from osticket_api.access.principal import Principal, Staff


def agent(principal: Principal) -> Staff:
    """The caller, of whom the access rule has made sure that they are an agent."""
    assert isinstance(principal, Staff)
    return principal


def full_name(row: Row[Any]) -> str:
    """The name of an agent from a row with `firstname` and `lastname`."""
    return f"{row.firstname or ''} {row.lastname or ''}".strip()
