"""Who signs in as whom: back ends of osTicket, new people, groups, second factors, locked accounts, links."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.config import store_config
from osticket_api.db.flags import AccountStatus
from osticket_api.db.tables.own_audit import api_audit
from osticket_api.db.tables.own_sign_on import api_identity, api_provider_session
from osticket_api.db.unit import Write
from osticket_api.embedded import DEMO_PASSWORD
from tests.features.auth.sign_ins import HandClock
from tests.features.auth.test_second_factor import shown, use_authenticator
from tests.features.single_sign_on.desk import Browser, Desk, page_of
from tests.features.single_sign_on.test_signing_in import BOB, UMA
from tests.fixtures.api import Answer, Caller

ERIN = {
    "sub": "erin", "email": "erin@desk.example", "email_verified": True, "given_name": "Erin", "family_name": "Evans",
    "preferred_username": "erin", "groups": ["everybody", "support"],
}  # fmt: skip
AGENTS = [
    {"group": "billing", "department": "Billing", "role": "All Access"},
    {"group": "support", "department": "Support", "role": "View only"},
]

Opened = Callable[..., Desk]


def refused(answer: Answer, code: str, status: int = 401) -> None:
    assert (answer.status, answer.errors[0]["code"]) == (status, code), answer.content


def bearer(desk: Desk, answer: Answer) -> Caller:
    assert answer.status == 200, answer.content
    return Caller(desk.api, {"Authorization": f"Bearer {answer.data['access_token']}"})


def set_backend(desk: Desk, backend: str) -> None:
    """Let bob sign in through one back end alone, as osTicket's panel does."""
    change = update(t.staff).where(t.staff.c.username == "bob").values(backend=backend)
    desk.api.write(lambda tx: tx.change(change))


def test_account_that_is_bound_to_a_back_end_signs_in_through_that_one_alone(opened: Opened) -> None:
    desk = opened(backends=["oauth2.agent.p1i1"])
    desk.provider.script.claims = BOB
    set_backend(desk, "ldap.p2i1")
    refused(desk.browser().sign_in("staff"), "other_backend")
    set_backend(desk, "OAuth2.agent.p1i1")
    assert desk.browser().sign_in("staff").status == 200


def test_agent_of_a_back_end_is_found_by_name(opened: Opened) -> None:
    desk = opened(backends=["oauth2.agent.p1i1"], username_claim="upn", match_email=False)
    desk.provider.script.claims = {"upn": "Bob"}
    refused(desk.browser().sign_in("staff"), "identity_unknown")
    set_backend(desk, "oauth2.agent.p1i1")
    assert bearer(desk, desk.browser().sign_in("staff")).get("/auth/me").data["username"] == "bob"


def test_locked_people_stay_outside(desk: Desk) -> None:
    desk.provider.script.claims = BOB
    lock = update(t.staff).where(t.staff.c.username == "bob").values(isactive=False)
    desk.api.write(lambda tx: tx.change(lock))
    refused(desk.browser().sign_in("staff"), "account_inactive")
    (entry,) = desk.api.rows(select(api_audit.c.changes).where(api_audit.c.outcome == "refused"))
    assert json.loads(entry.changes)[0]["account"].startswith("staff:")
    desk.provider.script.claims = {**UMA, "sub": "uma"}
    assert desk.browser().sign_in().status == 200
    for status in (AccountStatus.CONFIRMED | AccountStatus.LOCKED, 0):
        desk.api.write(lambda tx, status=status: tx.change(update(t.user_account).values(status=status)))
        refused(desk.browser().sign_in(), "account_inactive")


def test_help_desk_that_is_offline_lets_administrators_in_alone(desk: Desk) -> None:
    desk.api.write(store_config, {"isonline": "0"})
    desk.provider.script.claims = BOB
    refused(desk.browser().sign_in("staff"), "help_desk_offline", 503)
    desk.provider.script.claims = {"sub": "dora", "email": "dora@desk.example", "email_verified": True}
    assert desk.browser().sign_in("staff").status == 200


def test_unknown_people_get_an_account_where_the_settings_say_so(opened: Opened) -> None:
    desk = opened(create_users=True)
    desk.provider.script.claims = {"email": "new@example.net", "name": "Nora New"}
    refused(desk.browser().sign_in(), "email_not_verified")
    desk.provider.script.claims |= {"email_verified": True}
    me = bearer(desk, desk.browser().sign_in()).get("/users/me").data
    assert (me["name"], me["email"]) == ("Nora New", "new@example.net")
    assert bearer(desk, desk.browser().sign_in()).get("/users/me").data["id"] == me["id"]
    desk.api.write(store_config, {"client_registration": "disabled"})
    desk.provider.script.claims = {"sub": "2", "email": "other@example.net", "email_verified": True}
    refused(desk.browser().sign_in(), "identity_unknown")
    desk.provider.script.claims = {"email": "new@example.net", "email_verified": True}
    refused(desk.browser().sign_in(), "sign_in_disabled", status=403)


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({}, "ann"),
        ({"given_name": "Ann", "family_name": "Other"}, "Ann Other"),
        ({"name": "A" * 255}, "A" * 128),
        ({"name": "\U0001f600" * 60}, (":grinning_face:" * 60)[:128]),
    ],
)
def test_name_of_new_people_fits(opened: Opened, claims: dict[str, str], name: str) -> None:
    desk = opened(create_users=True)
    desk.provider.script.claims = {"email": "ann@example.net", "email_verified": True, **claims}
    assert bearer(desk, desk.browser().sign_in()).get("/users/me").data["name"] == name
    for address in ("not an address@example.net", "Ann <ann@example.net>", "@", "ann@" + "a" * 255):
        desk.provider.script.claims = {"sub": "other", "email": address, "email_verified": True}
        refused(desk.browser().sign_in(), "identity_unknown")


def test_guest_who_wrote_before_gets_an_account(opened: Opened) -> None:
    desk = opened(create_users=True)
    row = desk.api.rows(
        select(t.user.c.id, t.user_email.c.address)
        .join_from(t.user, t.user_email, t.user_email.c.id == t.user.c.default_email_id)
        .where(t.user.c.id.not_in(select(t.user_account.c.user_id)))
    )[0]
    desk.provider.script.claims = {"email": row.address, "email_verified": True}
    assert bearer(desk, desk.browser().sign_in()).get("/auth/me").data["id"] == row.id


def test_agent_is_added_where_a_group_says_where_they_work(opened: Opened) -> None:
    desk = opened(create_agents=True, agents=AGENTS)
    desk.provider.script.claims = {**ERIN, "groups": ["everybody"]}
    refused(desk.browser().sign_in("staff"), "identity_unknown")
    desk.provider.script.claims = ERIN
    me = bearer(desk, desk.browser().sign_in("staff")).get("/staff/me").data
    assert (me["username"], me["name"], me["department"]["name"]) == ("erin", "Erin Evans", "Support")
    assert (me["role"]["name"], me["is_admin"]) == ("View only", False)


def test_nobody_is_added_without_the_setting_or_with_wrong_names(opened: Opened) -> None:
    desk = opened(agents=AGENTS)
    desk.provider.script.claims = ERIN
    refused(desk.browser().sign_in("staff"), "identity_unknown")
    desk = opened(create_agents=True, agents=[{"group": "support", "department": "Nowhere", "role": "View only"}])
    refused(desk.browser().sign_in("staff"), "group_mapping_wrong", 403)
    desk = opened(create_agents=True, agents=AGENTS)
    desk.provider.script.claims = {**ERIN, "preferred_username": "!"}
    refused(desk.browser().sign_in("staff"), "agent_not_added", 403)
    desk.provider.script.claims = {**ERIN, "preferred_username": "bob"}
    refused(desk.browser().sign_in("staff"), "username_taken", 409)


def test_agent_works_where_their_groups_say_now(opened: Opened) -> None:
    desk = opened(update_agents=True, agents=AGENTS, groups_claim="realm_access.roles")
    desk.provider.script.claims = {**BOB, "realm_access": {"roles": ["billing"]}}
    me = bearer(desk, desk.browser().sign_in("staff")).get("/staff/me").data
    assert (me["department"]["name"], me["role"]["name"]) == ("Billing", "All Access")
    desk.provider.script.claims = {**BOB, "realm_access": {"roles": []}}
    refused(desk.browser().sign_in("staff"), "group_missing")


@pytest.mark.parametrize(
    ("setting", "amr", "is_asked"),
    [("ask", ["mfa"], True), ("reported", ["pwd"], True), ("reported", ["pwd", "mfa"], False), ("always", [], False)],
)
def test_second_factor_is_asked_for_unless_that_of_the_provider_counts(
    opened: Opened, setting: str, amr: list[str], is_asked: bool
) -> None:
    desk = opened(second_factor=setting)
    use_authenticator(desk.api, "bob")
    desk.provider.script.claims = {**BOB, "amr": amr}
    answer = desk.browser().sign_in("staff")
    if is_asked:
        refused(answer, "two_factor_required")
        answer = desk.api.anonymous().post(
            "/auth/two-factor", {"challenge": answer.errors[0]["detail"]["challenge"], "code": shown(HandClock())}
        )
    assert bearer(desk, answer).get("/auth/me").data["username"] == "bob"
    assert desk.api.anonymous().post("/auth/refresh", {"refresh_token": answer.data["refresh_token"]}).status == 200
    assert _logout_address(desk, answer).startswith(f"{desk.provider.address}/logout?")


def _logout_address(desk: Desk, answer: Answer) -> str:
    signed_out = bearer(desk, answer).post("/auth/oidc/logout")
    refused(
        desk.api.anonymous().post("/auth/refresh", {"refresh_token": answer.data["refresh_token"]}), "token_invalid"
    )
    return str(signed_out.data["address"])


def test_password_that_was_not_used_does_not_grow_old(desk: Desk) -> None:
    desk.api.write(store_config, {"passwd_reset_period": "1"})
    old = update(t.staff).values(passwdreset=None, created=desk.api.rows(select(t.ticket.c.created))[0][0])
    desk.api.write(lambda tx: tx.change(old))
    desk.provider.script.claims = BOB
    assert desk.browser().sign_in("staff").data["password_change_required"] is False


def test_signing_out_ends_the_session_at_the_provider_too(desk: Desk) -> None:
    desk.provider.script.claims = UMA
    address = urlsplit(_logout_address(desk, desk.browser().sign_in()))
    query = parse_qs(address.query)
    assert query["post_logout_redirect_uri"] == ["http://testserver/portal"]
    assert query["id_token_hint"][0].count(".") == 2
    by_password = {"username": "uma", "password": DEMO_PASSWORD, "kind": "user"}
    answer = desk.api.anonymous().post("/auth/login", by_password)
    assert bearer(desk, answer).post("/auth/oidc/logout").data == {"address": None}


def test_token_that_ends_the_session_there_is_encrypted(desk: Desk) -> None:
    desk.provider.script.claims = UMA
    assert desk.browser().sign_in().status == 200
    assert bytes(desk.api.rows(select(api_provider_session.c.id_token))[0][0]).startswith(b"sealed:")


def link(browser: Browser, caller: Caller, **body: Any) -> Answer:
    """Link with the account at the provider."""
    browser_headers = {"headers": caller.headers}
    begun = browser.request("POST", "/auth/oidc/company/link", json=body, **browser_headers)
    if begun.status != 200:
        return begun
    begun.response.status_code, begun.response.headers["location"] = 302, begun.data["address"]
    page = page_of(browser.come_back(browser.at_provider(begun)))
    assert page["linking"] == "yes"
    return browser.request("POST", "/auth/identities", json={"code": page["code"]}, **browser_headers)


def test_signed_in_person_links_and_unlinks(desk: Desk) -> None:
    uma = desk.api.user("uma")
    desk.provider.script.claims = {"sub": "other-name", "email": "private@example.net", "email_verified": True}
    refused(desk.browser().sign_in(), "identity_unknown")
    refused(link(desk.browser(), uma), "wrong_password", 422)
    answer = link(desk.browser(), uma, current_password=DEMO_PASSWORD)
    assert answer.status == 201, answer.content
    assert bearer(desk, desk.browser().sign_in()).get("/auth/me").data["email"] == UMA["email"]
    (linked,) = uma.get("/auth/identities").data
    assert (linked["issuer"], linked["id"]) == (desk.provider.issuer, answer.data["id"])
    assert linked["last_used_at"] is not None
    refused(desk.api.user("ugo").delete(f"/auth/identities/{linked['id']}"), "not_found", 404)
    assert uma.delete(f"/auth/identities/{linked['id']}").status == 204
    refused(desk.browser().sign_in(), "identity_unknown")


def test_identity_of_somebody_is_not_linked_with_another(desk: Desk) -> None:
    desk.provider.script.claims = UMA
    assert desk.browser().sign_in().status == 200
    answer = link(desk.browser(), desk.api.user("ugo"), current_password=DEMO_PASSWORD)
    refused(answer, "identity_linked", 409)


def test_code_of_somebody_who_links_is_theirs(desk: Desk) -> None:
    desk.provider.script.claims = UMA
    browser, ugo, uma = desk.browser(), desk.api.user("ugo"), desk.api.user("uma")
    body = {"current_password": DEMO_PASSWORD}
    begun = browser.request("POST", "/auth/oidc/company/link", json=body, headers=ugo.headers)
    begun.response.status_code, begun.response.headers["location"] = 302, begun.data["address"]
    code_of_ugo = {"code": browser.code_after(browser.come_back(browser.at_provider(begun)))}
    refused(browser.request("POST", "/auth/identities", json=code_of_ugo, headers=uma.headers), "sign_in_unknown", 422)
    refused(browser.exchange(code_of_ugo["code"]), "sign_in_unknown")


def test_deleted_people_leave_no_identity(desk: Desk) -> None:
    desk.provider.script.claims = BOB
    assert desk.browser().sign_in("staff").status == 200
    identifier = desk.api.rows(select(t.staff.c.staff_id).where(t.staff.c.username == "bob"))[0][0]
    assert desk.api.staff("dora").delete(f"/staff/{identifier}").status == 204
    assert desk.api.rows(select(api_identity)) == []


def test_link_with_somebody_whom_php_deleted_is_worth_nothing(desk: Desk) -> None:
    desk.provider.script.claims = BOB
    assert desk.browser().sign_in("staff").status == 200
    desk.api.write(_delete_bob)
    refused(desk.browser().sign_in("staff"), "identity_unknown")


def _delete_bob(tx: Write) -> None:
    tx.change(t.staff.delete().where(t.staff.c.username == "bob"))
