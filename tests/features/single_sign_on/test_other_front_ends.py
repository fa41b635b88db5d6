"""Front ends on other hosts: people come back to pages that the settings name, with a code for whoever began."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from osticket_api.settings import ConfigurationError
from tests.features.single_sign_on.desk import Browser, Desk
from tests.features.single_sign_on.test_provider_settings import GOOD, loaded
from tests.features.single_sign_on.test_signing_in import UMA
from tests.fixtures.api import Answer, change_settings

PAGE = "https://help.example.com/signed-in"
VERIFIER = "what only the page that began the sign-in knows"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ELSEWHERE = {"Origin": "https://help.example.com", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def uma(desk: Desk) -> Iterator[Desk]:
    desk.provider.script.claims = UMA
    change_settings(desk.api, oidc_return_to=(PAGE,))
    yield desk
    change_settings(desk.api, oidc_return_to=())


def code_at(browser: Browser, page: str = PAGE, challenge: str = CHALLENGE) -> str:
    """The code that the page gets once the browser has been at the provider."""
    answer = browser.come_back(browser.at_provider(browser.start(return_to=page, code_challenge=challenge)))
    address, _, told = answer.headers["location"].partition("#")
    assert address == page
    return dict(parse_qsl(told))["code"]


def exchange(desk: Desk, code: str, **proof: str) -> Answer:
    """As a page on another host does it: without a cookie."""
    body = {"code": code, **proof}
    return desk.api.anonymous().request("POST", "/auth/oidc/exchange", json=body, headers=ELSEWHERE)


def test_a_page_that_the_settings_name_gets_tokens(uma: Desk) -> None:
    code = code_at(uma.browser())
    answer = exchange(uma, code, code_verifier=VERIFIER)
    assert answer.status == 200, answer.content
    assert answer.data["access_token"]
    assert exchange(uma, code, code_verifier=VERIFIER).errors[0]["code"] == "sign_in_unknown"


def test_who_has_the_code_alone_gets_nothing(uma: Desk) -> None:
    browser = uma.browser()
    code = code_at(browser)
    assert exchange(uma, code).errors[0]["code"] == "foreign_origin"
    assert exchange(uma, code, code_verifier="x" * 43).errors[0]["code"] == "sign_in_unknown"
    assert exchange(uma, code, code_verifier=CHALLENGE).errors[0]["code"] == "sign_in_unknown"
    assert browser.exchange(code).errors[0]["code"] == "sign_in_unknown"
    assert exchange(uma, code, code_verifier=VERIFIER).status == 200


def test_a_verifier_is_no_way_around_the_cookie_of_a_page_of_ours(uma: Desk) -> None:
    browser = uma.browser()
    code = browser.code_after(browser.come_back(browser.at_provider(browser.start(code_challenge=CHALLENGE))))
    assert exchange(uma, code, code_verifier=VERIFIER).errors[0]["code"] == "sign_in_unknown"
    assert browser.exchange(code).status == 200


@pytest.mark.parametrize(
    "page",
    [
        *("https://evil.example/", f"{PAGE}/", f"{PAGE}?a=b", f"{PAGE}#x", PAGE.upper(), PAGE[:-1], f"{PAGE}x"),
        *(
            "https://help.example.com",
            "https://help.example.com@evil.example/signed-in",
            "http://help.example.com/signed-in",
        ),
        *("https://help.example.com/signed-in/../x", f" {PAGE}", "//help.example.com/signed-in", "javascript:alert(1)"),
    ],
)
def test_any_other_page_is_refused(uma: Desk, page: str) -> None:
    answer = uma.browser().start(return_to=page, code_challenge=CHALLENGE)
    assert (answer.status, answer.fields) == (422, ["return_to"])


def test_what_a_page_elsewhere_must_send(uma: Desk) -> None:
    assert uma.browser().start(return_to=PAGE).fields == ["code_challenge"]
    assert uma.browser().start(return_to=PAGE, code_challenge="short").fields == ["code_challenge"]
    assert uma.browser().start(return_to=PAGE, code_challenge=CHALLENGE, mode="cookie").fields == ["mode"]
    body = {"return_to": PAGE}
    assert uma.browser().request("POST", "/auth/oidc/company/start", json=body).fields == ["return_to"]


def test_a_refusal_is_told_to_the_page_that_began(uma: Desk) -> None:
    uma.provider.script.claims = {"email": "nobody@example.net", "email_verified": True}
    answer = exchange(uma, code_at(uma.browser()), code_verifier=VERIFIER)
    assert (answer.status, answer.errors[0]["code"]) == (401, "identity_unknown")


@pytest.mark.parametrize(
    "address", ["help.example.com", "http://help.example.com/x", f"{PAGE}?a", f"{PAGE}#a", "https://a@b.example", "*"]
)
def test_a_wrong_setting_stops_the_start(tmp_path: Path, address: str) -> None:
    providers = tmp_path / "providers.toml"
    with pytest.raises(ConfigurationError, match="OIDC_RETURN_TO is wrong"):
        loaded(providers, GOOD, oidc_return_to=address)
    good = loaded(providers, GOOD, oidc_return_to=f"{PAGE}, http://localhost:5173/")
    assert good.oidc_return_to == (PAGE, "http://localhost:5173/")
    assert urlsplit(PAGE).scheme == "https"
