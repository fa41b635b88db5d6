"""Request models for organizations."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from osticket_api.kit.addresses import is_email
from osticket_api.query.filtering import Ids, Moment
from osticket_api.query.listing import ListQuery
from osticket_api.web.input import Changes, Id, Input
from osticket_api.web.texts import Name, fits


def _domain(value: str) -> str:
    text = value.strip().lower()
    if not is_email(f"t@{text}"):
        raise ValueError("This is not a valid domain of e-mail addresses, such as acme.example.")
    return text


OrganizationName = Annotated[Name, fits(128)]
Domain = Annotated[str, StringConstraints(max_length=255), AfterValidator(_domain)]


class OrganizationQuery(ListQuery):
    """Filters of organization lists."""

    RESOURCE: ClassVar = "organization"
    TELLS: ClassVar = {"manager_staff_id": ("manager",), "manager_team_id": ("manager",), "q": ("domain",)}

    q: str | None = Field(None, max_length=255, description="Part of a name or of a domain.")
    name: str | None = Field(None, max_length=128, description="Exactly this name.")
    domain: str | None = Field(None, max_length=255, description="Exactly this domain among those it owns.")
    manager_staff_id: Ids | None = None
    manager_team_id: Ids | None = None
    created_after: Moment | None = None
    created_before: Moment | None = None
    updated_after: Moment | None = None
    updated_before: Moment | None = None


class ManagerChoice(Input):
    """An agent or a team."""

    kind: Literal["staff", "team"]
    id: Id


class _Properties(Input):
    domain: list[Domain] = Field(default_factory=list, max_length=50)
    manager: ManagerChoice | None = None
    share_everything: bool = False
    share_primary_contacts: bool = True
    adds_members: bool = False
    adds_primary_contacts: bool = False
    assigns_to_manager: bool = False
    custom_fields: dict[str, Any] = Field(default_factory=dict)

    def properties(self) -> Mapping[str, Any]:
        """The given properties, with the manager as kind and id."""
        given = {name: value for name, value in self.given().items() if name != "custom_fields"}
        if "manager" in given:
            given["manager"] = (self.manager.kind, self.manager.id) if self.manager else (None, None)
        return given


class OrganizationCreate(_Properties):
    """A new organization."""

    name: OrganizationName = Field(max_length=128, examples=["Acme Corp"])


class OrganizationUpdate(_Properties, Changes):
    """Changes to an organization. What is absent stays. Lists are given as a whole."""

    clearable: ClassVar[frozenset[str]] = frozenset({"manager"})

    name: OrganizationName | None = Field(None, max_length=128)
    primary_contacts: list[Id] = Field(default_factory=list, max_length=500, description="Ids of members.")


class Membership(Input):
    is_primary_contact: bool | None = Field(
        None, description="Whether the user is a primary contact. By default unchanged; new members are not."
    )
