"""Collaborators under change: held to what the caller has read of them."""

from osticket_api.db.unit import Write
from osticket_api.features.collaborators.listing import all_shown, shown
from osticket_api.features.collaborators.participation import get_collaborator
from osticket_api.features.collaborators.service import Collaborator


def check_unchanged(unit: Write, thread_id: int) -> None:
    """Compare all collaborators of a conversation with `If-Match`."""
    if unit.precondition.is_set:
        unit.precondition.check(all_shown(unit, thread_id))


def get_for_update(unit: Write, thread_id: int, collaborator_id: int) -> Collaborator:
    """A collaborator, compared with `If-Match`. Raises: NotFound."""
    collaborator = get_collaborator(unit, thread_id, collaborator_id)
    unit.precondition.check(shown(collaborator))
    return collaborator
