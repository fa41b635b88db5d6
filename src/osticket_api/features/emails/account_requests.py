"""Request models for mail accounts."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from osticket_api.web.input import Changes, Input, NoSwitch
from osticket_api.web.texts import Address

AccountType = Literal["smtp", "mailbox"]
"""The purpose of an account: sending, or fetching."""
Encryption = Literal["tls", "starttls", "plain"]

Host = Annotated[str, Field(max_length=115, pattern=r"^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$")]
Port = Annotated[int, Field(ge=1, le=65535), NoSwitch]
Folder = Annotated[str, Field(max_length=255)]


class AccountChanges(Changes):
    """How mail is sent from an address, or fetched for it. What is absent stays, or gets its default."""

    clearable: ClassVar[frozenset[str]] = frozenset({"folder", "archive_folder"})

    host: Host | None = Field(None, examples=["smtp.example.org"])
    port: Port | None = Field(None, examples=[587])
    encryption: Encryption | None = Field(None, description="Absent: what is usual at the port.")
    authentication: Literal["basic", "none", "mailbox"] | None = Field(
        None, description="basic: user name and password; mailbox, for sending: the credentials of the mailbox account."
    )
    username: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(None, examples=["support"])
    password: Annotated[str, Field(min_length=1, max_length=1000)] | None = Field(
        None, examples=["s3cret"], description="Stored encrypted as osTicket does, and never shown."
    )
    is_active: bool | None = None
    may_spoof: bool | None = Field(None, description="For sending: the server takes mail from other addresses as well.")
    protocol: Literal["imap", "pop"] | None = Field(None, description="For fetching.")
    folder: Folder | None = Field(None, description="For fetching by IMAP; null: the inbox.")
    fetch_minutes: Annotated[int, Field(ge=1, le=255), NoSwitch] | None = Field(None, description="For fetching.")
    fetch_max: Annotated[int, Field(ge=1, le=255), NoSwitch] | None = Field(
        None, description="For fetching: how many mails to fetch at once."
    )
    after_fetch: Literal["archive", "delete", "nothing"] | None = Field(None, description="For fetching.")
    archive_folder: Folder | None = None


class AccountTest(Input):
    """Whom to send a test to."""

    to: Address = Field(examples=["you@example.org"])
