"""Drafts over HTTP."""

from osticket_api.access.principal import Staff, User
from osticket_api.access.rules import SIGNED_IN
from osticket_api.db.unit import Read, Write
from osticket_api.features.drafts import service
from osticket_api.features.drafts.queries import get_draft, list_drafts
from osticket_api.features.drafts.requests import DraftCreate, DraftQuery, DraftText
from osticket_api.features.drafts.responses import Draft
from osticket_api.web.file_urls import FileUrlsQuery, Urls
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="drafts", prefix="/drafts")


@router.get("", access=SIGNED_IN)
def get_drafts(unit: Read, caller: Staff | User, query: DraftQuery, urls: Urls) -> Page[Draft]:
    """The caller's drafts, written here or in osTicket. Nobody sees the drafts of others."""
    return list_drafts(unit, caller, query, urls)


@router.post("", access=SIGNED_IN, location="/drafts/{id}")
def post_draft(unit: Write, caller: Staff | User, body: DraftCreate) -> Created[Draft]:
    """Save what the caller is writing, in place of an earlier draft of the same kind on the same ticket or task.

    Posting the reply, the note, the message, the ticket or the task deletes the draft.
    """
    return Created(get_draft(unit, caller, service.save_draft(unit, caller, body.subject, body.body)))


@router.get("/{draft}", access=SIGNED_IN)
def get_one_draft(unit: Read, caller: Staff | User, draft: PathId, query: FileUrlsQuery, urls: Urls) -> Draft:
    """One of the caller's drafts."""
    return get_draft(unit, caller, draft, urls)


@router.patch("/{draft}", access=SIGNED_IN)
def update_draft(unit: Write, caller: Staff | User, draft: PathId, body: DraftText) -> Draft:
    """Save a draft again."""
    _check_unchanged(unit, caller, draft)
    service.edit_draft(unit, caller, draft, body.body)
    return get_draft(unit, caller, draft)


@router.delete("/{draft}", access=SIGNED_IN)
def delete_draft(unit: Write, caller: Staff | User, draft: PathId) -> None:
    """Discard a draft."""
    _check_unchanged(unit, caller, draft)
    service.delete_draft(unit, caller, draft)


def _check_unchanged(unit: Write, caller: Staff | User, draft_id: int) -> None:
    """Compare the draft with `If-Match`. Raises: NotFound."""
    if unit.precondition.is_set:
        unit.precondition.check(get_draft(unit, caller, draft_id))
