"""Public interface of collaborators for the rest of the application."""

from osticket_api.features.collaborators.changing import check_unchanged, get_for_update
from osticket_api.features.collaborators.listing import all_shown, list_of_thread, shown, shown_to
from osticket_api.features.collaborators.participation import choose, get_collaborator, invite
from osticket_api.features.collaborators.requests import AddCollaborator, ChooseCollaborators, CollaboratorUpdate
from osticket_api.features.collaborators.responses import Collaborator
from osticket_api.features.collaborators.service import (
    ReplyTo,
    add,
    add_all,
    add_named,
    choose_active,
    join,
    list_collaborators,
    recipients,
    remove,
    set_active,
)

__all__ = [
    "AddCollaborator",
    "ChooseCollaborators",
    "Collaborator",
    "CollaboratorUpdate",
    "ReplyTo",
    "add",
    "add_all",
    "add_named",
    "all_shown",
    "check_unchanged",
    "choose",
    "choose_active",
    "get_collaborator",
    "get_for_update",
    "invite",
    "join",
    "list_collaborators",
    "list_of_thread",
    "recipients",
    "remove",
    "set_active",
    "shown",
    "shown_to",
]
