"""Request models for collaborators."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from osticket_api.features.collaborators.participation import Invitation
from osticket_api.web.input import Id, Input

_MAX = 1000


class AddCollaborator(Input):
    """A user by `user_id`, or by `email`, with a `name` for somebody new."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "vic@acme.example", "name": "Vic Colleague"}, {"user_id": 4}]}
    )

    user_id: Id | None = None
    email: str | None = Field(None, min_length=1, max_length=255)
    name: str | None = Field(None, min_length=1, max_length=128)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.user_id is None) == (self.email is None):
            raise ValueError("Give either user_id or email.")
        return self

    def invitation(self) -> Invitation:
        return Invitation(user_id=self.user_id, email=self.email, name=self.name)


class ChooseCollaborators(Input):
    """Ids of collaborators, which are not those of users. Who is in neither list becomes inactive."""

    active: list[Id] = Field(
        max_length=_MAX, description="Ids of exactly the collaborators who get mail.", examples=[[]]
    )
    remove: list[Id] = Field(default_factory=list, max_length=_MAX)


class CollaboratorUpdate(Input):
    is_active: bool = Field(description="Whether the collaborator gets mail. Without mail they keep their access.")
