"""The way to an identity provider and back, for agents and users, by tokens and by cookies."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from osticket_api.db.tables.own_audit import api_audit
from osticket_api.db.tables.own_sign_on import api_identity
from tests.features.single_sign_on.desk import Desk, page_of
from tests.fixtures.api import Caller

BOB = {"email": "bob@desk.example", "email_verified": True}
UMA = {"email": "uma@acme.example", "email_verified": True}
PEOPLE = {"staff": BOB, "user": UMA}


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_agent_and_user_sign_in_and_get_tokens(desk: Desk, algorithm: str) -> None:
    desk.provider.script.algorithm = algorithm
    for kind, claims in PEOPLE.items():
        desk.provider.script.claims = claims
        answer = desk.browser().sign_in(kind)
        assert answer.status == 200, answer.content
        bearer = {"Authorization": f"Bearer {answer.data['access_token']}"}
        assert Caller(desk.api, bearer).get("/auth/me").data["email"] == claims["email"]
        refreshed = desk.api.anonymous().post("/auth/refresh", {"refresh_token": answer.data["refresh_token"]})
        assert refreshed.status == 200


def test_agent_and_user_sign_in_by_cookie(desk: Desk) -> None:
    for kind, claims in PEOPLE.items():
        desk.provider.script.claims = claims
        browser = desk.browser()
        answer = browser.sign_in(kind, mode="cookie")
        assert (answer.data["access_token"], answer.data["refresh_token"]) == ("", None)
        assert browser.request("GET", "/auth/me").data["email"] == claims["email"]


def test_nothing_secret_is_in_an_address(desk: Desk) -> None:
    desk.provider.script.claims = UMA
    browser = desk.browser()
    answer = browser.come_back(browser.at_provider(browser.start(return_to="/portal#/tickets/5")))
    assert answer.headers["location"].startswith("http://testserver/portal#/single-sign-on?code=ose_")
    assert page_of(answer)["page"] == "/tickets/5"
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    tokens = browser.exchange(page_of(answer)["code"]).data
    assert tokens["access_token"] not in answer.headers["location"]


def test_link_counts_before_the_address(desk: Desk) -> None:
    desk.provider.script.claims = UMA
    assert desk.browser().sign_in().status == 200
    desk.provider.script.claims = {"email": "bob@desk.example", "email_verified": True}
    answer = desk.browser().sign_in()
    me = Caller(desk.api, {"Authorization": f"Bearer {answer.data['access_token']}"}).get("/auth/me").data
    assert me["email"] == "uma@acme.example"
    assert len(desk.api.rows(select(api_identity))) == 1


def test_address_of_somebody_who_is_linked_lets_nobody_else_in(desk: Desk) -> None:
    desk.provider.script.claims = UMA
    assert desk.browser().sign_in().status == 200
    desk.provider.script.claims = {**UMA, "sub": "person-2"}
    answer = desk.browser().sign_in()
    assert (answer.status, answer.errors[0]["code"]) == (401, "identity_linked")


def test_what_the_id_token_lacks_is_asked_of_userinfo(desk: Desk) -> None:
    desk.provider.script.userinfo = UMA
    assert desk.browser().sign_in().status == 200
    desk.provider.script.userinfo = {**UMA, "sub": "somebody else"}
    assert desk.browser().sign_in().errors[0]["code"] == "provider_answer_invalid"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({**UMA, "email_verified": False}, "email_not_verified"),
        ({"email": "uma@acme.example"}, "email_not_verified"),
        ({"email": "nobody@example.net", "email_verified": True}, "identity_unknown"),
        ({}, "identity_unknown"),
        ({"email": "úma@acme.example", "email_verified": True}, "identity_unknown"),
    ],
)
def test_who_cannot_be_found_is_refused(desk: Desk, claims: dict[str, object], code: str) -> None:
    desk.provider.script.claims = claims
    answer = desk.browser().sign_in()
    assert (answer.status, answer.errors[0]["code"]) == (401, code)
    entries = desk.api.rows(select(api_audit.c.changes).where(api_audit.c.outcome == "refused"))
    assert code in str(entries[-1].changes)
    assert "company" in str(entries[-1].changes)


def test_trusted_provider_need_not_verify_addresses(opened: Callable[..., Desk]) -> None:
    desk = opened(trust_email=True)
    desk.provider.script.claims = {"email": "uma@acme.example"}
    assert desk.browser().sign_in().status == 200


def test_provider_is_for_those_people_that_the_settings_say(opened: Callable[..., Desk]) -> None:
    desk = opened(people=["staff"])
    assert desk.browser().start("user").status == 404
    assert desk.browser().start("staff").status == 302
    offered = {kind: desk.api.anonymous().get(f"/auth/providers?kind={kind}").data for kind in ("staff", "user")}
    assert offered["user"] == {"providers": []}
    assert offered["staff"] == {"providers": [{"name": "company", "title": "Company", "kinds": ["staff"]}]}


def test_page_can_ask_for_the_address_instead_of_being_sent(desk: Desk) -> None:
    desk.provider.script.claims = UMA
    browser = desk.browser()
    answer = browser.request("POST", "/auth/oidc/company/start", json={"kind": "user"})
    assert answer.data["address"].startswith(f"{desk.provider.address}/authorize?")
    assert answer.headers["cache-control"] == "no-store"


def test_second_sign_in_does_not_end_the_first_in_another_tab(desk: Desk) -> None:
    desk.provider.script.claims = UMA
    browser = desk.browser()
    first, second = browser.start(), browser.start()
    for start in (first, second):
        assert browser.exchange(browser.code_after(browser.come_back(browser.at_provider(start)))).status == 200


def test_sign_in_is_in_the_audit_log_as_one_by_password_is(desk: Desk) -> None:
    desk.provider.script.claims = UMA
    desk.browser().sign_in()
    changes = [str(row.changes) for row in desk.api.rows(select(api_audit.c.changes))]
    assert any("api_session" in each and "insert" in each for each in changes)
    assert any("api_identity" in each and "insert" in each for each in changes)


def test_front_end_that_is_switched_off_is_no_place_to_come_back_to(desk: Desk) -> None:
    state = desk.api.client.app.state  # type: ignore[attr-defined]
    state.settings = state.settings.model_copy(update={"features_portal": False})
    answer = desk.browser().start("user")
    assert (answer.status, answer.fields) == (501, ["return_to"])
    assert desk.browser().start("staff").status == 302
