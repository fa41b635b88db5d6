"""What a desk has stored of a mail, in the shape of the cases."""

import hashlib
from contextlib import closing
from typing import Any

from tests.fixtures.api import Answer
from tests.mails_in.comparison import without_random
from tests.parity.desk import Desk

Row = dict[str, Any]


class Before:
    """What was there before the mail."""

    def __init__(self, desk: Desk) -> None:
        self.numbers = {row["number"] for row in desk.select("SELECT number FROM ost_ticket")}
        self.entry_id = int(desk.scalar("SELECT MAX(id) FROM ost_thread_entry") or 0)


def stored(desk: Desk, answer: Answer, before: Before) -> Row:
    """The ticket that took the mail, what the mail added to it, and who is new on the desk."""
    text = answer.content.decode()
    ticket = _ticket(desk, text) if answer.status == 201 else None
    found = {
        "status": answer.status,
        "answer": "number" if ticket else text,
        "into_ticket": text if text in before.numbers else None,
        "ticket": _shown(desk, ticket) if ticket else None,
        "entries": _entries(desk, ticket, before) if ticket else [],
        "collaborators": _collaborators(desk, ticket) if ticket else [],
        "new_users": _new_users(desk),
    }
    return {key: without_random(value) for key, value in found.items()}


def _ticket(desk: Desk, number: str) -> Row | None:
    return next(iter(desk.select("SELECT * FROM ost_ticket WHERE number = ?", number)), None)


def _shown(desk: Desk, ticket: Row) -> Row:
    (answers,) = desk.select("SELECT * FROM ost_ticket__cdata WHERE ticket_id = ?", ticket["ticket_id"])
    name = desk.scalar("SELECT name FROM ost_user WHERE id = ?", ticket["user_id"])
    return {
        "subject": answers["subject"],
        "priority": answers["priority"],
        "source": ticket["source"],
        "user": {"name": name, "email": _address(desk, ticket["user_id"])},
        "department_id": ticket["dept_id"],
        "status_id": ticket["status_id"],
    }


def _address(desk: Desk, user_id: int) -> Any:
    return desk.scalar(
        "SELECT e.address FROM ost_user u JOIN ost_user_email e ON e.id = u.default_email_id WHERE u.id = ?", user_id
    )


def _entries(desk: Desk, ticket: Row, before: Before) -> list[Row]:
    found = desk.select(
        "SELECT e.* FROM ost_thread_entry e JOIN ost_thread t ON t.id = e.thread_id"
        " WHERE t.object_id = ? AND t.object_type = 'T' AND e.id > ? ORDER BY e.id",
        ticket["ticket_id"],
        before.entry_id,
    )
    return [_entry(desk, row) for row in found]


def _entry(desk: Desk, row: Row) -> Row:
    ids = desk.select("SELECT mid FROM ost_thread_entry_email WHERE thread_entry_id = ? ORDER BY id", row["id"])
    return {
        "type": row["type"],
        "format": row["format"],
        "poster": row["poster"],
        "title": row["title"],
        "body": row["body"],
        "by_user": bool(row["user_id"]),
        "user": _address(desk, row["user_id"]) if row["user_id"] else None,
        "staff_id": row["staff_id"] or 0,
        "files": _files(desk, row["id"]),
        "message_ids": [each["mid"] for each in ids],
    }


def _files(desk: Desk, entry_id: int) -> list[Row]:
    found = desk.select(
        "SELECT f.id, f.name, f.type, f.size, a.inline, a.name AS other_name FROM ost_attachment a"
        " JOIN ost_file f ON f.id = a.file_id WHERE a.object_id = ? AND a.type = 'H' ORDER BY a.id",
        entry_id,
    )
    return [
        {
            "name": row["other_name"] or row["name"],
            "content_type": row["type"],
            "size": row["size"],
            "inline": bool(row["inline"]),
            "sha1": hashlib.sha1(_content(desk, row["id"]), usedforsecurity=False).hexdigest(),
        }
        for row in found
    ]


def _content(desk: Desk, file_id: int) -> bytes:
    """Bytes as they are: `Desk.select` gives text where it can."""
    with closing(desk.connection.cursor()) as cursor:
        statement = f"SELECT filedata FROM ost_file_chunk WHERE file_id = {desk.mark} ORDER BY chunk_id"
        cursor.execute(statement, (file_id,))
        return b"".join(bytes(row[0]) for row in cursor.fetchall())


def _collaborators(desk: Desk, ticket: Row) -> list[str]:
    found = desk.select(
        "SELECT c.user_id FROM ost_thread_collaborator c JOIN ost_thread t ON t.id = c.thread_id"
        " WHERE t.object_id = ? AND t.object_type = 'T' ORDER BY c.id",
        ticket["ticket_id"],
    )
    return [_address(desk, row["user_id"]) for row in found]


def _new_users(desk: Desk) -> list[str]:
    known = {row["address"] for row in desk.original["ost_user_email"].values()}
    found = desk.select("SELECT address FROM ost_user_email ORDER BY id")
    return [row["address"] for row in found if row["address"] not in known]
