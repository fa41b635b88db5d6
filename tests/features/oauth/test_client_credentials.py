"""Access tokens for API keys: how clients get them, what they are good for, and when they end."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.tables import own
from tests.features.auth.sign_ins import HandClock, caller, code, sign_in
from tests.features.auth.test_service import set_config
from tests.fixtures.api import Answer, Api, Caller, running_api
from tests.fixtures.templates import Template

PERMISSIONS = ["stats.read", "tickets.create", "tickets.read"]


def make_key(api: Api, **more: Any) -> Any:
    """A new API key, as it is answered once."""
    answer = api.staff("dora").post("/api-keys", {"name": "Web shop", "permissions": PERMISSIONS, **more})
    assert answer.status == 201, answer.content
    return answer.data


def client_of(key: Any) -> dict[str, str]:
    return {"client_id": str(key["id"]), "client_secret": key["key"]}


def basic(client_id: str, client_secret: str) -> dict[str, str]:
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return {"Authorization": "Basic " + b64encode(pair.encode()).decode()}


def ask(api: Api, path: str = "/oauth/token", headers: Any = None, **form: str) -> Answer:
    return api.anonymous().request("POST", path, data=form, headers=headers or {})


def get_token(api: Api, key: Any, headers: Any = None, **form: str) -> Any:
    answer = ask(api, headers=headers, grant_type="client_credentials", **client_of(key), **form)
    assert answer.status == 200, answer.content
    return answer.response.json()


def bearer(api: Api, token: Any) -> Caller:
    return Caller(api, {"Authorization": f"Bearer {token['access_token']}"})


def error(answer: Answer) -> tuple[int, str]:
    body = answer.response.json()
    assert set(body) == {"error", "error_description"}
    assert body["error_description"]
    assert answer.headers["cache-control"] == "no-store"
    return answer.status, body["error"]


def introspect(api: Api, key: Any, token: str) -> Any:
    answer = ask(api, "/oauth/introspect", token=token, **client_of(key))
    assert answer.status == 200, answer.content
    return answer.response.json()


def test_token_does_what_its_key_may(api: Api) -> None:
    key = make_key(api)
    answer = ask(api, grant_type="client_credentials", **client_of(key))
    token = answer.response.json()
    assert set(token) == {"access_token", "token_type", "expires_in", "scope"}
    assert (token["token_type"], token["expires_in"], token["scope"]) == ("Bearer", 900, " ".join(PERMISSIONS))
    assert answer.headers["cache-control"] == "no-store"
    assert bearer(api, token).get("/tickets?per_page=1").status == 200
    assert bearer(api, token).get("/auth/me").status == 403
    assert bearer(api, token).get("/webhooks").status == 403


def test_client_may_say_who_it_is_by_http_basic(api: Api) -> None:
    key = make_key(api)
    answer = ask(api, headers=basic(**client_of(key)), grant_type="client_credentials")
    assert answer.status == 200
    again = ask(api, headers=basic(**client_of(key)), grant_type="client_credentials", client_id=str(key["id"]))
    assert again.status == 200


def test_scope_narrows_to_what_the_key_has(api: Api) -> None:
    key = make_key(api)
    token = get_token(api, key, scope="tickets.create  webhooks.manage tickets.create")
    assert token["scope"] == "tickets.create"
    assert bearer(api, token).get("/tickets").status == 403
    assert bearer(api, get_token(api, key, scope="tickets.read")).get("/tickets").status == 200
    for scope in ("webhooks.manage", "tickets.raed", "tickets.read nothing", " "):
        answer = ask(api, grant_type="client_credentials", scope=scope, **client_of(key))
        assert error(answer) == (400, "invalid_scope"), scope


def test_what_the_key_loses_the_token_loses_and_what_it_gains_not(api: Api) -> None:
    key = make_key(api)
    token = bearer(api, get_token(api, key))
    path = f"/api-keys/{key['id']}"
    assert api.staff("dora").patch(path, {"permissions": ["tickets.read", "webhooks.manage"]}).status == 200
    assert token.get("/tickets").status == 200
    assert token.get("/webhooks").status == 403
    assert token.post("/tickets", {"subject": "a", "message": "b"}).status == 403


def test_key_that_stands_for_an_agent_does_so_by_token_too(api: Api) -> None:
    bob = api.staff("bob").get("/auth/me").data
    key = make_key(api, staff_id=bob["id"], permissions=["tickets.read", "staff.read"])
    token = bearer(api, get_token(api, key))
    assert token.get("/auth/me").data["id"] == bob["id"]
    assert bearer(api, get_token(api, key, scope="tickets.read")).get("/auth/me").status == 403
    assert token.post("/stream/tickets").status == 400
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == "bob").values(isactive=0)))
    assert token.get("/auth/me").status == 401
    answer = ask(api, grant_type="client_credentials", **client_of(key))
    assert error(answer) == (401, "invalid_client")


def test_key_without_an_agent_is_let_in_while_the_help_desk_is_offline(api: Api) -> None:
    """As it is by itself: osTicket does not ask keys either."""
    alone, of_alice = make_key(api), make_key(api, staff_id=2)
    token, token_of_alice = (bearer(api, get_token(api, key)) for key in (alone, of_alice))
    set_config(api, "isonline", "0")
    assert get_token(api, alone)["scope"] == " ".join(PERMISSIONS)
    callers = (token, token_of_alice, api.key(alone["key"]), api.key(of_alice["key"]))
    assert [each.get("/tickets").status for each in callers] == [200, 503, 200, 503]
    assert ask(api, grant_type="client_credentials", **client_of(of_alice)).status == 503


def test_departments_of_the_key_hold(api: Api) -> None:
    token = bearer(api, get_token(api, make_key(api, departments=[1])))
    found = token.get("/tickets?per_page=100&fields=department").data
    assert {each["department"]["id"] for each in found} == {1}


def test_token_ends_with_its_key_at_once(api: Api) -> None:
    key = make_key(api)
    token = bearer(api, get_token(api, key))
    assert token.get("/tickets?per_page=1").status == 200
    assert api.staff("dora").delete(f"/api-keys/{key['id']}").status == 204
    answer = token.get("/tickets?per_page=1")
    assert (answer.status, answer.errors[0]["code"]) == (401, "token_invalid")
    assert error(ask(api, grant_type="client_credentials", **client_of(key))) == (401, "invalid_client")


@pytest.mark.parametrize(("overlap", "status"), [(0, 401), (3600, 200)])
def test_token_of_a_replaced_key_ends_with_the_overlap(api: Api, overlap: int, status: int) -> None:
    key = make_key(api)
    token = bearer(api, get_token(api, key))
    new = api.staff("dora").post(f"/api-keys/{key['id']}/rotate", {"overlap_seconds": overlap}).data
    assert token.get("/tickets?per_page=1").status == status
    assert bearer(api, get_token(api, new)).get("/tickets?per_page=1").status == 200


def test_token_ends_where_its_key_is_replaced_twice(api: Api) -> None:
    """The key that it was got with is stored no more, whatever overlap was asked for."""
    key = make_key(api)
    token = bearer(api, get_token(api, key))
    for _ in range(2):
        api.staff("dora").post(f"/api-keys/{key['id']}/rotate", {"overlap_seconds": 3600})
    assert code(token.get("/tickets?per_page=1")) == (401, "token_invalid")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def later_api(demo: Template, tmp_path: Path, clock: HandClock) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path, clock=clock) as api:
        yield api


def test_token_does_not_outlive_its_key(later_api: Api, clock: HandClock) -> None:
    key = make_key(later_api, expires_at=(clock.now + timedelta(minutes=5)).isoformat())
    token = get_token(later_api, key)
    assert 0 < token["expires_in"] <= 300
    clock.now += timedelta(minutes=6)
    later_api.database.caches.clear()
    assert bearer(later_api, token).get("/tickets").status == 401
    answer = ask(later_api, grant_type="client_credentials", **client_of(key))
    assert error(answer) == (401, "invalid_client")


def test_token_is_good_where_the_key_is(demo: Template, tmp_path: Path) -> None:
    inside, outside = {"X-Forwarded-For": "192.0.2.7"}, {"X-Forwarded-For": "203.0.113.9"}
    with running_api(demo.copy(), tmp_path, trusted_proxies="127.0.0.1") as api:
        key = make_key(api, networks=["192.0.2.0/24"])
        token = bearer(api, get_token(api, key, headers=inside))
        assert token.get("/tickets", headers=inside).status == 200
        assert token.get("/tickets", headers=outside).status == 401
        admin = make_key(api, permissions=["admin"])
        said = token.headers["Authorization"].removeprefix("Bearer ")
        assert introspect(api, admin, said)["active"] is True, "whoever asks is not who has the token"
        answer = ask(api, headers=outside, grant_type="client_credentials", **client_of(key))
        assert error(answer) == (401, "invalid_client")


def test_tokens_count_against_the_rate_of_their_key(demo: Template, tmp_path: Path) -> None:
    limits: dict[str, Any] = {"rate_limit_enabled": True, "rate_limit_window": 86_400}
    with running_api(demo.copy(), tmp_path, **limits) as api:
        key = make_key(api, rate_limit=5)
        first, second = bearer(api, get_token(api, key)), bearer(api, get_token(api, key, scope="tickets.read"))
        statuses = [each.get("/tickets?per_page=1").status for each in (first, second, first, second)]
        assert statuses == [200, 200, 200, 429]
        assert api.key(key["key"]).get("/tickets?per_page=1").status == 429
        answer = ask(api, grant_type="client_credentials", **client_of(key))
        assert error(answer) == (429, "temporarily_unavailable")


def test_use_of_a_token_is_a_use_of_its_key(api: Api) -> None:
    key = make_key(api)
    bearer(api, get_token(api, key)).get("/tickets?per_page=1")
    assert api.staff("dora").get(f"/api-keys/{key['id']}").data["last_used_at"]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"grant_type": ""}, (400, "invalid_request")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": "refresh_token"}, (400, "unsupported_grant_type")),
        ({"client_secret": "osk_wrong"}, (401, "invalid_client")),
        ({"client_secret": ""}, (401, "invalid_client")),
        ({"client_id": "4711"}, (401, "invalid_client")),
        ({"client_id": "osticket:1"}, (401, "invalid_client")),
        ({"client_id": "' OR 1=1"}, (401, "invalid_client")),
    ],
)
def test_wrong_forms_are_refused_as_the_standard_says(api: Api, form: dict[str, str], expected: Any) -> None:
    answer = ask(api, **{"grant_type": "client_credentials", **client_of(make_key(api)), **form})
    assert error(answer) == expected


def test_malformed_requests_are_refused_as_the_standard_says(api: Api) -> None:
    key = make_key(api)
    client = client_of(key)
    both = ask(api, headers=basic(**client), grant_type="client_credentials", **client)
    other = ask(api, headers=basic(**client), grant_type="client_credentials", client_id="4711")
    twice = api.anonymous().request("POST", "/oauth/token", content="grant_type=a&grant_type=b")
    json = api.anonymous().post("/oauth/token", {"grant_type": "client_credentials", **client})
    bytes_ = api.anonymous().request("POST", "/oauth/token", content=b"grant_type=%ff&\xff")
    many = api.anonymous().request("POST", "/oauth/token", content="&".join(f"a{n}=1" for n in range(100)))
    for answer in (both, other, twice, json, bytes_, many):
        assert error(answer) == (400, "invalid_request")
    large = api.anonymous().request("POST", "/oauth/token", content="a=" + "x" * 20_000)
    assert error(large) == (413, "invalid_request")
    for header in ("Bearer a", "Basic", "Basic !", "Basic " + b64encode(b"nocolon").decode(), "Basic /w=="):
        answer = ask(api, headers={"Authorization": header}, grant_type="client_credentials")
        assert error(answer) == (401, "invalid_client"), header
        assert answer.headers["www-authenticate"].startswith("Basic ")


def test_tokens_of_keys_are_no_sign_ins(api: Api) -> None:
    key = make_key(api)
    token = bearer(api, get_token(api, key))
    assert token.post("/auth/logout").status == 403
    assert token.get("/auth/sessions").status == 403
    assert token.get("/tickets/26?urls=signed").status == 422
    assert api.rows(select(own.api_session)) == []


def test_introspection_tells_a_client_of_its_own_tokens(api: Api) -> None:
    key, other = make_key(api), make_key(api)
    token = get_token(api, key, scope="tickets.read")["access_token"]
    told = introspect(api, key, token)
    assert told["active"] is True
    assert (told["scope"], told["client_id"], told["sub"]) == ("tickets.read", str(key["id"]), f"key:{key['id']}")
    assert (told["token_type"], told["exp"] - told["iat"], told["username"]) == ("Bearer", 900, "Web shop")
    assert introspect(api, other, token) == {"active": False}
    api.staff("dora").patch(f"/api-keys/{key['id']}", {"permissions": ["stats.read"]})
    assert introspect(api, key, token)["scope"] == ""


def test_introspection_tells_an_administrators_key_of_all_tokens(api: Api) -> None:
    admin, key = make_key(api, permissions=["admin"]), make_key(api)
    session = sign_in(api, "bob")
    person, client = session.data["access_token"], get_token(api, key)["access_token"]
    assert introspect(api, admin, client)["client_id"] == str(key["id"])
    told = introspect(api, admin, person)
    assert (told["active"], told["sub"].partition(":")[0], "scope" in told) == (True, "staff", False)
    assert introspect(api, key, person) == {"active": False}
    caller(api, session).post("/auth/logout")
    api.staff("dora").delete(f"/api-keys/{key['id']}")
    for token in (person, client, "unknown", session.data["refresh_token"], key["key"], person[:-2]):
        assert introspect(api, admin, token) == {"active": False}


def test_introspection_needs_a_client_and_a_token(api: Api) -> None:
    assert error(ask(api, "/oauth/introspect", token="a")) == (401, "invalid_client")
    assert error(ask(api, "/oauth/introspect", **client_of(make_key(api)))) == (400, "invalid_request")


def test_read_only_server_has_no_clients(api: Api) -> None:
    api.database.has_own_tables = False
    answer = ask(api, grant_type="client_credentials", client_id="1", client_secret="a")
    assert error(answer) == (501, "server_error")
