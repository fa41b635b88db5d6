"""A provider posts that somebody has signed out there: their sign-ins here end, and nobody else's."""

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db.tables import own
from osticket_api.db.tables.own_sign_on import api_provider_logout, api_provider_session
from osticket_api.db.unit import Write
from osticket_api.features.auth.sessions import clear_ended_sessions
from tests.features.auth.test_second_factor import use_authenticator
from tests.features.single_sign_on.desk import Desk
from tests.features.single_sign_on.test_signing_in import BOB, UMA
from tests.fixtures.api import Answer, Caller
from tests.fixtures.identity_provider import foreign_key

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def uma(desk: Desk) -> Desk:
    desk.provider.script.claims = UMA
    return desk


def signed_in(desk: Desk, **claims: Any) -> Caller:
    """Somebody who has just come by the provider, from a browser of their own."""
    desk.provider.script.forged = claims
    return Caller(desk.api, {"Authorization": f"Bearer {desk.browser().sign_in().data['access_token']}"})


def post(desk: Desk, token: str, **options: Any) -> Answer:
    given = {"data": {"logout_token": token}, **options}
    answer = desk.api.anonymous().request("POST", "/auth/oidc/company/backchannel-logout", **given)
    desk.api.database.caches.clear()
    return answer


def is_signed_in(caller: Caller) -> bool:
    return caller.get("/auth/me").status == 200


def test_all_sign_ins_of_a_person_end(uma: Desk) -> None:
    laptop, phone, other = signed_in(uma), signed_in(uma), uma.api.user("uma")
    answer = post(uma, uma.provider.logout_token(sub="person-1"))
    assert (answer.status, answer.headers["cache-control"]) == (204, "no-store")
    assert [is_signed_in(each) for each in (laptop, phone, other)] == [False, False, True]


def test_one_session_at_the_provider_ends_what_came_by_it(uma: Desk) -> None:
    laptop, phone = signed_in(uma, sid="laptop"), signed_in(uma, sid="phone")
    assert post(uma, uma.provider.logout_token({"typ": "logout+jwt"}, sid="laptop")).status == 204
    assert [is_signed_in(each) for each in (laptop, phone)] == [False, True]
    assert post(uma, uma.provider.logout_token(sid="phone", sub="somebody else")).status == 204
    assert is_signed_in(phone)
    assert post(uma, uma.provider.logout_token(sid="phone", sub="person-1")).status == 204
    assert not is_signed_in(phone)


def test_a_session_that_the_id_token_did_not_name_ends_with_the_person(uma: Desk) -> None:
    laptop = signed_in(uma)
    assert post(uma, uma.provider.logout_token(sid="unheard of", sub="person-1")).status == 204
    assert not is_signed_in(laptop)


def test_what_a_provider_calls_a_sign_in_is_forgotten_with_it(uma: Desk) -> None:
    signed_in(uma, sid="laptop")
    kept = signed_in(uma, sid="phone")

    def end_first(tx: Write) -> int:
        first, _ = tx.scalars(select(api_provider_session.c.session_id).order_by(api_provider_session.c.session_id))
        ended = update(own.api_session).where(own.api_session.c.id == first)
        tx.change(ended.values(expires_at=tx.now - timedelta(days=2)))
        return clear_ended_sessions(tx)

    assert uma.api.write(end_first) == 1
    assert len(uma.api.rows(select(api_provider_session))) == 1
    assert is_signed_in(kept)


def test_who_is_unknown_here_is_no_fault(uma: Desk) -> None:
    assert post(uma, uma.provider.logout_token(sub="nobody here")).status == 204


def test_a_token_is_good_once(uma: Desk) -> None:
    token = uma.provider.logout_token(sub="person-1")
    assert post(uma, token).status == 204
    again = signed_in(uma)
    refused = post(uma, token)
    assert (refused.status, refused.errors[0]["code"]) == (400, "logout_token_used")
    assert is_signed_in(again)
    assert len(uma.api.rows(select(api_provider_logout))) == 1


def false_claims() -> dict[str, dict[str, Any]]:
    """What a token may not say, by its fault. Times count from now: a run of all tests outlasts a token."""
    now = int(time.time())
    return {
        "wrong issuer": {"iss": "https://elsewhere.example"},
        "no issuer": {"iss": None},
        "wrong audience": {"aud": "another-client"},
        "no audience": {"aud": None},
        "no time": {"iat": None},
        "text as time": {"iat": "now"},
        "too old": {"iat": now - 400},
        "not yet": {"iat": now + 600},
        "over": {"exp": now - 120},
        "no id": {"jti": None},
        "number as id": {"jti": 1},
        "a nonce": {"nonce": "of a sign-in"},
        "an empty nonce": {"nonce": ""},
        "no event": {"events": None},
        "another event": {"events": {"http://schemas.openid.net/event/other": {}}},
        "an event that is a text": {"events": {EVENT: "yes"}},
        "events that are a list": {"events": [EVENT]},
        "nobody": {"sub": None},
        "number as person": {"sub": 1},
        "a list of sessions": {"sid": ["laptop"]},
    }


def test_a_token_that_says_something_wrong_is_refused(uma: Desk) -> None:
    caller = signed_in(uma)
    for name, claims in false_claims().items():
        refused = post(uma, uma.provider.logout_token(**{"sub": "person-1", **claims}))
        assert (refused.status, refused.errors[0]["code"]) == (400, "logout_token_invalid"), name
    token = uma.provider.logout_token({"typ": "at+jwt"}, sub="person-1")
    assert post(uma, token).errors[0]["code"] == "logout_token_invalid"
    assert is_signed_in(caller)


def test_a_token_that_the_provider_has_not_signed_is_refused(uma: Desk) -> None:
    caller, script = signed_in(uma), uma.provider.script
    for script.algorithm in ("none", "HS256"):
        assert post(uma, uma.provider.logout_token(sub="person-1")).status == 400
    script.algorithm, script.key = "RS256", foreign_key()
    fetched = uma.provider.requests.count("GET /keys")
    for _ in range(5):
        assert post(uma, uma.provider.logout_token(sub="person-1")).status == 400
    assert uma.provider.requests.count("GET /keys") <= fetched + 1
    assert is_signed_in(caller)


def test_an_id_token_signs_nobody_out(uma: Desk) -> None:
    caller = signed_in(uma)
    claims: dict[str, Any] = {"sub": "person-1", "exp": int(time.time()) + 300, "events": None}
    assert post(uma, uma.provider.logout_token(**claims)).status == 400
    assert is_signed_in(caller)


def test_what_is_no_form_is_refused(uma: Desk) -> None:
    kinds: list[dict[str, Any]] = [{"json": {}, "data": None}, {"data": {}}, {"data": {"token": "x"}}]
    for options in kinds:
        assert post(uma, "", **options).status == 400
    for garbage in ("x", "a.b.c", "..", "\0", "e30.e30.e30"):
        assert post(uma, garbage).status == 400
    answer = uma.api.anonymous().request("POST", "/auth/oidc/unknown/backchannel-logout", data={"logout_token": "x"})
    assert answer.status == 404


def test_a_second_factor_that_is_still_due_finishes_nothing(desk: Desk) -> None:
    use_authenticator(desk.api, "bob")
    desk.provider.script.claims = BOB
    asked = desk.browser().sign_in("staff").errors[0]
    assert asked["code"] == "two_factor_required"
    assert post(desk, desk.provider.logout_token(sub="person-1")).status == 204
    assert desk.api.rows(select(own.api_challenge)) == []


def test_it_is_on_record(uma: Desk) -> None:
    signed_in(uma)
    post(uma, uma.provider.logout_token(sub="person-1"))
    (entry,) = uma.api.staff("dora").get("/audit-log?target=/api/v2/auth/oidc/company/backchannel-logout").data
    assert [change["table"] for change in entry["changes"]] == ["api_session"]
