"""Entries of conversations, and whole conversations, as variables print them.

Source: mail.md 3.4 and 4.1
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row, Select, select

from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag
from osticket_api.kit import html
from osticket_api.mail.variables.dates import Moment, Shown
from osticket_api.mail.variables.downloads import download_url
from osticket_api.mail.variables.language import Files, Html, Thing, Value
from osticket_api.mail.variables.people import Scene


@dataclass
class Entry(Thing):
    scene: Scene
    row: Row[Any]

    def text(self) -> Html:
        return self.body

    @cached_property
    def body(self) -> Html:
        """The body as mails show it: plain text in a box that keeps its lines."""
        stored = self.row.body or self.scene.records.long_body(self.row.id)
        if stored in ("", "-"):
            return Html("(empty)")
        if self.row.format == "html":
            return Html(stored)
        return Html(f'<div style="white-space:pre-wrap">{html.escape(stored)}</div>')

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        row, scene = self.row, self.scene
        return {
            "id": lambda: str(row.id),
            "type": lambda: row.type,
            "source": lambda: row.source,
            "title": lambda: Html(row.title or ""),
            "subject": lambda: Html(row.title or "") if row.type == "M" else "",
            "body": lambda: self.body,
            "poster": lambda: row.poster,
            "create_date": lambda: Moment(row.created, scene.calendar),
            "update_date": lambda: Moment(row.updated, scene.calendar) if row.updated else "",
            "ip_address": lambda: "",
            "staff": lambda: scene.agent(row.staff_id),
            "user": lambda: scene.user(row.user_id),
            "files": lambda: Files(tuple(each.file_id for each in scene.records.attachments_of(row.id))),
        }


@dataclass
class Thread(Thing):
    """A conversation. Printed, it is all of it that users may see."""

    scene: Scene
    thread_id: int | None
    ticket_id: int | None = None

    def text(self) -> Html:
        return self.complete(newest_first=False)

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return {
            "id": lambda: str(self.thread_id or ""),
            "original": lambda: self._message(newest=False),
            "lastmessage": lambda: self._message(newest=True),
            "last_message": lambda: self._message(newest=True),
            "complete": lambda: Complete(self),
        }

    def _message(self, *, newest: bool) -> Value:
        order = t.thread_entry.c.id.desc() if newest else t.thread_entry.c.id
        row = self.scene.records.tx.row(self._entries("M").order_by(order).limit(1))
        return None if row is None else Entry(self.scene, row)

    def _entries(self, *kinds: str) -> Select[Any]:
        entry = t.thread_entry.c
        return select(t.thread_entry).where(
            entry.thread_id == self.thread_id, entry.type.in_(kinds), entry.flags.bitwise_and(EntryFlag.HIDDEN) == 0
        )

    def complete(self, *, newest_first: bool) -> Html:
        """The whole conversation that users may see, as HTML."""
        entry = t.thread_entry.c
        found = self._entries("M", "R").order_by(entry.id.desc() if newest_first else entry.id)
        return Html("".join(self._entry_html(Entry(self.scene, row)) for row in self.scene.records.tx.rows(found)))

    def _entry_html(self, entry: Entry) -> str:
        row, records = entry.row, self.scene.records
        hides = row.staff_id is not None and records.config.flag("hide_staff_name")
        name = html.escape("Staff" if hides else row.poster)
        moment = html.escape(Shown(row.created, self.scene.calendar.actor).text())
        title = f"<p><strong>{row.title}</strong></p>" if row.title else ""
        files = ", ".join(self._linked(each) for each in records.attachments_of(row.id) if not each.inline)
        attached = f"<p>{files}</p>" if files else ""
        return f"<div><p><strong>{name}</strong> {moment}</p>{title}<div>{entry.body}</div>{attached}</div><hr>"

    def _linked(self, attached: Row[Any]) -> str:
        """The name of a file, with its address where that can be signed."""
        name, url = html.escape(attached.name), download_url(self.scene.records, attached, self.ticket_id)
        return f'<a href="{html.escape(url)}">{name}</a>' if url else name


@dataclass
class Complete(Thing):
    thread: Thread

    def text(self) -> Html:
        return self.thread.text()

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return {"reversed": lambda: self.thread.complete(newest_first=True)}
