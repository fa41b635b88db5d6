"""Request models for agents."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from osticket_api.features.users.api import Password, Username
from osticket_api.kit import phones, utf8mb3
from osticket_api.query.filtering import Ids
from osticket_api.query.small_lists import SwitchedQuery
from osticket_api.web.input import Changes, Id, Input
from osticket_api.web.texts import Address, Markup, Name, Timezone


def _phone(value: str) -> str:
    if not phones.is_phone(value):
        raise ValueError("This is not a valid telephone number: it has 7 to 16 digits.")
    return phones.written(value)


def _once(field: str) -> AfterValidator:
    """A list in which nothing is named twice."""

    def check(values: list[Any]) -> list[Any]:
        named = [getattr(value, field) for value in values]
        if len(set(named)) < len(named):
            raise ValueError(f"Each {field} can be given once.")
        return values

    return AfterValidator(check)


StaffUsername = Annotated[Username, AfterValidator(utf8mb3.to_names), Field(max_length=32)]
PartOfName = Annotated[Name, Field(max_length=32)]
Phone = Annotated[str, StringConstraints(max_length=24, strip_whitespace=True), AfterValidator(_phone)]
Extension = Annotated[str, StringConstraints(max_length=6, pattern=r"^[0-9]+$")]
Locale = Annotated[str, StringConstraints(max_length=16, pattern=r"^[a-z]{2,3}([_-][A-Za-z]{2,8})*$")]
Key = Annotated[str, StringConstraints(max_length=64)]
Backend = Annotated[str, StringConstraints(max_length=32, pattern=r"^[A-Za-z0-9_.-]+$")]
PaperSize = Literal["Letter", "Legal", "Ledger", "A4", "A3"]
SignatureType = Literal["none", "mine", "department"]
FromName = Literal["email", "department", "mine"]


class StaffQuery(SwitchedQuery):
    department_id: Ids | None = Field(None, description="Ids of departments: agents who belong to one of them.")
    team_id: Ids | None = Field(None, description="Ids of teams: agents who belong to one of them.")
    assignable_to: str | None = Field(
        None,
        max_length=40,
        description="A ticket, by id or `number:<number>`: agents to whom the caller can assign the ticket now.",
    )
    sees_ticket: str | None = Field(
        None,
        max_length=40,
        description="A ticket, by id or `number:<number>`: agents who may open it, whom a note on it can mention.",
    )


class AccessChoice(Input):
    """A department that an agent works in besides the primary one, and their role there."""

    department_id: Id
    role_id: Id
    alerts: bool = True


class TeamChoice(Input):
    """A team that an agent belongs to."""

    team_id: Id
    alerts: bool = True


Accesses = Annotated[list[AccessChoice], Field(max_length=100), _once("department_id")]
TeamChoices = Annotated[list[TeamChoice], Field(max_length=100), _once("team_id")]
Keys = Annotated[list[Key], Field(max_length=200, examples=[["user.create", "visibility.agents"]])]


class StaffCreate(Input):
    """A new agent."""

    username: StaffUsername = Field(examples=["erin"])
    first_name: PartOfName = Field(examples=["Erin"])
    last_name: PartOfName = Field(examples=["Evans"])
    email: Address = Field(examples=["erin@desk.example"])
    department_id: Id = Field(description="The primary department.")
    role_id: Id = Field(description="The role there.")
    password: Password | None = Field(
        None,
        description="Without a password the agent chooses one by a link: that of `send_email`, or of `password-reset`.",
    )
    send_email: bool = Field(False, description="Welcome the agent with a mail that has a link to choose a password.")
    must_change_password: bool = Field(
        False, description="Whether osTicket's panel demands a new password at the next sign-in."
    )
    backend: Backend | None = Field(
        None, description="The only back end through which the agent may sign in; null: any."
    )
    phone: Phone | None = None
    phone_extension: Extension | None = None
    mobile: Phone | None = None
    is_active: bool = True
    is_admin: bool = False
    is_visible: bool = True
    on_vacation: bool = False
    assigned_only: bool = False
    keeps_role_when_assigned: bool = True
    departments: Accesses = []
    teams: TeamChoices = []
    permissions: Keys = []
    signature: Markup | None = None
    notes: Markup | None = None
    timezone: Timezone | None = Field(None, description="null: that of the help desk.")
    language: Locale | None = Field(None, examples=["de"])
    locale: Locale | None = Field(None, examples=["de_AT"])

    def properties(self) -> dict[str, Any]:
        """Everything but the password, asked for or not: osTicket's defaults are not ours."""
        return {name: getattr(self, name) for name in type(self).model_fields if name != "password"}


class StaffUpdate(Changes):
    """Changes to an agent. What is absent stays; lists are given as a whole."""

    clearable: ClassVar[frozenset[str]] = frozenset(
        {"backend", "phone", "phone_extension", "mobile", "signature", "notes", "timezone", "language", "locale"}
    )

    username: StaffUsername | None = None
    first_name: PartOfName | None = None
    last_name: PartOfName | None = None
    email: Address | None = None
    department_id: Id | None = None
    role_id: Id | None = None
    must_change_password: bool | None = None
    backend: Backend | None = Field(
        None, description="The only back end through which the agent may sign in; null: any."
    )
    phone: Phone | None = None
    phone_extension: Extension | None = None
    mobile: Phone | None = None
    is_active: bool | None = Field(None, description="false: the agent is locked, and all sign-ins end.")
    is_admin: bool | None = None
    is_visible: bool | None = None
    on_vacation: bool | None = None
    assigned_only: bool | None = None
    keeps_role_when_assigned: bool | None = None
    departments: Accesses | None = None
    teams: TeamChoices | None = None
    permissions: Keys | None = None
    signature: Markup | None = None
    notes: Markup | None = None
    timezone: Timezone | None = Field(None, description="null: that of the help desk.")
    language: Locale | None = None
    locale: Locale | None = None


class PasswordSet(Input):
    """A password that an administrator chooses for an agent."""

    password: Password
    must_change_password: bool = Field(
        False, description="Whether osTicket's panel demands a new password at the next sign-in."
    )


class PreferenceChoices(Changes):
    """How an agent likes the panel to be. What is absent stays; null is osTicket's default."""

    clearable: ClassVar[frozenset[str]] = frozenset(
        {"page_size", "refresh_minutes", "datetime_format", "from_name", "thread_order", "default_queue_id"}
    )

    page_size: Annotated[int, Field(ge=1, le=500)] | None = None
    refresh_minutes: Annotated[int, Field(ge=1, le=1440)] | None = Field(None, description="null: never.")
    paper_size: PaperSize | None = None
    signature_type: SignatureType | None = None
    datetime_format: Literal["relative"] | None = None
    from_name: FromName | None = None
    thread_order: Literal["asc", "desc"] | None = None
    default_queue_id: Id | None = None
    reply_redirect: Literal["ticket", "queue"] | None = None
    image_view: Literal["download", "inline"] | None = None
    editor_spacing: Literal["double", "single"] | None = None


class OwnProfile(Changes):
    """An agent's changes to their own profile. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset(
        {"phone", "phone_extension", "mobile", "signature", "timezone", "language", "locale", "current_password"}
    )

    first_name: PartOfName | None = None
    last_name: PartOfName | None = None
    email: Address | None = None
    phone: Phone | None = None
    phone_extension: Extension | None = None
    mobile: Phone | None = None
    on_vacation: bool | None = None
    signature: Markup | None = None
    timezone: Timezone | None = Field(None, description="null: that of the help desk.")
    language: Locale | None = None
    locale: Locale | None = None
    preferences: PreferenceChoices | None = None
    password: Password | None = None
    current_password: str | None = Field(
        None, max_length=1024, description="The current password, for a new password or address."
    )

    def properties(self) -> Mapping[str, Any]:
        """The given columns of the agent's own row, without the password."""
        apart = ("preferences", "password", "current_password")
        return {name: value for name, value in self.given().items() if name not in apart}

    def chosen(self) -> Mapping[str, Any]:
        """The preferences that are given."""
        return self.preferences.given() if self.preferences else {}
