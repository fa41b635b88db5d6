"""The link to a ticket in a mail: who follows it reads and answers that ticket, and nothing else."""

from urllib.parse import unquote

import pytest
from sqlalchemy import delete, insert, select, update

from osticket_api.db import tables as t
from osticket_api.db.flags import AccountStatus
from osticket_api.db.unit import Write
from osticket_api.kit.ticket_tokens import ticket_token
from tests.features.auth.sign_ins import code
from tests.features.auth.test_service import set_config
from tests.fixtures.api import Answer, Api, Caller

SALT = "a salt for links"
MESSAGE = {"body": "<p>Thanks.</p>"}


@pytest.fixture(autouse=True)
def _salt(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.database, "secret_salt", SALT)


@pytest.fixture
def ticket(api: Api) -> tuple[int, int]:
    """A ticket of uma, and her id."""
    row = api.rows(
        select(t.ticket.c.ticket_id, t.ticket.c.user_id)
        .join(t.user_account, t.user_account.c.user_id == t.ticket.c.user_id)
        .where(t.user_account.c.username == "uma")
        .order_by(t.ticket.c.ticket_id)
    )[0]
    return row[0], row[1]


def token_for(api: Api, ticket_id: int, person_id: int, *, is_owner: bool = True, salt: str = SALT) -> str:
    """The code of the link as osTicket makes it, as a browser reads it out of the address."""

    def make(tx: Write) -> str:
        created = tx.scalar(select(t.ticket.c.created).where(t.ticket.c.ticket_id == ticket_id))
        shown = f"{created.astimezone(tx.zone):%Y-%m-%d %H:%M:%S}"
        return unquote(ticket_token(person_id, ticket_id, shown, salt, is_owner=is_owner))

    return str(api.write(make))


def follow(api: Api, token: str) -> Answer:
    return api.anonymous().post("/auth/ticket-access", {"token": token})


def guest(api: Api, token: str) -> Caller:
    followed = follow(api, token)
    assert followed.status == 200, followed.content
    return Caller(api, {"Authorization": f"Bearer {followed.data['access_token']}"})


def test_the_owner_reads_and_answers_the_ticket(api: Api, ticket: tuple[int, int]) -> None:
    ticket_id, uma = ticket
    token = token_for(api, ticket_id, uma)
    followed = follow(api, token)
    assert (followed.data["ticket_id"], followed.headers["cache-control"]) == (ticket_id, "no-store")
    caller = guest(api, token)
    shown = caller.get(f"/tickets/{ticket_id}", params={"include": "thread,allowed", "urls": "signed"})
    assert (shown.status, shown.data["user"]["id"], [name for name, may in shown.data["allowed"].items() if may]) == (
        200,
        uma,
        ["message"],
    )
    assert {entry["type"] for entry in shown.data["thread"]} <= {"message", "response"}
    assert [each["id"] for each in caller.get("/tickets").data] == [ticket_id]
    posted = caller.post(f"/tickets/{ticket_id}/message", MESSAGE)
    assert (posted.status, posted.data["user"]["id"]) == (201, uma)


def test_nothing_else_is_open_to_them(api: Api, ticket: tuple[int, int]) -> None:
    ticket_id, uma = ticket
    others = [each["id"] for each in api.user("uma").get("/tickets").data if each["id"] != ticket_id]
    assert others
    caller = guest(api, token_for(api, ticket_id, uma))
    assert {caller.get(f"/tickets/{each}").status for each in others} == {404}
    assert caller.post(f"/tickets/{others[0]}/message", MESSAGE).status == 404
    closed = {
        ("GET", "/users/me"),
        ("PATCH", "/users/me"),
        ("GET", "/auth/me"),
        ("GET", "/auth/sessions"),
        ("POST", "/auth/logout?everywhere=true"),
        ("POST", "/stream/tickets"),
        ("GET", "/drafts"),
        ("GET", f"/users/{uma}"),
        ("PATCH", f"/tickets/{ticket_id}"),
        ("POST", "/files"),
        ("POST", "/tickets"),
    }
    refused = {(method, path): code(caller.request(method, path, json={})) for method, path in closed}
    assert refused == dict.fromkeys(closed, (403, "guest"))


def test_who_takes_part_comes_as_themselves(api: Api, ticket: tuple[int, int]) -> None:
    ticket_id, _ = ticket
    other = api.rows(select(t.user_account.c.user_id).where(t.user_account.c.username == "ulf"))[0][0]

    def add(tx: Write) -> int:
        thread = select(t.thread.c.id).where(t.thread.c.object_type == "T", t.thread.c.object_id == ticket_id)
        thread_id = tx.scalar(thread)
        tx.change(delete(t.thread_collaborator).where(t.thread_collaborator.c.thread_id == thread_id))
        values = {
            "thread_id": thread_id,
            "user_id": other,
            "flags": 1,
            "role": "M",
            "created": tx.now,
            "updated": tx.now,
        }
        tx.change(insert(t.thread_collaborator).values(id=4711, **values))
        return 4711

    row_id = api.write(add)
    caller = guest(api, token_for(api, ticket_id, row_id, is_owner=False))
    posted = caller.post(f"/tickets/{ticket_id}/message", MESSAGE)
    assert (posted.status, posted.data["user"]["id"]) == (201, other)
    assert code(follow(api, token_for(api, ticket_id, row_id + 1, is_owner=False))) == (401, "token_invalid")


@pytest.mark.parametrize(
    "bad",
    ["", "o1x", "x" * 32, "o1xaaaaaaaaaaaaaAAAAAAAAAAAAAAAA", "o1x" + "é" * 29, "o1xbuaaaaacaaaaaV20mYmg+3GRn0g=="],
)
def test_other_codes_are_refused(api: Api, bad: str) -> None:
    assert follow(api, bad).status == (401 if bad else 422)


def test_only_the_right_signature_counts(api: Api, ticket: tuple[int, int]) -> None:
    ticket_id, uma = ticket
    token = token_for(api, ticket_id, uma)
    for wrong in (
        token[:-3] + "A==",
        token.swapcase(),
        token_for(api, ticket_id, uma, salt="another"),
        f"c{token[1:]}",
    ):
        assert code(follow(api, wrong)) == (401, "token_invalid"), wrong
    assert code(follow(api, token_for(api, ticket_id, uma + 1))) == (401, "token_invalid")


def test_a_server_without_the_salt_lets_nobody_in(
    api: Api, ticket: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.database, "secret_salt", "")
    assert code(follow(api, token_for(api, *ticket, salt=""))) == (401, "token_invalid")


def test_access_ends_with_the_help_desks_links_and_with_the_account(api: Api, ticket: tuple[int, int]) -> None:
    ticket_id, uma = ticket
    token = token_for(api, ticket_id, uma)
    caller = guest(api, token)
    set_config(api, "allow_auth_tokens", "0")
    assert code(caller.get(f"/tickets/{ticket_id}")) == (401, "signed_out")
    assert code(follow(api, token)) == (401, "token_invalid")
    set_config(api, "allow_auth_tokens", "1")
    assert caller.get(f"/tickets/{ticket_id}").status == 200

    def lock(tx: Write) -> None:
        account = t.user_account
        flags = account.c.status.bitwise_or(int(AccountStatus.LOCKED))
        tx.change(update(account).where(account.c.user_id == uma).values(status=flags))

    api.write(lock)
    assert code(caller.get(f"/tickets/{ticket_id}")) == (401, "signed_out")
    assert code(follow(api, token)) == (401, "token_invalid")
