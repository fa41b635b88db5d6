"""Rows that the variables of one occasion read from the database, each once."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, TypeVar

from sqlalchemy import Row, Select, Table, func, select

from osticket_api.db import tables as t
from osticket_api.db.config import Config, load_config
from osticket_api.db.flags import CollaboratorFlag
from osticket_api.db.identity import row_named, rows_named
from osticket_api.db.unit import Read

R = TypeVar("R")


class ReadFiles(Protocol):
    """The whole content of files, as far as it can be read.

    Raises: Unavailable with `needs_places`, where a place of files does not answer that may answer later.
    """

    def __call__(self, tx: Read, file_ids: Sequence[int], *, needs_places: bool = False) -> Mapping[int, bytes]: ...


def _no_files(tx: Read, file_ids: Sequence[int], *, needs_places: bool = False) -> Mapping[int, bytes]:
    return {}


class Records:
    """The rows behind the variables. `salt` is osTicket's SECRET_SALT, '' where it is not known."""

    def __init__(self, tx: Read, salt: str = "", read_files: ReadFiles = _no_files) -> None:
        self.tx = tx
        self.salt = salt
        self.read_files = read_files
        self._rows: dict[tuple[str, int], Row[Any] | None] = {}
        self._found: dict[Hashable, Any] = {}

    @cached_property
    def config(self) -> Config:
        return load_config(self.tx)

    @cached_property
    def url(self) -> str:
        """The address of the help desk, without a slash at its end."""
        return self.config.text("helpdesk_url").rstrip("/")

    def find(self, table: Table, identifier: int | None) -> Row[Any] | None:
        """The row with this primary key; None for none."""
        if not identifier:
            return None
        key = (table.name, identifier)
        if key not in self._rows:
            (column,) = table.primary_key.columns
            self._rows[key] = self.tx.row(select(table).where(column == identifier))
        return self._rows[key]

    def once(self, key: Hashable, find: Callable[[], R]) -> R:
        """The result of a function, which is called only the first time."""
        if key not in self._found:
            self._found[key] = find()
        found: R = self._found[key]
        return found

    def know(self, table: Table, identifier: int, row: Row[Any] | None) -> None:
        """Set the row that `find` returns from now on."""
        self._rows[table.name, identifier] = row

    def know_found(self, key: Hashable, found: Any) -> None:
        """Set the result that `once` returns from now on."""
        self._found[key] = found

    def staff(self, identifier: int | None) -> Row[Any] | None:
        return self.find(t.staff, identifier)

    def department(self, identifier: int | None) -> Row[Any] | None:
        return self.find(t.department, identifier)

    def user(self, identifier: int | None) -> Row[Any] | None:
        return self.find(t.user, identifier)

    def address_of(self, user: Row[Any]) -> str:
        """The user's default address; any of theirs where none is set."""
        email = t.user_email.c
        chosen = self.find(t.user_email, user.default_email_id)
        if chosen is not None:
            return str(chosen.address)
        return self.tx.scalar(select(email.address).where(email.user_id == user.id).order_by(email.id).limit(1)) or ""

    def account_of(self, user_id: int) -> Row[Any] | None:
        found = select(t.user_account).where(t.user_account.c.user_id == user_id).limit(1)
        return self.once(("account", user_id), lambda: self.tx.row(found))

    def user_id_of(self, address: str) -> int | None:
        found = row_named(self.tx, select(t.user_email.c.user_id), t.user_email.c.address, address)
        return None if found is None else found.user_id

    def is_our_own(self, *addresses: str) -> bool:
        """Whether one of these addresses is the help desk's own."""
        return bool(rows_named(self.tx, select(t.email.c.email_id), t.email.c.email, *addresses))

    def members_of_department(self, identifier: int) -> Sequence[Row[Any]]:
        """The members of a department: those with primary or extended access, and its manager; by name."""
        staff, access = t.staff.c, t.staff_dept_access.c
        department = self.department(identifier)
        with_access = select(access.staff_id).where(access.dept_id == identifier)
        manager_id = department.manager_id if department else None
        belongs = (staff.dept_id == identifier) | staff.staff_id.in_(with_access) | (staff.staff_id == manager_id)
        return self.tx.rows(select(t.staff).where(belongs).order_by(*self._by_name()))

    def members_of_team(self, identifier: int) -> Sequence[Row[Any]]:
        """All members of a team, by name."""
        in_team = t.team_member.c.team_id == identifier
        joined = select(t.staff).join(t.team_member, t.team_member.c.staff_id == t.staff.c.staff_id)
        return self.tx.rows(joined.where(in_team).order_by(*self._by_name()))

    def _by_name(self) -> Sequence[Any]:
        """Sort people by their names as the help desk shows them. Source: mail.md 1.0 (5)."""
        staff = t.staff.c
        by_last = self.config.text("agent_name_format") in ("last", "lastfirst", "formal", "shortformal")
        return (staff.lastname, staff.firstname) if by_last else (staff.firstname, staff.lastname)

    def thread_id_of(self, kind: str, object_id: int) -> int | None:
        """The conversation of a ticket (T) or task (A)."""
        thread = t.thread.c
        found = select(thread.id).where(thread.object_type == kind, thread.object_id == object_id).limit(1)
        identifier: int | None = self.once(("thread", kind, object_id), lambda: self.tx.scalar(found))
        return identifier

    def collaborators_of(self, thread_id: int | None, *, active: bool = True) -> Sequence[Row[Any]]:
        """The collaborators, in the order in which they came. Source: mail.md 1.2"""
        collaborator = t.thread_collaborator.c
        found = select(t.thread_collaborator).where(collaborator.thread_id == thread_id).order_by(collaborator.id)
        if active:
            found = found.where(collaborator.flags.bitwise_and(CollaboratorFlag.ACTIVE) != 0)
        return self.once(("collaborators", thread_id, active), lambda: self.tx.rows(found))

    def entry(self, entry_id: int | None) -> Row[Any] | None:
        return self.find(t.thread_entry, entry_id)

    def attachments_of(self, entry_id: int) -> Sequence[Row[Any]]:
        """The files of an entry in the order they were attached, with the names they have there."""
        found = select_attachments().where(t.attachment.c.object_id == entry_id)
        return self.once(("attachments", entry_id), lambda: self.tx.rows(found))

    def mails_of(self, thread_id: int) -> Sequence[Row[Any]]:
        """The messages of a conversation that came by mail, newest first."""
        found = select_mails().where(t.thread_entry.c.thread_id == thread_id)
        return self.once(("mails", thread_id), lambda: self.tx.rows(found))

    def long_body(self, entry_id: int) -> str:
        """The body of an entry whose text was too long for its column and is in a file. Source: tickets.md 2.5"""
        for each in self.attachments_of(entry_id):
            if each.inline and each.type.startswith("text/"):
                return self.read_files(self.tx, [each.file_id]).get(each.file_id, b"").decode(errors="replace")
        return ""


def select_attachments() -> Select[Any]:
    """The files of entries in the order they were attached, with the names they have there."""
    attachment, file = t.attachment.c, t.file.c
    return (
        select(
            attachment.id.label("attachment_id"),
            attachment.file_id,
            attachment.inline,
            func.coalesce(func.nullif(attachment.name, ""), file.name).label("name"),
            file.type,
            file.key,
            file.signature,
            file.size,
        )
        .join(t.file, file.id == attachment.file_id)
        .where(attachment.type == "H")
        .order_by(attachment.id)
    )


def select_mails() -> Select[Any]:
    """Messages that came by mail, newest first: who wrote them, and their Message-ID."""
    entry, mail = t.thread_entry.c, t.thread_entry_email.c
    return (
        select(entry.user_id, mail.mid)
        .join(t.thread_entry, entry.id == mail.thread_entry_id)
        .where(entry.type == "M", entry.source == "Email")
        .where(mail.headers != None, mail.mid != "")  # noqa: E711
        .order_by(entry.id.desc())
    )
