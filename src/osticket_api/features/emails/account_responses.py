"""Response models for mail accounts. None of them has a password or a token."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from osticket_api.features.emails.account_requests import AccountType, Encryption
from osticket_api.kit.enumerations import one_of


class MailAccount(msgspec.Struct, kw_only=True):
    """How mail is sent from an address of the help desk, or fetched for it."""

    id: int
    type: AccountType
    host: str
    port: int | None
    encryption: Encryption
    authentication: Annotated[str, one_of(("basic", "none", "mailbox", "oauth2"))]
    """basic, none, mailbox (the credentials of the account that fetches), or oauth2, which osTicket sets up."""
    username: str | None
    has_password: bool
    """Whether there is a password or token that can be read with this server's SECRET_SALT."""
    token_expires_at: datetime | None
    """For oauth2: until when this server can use the account's token. Only osTicket renews it."""
    is_active: bool
    may_spoof: bool | UnsetType = UNSET
    """For sending: whether the mail server also accepts mail from other addresses."""
    is_default: bool | UnsetType = UNSET
    """For sending: whether addresses without an account of their own use this one."""
    protocol: Annotated[str, one_of(("imap", "pop"))] | UnsetType = UNSET
    """For fetching: the protocol, imap or pop."""
    folder: str | UnsetType | None = UNSET
    fetch_minutes: int | UnsetType = UNSET
    fetch_max: int | UnsetType | None = UNSET
    after_fetch: Annotated[str, one_of(("archive", "delete", "nothing"))] | UnsetType = UNSET
    """archive, delete or nothing."""
    archive_folder: str | UnsetType | None = UNSET
    error_count: int
    last_error: str | None
    last_error_at: datetime | None
    last_activity_at: datetime | None
    created_at: datetime | None
    updated_at: datetime | None
