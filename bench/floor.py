"""The floor: what an answer costs with Starlette, asyncmy and msgspec alone.

The same SQL, the same JSON; nobody signs in, nothing is checked or cleaned. `python -m bench.floor <script> <socket>`
"""

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import asyncmy
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.desk import DATABASE
from bench.recording import Script, Step
from osticket_api.features.threads.responses import Attachment, Entry
from osticket_api.features.tickets.responses import StatusRef, TicketDetail, TicketSummary
from osticket_api.web.responses import NamedRef, StaffRef, UserRef

Rows = Sequence[tuple[Any, ...]]

_encode = msgspec.json.Encoder().encode
_TYPES = {"M": "message", "R": "response", "N": "note"}
_PER_PAGE = 20
_FEWEST_COLUMNS = 41
"""So many make a ticket: rows of other statements have fewer."""
_ENTRY_COLUMNS = 23
"""So many make an entry with its attachment: rows of no other statement have as many."""
_META = {"request_id": "0" * 32}


def build(script: Path, socket: str) -> Starlette:
    """An application that plays the scripts at `/<scenario>/<request>`."""
    scripts = msgspec.msgpack.decode(script.read_bytes(), type=list[Script])

    @asynccontextmanager
    async def connected(app: Starlette) -> AsyncIterator[None]:
        options: dict[str, Any] = {"unix_socket": socket, "user": "root", "database": DATABASE, "charset": "utf8mb4"}
        async with asyncmy.create_pool(minsize=10, maxsize=10, autocommit=True, **options) as pool:
            app.state.pool = pool
            yield

    async def answer(request: Request) -> Response:
        script = scripts[int(request.path_params["scenario"])]
        run = script.runs[int(request.path_params["place"])]
        async with request.app.state.pool.acquire() as connection:
            results = await _play(connection, script, run)
        body = {"success": True, "data": _SHAPES[script.shape](results), "meta": _META, "errors": []}
        return Response(_encode(body), media_type="application/json")

    return Starlette(routes=[Route("/{scenario}/{place}", answer)], lifespan=connected)


async def _play(connection: Any, script: Script, run: list[Step]) -> list[Rows]:
    """The rows of every statement that gives any."""
    if script.is_write:
        await connection.begin()
    results: list[Rows] = []
    ids: dict[Any, Any] = {}
    async with connection.cursor() as cursor:
        for step in run:
            parameters = _renamed(step.parameters, ids) if ids else step.parameters
            await (cursor.executemany if step.is_many else cursor.execute)(step.sql, parameters)
            if cursor.description:
                results.append(await cursor.fetchall())
            elif step.new_id:
                ids[step.new_id] = cursor.lastrowid
    if script.is_write:
        await connection.commit()
    return results


def _renamed(parameters: Any, ids: dict[Any, Any]) -> Any:
    """The parameters with the ids of this run in place of those that were recorded."""
    if isinstance(parameters, list):
        return [_renamed(each, ids) for each in parameters]
    return ids.get(parameters, parameters)


def _moment(value: Any) -> datetime | None:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else None


def _ticket(row: tuple[Any, ...]) -> dict[str, Any]:
    (
        id, number, subject, status_id, status_name, state, priority_id, priority_name, department_id, department_name,
        _, topic_id, topic_name, sla_id, sla_name, user_id, user_name, address, organization_id, organization_name,
        staff_id, first_name, last_name, username, team_id, team_name, source, ip_address, is_overdue, is_answered,
        parent_id, due_at, sla_due_at, created_at, updated_at, lastupdate, closed_at, reopened_at,
        last_message_at, last_response_at, thread_id,
    ) = row[:_FEWEST_COLUMNS]  # fmt: skip
    return {
        "id": id,
        "number": number,
        "subject": subject,
        "status": StatusRef(status_id, status_name, state),
        "priority": NamedRef(priority_id, priority_name) if priority_name is not None else None,
        "department": NamedRef(department_id, department_name),
        "topic": NamedRef(topic_id, topic_name) if topic_name is not None else None,
        "sla": NamedRef(sla_id, sla_name) if sla_name is not None else None,
        "user": UserRef(user_id, user_name, address),
        "organization": NamedRef(organization_id, organization_name) if organization_name is not None else None,
        "staff": StaffRef(staff_id, f"{first_name} {last_name}", username) if username is not None else None,
        "team": NamedRef(team_id, team_name) if team_name is not None else None,
        "source": source,
        "ip_address": ip_address or None,
        "is_overdue": is_overdue == 1,
        "is_answered": is_answered == 1,
        "parent_id": parent_id,
        "due_at": _moment(due_at),
        "sla_due_at": _moment(sla_due_at),
        "created_at": _moment(created_at),
        "updated_at": _moment(updated_at),
        "last_activity_at": _moment(max(filter(None, (lastupdate, last_message_at, last_response_at)), default=None)),
        "closed_at": _moment(closed_at),
        "reopened_at": _moment(reopened_at),
        "last_message_at": _moment(last_message_at),
        "last_response_at": _moment(last_response_at),
        "thread_id": thread_id,
    }


def _detail(results: list[Rows]) -> TicketDetail:
    """The ticket's row, its answers (of which generated tickets have none to show), and its thread if there is one."""
    place = next(i for i, rows in enumerate(results) if rows and len(rows[0]) > _FEWEST_COLUMNS)
    row = results[place][0]
    detail = TicketDetail(
        **_ticket(row), entry_count=row[43], attachment_count=row[44], task_count=row[45], relation="none",
        print_url=f"/api/v2/tickets/{row[0]}/print",
    )  # fmt: skip
    if any(map(_are_entries, results[place + 1 :])):
        detail.thread = _found_entries(results)
    return detail


def _list(results: list[Rows]) -> list[TicketSummary]:
    """One row more than is on the page is asked for, which tells whether there is a next one."""
    found = next((rows for rows in results if rows and len(rows[0]) > _FEWEST_COLUMNS), ())
    return [TicketSummary(**_ticket(row)) for row in found[:_PER_PAGE]]


def _list_of_a_user(results: list[Rows]) -> list[TicketSummary]:
    """Users learn nothing of how agents divide and time their work."""
    tickets = _list(results)
    for ticket in tickets:
        ticket.priority = ticket.sla = ticket.staff = ticket.team = ticket.ip_address = None
        ticket.due_at = ticket.sla_due_at = None
        ticket.is_overdue, ticket.updated_at = False, ticket.last_activity_at
    return tickets


def _are_entries(rows: Rows) -> bool:
    return bool(rows) and len(rows[0]) == _ENTRY_COLUMNS


def _found_entries(results: list[Rows]) -> list[Entry]:
    return _entries(next(filter(_are_entries, results)))


def _entries(rows: Rows) -> list[Entry]:
    return [_entry(list(group)) for _, group in groupby(rows, key=itemgetter(0))]


def _entry(rows: Rows) -> Entry:
    (
        id, kind, flags, poster, source, title, body, format, parent_id, staff_id, user_id, created_at, updated_at,
        first_name, last_name, user_name, attachment_id, *_,
    ) = rows[0]  # fmt: skip
    return Entry(
        id=id,
        type=_TYPES[kind],
        title=title or None,
        body=body,
        format=format,
        poster=poster,
        staff=NamedRef(staff_id, f"{first_name} {last_name}") if first_name is not None else None,
        user=NamedRef(user_id, user_name) if user_name is not None else None,
        source=source or None,
        parent_id=parent_id or None,
        is_edited=bool(flags & 0x002),
        is_system=bool(flags & 0x080),
        created_at=created_at.replace(tzinfo=UTC),
        updated_at=_moment(updated_at),
        attachments=[_attachment(row) for row in rows] if attachment_id is not None else [],
    )


def _attachment(row: tuple[Any, ...]) -> Attachment:
    id, file_id, name, size, content_type, inline, _ = row[16:23]
    return Attachment(id, file_id, name, size, content_type, inline == 1, "")


_SHAPES: dict[str, Callable[[list[Rows]], Any]] = {
    "detail": _detail,
    "list": _list,
    "list of a user": _list_of_a_user,
    "thread": _found_entries,
    "entry": lambda results: _found_entries(results)[0],
}


if __name__ == "__main__":
    script, socket, port = sys.argv[1:]
    uvicorn.run(build(Path(script), socket), port=int(port), log_config=None, access_log=False, server_header=False)
