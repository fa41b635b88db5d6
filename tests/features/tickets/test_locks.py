"""Locks that keep two agents from answering at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets import acts
from tests.features.tickets.acts import ALICE, ALICES, BOB, row_of
from tests.fixtures.api import Api

LOCK = f"/tickets/{ALICES}/lock"


def locks(api: Api) -> list[Any]:
    return api.rows(select(t.lock).order_by(t.lock.c.lock_id))


def test_a_lock_is_the_agents_for_a_few_minutes(api: Api) -> None:
    answer = api.staff("alice").post(LOCK)
    assert answer.status == 200, answer.errors
    (row,) = locks(api)
    assert answer.data["staff"] == {"id": ALICE, "name": "Alice Archer"}
    assert answer.data["code"] == row.code
    assert len(row.code) == 10
    assert datetime.fromisoformat(answer.data["expires_at"]) == row.expire == row.created + timedelta(minutes=3)
    assert row_of(api, ALICES).lock_id == row.lock_id
    assert api.staff("bob").get(f"/tickets/{ALICES}").data["lock"]["staff"]["id"] == ALICE


def test_ones_own_lock_is_renewed(api: Api) -> None:
    first = api.staff("alice").post(LOCK)
    _age(api, minutes=2)
    again = api.staff("alice").post(LOCK)
    assert again.data["code"] == first.data["code"]
    assert again.data["expires_at"] >= first.data["expires_at"]
    assert len(locks(api)) == 1


def _age(api: Api, *, minutes: int) -> None:
    """All locks end earlier, as if they were older."""

    def unit(tx: Write) -> None:
        for lock in tx.rows(select(t.lock.c.lock_id, t.lock.c.expire)):
            earlier = lock.expire - timedelta(minutes=minutes)
            tx.change(update(t.lock).where(t.lock.c.lock_id == lock.lock_id).values(expire=earlier))

    api.write(unit)


def test_somebody_elses_lock_answers_who_has_it_and_until_when(api: Api) -> None:
    lock = api.staff("bob").post(LOCK).data
    for answer in (api.staff("alice").post(LOCK), api.staff("alice").delete(LOCK)):
        assert answer.status == 423
        (error,) = answer.errors
        assert error["message"] == "Bob Baker is working on this ticket."
        assert error["detail"] == {"staff": {"id": BOB, "name": "Bob Baker"}, "expires_at": lock["expires_at"]}
    assert len(locks(api)) == 1


def test_a_lock_keeps_others_from_replying(api: Api) -> None:
    api.staff("bob").post(LOCK)
    assert api.staff("alice").post(f"/tickets/{ALICES}/reply", {"body": "<p>x</p>"}).status == 423
    api.staff("bob").delete(LOCK)
    assert api.staff("alice").post(f"/tickets/{ALICES}/reply", {"body": "<p>x</p>"}).status == 201


def test_an_expired_lock_holds_nobody_and_stays_behind(api: Api) -> None:
    api.staff("bob").post(LOCK)
    _age(api, minutes=10)
    answer = api.staff("alice").post(LOCK)
    assert answer.status == 200
    assert [row.staff_id for row in locks(api)] == [BOB, ALICE]


def test_a_lock_that_is_gone_holds_nobody(api: Api) -> None:
    api.staff("bob").post(LOCK)
    api.write(lambda tx: tx.change(delete(t.lock)))
    assert api.staff("alice").post(LOCK).status == 200


def test_giving_up_the_lock_leaves_the_ticket_naming_it(api: Api) -> None:
    alice = api.staff("alice")
    alice.post(LOCK)
    before = row_of(api, ALICES)
    assert alice.delete(LOCK).status == 204
    assert locks(api) == []
    assert row_of(api, ALICES) == before
    assert alice.get(f"/tickets/{ALICES}").data["lock"] is None
    assert alice.delete(LOCK).status == 404


@pytest.mark.parametrize(("key", "value"), [("ticket_lock", "0"), ("autolock_minutes", "0")])
def test_without_locking_there_is_nothing_to_lock(api: Api, key: str, value: str) -> None:
    acts.set_config(api, key, value)
    answer = api.staff("alice").post(LOCK)
    assert (answer.status, answer.errors[0]["code"]) == (409, "locking_disabled")
    assert locks(api) == []


def test_any_agent_who_sees_the_ticket_may_lock_it(api: Api) -> None:
    assert api.staff("bob").post(LOCK).status == 200
    assert api.staff("charlie").post(LOCK).status == 404


def test_a_dry_run_locks_nothing(api: Api) -> None:
    answer = api.staff("alice").post(LOCK, params={"dry_run": "true"})
    assert [effect["kind"] for effect in answer.data["effects"]] == ["ticket", "lock"]
    assert locks(api) == []
