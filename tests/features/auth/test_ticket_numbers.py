"""Coming to a ticket by its number and an address, where the help desk does not verify addresses by mail."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.flags import AccountStatus
from osticket_api.embedded import DEMO_PASSWORD
from tests.features.auth.sign_ins import code, sign_in
from tests.features.auth.test_service import set_config
from tests.fixtures.api import Answer, Api, Caller

REFUSED = (401, "wrong_credentials")


@pytest.fixture
def desk(api: Api) -> Api:
    set_config(api, "client_verify_email", "0")
    return api


@pytest.fixture
def ticket(api: Api) -> Any:
    """A ticket of uma: `ticket_id`, `number`, `user_id`, `address`."""
    ticket, email, account = t.ticket.c, t.user_email.c, t.user_account.c
    wanted = (
        select(ticket.ticket_id, ticket.number, ticket.user_id, email.address)
        .join(t.user_email, email.user_id == ticket.user_id)
        .join(t.user_account, account.user_id == ticket.user_id)
    )
    return api.rows(wanted.where(account.username == "uma").order_by(ticket.ticket_id))[0]


def come(desk: Api, number: str, email: str) -> Answer:
    return desk.anonymous().post("/auth/ticket-access", {"number": number, "email": email})


def guest(desk: Api, ticket: Any) -> Caller:
    answer = come(desk, ticket.number, ticket.address)
    assert answer.status == 200, answer.content
    return Caller(desk, {"Authorization": f"Bearer {answer.data['access_token']}"})


def set_account(desk: Api, user_id: int, status: int) -> None:
    account = t.user_account
    desk.write(lambda tx: tx.change(update(account).where(account.c.user_id == user_id).values(status=status)))


def test_the_owner_reads_this_ticket_and_nothing_else(desk: Api, ticket: Any) -> None:
    answer = come(desk, ticket.number, ticket.address.upper())
    assert (answer.data["ticket_id"], answer.headers["cache-control"]) == (ticket.ticket_id, "no-store")
    caller = guest(desk, ticket)
    assert caller.post(f"/tickets/{ticket.ticket_id}/message", {"body": "Hi"}).data["user"]["id"] == ticket.user_id
    assert [each["id"] for each in caller.get("/tickets").data] == [ticket.ticket_id]
    assert code(caller.get("/users/me")) == (403, "guest")


def test_who_takes_part_comes_as_themselves(desk: Api, ticket: Any) -> None:
    added = desk.staff("dora").post(f"/tickets/{ticket.ticket_id}/collaborators", {"email": "new@example.net"})
    assert added.status == 201, added.content
    assert come(desk, ticket.number, "new@example.net").status == 200


def test_a_help_desk_that_verifies_addresses_mails_the_link_instead(api: Api, ticket: Any) -> None:
    refused = [code(come(api, number, ticket.address)) for number in (ticket.number, "000000")]
    assert refused == [(403, "link_required")] * 2


def test_what_does_not_belong_together_is_refused(desk: Api, ticket: Any) -> None:
    other = desk.rows(select(t.user_email.c.address).where(t.user_email.c.user_id != ticket.user_id))
    strangers = {row.address for row in other} - {"uma@acme.example"}
    desk.write(lambda tx: tx.change(delete(t.thread_collaborator)))
    for email in (min(strangers), "nobody@example.net"):
        assert code(come(desk, ticket.number, email)) == REFUSED
    assert code(come(desk, "000000", ticket.address)) == REFUSED


@pytest.mark.parametrize("status", [0, AccountStatus.CONFIRMED | AccountStatus.LOCKED])
def test_an_account_that_may_not_sign_in_does_not_come_so_either(desk: Api, ticket: Any, status: int) -> None:
    set_account(desk, ticket.user_id, status)
    assert code(come(desk, ticket.number, ticket.address)) == REFUSED


def test_numbers_are_guessed_no_more_often_than_passwords_and_lock_no_password(desk: Api, ticket: Any) -> None:
    assert [code(come(desk, f"00000{n}", ticket.address)) for n in range(5)] == [REFUSED] * 5
    assert code(come(desk, ticket.number, ticket.address)) == (429, "login_locked")
    assert sign_in(desk, "uma", DEMO_PASSWORD, "user").status == 200
    assert [code(come(desk, f"00000{n}", "nobody@example.net")) for n in range(6)][-1] == (429, "login_locked")


def test_guests_stay_where_links_are_off_and_the_links_do_not_work(desk: Api, ticket: Any) -> None:
    set_config(desk, "allow_auth_tokens", "0")
    caller = guest(desk, ticket)
    assert caller.get(f"/tickets/{ticket.ticket_id}").status == 200
    set_config(desk, "client_verify_email", "1")
    assert code(caller.get(f"/tickets/{ticket.ticket_id}")) == (401, "signed_out")


def test_a_help_desk_that_lets_nobody_in_lets_no_guest_in(desk: Api, ticket: Any) -> None:
    set_config(desk, "isonline", "0")
    assert code(come(desk, ticket.number, ticket.address)) == (503, "help_desk_offline")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "a@example.net"},
        {"number": "1"},
        {"token": "x", "number": "1"},
        {"token": "x", "email": "a@example.net", "number": "1"},
    ],
)
def test_there_is_one_way_in_at_a_time(desk: Api, body: dict[str, str]) -> None:
    assert desk.anonymous().post("/auth/ticket-access", body).status == 422


def test_refused_guests_are_in_the_audit_log(desk: Api, ticket: Any) -> None:
    come(desk, "000000", ticket.address)
    entry = desk.staff("dora").get("/audit-log?outcome=refused").data[0]
    told = {"code": "sign_in_refused", "account": f"user:{ticket.user_id}", "guessed": "ticket number", "tries": 1}
    assert entry["changes"] == [told]
