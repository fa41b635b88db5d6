"""Request and response models of API key routes."""

from datetime import datetime
from ipaddress import ip_network
from typing import Annotated, Final, Literal

import msgspec
from pydantic import AwareDatetime, ConfigDict, Field, field_validator

from osticket_api.access.keys import COLUMNS
from osticket_api.access.permissions import GlobalPermission, KeyPermission, Permission
from osticket_api.kit.suggestions import did_you_mean
from osticket_api.web.input import Id, Input

_LONGEST_OVERLAP: Final = 30 * 24 * 3600

Kind = Literal["own", "osticket"]

PERMISSIONS = frozenset(each.value for kind in (KeyPermission, Permission, GlobalPermission) for each in kind)
"""All permissions of keys: those that a key uses by itself, and those that the agent for whom it stands keeps."""

Permissions = Annotated[list[str], Field(max_length=100, examples=[["tickets.create", "subtickets.manage"]])]
Networks = Annotated[list[str], Field(max_length=100, examples=[["192.0.2.0/24"]])]
Departments = Annotated[list[Id], Field(max_length=1000)]
Rate = Annotated[int, Field(ge=1, le=1_000_000, description="Requests in the window that RATE_LIMIT_WINDOW sets.")]


def permission_named(name: str) -> str:
    """A permission by its own name, or by that of osTicket's column, such as `can_exec_cron`.

    Raises: ValueError.
    """
    name = COLUMNS[name].value if name in COLUMNS else name
    if name not in PERMISSIONS:
        known = sorted(PERMISSIONS)
        hint = did_you_mean(name, known) or f" There are {', '.join(known)}."
        raise ValueError(f"There is no permission {name[:80]}.{hint}")
    return name


class KeyFields(Input):
    """The fields that all keys have."""

    permissions: Permissions = []
    notes: str = Field("", max_length=10_000)

    @field_validator("permissions")
    @classmethod
    def _known(cls, value: list[str]) -> list[str]:
        return sorted({permission_named(name) for name in value})


class OwnFields(KeyFields):
    """The fields that only keys of the kind `own` have."""

    departments: Departments | None = Field(None, description="The only departments; null for all.")
    networks: Networks | None = Field(
        None, description="The networks from which the key is accepted, as CIDR; null: from anywhere."
    )
    staff_id: Id | None = Field(None, description="The agent whom the key stands for.")
    rate_limit: Rate | None = None
    expires_at: AwareDatetime | None = None

    @field_validator("networks")
    @classmethod
    def _networks(cls, value: list[str] | None) -> list[str] | None:
        return None if not value else [str(ip_network(network.strip(), strict=False)) for network in value]


class KeyCreate(OwnFields):
    """A new key. A key in osTicket's table works from exactly one IP address, which `networks` names."""

    kind: Kind = "own"
    name: str = Field("", max_length=128, examples=["Web shop"])
    is_active: bool = Field(True, description="For a key in osTicket's table: whether the key is active.")


class KeyUpdate(OwnFields):
    """Changes to a key. Of a key in osTicket's table only permissions, notes and `is_active` can be changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_active": False, "notes": "Lost."}]})

    name: str = Field("", max_length=128)
    is_active: bool = True


class KeyRotate(Input):
    """How to replace a key."""

    overlap_seconds: int = Field(
        0, ge=0, le=_LONGEST_OVERLAP, description="How long the old key stays valid beside the new one."
    )


class ApiKey(msgspec.Struct):
    """A key, without the secret itself."""

    reference: str
    """The key's name in addresses: `7`, or `osticket:7` for a row of osTicket's table."""
    id: int
    kind: Kind
    name: str
    prefix: str
    """How the key begins."""
    permissions: list[str]
    departments: list[int] | None
    networks: list[str] | None
    staff_id: int | None
    rate_limit: int | None
    is_active: bool
    notes: str
    created_at: datetime | None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    """When the key was last used, to the minute."""
    previous_until: datetime | None = None
    """Until when the key that this one replaced is valid."""

    def plain(self) -> "ApiKey":
        """The fields that change only when somebody edits the key, for comparing with `If-Match`."""
        return msgspec.structs.replace(self, last_used_at=None)


class NewApiKey(ApiKey, kw_only=True):
    """A key with its secret, which is shown this once."""

    key: str
