"""Adding to a conversation: entries with their files, recipients and search rows.

Source: tickets.md 2.2 to 2.6 and 8.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from io import SEEK_END
from typing import BinaryIO, Literal

from sqlalchemy import Select, bindparam, select

from osticket_api.access.principal import ANONYMOUS, Anonymous, Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import EntryFlag
from osticket_api.db.statements import in_literals
from osticket_api.db.unit import Read, Write
from osticket_api.events.recording import SYSTEM
from osticket_api.features.files import api as files
from osticket_api.features.files.api import StoredFile, find_file, limits, uploads
from osticket_api.features.threads import bodies, titles
from osticket_api.kit import html, php_json
from osticket_api.kit.names import shown
from osticket_api.search_index import index

Kind = Literal["M", "R", "N"]

_MAX_POSTER, _MAX_SOURCE = 128, 32


@dataclass(frozen=True)
class NewFile:
    """A file that comes with an entry: its content, or the id of one that is stored already."""

    name: str
    content_type: str | None = None
    content: BinaryIO | bytes | None = None
    file_id: int | None = None
    content_id: str | None = None
    """The id by which `cid:` in the body refers to the file, which is then shown inline."""
    is_help_desks: bool = False
    """A file that the help desk itself provides, such as one of a canned response: nobody needs to have uploaded it."""
    keeps_type: bool = False
    """Whether the type is stored as it is given, whatever the content."""


@dataclass(frozen=True)
class Author:
    """The author of an entry: an agent, a user, or neither for the system."""

    name: str
    staff_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    kind: Kind
    author: Author
    body: str
    format: Literal["html", "text"] = "html"
    title: str | None = None
    source: str = ""
    ip: str | None = None
    """The IP address of the entry, if it is not that of the request."""
    recipients: "Recipients | None" = None
    files: Sequence[NewFile] = ()
    parent_id: int | None = None
    """The entry that it answers, where that is known. A response answers the newest message anyway."""
    is_original: bool = False
    is_activity: bool = True
    """Whether the thread notes the time as that of its last message or response. It does not for a task's text."""
    signed_in: bool = True
    sender: Principal = ANONYMOUS
    """The caller who attaches the files: only files that they uploaded or see may be attached."""
    limits_files: bool = True
    """Whether the limits on files count. They do not for mails: who wrote one would not hear of what was left out."""


@dataclass
class Recipients:
    """Whom an entry is addressed to: the owner by user id, the others by collaborator id. Source: tickets.md 2.4."""

    to: dict[int, str] = field(default_factory=dict)
    cc: dict[int, str] = field(default_factory=dict)

    def encoded(self) -> str | None:
        groups = {"to": self.to, "cc": self.cc}
        written = {kind: {str(key): text for key, text in group.items()} for kind, group in groups.items() if group}
        return php_json.encode(written) if written else None

    @property
    def flag(self) -> int:
        count = len(self.to) + len(self.cc)
        return EntryFlag.REPLY_ALL if count > 1 else EntryFlag.REPLY_USER if count == 1 else 0


class Addressees(Recipients):
    """Whom a mail that came in was addressed to: mailboxes in their order."""

    def encoded(self) -> str | None:
        groups = {"to": list(self.to.values()), "cc": list(self.cc.values())}
        written = {kind: group for kind, group in groups.items() if group}
        return php_json.encode(written) if written else None


def author_of(tx: Read, principal: Principal) -> Author:
    """The caller as an author, named as the help desk shows names."""
    config = load_config(tx)
    if isinstance(principal, Staff):
        return Author(shown(principal.name, config.text("agent_name_format")), staff_id=principal.id)
    if isinstance(principal, User):
        return Author(shown(principal.name, config.text("client_name_format")), user_id=principal.id)
    return Author(SYSTEM)


def create_thread(tx: Write, kind: str, object_id: int) -> int:
    """The conversation of a new ticket (T) or task (A)."""
    return tx.insert(t.thread, object_type=kind, object_id=object_id, created=tx.now)


def add_entry(tx: Write, thread_id: int, entry: NewEntry) -> int:
    """Add an entry with its files, index it, and note the time on the thread. Returns its id."""
    prepared = bodies.prepare(entry.body, entry.format, signed_in=entry.signed_in)
    _check_files(tx, entry)
    stored = [(new, _stored(tx, new)) for new in (*entry.files, *_inline_images(prepared))]
    keys = {new.content_id: file.key for new, file in stored if new.content_id}
    text = bodies.with_cids(prepared, keys)
    title = titles.to_stored(entry.title) if entry.title is not None else None
    entry_id = tx.insert(
        t.thread_entry,
        thread_id=thread_id,
        pid=entry.parent_id or (_answered(tx, thread_id) if entry.kind == "R" else None),
        type=entry.kind,
        staff_id=entry.author.staff_id,
        user_id=entry.author.user_id,
        flags=_flags(tx, thread_id, entry, prepared.format),
        poster=html.strip_tags(entry.author.name)[:_MAX_POSTER],
        source=entry.source[:_MAX_SOURCE],
        title=title,
        body="" if prepared.oversize else text,
        format=prepared.format,
        ip_address=(tx.client_ip if entry.ip is None else entry.ip)[:64],
        recipients=entry.recipients.encoded() if entry.recipients else None,
        created=tx.now,
    )
    if prepared.oversize:
        files.attach(tx, _body_file(tx, text), object_id=entry_id, object_type="H", inline=True)
    _attach(tx, entry_id, stored, text)
    _attach_from_drafts(tx, entry, entry_id, text)
    _index(tx, entry_id, entry.author, title or "", html.to_text(text))
    if entry.is_activity:
        _touch_thread(tx, thread_id, entry.kind)
    tx.note_effect("entry", type=entry.kind, title=titles.to_text(title), recipients=entry.recipients)
    return entry_id


def _check_files(tx: Read, entry: NewEntry) -> None:
    """Raises: Invalid naming every file that is too large, of a kind not allowed, or out of the sender's sight."""
    uploads.require_usable(tx, entry.sender, _uploaded(entry.files))
    given = [
        limits.Candidate(new.name, new.content_type or "", _size(new.content)) for new in entry.files if new.content
    ]
    if not (entry.files and entry.limits_files):
        return
    allowed = limits.limits_for(tx, "user" if entry.author.staff_id is None else "staff")
    limits.check(allowed, given)
    if isinstance(entry.sender, User | Anonymous):
        limits.check_count(allowed, len(entry.files))


def _uploaded(files: Sequence[NewFile]) -> list[int]:
    return [new.file_id for new in files if new.file_id is not None and not new.is_help_desks]


def _size(content: BinaryIO | bytes | None) -> int:
    if content is None or isinstance(content, bytes):
        return len(content or b"")
    size = content.seek(0, SEEK_END)
    content.seek(0)
    return size


def _stored(tx: Write, new: NewFile) -> StoredFile:
    if new.file_id is not None:
        file = find_file(tx, new.file_id)
        if file is None:
            raise uploads.unknown_files([new.file_id])
        return file
    assert new.content is not None
    return files.store(tx, new.name, new.content_type, new.content, keeps_type=new.keeps_type)


def _inline_images(prepared: bodies.PreparedBody) -> list[NewFile]:
    return [NewFile(image.name, image.content_type, image.content, content_id=image.token) for image in prepared.images]


def _body_file(tx: Write, text: str) -> StoredFile:
    """A body too long for its column lies in a file. Source: tickets.md 2.5."""
    return files.store(tx, bodies.oversize_name(text), "text/html", text.encode())


def _attach(tx: Write, entry_id: int, stored: Sequence[tuple[NewFile, StoredFile]], text: str) -> None:
    """Attach each file once; one whose key stands in the body as `cid:` is inline.

    The caller hears of a file that is not shown because an equal one is.
    """
    names: dict[int, str] = {}
    for new, file in stored:
        inline = f"cid:{file.key}".lower() in text.lower()
        name = files.clean_name(new.name or file.name)
        if file.id not in names:
            names[file.id] = name
            files.attach(tx, file, object_id=entry_id, object_type="H", inline=inline, name=new.name or None)
        elif not inline:
            tx.warnings.append(_attached_once(name, names[file.id]))


def _attached_once(name: str, first: str) -> str:
    if name == first:
        return f"{name} was given twice: it is attached once."
    return f"{name} has the same content as {first}: it is attached once."


def _attach_from_drafts(tx: Write, entry: NewEntry, entry_id: int, text: str) -> None:
    """Attach the pictures that the sender had put into a draft of this. Source: tickets.md 5.4"""
    keys = bodies.inline_keys(text) if entry.signed_in else []
    shown = files.files_in_drafts(tx, entry.sender, keys)
    files.attach_all(tx, [files.Attaching(file, inline=True) for file in shown], object_id=entry_id)


def _answered(tx: Read, thread_id: int) -> int | None:
    """The newest message of the thread: what a response answers."""
    answered: int | None = tx.prepared_scalar(_select_answered(), {"thread_id": thread_id})
    return answered


@cache
def _select_answered() -> Select[tuple[int]]:
    entry = t.thread_entry.c
    is_shown = entry.flags.bitwise_and(EntryFlag.HIDDEN) == 0
    return (
        select(entry.id)
        .where(entry.thread_id == bindparam("thread_id"), in_literals(entry.type, ("M",)), is_shown)
        .order_by(entry.created.desc(), entry.id.desc())
        .limit(1)
    )


def _flags(tx: Read, thread_id: int, entry: NewEntry, format: str) -> int:
    author = entry.author
    flags = EntryFlag.ORIGINAL if entry.is_original else 0
    flags |= EntryFlag.BALANCED if format == "html" else 0
    flags |= EntryFlag.SYSTEM if author.staff_id is None and author.user_id is None else 0
    flags |= entry.recipients.flag if entry.recipients else 0
    if author.user_id is not None and _is_collaborator(tx, thread_id, author.user_id):
        flags |= EntryFlag.COLLABORATOR
    return flags


def _is_collaborator(tx: Read, thread_id: int, user_id: int) -> bool:
    found = tx.prepared_scalar(_select_collaborator(), {"thread_id": thread_id, "user_id": user_id})
    return found is not None


@cache
def _select_collaborator() -> Select[tuple[int]]:
    collaborator = t.thread_collaborator.c
    is_in_thread = collaborator.thread_id == bindparam("thread_id")
    return select(collaborator.id).where(is_in_thread, collaborator.user_id == bindparam("user_id"))


def _index(tx: Write, entry_id: int, author: Author, title: str, content: str) -> None:
    """Entries of nobody are not searchable, as in osTicket."""
    if author.staff_id is not None or author.user_id is not None:
        index.put(tx, "H", entry_id, title, content)


def _touch_thread(tx: Write, thread_id: int, kind: Kind) -> None:
    columns = {"M": "lastmessage", "R": "lastresponse"}
    if kind in columns:
        tx.update(t.thread, thread_id, **{columns[kind]: tx.now})
