"""Answers that prove nothing: of somebody else, for somebody else, too late, twice, or badly signed."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.tables.own_audit import api_audit
from osticket_api.db.tables.own_sign_on import api_sign_on
from osticket_api.db.unit import Write
from tests.features.single_sign_on.desk import Desk, page_of, table, written
from tests.features.single_sign_on.test_signing_in import UMA
from tests.fixtures.api import Answer, running_api
from tests.fixtures.identity_provider import SECRET, Provider, foreign_key
from tests.fixtures.templates import Template


@pytest.fixture
def uma(desk: Desk) -> Desk:
    desk.provider.script.claims = UMA
    return desk


def refused(answer: Answer, code: str) -> None:
    assert (answer.status, answer.errors[0]["code"]) == (401, code), answer.content


def false_claims() -> dict[str, dict[str, Any]]:
    """What a token may not say, by its fault. Times count from now: a run of all tests outlasts a token."""
    now = int(time.time())
    return {
        "wrong issuer": {"iss": "https://elsewhere.example"},
        "issuer with a slash more": {"iss": "/"},
        "wrong audience": {"aud": "another-client"},
        "several audiences without a party": {"aud": ["help-desk", "another-client"]},
        "another authorized party": {"aud": ["help-desk", "another-client"], "azp": "another-client"},
        "no audience": {"aud": None},
        "wrong nonce": {"nonce": "of another sign-in"},
        "no nonce": {"nonce": None},
        "expired": {"exp": now - 120},
        "no end": {"exp": None},
        "not yet": {"nbf": now + 600},
        "no subject": {"sub": None},
        "number as subject": {"sub": 1},
        "of another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    }


def test_token_that_says_something_wrong_is_refused(uma: Desk) -> None:
    for name, claims in false_claims().items():
        issuer = {"iss": uma.provider.issuer + "/"} if claims.get("iss") == "/" else {}
        uma.provider.script.forged = {**claims, **issuer}
        answer = uma.browser().sign_in()
        assert (answer.status, answer.errors[0]["code"]) == (401, "provider_answer_invalid"), name
    uma.provider.script.forged = {}
    assert uma.browser().sign_in().status == 200


def test_token_that_is_not_signed_by_the_provider_is_refused(uma: Desk) -> None:
    script = uma.provider.script
    script.algorithm = "none"
    refused(uma.browser().sign_in(), "provider_answer_invalid")
    script.algorithm = "HS256"
    refused(uma.browser().sign_in(), "provider_answer_invalid")
    script.algorithm, script.key = "RS256", foreign_key()
    refused(uma.browser().sign_in(), "provider_answer_invalid")


def test_new_key_is_fetched_and_the_old_one_no_longer_good(uma: Desk) -> None:
    assert uma.browser().sign_in().status == 200
    assert uma.browser().sign_in().status == 200
    assert uma.provider.requests.count("GET /keys") == 1
    uma.provider.rotate()
    assert uma.browser().sign_in().status == 200
    assert uma.provider.requests.count("GET /keys") == 2
    uma.provider.script.key = None
    refused(uma.browser().sign_in(), "provider_answer_invalid")


def test_callback_is_good_once(uma: Desk) -> None:
    browser = uma.browser()
    address = browser.at_provider(browser.start())
    first = browser.come_back(address)
    redeemed = uma.provider.requests.count("POST /token")
    refused(browser.come_back(address), "sign_in_unknown")
    assert uma.provider.requests.count("POST /token") == redeemed
    assert browser.exchange(page_of(first)["code"]).status == 200


def test_code_of_the_page_is_good_once_and_for_its_browser(uma: Desk) -> None:
    browser, stranger = uma.browser(), uma.browser()
    stranger.start()
    code = browser.code_after(browser.come_back(browser.at_provider(browser.start())))
    refused(stranger.exchange(code), "sign_in_unknown")
    assert browser.exchange(code).status == 200
    refused(browser.exchange(code), "sign_in_unknown")
    assert [each["code"] for each in _refusals(uma)] == ["sign_in_unknown"] * 2


def test_refusal_at_the_exchange_goes_on_record(uma: Desk) -> None:
    browser = uma.browser()
    code = browser.code_after(browser.come_back(browser.at_provider(browser.start())))
    uma.api.write(lambda tx: tx.change(update(t.user_account).values(status=0)))
    refused(browser.exchange(code), "account_inactive")
    (refusal,) = _refusals(uma)
    assert (refusal["code"], refusal["provider"]) == ("account_inactive", "company")
    assert refusal["account"].startswith("user:")


def _refusals(desk: Desk) -> list[dict[str, Any]]:
    """What the audit log tells of refused sign-ins."""
    rows = desk.api.rows(select(api_audit.c.changes).where(api_audit.c.outcome == "refused"))
    return [json.loads(row.changes)[0] for row in rows]


def test_code_of_the_provider_is_good_once(uma: Desk) -> None:
    """Somebody injects the code of one sign-in into another one of theirs."""
    browser = uma.browser()
    first, second = (browser.at_provider(browser.start()) for _ in range(2))
    code = first.partition("code=")[2].partition("&")[0]
    own_code = second.partition("code=")[2].partition("&")[0]
    answer = browser.come_back(second.replace(own_code, code))
    refused(browser.exchange(page_of(answer)["code"]), "provider_answer_invalid")


def test_answer_is_good_for_the_browser_that_asked(uma: Desk) -> None:
    browser, stranger = uma.browser(), uma.browser()
    address = browser.at_provider(browser.start())
    refused(stranger.come_back(address), "sign_in_unknown")
    stranger.start()
    refused(stranger.come_back(address), "sign_in_unknown")
    assert browser.come_back(address).status == 302


def test_answer_with_an_unknown_state_is_refused(uma: Desk) -> None:
    browser = uma.browser()
    browser.start()
    for query in ("?code=1&state=unknown", "?code=1", "?error=access_denied"):
        refused(browser.request("GET", f"/auth/oidc/company/callback{query}"), "sign_in_unknown")
    assert browser.request("GET", "/auth/oidc/company/callback?state=1&state=2").status == 400


def test_sign_in_that_took_too_long_is_over(uma: Desk) -> None:
    browser = uma.browser()
    address = browser.at_provider(browser.start())
    uma.api.write(_make_older, timedelta(minutes=11))
    refused(browser.come_back(address), "sign_in_unknown")
    answer = browser.come_back(browser.at_provider(browser.start()))
    uma.api.write(_make_older, timedelta(seconds=61))
    refused(browser.exchange(page_of(answer)["code"]), "sign_in_unknown")


def _make_older(tx: Write, time_passed: timedelta) -> None:
    for row in tx.rows(api_sign_on.select()):
        tx.change(update(api_sign_on).where(api_sign_on.c.id == row.id).values(expires_at=row.expires_at - time_passed))


def test_provider_that_refuses_somebody_is_believed(uma: Desk) -> None:
    browser = uma.browser()
    state = browser.start().headers["location"].partition("&state=")[2].partition("&")[0]
    answer = browser.come_back(
        f"http://testserver/api/v2/auth/oidc/company/callback?error=access_denied&state={state}&iss={uma.provider.issuer}"
    )
    refused(browser.exchange(page_of(answer)["code"]), "provider_refused")


def test_answer_of_another_issuer_is_refused(uma: Desk) -> None:
    uma.provider.script.issuer_in_answer = "https://elsewhere.example"
    refused(uma.browser().sign_in(), "provider_answer_invalid")
    uma.provider.script.issuer_in_answer = None
    browser = uma.browser()
    address = browser.at_provider(browser.start()).partition("&iss=")[0]
    refused(browser.exchange(page_of(browser.come_back(address))["code"]), "provider_answer_invalid")


def test_answer_of_one_provider_is_no_answer_of_another(demo: Template, provider: Provider, tmp_path: Any) -> None:
    provider.script.claims = UMA
    tables = {"company": table(provider), "partner": table(provider, title="Partner")}
    with running_api(demo.copy(), tmp_path, **written(tmp_path / "providers.toml", **tables)) as api:
        browser = Desk(api, provider).browser()
        address = browser.at_provider(browser.start(name="company"))
        refused(browser.come_back(address.replace("/company/", "/partner/")), "sign_in_unknown")


def test_open_redirects_are_refused(uma: Desk) -> None:
    pages = (
        *("https://evil.example", "//evil.example", "/portal@evil.example", "/portal/../x", "portal", "/admin", "/"),
        *("/portal?next=https://evil.example", "/portal#//evil.example\\", "/portal#/\r\nSet-Cookie: a=b"),
        *("javascript:alert(1)", "/portal#x", "/console/", "/api/v2/auth/me"),
    )
    for page in pages:
        answer = uma.browser().start(return_to=page)
        assert (answer.status, answer.fields) == (422, ["return_to"]), page
    assert uma.browser().start(return_to="/console#/tickets/1?a=b").status == 302


def test_page_of_another_site_cannot_exchange_a_code(uma: Desk) -> None:
    browser = uma.browser()
    code = browser.code_after(browser.come_back(browser.at_provider(browser.start())))
    answer = browser.exchange(code, headers={"Origin": "https://evil.example"})
    assert (answer.status, answer.errors[0]["code"]) == (403, "foreign_origin")


def test_provider_that_is_away_is_told_at_once(opened: Callable[..., Desk]) -> None:
    desk = opened(issuer="http://127.0.0.1:9", title="Far Away")
    answer = desk.browser().start()
    assert (answer.status, answer.errors[0]["code"]) == (503, "provider_unavailable")
    assert "Far Away" in answer.errors[0]["message"]
    assert "127.0.0.1" not in answer.content.decode()


def test_provider_that_goes_away_meanwhile_is_told_on_the_page(uma: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = uma.browser()
    address = browser.at_provider(browser.start())
    monkeypatch.setattr("osticket_api.features.single_sign_on.exchanges._SECONDS", 0.2)
    uma.provider.script.held = Event()
    answer = browser.exchange(page_of(browser.come_back(address))["code"])
    uma.provider.script.held.set()
    assert (answer.status, answer.errors[0]["code"]) == (503, "provider_unavailable")


def test_secret_is_read_anew_from_its_file(opened: Callable[..., Desk], tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("of yesterday")
    desk = opened(client_secret="", client_secret_file=str(file))
    desk.provider.script.claims = UMA
    assert desk.browser().sign_in().errors[0]["code"] == "provider_unavailable"
    file.write_text(f"{SECRET}\n")
    assert desk.browser().sign_in().status == 200
    file.unlink()
    assert desk.browser().sign_in().errors[0]["code"] == "provider_unavailable"


def test_provider_may_not_lead_elsewhere(opened: Callable[..., Desk], provider: Provider) -> None:
    """Its own addresses are looked at as those of webhooks are, and no secret goes out in clear."""
    provider.script.metadata = {"token_endpoint": "http://login.example/token"}
    assert opened().browser().start().errors[0]["code"] == "provider_unavailable"
    provider.script.metadata = {"issuer": "https://elsewhere.example"}
    assert opened().browser().start().errors[0]["code"] == "provider_unavailable"


def test_internal_provider_needs_a_setting(opened: Callable[..., Desk]) -> None:
    desk = opened(allowed_networks=[])
    assert desk.browser().start().errors[0]["code"] == "provider_unavailable"
    assert "GET /.well-known/openid-configuration" not in desk.provider.requests
