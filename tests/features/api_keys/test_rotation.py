"""Keys in use: when they were last used, how they are replaced, how they end."""

import time
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.caches import STATUSES
from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from osticket_api.errors import NotFound
from tests.fixtures.api import Api


def _made(api: Api, **fields: Any) -> dict[str, Any]:
    body = {"name": "Robot", "permissions": ["tickets.create"], **fields}
    made: dict[str, Any] = api.staff("dora").post("/api-keys", body).data
    return made


def _works(api: Api, key: str) -> bool:
    return api.key(key).get("/files/1").status != 401


def _of(api: Api, made: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = api.staff("dora").get(f"/api-keys/{made['reference']}").data
    return shown


def test_the_last_use_of_a_key_is_noted_once_a_minute(api: Api) -> None:
    made = _made(api)
    assert made["last_used_at"] is None
    _works(api, made["key"])
    first = _until_used(api, made)
    before = api.database.write_count
    for _ in range(5):
        _works(api, made["key"])
    assert api.database.write_count == before
    assert _of(api, made)["last_used_at"] == first


def _until_used(api: Api, made: dict[str, Any]) -> str:
    """It is written after the answer."""
    for _ in range(50):
        used = _of(api, made)["last_used_at"]
        if used is not None:
            return str(used)
        time.sleep(0.05)
    raise AssertionError("the use of the key was not noted")


def test_the_use_of_a_key_is_no_change_of_it(api: Api) -> None:
    made = _made(api)
    dora = api.staff("dora")
    tag = dora.get(f"/api-keys/{made['reference']}").headers["etag"]
    _works(api, made["key"])
    _until_used(api, made)
    changed = dora.patch(f"/api-keys/{made['reference']}", {"notes": "x"}, headers={"If-Match": tag})
    assert changed.status == 200


def test_a_replaced_key_ends_at_once(api: Api) -> None:
    made = _made(api)
    assert _works(api, made["key"])
    new = api.staff("dora").post(f"/api-keys/{made['reference']}/rotate").data
    assert (_works(api, made["key"]), _works(api, new["key"])) == (False, True)
    assert new["previous_until"] is None


def test_a_replaced_key_is_good_for_as_long_as_asked(api: Api) -> None:
    made = _made(api)
    new = api.staff("dora").post(f"/api-keys/{made['reference']}/rotate", {"overlap_seconds": 3600}).data
    assert new["previous_until"] is not None
    assert (_works(api, made["key"]), _works(api, new["key"])) == (True, True)
    api.write(_end_overlap)
    assert (_works(api, made["key"]), _works(api, new["key"])) == (False, True)
    assert _of(api, made)["previous_until"] is None


def _end_overlap(tx: Write) -> None:
    tx.change(update(own.api_credential).values(previous_until=tx.now))


def test_a_kept_answer_is_not_given_to_a_key_that_may_less_by_now(api: Api) -> None:
    made = _made(api, permissions=["tickets.create", "tickets.read"])
    dora, robot = api.staff("dora"), api.key(made["key"])
    new = {"email": "wanda@example.net", "name": "Wanda", "subject": "x", "message": "x", "topic_id": 1}
    once = {"Idempotency-Key": "one"}
    first = robot.post("/tickets", new, headers=once)
    assert first.status == 201, first.errors
    assert robot.post("/tickets", new, headers=once).data["id"] == first.data["id"]
    path = f"/api-keys/{made['reference']}"
    assert dora.patch(path, {"permissions": ["tickets.create"]}).status == 200
    refused = robot.post("/tickets", new, headers=once)
    assert (refused.status, refused.errors[0]["code"]) == (403, "rights_changed")
    assert robot.post("/tickets", {**new, "subject": "y"}, headers=once).errors[0]["code"] == "key_reused"


def test_revoking_ends_the_replaced_key_too(api: Api) -> None:
    made = _made(api)
    dora = api.staff("dora")
    new = dora.post(f"/api-keys/{made['reference']}/rotate", {"overlap_seconds": 3600}).data
    assert _works(api, made["key"])
    assert dora.delete(f"/api-keys/{made['reference']}").status == 204
    assert not _works(api, made["key"])
    assert not _works(api, new["key"])


def test_revoked_key_gets_no_new_secret_and_is_not_changed(api: Api) -> None:
    made, dora = _made(api), api.staff("dora")
    path = f"/api-keys/{made['reference']}"
    assert dora.delete(path).status == 204
    assert dora.post(f"{path}/rotate").status == 409
    assert dora.patch(path, {"notes": "again"}).status == 409


@pytest.mark.parametrize("fails", [False, True])
def test_a_cached_value_ends_with_the_commit_and_not_before(api: Api, fails: bool) -> None:
    caches = api.database.caches
    caches.make(STATUSES, None, lambda: "as it was")
    seen = []

    def work(tx: Write) -> None:
        tx.change(update(t.ticket_status).values(updated=tx.now))
        seen.append(caches.find(STATUSES) is not None)
        if fails:
            raise NotFound.because("Nothing is committed.")

    with suppress(NotFound):
        api.client.portal.call(api.database.write, work)  # type: ignore[union-attr]
    assert seen == [True]
    assert (caches.find(STATUSES) is not None) is fails
