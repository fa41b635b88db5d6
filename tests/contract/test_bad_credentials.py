"""A bad credential is refused at every route of the description, also where nobody needs one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

METHODS = ("get", "post", "put", "patch", "delete")
BAD: list[dict[str, str]] = [
    {"Authorization": "Bearer junk"},
    {"Authorization": "Bearer "},
    {"Authorization": "Basic anVuazpqdW5r"},
    {"Authorization": "junk"},
    {"Authorization": ""},
    {"X-API-Key": "junk"},
    {"X-API-Key": ""},
]
KEY = "A0B1C2D3E4F5A0B1C2D3E4F5A0B1C2D3"


def operations(api: Api) -> Iterator[tuple[str, str, dict[str, Any]]]:
    described = api.client.get("/openapi.json").json()["paths"]
    for path, item in described.items():
        for method in METHODS:
            # Where none of ours is taken, the caller proves who they are by what they sign.
            if method in item and item[method]["security"]:
                yield method, re.sub(r"\{[^}]+\}", "1", path), item[method]


@pytest.mark.parametrize("headers", BAD, ids=str)
def test_a_bad_credential_is_401_everywhere(api: Api, headers: dict[str, str]) -> None:
    statuses = {
        f"{method} {path}": api.client.request(method, path, headers=headers).status_code
        for method, path, _ in operations(api)
    }
    assert len(statuses) > 200
    assert {name: status for name, status in statuses.items() if status != 401} == {}


def test_a_bad_credential_is_401_also_beside_a_good_one(api: Api) -> None:
    bob = api.staff("bob").headers
    for method, path, _ in operations(api):
        answer = api.client.request(method, path, headers=bob | {"X-API-Key": "junk"})
        assert answer.status_code == 401, (method, path)


def test_a_bad_signature_is_401_beside_a_good_credential(api: Api) -> None:
    alice = api.staff("alice")
    uploaded = alice.post("/files?name=a.txt", content=b"text").data["id"]
    alice.post("/tickets/26/note", {"body": "x", "attachments": [{"file_id": uploaded}]})
    ids = t.attachment.c.id
    attachment = api.rows(select(ids).where(t.attachment.c.file_id == uploaded))[0][0]
    path = f"/tickets/26/attachments/{attachment}"
    assert alice.get(path).status == 200
    signed = [path for path, item in described(api).items() if takes_signature(item.get("get", {}))]
    assert len(signed) == 8
    for each in signed:
        answer = alice.get(re.sub(r"\{[^}]+\}", "1", each).removeprefix("/api/v2") + "?signature=junk")
        assert answer.status == 401, each
    assert alice.get(f"{path}?signature=junk").status == 401


def takes_signature(operation: dict[str, Any]) -> bool:
    return any(each.get("name") == "signature" for each in operation.get("parameters", ()))


def described(api: Api) -> dict[str, Any]:
    paths: dict[str, Any] = api.client.get("/openapi.json").json()["paths"]
    return paths


def test_a_good_token_and_a_good_key_at_once_are_refused(api: Api) -> None:
    def add_key(tx: Write) -> None:
        values = {"ipaddr": "127.0.0.1", "isactive": True, "can_create_tickets": True}
        tx.insert(t.api_key, apikey=KEY, created=tx.now, **values)

    api.write(add_key)
    for path in ("/faqs", "/auth/me", "/tickets"):
        answer = api.staff("bob").get(path, headers={"X-API-Key": KEY})
        assert (answer.status, answer.errors[0]["code"]) == (400, "ambiguous_credentials")
