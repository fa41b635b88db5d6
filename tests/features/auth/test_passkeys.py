"""Adding passkeys, signing in with them, and taking them away."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from osticket_api.embedded import DEMO_PASSWORD
from osticket_api.features.auth.passkeys import ceremonies
from osticket_api.features.auth.passkeys.relying_party import RelyingParty, relying_party_of
from tests.features.auth.sign_ins import HandClock, caller, code, refresh, sign_in
from tests.features.auth.test_second_factor import (
    answered,
    challenge,
    mailed,
    shown,
    use_authenticator,
    use_mail,
)
from tests.features.auth.test_service import id_of, set_config
from tests.fixtures.api import Answer, Api, Caller, change_settings, running_api
from tests.fixtures.authenticator import Authenticator, encoded
from tests.fixtures.templates import Template

APP_URL = "https://desk.example.com/helpdesk"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk(demo: Template, tmp_path: Path, clock: HandClock) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path, clock=clock) as api:
        change_settings(api, app_url=APP_URL)
        yield api


def begin(session: Caller, password: str = DEMO_PASSWORD) -> Answer:
    return session.post("/auth/passkeys/enrolment", {"current_password": password})


def finish(session: Caller, token: str, credential: dict[str, Any], name: str = "Key ring") -> Answer:
    return session.post("/auth/passkeys", {"challenge": token, "name": name, "credential": credential})


def enrol(session: Caller, authenticator: Authenticator, name: str = "Key ring") -> Answer:
    begun = begin(session).data
    done = finish(session, begun["challenge"], authenticator.create(begun["options"]), name)
    assert done.status == 201, done.content
    return done


def bob_with(desk: Api, authenticator: Authenticator) -> Caller:
    session = caller(desk, sign_in(desk, "bob"))
    enrol(session, authenticator)
    return session


def show(desk: Api, asked: dict[str, Any], passkey: dict[str, Any]) -> Answer:
    return desk.anonymous().post("/auth/two-factor", {"challenge": asked["challenge"], "passkey": passkey})


def sign_in_by(desk: Api, authenticator: Authenticator, username: str = "bob") -> Answer:
    asked = challenge(sign_in(desk, username))
    return show(desk, asked, authenticator.get(asked["passkey"]))


def test_passkey_finishes_the_sign_in(desk: Api) -> None:
    authenticator = Authenticator()
    first, elsewhere = sign_in(desk, "bob").data, sign_in(desk, "bob").data
    session = Caller(desk, {"Authorization": f"Bearer {first['access_token']}"})
    options = begin(session).data["options"]
    assert options["rp"] == {"id": "desk.example.com", "name": options["rp"]["name"]}
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    kept = enrol(session, authenticator)
    assert kept.data == {**kept.data, "name": "Key ring", "host": "desk.example.com", "last_used_at": None}
    assert session.get("/auth/two-factor").data == {"method": None, "passkeys": 1, "is_required": False}
    assert refresh(desk, first["refresh_token"]).status == 200
    assert refresh(desk, elsewhere["refresh_token"]).status == 401
    asked = challenge(sign_in(desk, "bob"))
    assert (asked["method"], asked["methods"], asked["expires_in"]) == ("passkey", ["passkey"], 360)
    assert asked["passkey"]["allowCredentials"] == [
        {"id": authenticator.id, "type": "public-key", "transports": ["usb"]}
    ]
    done = show(desk, asked, authenticator.get(asked["passkey"]))
    assert caller(desk, done).get("/auth/me").data["username"] == "bob"
    assert refresh(desk, done.data["refresh_token"]).status == 200
    assert session.get(f"/auth/passkeys/{kept.data['id']}").data["last_used_at"] is not None


def test_passkey_begins_a_browser_session_too(desk: Api) -> None:
    authenticator = Authenticator()
    bob_with(desk, authenticator)
    body = {"username": "bob", "password": DEMO_PASSWORD, "mode": "cookie"}
    asked = challenge(desk.anonymous().post("/auth/login", body))
    done = show(desk, asked, authenticator.get(asked["passkey"]))
    assert done.data["token_type"] == "Cookie"
    assert "session=" in done.headers["set-cookie"]


def test_answer_is_good_once(desk: Api) -> None:
    authenticator = Authenticator(counts=False)
    bob_with(desk, authenticator)
    first, second = challenge(sign_in(desk, "bob")), challenge(sign_in(desk, "bob"))
    answer = authenticator.get(first["passkey"])
    assert code(show(desk, second, answer)) == (401, "wrong_passkey")
    assert show(desk, first, answer).status == 200
    assert code(show(desk, first, answer)) == (401, "challenge_invalid")
    assert show(desk, second, authenticator.get(second["passkey"])).status == 200


def test_passkey_that_is_not_shown_as_it_should_be_is_refused(desk: Api) -> None:
    authenticator = Authenticator()
    bob_with(desk, authenticator)
    wrongs: list[dict[str, Any]] = [
        {"origin": "https://desk.example.com.evil.example"},
        {"origin": "http://desk.example.com"},
        {"origin": "https://desk.example.com:8443"},
        {"host": "evil.example"},
        {"flags": 0},
        {"key": Authenticator().key},
        {"sign_count": 0},
    ]
    for wrong in wrongs:
        assert sign_in_by(desk, authenticator).status == 200
        assert code(sign_in_by(desk, replace(authenticator, **wrong))) == (401, "wrong_passkey"), wrong


def test_passkey_that_is_not_made_here_is_not_kept(desk: Api) -> None:
    session = caller(desk, sign_in(desk, "bob"))
    other = begin(session).data["options"]
    for wrong in ({"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": 0}, {}):
        begun, authenticator = begin(session).data, Authenticator(**wrong)
        answer = finish(session, begun["challenge"], authenticator.create(begun["options"] if wrong else other))
        assert (code(answer), answer.fields) == ((422, "wrong_passkey"), ["credential"])
    assert session.get("/auth/passkeys").data == []
    made = Authenticator().create(begun["options"])
    assert finish(session, begun["challenge"], made).status == 201
    assert code(finish(session, begun["challenge"], made)) == (401, "challenge_invalid")


_SENSELESS = [
    b"\x00",
    b"\x9f" * 6000,
    b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x43abc",
    b"[]",
    json.dumps({"type": [], "challenge": {}, "origin": 1}).encode(),
    b'{"type":' * 300,
]


def test_bytes_that_make_no_sense_are_refused(desk: Api) -> None:
    session, authenticator = caller(desk, sign_in(desk, "bob")), Authenticator()
    begun = begin(session).data
    for place in ("attestationObject", "clientDataJSON"):
        made = authenticator.create(begun["options"])
        made["response"][place] = encoded(_SENSELESS[0])
        assert code(finish(session, begun["challenge"], made)) == (422, "wrong_passkey")
    enrol(session, authenticator)
    asked = challenge(sign_in(desk, "bob"))
    for place in ("authenticatorData", "clientDataJSON", "signature"):
        answer = authenticator.get(asked["passkey"])
        answer["response"][place] = encoded(_SENSELESS[3])
        assert code(show(desk, asked, answer)) == (401, "wrong_passkey")
    answer["response"]["signature"] = "not base64!"
    assert show(desk, asked, answer).fields == ["passkey.response.signature"]


@given(st.sampled_from(_SENSELESS) | st.binary(min_size=1, max_size=200))
@settings(max_examples=50, deadline=None)
def test_no_bytes_are_more_than_refused(value: bytes) -> None:
    party, authenticator = RelyingParty("desk.example.com", "https://desk.example.com"), Authenticator()
    token, owner = "osc_token", ceremonies.Owner(b"staff:1", "bob", "Bob")
    options = dict(ceremonies.creation_options(party, "Help desk", token, owner, []))
    for place in ("attestationObject", "clientDataJSON"):
        made = authenticator.create(options)
        made["response"][place] = encoded(value)
        with pytest.raises(ceremonies.Refused):
            ceremonies.created(party, token, made)
    kept = ceremonies.created(party, token, authenticator.create(options))
    asked = dict(ceremonies.request_options(party, token, [kept]))
    for place in ("authenticatorData", "clientDataJSON", "signature"):
        answer = authenticator.get(asked)
        answer["response"][place] = encoded(value)
        with pytest.raises(ceremonies.Refused):
            ceremonies.shown(party, token, answer, kept)


def test_passkey_of_somebody_else_is_refused(desk: Api) -> None:
    bobs, alices = Authenticator(), Authenticator()
    bob_with(desk, bobs)
    alice = caller(desk, sign_in(desk, "alice"))
    kept = enrol(alice, alices)
    asked = challenge(sign_in(desk, "bob"))
    assert code(show(desk, asked, alices.get(asked["passkey"]))) == (401, "wrong_passkey")
    bob = caller(desk, show(desk, asked, bobs.get(asked["passkey"])))
    path = f"/auth/passkeys/{kept.data['id']}"
    assert [each["name"] for each in bob.get("/auth/passkeys").data] == ["Key ring"]
    assert [bob.get(path).status, bob.patch(path, {"name": "Mine"}).status] == [404, 404]
    assert bob.delete(path, json={"current_password": DEMO_PASSWORD}).status == 404
    begun = begin(bob).data
    assert finish(alice, begun["challenge"], Authenticator().create(begun["options"])).status == 409
    assert code(finish(bob, begun["challenge"], alices.create(begun["options"]))) == (409, "passkey_known")


def test_passkey_is_renamed_and_removed(desk: Api) -> None:
    """And no other one."""
    authenticator = Authenticator()
    alice = caller(desk, sign_in(desk, "alice"))
    enrol(alice, Authenticator())
    session = bob_with(desk, authenticator)
    path = f"/auth/passkeys/{session.get('/auth/passkeys').data[0]['id']}"
    assert session.patch(path, {"name": "Laptop"}).data["name"] == "Laptop"
    asked = challenge(sign_in(desk, "bob"))
    assert code(session.delete(path, json={"current_password": "wrong"})) == (422, "wrong_password")
    assert session.delete(path, json={"current_password": DEMO_PASSWORD}).status == 204
    assert code(show(desk, asked, authenticator.get(asked["passkey"]))) == (401, "wrong_passkey")
    assert sign_in(desk, "bob").status == 200
    assert [each["name"] for each in alice.get("/auth/passkeys").data] == ["Key ring"]


def test_enrolling_needs_the_password_and_no_key(desk: Api) -> None:
    session = caller(desk, sign_in(desk, "bob"))
    assert code(begin(session, "wrong")) == (422, "wrong_password")
    body = {"name": "shop", "staff_id": id_of(desk, "bob"), "permissions": ["admin", "staff.read"]}
    key = desk.key(desk.staff("dora").post("/api-keys", body).data["key"])
    begun = begin(session).data
    made = Authenticator().create(begun["options"])
    assert [begin(key).status, finish(key, begun["challenge"], made).status] == [403, 403]
    assert key.get("/auth/passkeys").status == 403


def test_code_of_osticket_is_as_good_as_the_passkey_beside_it(desk: Api, clock: HandClock) -> None:
    authenticator = Authenticator()
    bob_with(desk, authenticator)
    use_authenticator(desk)
    asked = challenge(sign_in(desk, "bob"))
    assert (asked["method"], asked["methods"]) == ("totp", ["totp", "passkey"])
    assert answered(desk, asked["challenge"], shown(clock)).status == 200
    assert sign_in_by(desk, authenticator).status == 200


def test_mail_that_cannot_be_sent_leaves_the_passkey(desk: Api) -> None:
    authenticator = Authenticator()
    bob_with(desk, authenticator)
    use_mail(desk)
    asked = challenge(sign_in(desk, "bob"))
    assert asked["methods"] == ["email", "passkey"]
    assert answered(desk, asked["challenge"], mailed(desk)).status == 200
    methods = [challenge(sign_in(desk, "bob"))["methods"] for _ in range(6)]
    assert methods[-1] == ["passkey"]
    assert sign_in_by(desk, authenticator).status == 200


def test_code_is_no_answer_where_a_passkey_alone_is_asked_for(desk: Api) -> None:
    bob_with(desk, Authenticator())
    asked = challenge(sign_in(desk, "bob"))
    assert code(answered(desk, asked["challenge"], "123456")) == (401, "wrong_code")
    both = {"challenge": asked["challenge"], "code": "123456", "passkey": Authenticator().get(asked["passkey"])}
    assert desk.anonymous().post("/auth/two-factor", both).status == 422
    assert desk.anonymous().post("/auth/two-factor", {"challenge": asked["challenge"]}).status == 422


def test_passkey_is_the_second_factor_that_the_help_desk_demands(desk: Api) -> None:
    set_config(desk, "require_agent_2fa", "1")
    session, authenticator = caller(desk, sign_in(desk, "bob")), Authenticator()
    assert code(session.get("/tickets")) == (403, "two_factor_enrolment_required")
    kept = enrol(session, authenticator).data
    assert session.get("/tickets").status == 200
    removal = {"current_password": DEMO_PASSWORD}
    assert code(session.delete(f"/auth/passkeys/{kept['id']}", json=removal)) == (409, "two_factor_demanded")
    enrol(session, Authenticator(attestation="packed"))
    assert session.delete(f"/auth/passkeys/{kept['id']}", json=removal).status == 204


def test_administrator_takes_away_the_passkeys_of_an_agent(desk: Api) -> None:
    bob_with(desk, Authenticator())
    path = f"/staff/{id_of(desk, 'bob')}/two-factor"
    assert desk.staff("alice").delete(path).status == 403
    assert desk.staff("dora").delete(path).status == 204
    assert sign_in(desk, "bob").status == 200
    assert desk.rows(select(own.api_passkey)) == []


def test_passkey_of_another_address_is_not_skipped(desk: Api) -> None:
    bob_with(desk, Authenticator())
    alice = caller(desk, sign_in(desk, "alice"))
    for address, status in (("https://elsewhere.example.com", 200), ("http://192.0.2.1", 501), ("", 501)):
        change_settings(desk, app_url=address)
        answer = sign_in(desk, "bob")
        assert code(answer) == (401, "two_factor_required")
        assert "detail" not in answer.errors[0]
        assert begin(alice).status == status


def test_sign_in_from_before_the_passkey_is_not_continued(desk: Api) -> None:
    before = sign_in(desk, "bob").data
    bob_with(desk, Authenticator())
    desk.write(lambda tx: tx.change(own.api_session.update().values(revoked_at=None)))
    assert code(refresh(desk, before["refresh_token"])) == (401, "two_factor_required")


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://Desk.Example.com/support", ("desk.example.com", "https://desk.example.com")),
        ("https://desk.example.com:443", ("desk.example.com", "https://desk.example.com")),
        ("https://desk.example.com:8443", ("desk.example.com", "https://desk.example.com:8443")),
        ("http://localhost:8080", ("localhost", "http://localhost:8080")),
        ("https://192.0.2.1", None),
        ("https://[2001:db8::1]:8443", None),
        ("", None),
    ],
)
def test_relying_party_is_the_host_of_app_url(address: str, party: tuple[str, str] | None) -> None:
    assert relying_party_of(address) == (None if party is None else RelyingParty(*party))


def test_nobody_keeps_more_than_twenty(desk: Api) -> None:
    session = bob_with(desk, Authenticator())
    (kept,) = desk.rows(select(own.api_passkey))
    more = [{**kept._mapping, "id": None, "credential_hash": str(number)} for number in range(18)]

    def add(tx: Write) -> None:
        for values in more:
            tx.insert(own.api_passkey, **{name: value for name, value in values.items() if name != "id"})

    desk.write(add)
    enrol(session, Authenticator())
    assert code(begin(session)) == (409, "too_many_passkeys")


def test_enrolment_is_over_after_three_wrong_passkeys(desk: Api) -> None:
    session = caller(desk, sign_in(desk, "bob"))
    begun = begin(session).data
    wrong = Authenticator(origin="https://evil.example").create(begun["options"])
    codes = [code(finish(session, begun["challenge"], wrong)) for _ in range(3)]
    assert codes == [(422, "wrong_passkey")] * 3
    right = Authenticator().create(begun["options"])
    assert code(finish(session, begun["challenge"], right)) == (401, "challenge_invalid")


def test_passkey_is_kept_by_the_name_that_it_has(desk: Api) -> None:
    """Not by one that the browser alone says."""
    session = caller(desk, sign_in(desk, "bob"))
    begun = begin(session).data
    made = Authenticator().create(begun["options"])
    other = Authenticator().id
    renamed = {**made, "id": other, "rawId": other}
    assert code(finish(session, begun["challenge"], renamed)) == (422, "wrong_passkey")
