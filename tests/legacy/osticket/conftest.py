"""A key of osTicket's own, and requests as old clients send them: bytes, with no content type worth the name."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

KEY = "OLDCLIENT00000000000000000000001"

Send = Callable[..., tuple[int, str, str]]


def _add_keys(tx: Write) -> None:
    for key, more in (
        (KEY, {}),
        ("INACTIVE", {"isactive": False}),
        ("NOTHING", {"can_create_tickets": False, "can_exec_cron": False}),
        ("ELSEWHERE", {"ipaddr": "192.0.2.1"}),
    ):
        values: dict[str, Any] = {"ipaddr": "127.0.0.1", "isactive": True, "can_create_tickets": True, **more}
        tx.insert(t.api_key, apikey=key, created=tx.now, **values)


@pytest.fixture
def desk(api: Api) -> Api:
    api.write(_add_keys)
    return api


@pytest.fixture
def send(desk: Api) -> Send:
    """Post bytes to an address. Gives the status, the content type and the text of the answer."""

    def sending(path: str, content: bytes | str = b"", key: str | None = KEY, **headers: str) -> tuple[int, str, str]:
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers} | ({"X-API-Key": key} if key else {})
        method = headers.pop("method", "POST")
        sent.pop("method", None)
        answer = desk.client.request(method, path, content=content, headers=sent)
        return answer.status_code, answer.headers["content-type"], answer.text

    return sending


def last_ticket(api: Api) -> Any:
    """The newest ticket, with its first message."""
    entry, thread, ticket = t.thread_entry.c, t.thread.c, t.ticket.c
    return api.rows(
        select(t.ticket, entry.body, entry.format, entry.title, thread.id.label("thread_id"))
        .join_from(t.ticket, t.thread, (thread.object_id == ticket.ticket_id) & (thread.object_type == "T"))
        .join(t.thread_entry, (entry.thread_id == thread.id) & (entry.type == "M"))
        .order_by(ticket.ticket_id.desc(), entry.id)
        .limit(1)
    )[0]


def field_id(api: Api, name: str) -> int:
    """The id of a field of the ticket form, by which osTicket names it in errors."""
    field = t.form_field.c
    statement = select(field.id).join_from(t.form_field, t.form, t.form.c.id == field.form_id)
    return int(api.rows(statement.where(t.form.c.type == "T", field.name == name))[0].id)
