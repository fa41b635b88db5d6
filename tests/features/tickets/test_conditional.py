"""Requests that depend on what is there: tags, preconditions, repeated requests, dry runs."""

from sqlalchemy import func, select

from osticket_api.db import tables as t
from tests.fixtures.api import Api

NOTE = {"body": "<p>once</p>"}


def entries(api: Api) -> int:
    return int(api.rows(select(func.count()).select_from(t.thread_entry))[0][0])


def test_unchanged_resources_answer_304(api: Api) -> None:
    alice = api.staff("alice")
    for path in ("/tickets/26", "/tickets/26?include=thread", "/tickets", "/tickets/26/thread", "/auth/me"):
        tag = alice.get(path).headers["etag"]
        again = alice.get(path, headers={"If-None-Match": tag})
        assert (again.status, again.content) == (304, b""), path


def test_a_tag_changes_with_what_php_writes(api: Api) -> None:
    """PHP does not always touch `updated`; the tag does not depend on it."""
    alice = api.staff("alice")
    tag = alice.get("/tickets/26").headers["etag"]
    api.write(lambda tx: tx.change(t.ticket.update().where(t.ticket.c.ticket_id == 26).values(isoverdue=True)))
    assert alice.get("/tickets/26", headers={"If-None-Match": tag}).status == 200


def test_a_stale_change_is_refused(api: Api) -> None:
    alice = api.staff("alice")
    tag = alice.get("/tickets/26").headers["etag"]
    assert alice.patch("/tickets/26", {"subject": "First"}, headers={"If-Match": tag}).status == 200
    stale = alice.patch("/tickets/26", {"subject": "Second"}, headers={"If-Match": tag})
    assert stale.status == 412
    assert alice.get("/tickets/26").data["subject"] == "First"
    fresh = alice.get("/tickets/26?include=thread").headers["etag"]
    assert alice.patch("/tickets/26", {"subject": "Second"}, headers={"If-Match": fresh}).status == 200


def test_who_may_not_change_a_ticket_is_told_that_before_it_is_stale(api: Api) -> None:
    stale = {"If-Match": '"0123456789abcdef01234567"'}
    bob, ulf = api.staff("bob"), api.user("ulf")
    assert bob.patch("/tickets/26", {"source": "Phone"}, headers=stale).status == 403
    assert bob.post("/tickets/26/transfer", {"department_id": 2}, headers=stale).status == 403
    assert bob.delete("/tickets/26", headers=stale).status == 403
    assert ulf.patch("/tickets/26", {"custom_fields": {}}, headers=stale).status == 404


def test_a_stale_change_leaves_no_trace_whatever_else_is_wrong_with_it(api: Api) -> None:
    alice, stale = api.staff("alice"), {"If-Match": '"0123456789abcdef01234567"'}
    before = entries(api)
    assert alice.post("/tickets/26/note", NOTE, headers=stale).status == 412
    assert alice.post("/tickets/26/transfer", {"department_id": 1}, headers=stale).status == 412
    assert alice.post("/tickets/26/note?dry_run=true", NOTE, headers=stale).status == 412
    assert entries(api) == before


def test_a_repeated_post_happens_once(api: Api) -> None:
    alice, key = api.staff("alice"), {"Idempotency-Key": '"note-1"'}
    before = entries(api)
    first = alice.post("/tickets/26/note", NOTE, headers=key)
    again = alice.post("/tickets/26/note", NOTE, headers=key)
    assert (first.status, again.status) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
    assert entries(api) == before + 1


def test_a_key_with_another_body_is_refused(api: Api) -> None:
    alice, key = api.staff("alice"), {"Idempotency-Key": "note-2"}
    alice.post("/tickets/26/note", NOTE, headers=key)
    other = alice.post("/tickets/26/note", {"body": "<p>other</p>"}, headers=key)
    assert (other.status, other.errors[0]["code"]) == (422, "key_reused")


def test_a_key_belongs_to_its_caller(api: Api) -> None:
    key = {"Idempotency-Key": "note-3"}
    before = entries(api)
    assert api.staff("alice").post("/tickets/26/note", NOTE, headers=key).status == 201
    assert api.staff("dora").post("/tickets/26/note", NOTE, headers=key).status == 201
    assert entries(api) == before + 2


def test_a_failed_request_does_not_use_its_key_up(api: Api) -> None:
    alice, key = api.staff("alice"), {"Idempotency-Key": "note-4"}
    assert alice.post("/tickets/26/note", {"body": ""}, headers=key).status == 422
    assert alice.post("/tickets/26/note", NOTE, headers=key).status == 201


def test_a_dry_run_tells_and_changes_nothing(api: Api) -> None:
    alice = api.staff("alice")
    before, tag = entries(api), alice.get("/tickets/26").headers["etag"]
    told = alice.post("/tickets/26/reply?dry_run=true", {"body": "<p>Bye</p>", "status_id": 3})
    assert told.status == 200
    kinds = [effect["kind"] for effect in told.data["effects"]]
    assert {"entry", "ticket", "event"} <= set(kinds)
    assert entries(api) == before
    assert alice.get("/tickets/26").headers["etag"] == tag


def test_a_dry_run_is_refused_as_the_real_thing_would_be(api: Api) -> None:
    assert api.staff("bob").post("/tickets/26/reply?dry_run=true", {"body": "<p>No</p>"}).status == 403
