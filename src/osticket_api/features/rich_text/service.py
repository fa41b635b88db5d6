"""HTML of the help desk's own, the images that it shows, and the files that are attached to it.

Source: people.md 5.6 and 5.7, tickets.md 2.5, 2.6 and 5.4.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict, Invalid
from osticket_api.features.files import api as files
from osticket_api.features.files.api import (
    Attaching,
    Attachment,
    StoredFile,
    attachments_of,
    list_files,
    require_usable,
)
from osticket_api.features.rich_text.responses import AttachedFile
from osticket_api.features.threads.api import bodies
from osticket_api.web.file_urls import FileUrls, plain

CANNED_RESPONSE: Final = "C"
FAQ: Final = "F"


@dataclass(frozen=True)
class Text:
    """HTML as it is stored, and the images that came as part of it."""

    stored: str
    images: Sequence[StoredFile]


def store_text(tx: Write, given: str, field: str) -> Text:
    """The HTML made safe, its images stored. Raises: Invalid when it says nothing or is too long."""
    prepared = bodies.prepare(given, "html", signed_in=True)
    if prepared.is_empty:
        raise Invalid.because(f"{field} is required.", field=field, code="required")
    if prepared.oversize:
        raise Invalid.because("The text is too long.", field=field, code="too_long")
    images = {image.token: files.store(tx, image.name, image.content_type, image.content) for image in prepared.images}
    text = bodies.with_cids(prepared, {token: file.key for token, file in images.items()})
    return Text(text, list(images.values()))


def attach(
    tx: Write, actor: Principal, kind: str, object_id: int, text: Text | None, file_ids: Sequence[int] | None
) -> bool:
    """Attach the images of a new text, and exactly these files; None leaves either as it is.

    Returns whether a file came or went.

    Raises: Invalid naming files that the actor may not attach, Conflict for one that osTicket's table cannot hold.
    """
    attached = attachments_of(tx, [object_id], kind).get(object_id, [])
    dropped: list[Attachment] = []
    added: list[Attaching] = []
    if text is not None:
        shown = {key.lower() for key in bodies.inline_keys(text.stored)}
        dropped += [each for each in attached if each.inline and each.key.lower() not in shown]
        added += [Attaching(image, inline=True) for image in text.images]
    if file_ids is not None:
        dropped += [each for each in attached if not each.inline and each.file_id not in file_ids]
        added += _chosen(tx, actor, set(file_ids) - {each.file_id for each in attached})
    _drop(tx, dropped)
    files.attach_all(tx, added, object_id=object_id, object_type=kind)
    _check_attached(tx, kind, object_id, added)
    return bool(dropped or added)


def _check_attached(tx: Write, kind: str, object_id: int, added: Sequence[Attaching]) -> None:
    """Raises: Conflict where osTicket's table cannot hold a file: its key takes all things with the same id for one."""
    attached = attachments_of(tx, [object_id], kind).get(object_id, []) if added else []
    lost = {each.file.id for each in added} - {each.file_id for each in attached}
    if lost:
        named = ", ".join(map(str, sorted(lost)))
        message = f"File {named} is attached to something else with the id {object_id}, and osTicket allows no second."
        raise Conflict.because(f"{message} Upload a changed copy.", field="attachments", code="file_taken")


def _chosen(tx: Write, actor: Principal, file_ids: Collection[int]) -> list[Attaching]:
    require_usable(tx, actor, file_ids)
    return [Attaching(file) for file in list_files(tx, sorted(file_ids))]


def _drop(tx: Write, dropped: Sequence[Attachment]) -> None:
    if dropped:
        tx.change(delete(t.attachment).where(t.attachment.c.id.in_([each.id for each in dropped])))
        files.delete_orphans(tx, [each.file_id for each in dropped])


def detach_all(tx: Write, kind: str, object_ids: Sequence[int]) -> None:
    """Delete what is attached to articles that go."""
    files.delete_orphans(tx, files.detach(tx, object_ids, kind))


def shown_html(stored: str, attached: Sequence[Attachment], urls: FileUrls = plain) -> str:
    """The stored HTML as it leaves, its images with addresses."""
    images = {each.key.lower(): urls(_path(each)) for each in attached}
    return bodies.for_reader(stored, "html", lambda key: images.get(key.lower()))


def shown_files(attached: Sequence[Attachment], urls: FileUrls = plain) -> list[AttachedFile]:
    """The attached files, without images that the text shows."""
    return [
        AttachedFile(each.file_id, each.name, each.size, each.content_type, urls(_path(each)))
        for each in attached
        if not each.inline
    ]


def _path(attached: Attachment) -> str:
    return f"/api/v2/files/{attached.file_id}"
