"""Calling the old `.php` endpoints as their clients do."""

import json
from typing import Any

from osticket_api.access.permissions import KeyPermission
from osticket_api.access.tokens import fingerprint
from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from tests.fixtures.api import Answer, Api

KEY = "a key for the old endpoints"


class Client:
    """Somebody with a key. Paths are below /api."""

    def __init__(self, api: Api, key: str = KEY) -> None:
        self.api = api
        self.key = key

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        if body is not None:
            options["json"] = body
        return self.api.key(self.key).request(method, f"//api/{path}", **options)

    def body(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        answer = self(method, path, body, **options)
        return answer.status, answer.content.decode()


def client(
    api: Api, *permissions: str, departments: list[int] | None = None, staff_id: int | None = None, key: str = KEY
) -> Client:
    """A client with a key of ours: with these permissions, or with all. `staff_id`: the agent it stands for."""

    def add(tx: Write) -> None:
        tx.insert(
            own.api_credential,
            name="old",
            key_hash=fingerprint(key),
            prefix=key[:8],
            permissions=json.dumps([*permissions] or [each.value for each in KeyPermission]),
            departments=None if departments is None else json.dumps(departments),
            staff_id=staff_id,
            created_at=tx.now,
        )

    api.write(add)
    return Client(api, key)


def refused(message: str) -> str:
    """The body of an error."""
    return '{"error":true,"message":"' + message.replace('"', '\\"').replace("/", "\\/") + '"}'


def number_of(api: Api, ticket_id: int) -> str:
    return str(api.rows(t.ticket.select().where(t.ticket.c.ticket_id == ticket_id))[0].number)
