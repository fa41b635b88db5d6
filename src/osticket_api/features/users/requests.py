"""Request models for users."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from osticket_api.features.users.service.passwords import check_password
from osticket_api.kit.usernames import is_username
from osticket_api.query.filtering import Ids, Moment
from osticket_api.query.listing import ListQuery
from osticket_api.web.file_urls import FileUrlsQuery
from osticket_api.web.input import Changes, Id, Input, Parameters
from osticket_api.web.texts import Address, Timezone


def _username(value: str) -> str:
    if not is_username(value):
        raise ValueError(
            "A user name has two or more letters, digits, dots, hyphens or underscores, and is not all digits."
        )
    return value


PersonName = Annotated[str, StringConstraints(min_length=1, max_length=128, strip_whitespace=True)]
Username = Annotated[str, StringConstraints(max_length=64, strip_whitespace=True), AfterValidator(_username)]
Password = Annotated[str, AfterValidator(check_password)]


class UserQuery(ListQuery):
    """Filters of user lists."""

    RESOURCE: ClassVar = "user"
    TELLS: ClassVar = {"locked": ("is_locked",), "registered": ("is_registered",)}

    q: str | None = Field(
        None,
        max_length=255,
        description="Part of a name or of an address; for agents also of the organization's name.",
    )
    email: str | None = Field(None, max_length=255, description="Exactly this address, default or not.")
    organization_id: Ids | None = Field(None, description="Ids, or none.")
    registered: bool | None = Field(None, description="Whether they have an account.")
    locked: bool | None = None
    created_after: Moment | None = None
    created_before: Moment | None = None
    updated_after: Moment | None = None
    updated_before: Moment | None = None


class DetailQuery(FileUrlsQuery):
    """What is added to a user or an organization by itself."""

    include: str | None = Field(
        None, max_length=200, description="`custom_fields`: `named_fields`, the custom fields with their labels."
    )


class _WithAnswers(Input):
    """`phone` is the answer of that name, told apart because everybody asks for it."""

    phone: str | None = Field(None, max_length=64, examples=["555-0001"])
    custom_fields: dict[str, Any] = Field(default_factory=dict)

    def answers(self) -> Mapping[str, Any]:
        phone = {"phone": self.phone} if "phone" in self.model_fields_set else {}
        return {**self.custom_fields, **phone}


class UserCreate(_WithAnswers):
    """A new user. Without `organization_id` they join the one that owns the domain of their address."""

    email: Address = Field(examples=["zoe@example.net"])
    name: PersonName = Field(examples=["Zoe Zulu"])
    organization_id: Id | None = None

    @property
    def organization(self) -> int | Literal["by domain"] | None:
        return self.organization_id if "organization_id" in self.model_fields_set else "by domain"


class UserUpdate(_WithAnswers, Changes):
    """Changes to a user. What is absent stays. `email` may be another one of the user's own addresses."""

    clearable: ClassVar[frozenset[str]] = frozenset({"organization_id", "phone"})

    email: Address | None = None
    name: PersonName | None = None
    organization_id: Id | None = Field(None, description="null: none.")

    COLUMNS: ClassVar = ("email", "name", "organization_id")

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.given().items() if name in self.COLUMNS}


class EmailAdd(Input):
    """An additional address of a user."""

    email: Address
    is_default: bool = False


class DeleteQuery(Parameters):
    tickets: Literal["delete"] | None = Field(None, description="Delete the user's tickets too.")


class Registration(Input):
    """An account to sign in with.

    Without a password the account waits until the user follows a link: the one that is mailed with `send_email`, or one
    that `password-reset` gives.
    """

    password: Password | None = None
    username: Username | None = Field(
        None, description="A user name to sign in with, beside the e-mail addresses, which always work."
    )
    timezone: Timezone | None = None
    must_change_password: bool = False
    may_change_password: bool = True
    send_email: bool = Field(False, description="Mail the user a link with which they choose a password.")


class AccountUpdate(Changes):
    """Changes to an account. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"timezone", "username"})

    username: Username | None = Field(None, description="null: none.")
    password: Password | None = None
    timezone: Timezone | None = Field(None, description="null: that of the help desk.")
    is_confirmed: bool | None = None
    is_locked: bool | None = None
    must_change_password: bool | None = None
    may_change_password: bool | None = None


class ProfileUpdate(_WithAnswers, Changes):
    """A user's changes to their own profile. A new password needs the current one."""

    clearable: ClassVar[frozenset[str]] = frozenset({"current_password", "phone", "timezone"})

    name: PersonName | None = None
    timezone: Timezone | None = None
    password: Password | None = None
    current_password: str | None = Field(None, max_length=1024)
