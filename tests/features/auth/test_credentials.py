"""Which credentials are taken for whom."""

from typing import Any

import jwt
import pytest
from sqlalchemy import select

from osticket_api.access import tokens
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.kit.clock import system_clock
from tests.features.auth.sign_ins import code
from tests.fixtures.api import SIGNING_KEY, SIGNING_KEYS, Answer, Api

KEY = "A0B1C2D3E4F5A0B1C2D3E4F5A0B1C2D3"
AMBIGUOUS = (400, "ambiguous_credentials")
OPENED = {"subject": "Order", "message": "It came.", "name": "Ann", "email": "ann@example.com"}


def add_key(tx: Write) -> None:
    values = {"ipaddr": "127.0.0.1", "isactive": True, "can_create_tickets": True}
    tx.insert(t.api_key, apikey=KEY, created=tx.now, **values)


def with_headers(api: Api, headers: list[tuple[str, str]], path: str = "/auth/me") -> Answer:
    return Answer(api.client.get(f"/api/v2{path}", headers=headers))


def bearer(username: str, api: Api) -> tuple[str, str]:
    return "Authorization", api.staff(username).headers["Authorization"]


def test_two_authorization_headers_are_refused_whatever_is_in_them(api: Api) -> None:
    bob, dora = bearer("bob", api), bearer("dora", api)
    assert with_headers(api, [bob]).status == 200
    assert code(with_headers(api, [bob, dora])) == AMBIGUOUS
    assert code(with_headers(api, [bob, bob])) == AMBIGUOUS
    assert code(with_headers(api, [bob, ("Authorization", "")], "/faqs")) == AMBIGUOUS


def test_two_keys_are_refused_at_every_door(api: Api) -> None:
    api.write(add_key)
    keys = [("X-API-Key", KEY), ("X-API-Key", KEY)]
    assert code(with_headers(api, keys, "/faqs")) == AMBIGUOUS
    for method, path in (("POST", "tickets.json"), ("GET", "tickets-get.php/1.json"), ("GET", "tickets-stats.php")):
        answer = api.client.request(method, f"/api/{path}", headers=keys, json=OPENED)
        assert answer.status_code == 401
        assert "Valid API key required" in answer.text
    assert api.key(KEY).post("//api/tickets.json", OPENED).status == 201


@pytest.mark.parametrize("spelling", [KEY.lower(), KEY + " x", KEY[:-1] + "d", KEY + "\u00ad"])
def test_key_of_osticket_has_one_spelling(api: Api, spelling: str) -> None:
    api.write(add_key)
    headers = [(b"X-API-Key", spelling.encode())]
    assert api.client.post("/api/tickets.json", headers=headers, json=OPENED).status_code == 401
    assert api.client.post("/api/v2/tickets", headers=headers, json=OPENED).status_code == 401
    assert api.key(KEY).post("/tickets", OPENED).status == 201


def test_wrongly_spelled_key_is_not_spelled_out_in_the_log(api: Api) -> None:
    api.write(add_key)
    assert api.key(KEY.lower()).post("//api/tickets.json", OPENED).status == 401
    logs = " ".join(row.log for row in api.rows(select(t.syslog)))
    assert KEY.lower() not in logs


@pytest.mark.parametrize("claims", [{"exp": "9999999999"}, {"sid": True}, {"typ": "JWT"}])
def test_token_with_a_wrong_claim_is_401_over_http(api: Api, claims: dict[str, Any]) -> None:
    good = tokens.issue(SIGNING_KEYS, tokens.AccessToken("staff:1", 0), now=system_clock(), ttl_seconds=60)
    said = jwt.decode(good, options={"verify_signature": False}) | claims
    token = jwt.encode(said, SIGNING_KEY, algorithm="HS256", headers={"typ": said.pop("typ", "at+jwt")})
    assert code(with_headers(api, [("Authorization", f"Bearer {token}")])) == (401, "token_invalid")


def key_of_bob(api: Api, permissions: list[str], departments: list[int] | None = None) -> str:
    staff_id = api.staff("bob").get("/auth/me").data["id"]
    body = {"name": "k", "staff_id": staff_id, "permissions": permissions, "departments": departments}
    return str(api.staff("dora").post("/api-keys", body).data["key"])


def test_kept_answer_is_given_to_the_credential_that_asked_alone(api: Api) -> None:
    """What an agent was answered may be more than a key of theirs may see."""
    again = {"Idempotency-Key": "once"}
    wide, narrow = key_of_bob(api, ["ticket.create", "tickets.create"]), key_of_bob(api, [])
    first = api.staff("bob").post("/tickets/26/lock", headers=again)
    assert first.status < 300, first.content
    assert "Idempotency-Replayed" in api.staff("bob").post("/tickets/26/lock", headers=again).headers
    for key in (wide, narrow):
        assert "Idempotency-Replayed" not in api.key(key).post("/tickets/26/lock", headers=again).headers
