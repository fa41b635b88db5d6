"""The file of providers: what is wrong in it stops the start with a sentence."""

from pathlib import Path
from typing import Any

import pytest

from osticket_api.settings import ConfigurationError, load
from tests.doctor.test_doctor import examined
from tests.features.single_sign_on.desk import table, written
from tests.fixtures.identity_provider import Provider
from tests.fixtures.templates import Template

GOOD = "[company]\nissuer = 'https://login.example.com'\nclient_id = 'desk'\n"


def loaded(path: Path, text: str | None, **more: Any) -> Any:
    if text is not None:
        path.write_text(text)
    return load(**{"_env_file": None, "oidc_providers": path, "app_url": "https://desk.example.com", **more})


def test_least_that_a_provider_needs(tmp_path: Path) -> None:
    (provider,) = loaded(tmp_path / "providers.toml", GOOD).identity_providers()
    assert (provider.title, provider.create_users, provider.create_agents) == ("Company", False, False)
    assert (provider.second_factor, provider.trust_email, provider.secret) == ("ask", False, "")


def test_secret_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("very secret\n")
    settings = loaded(tmp_path / "providers.toml", f"{GOOD}client_secret_file = '{tmp_path / 'secret'}'\n")
    (provider,) = settings.identity_providers()
    assert provider.secret == "very secret"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "cannot be read"),
        ("", "has no provider"),
        ("[company", "cannot be read"),
        ("issuer = 'https://login.example.com'\n", "issuer belongs below the name of a provider"),
        ("[Company]\nissuer = 'https://a.example'\nclient_id = 'x'\n", "small letters, digits and hyphens"),
        ("[company]\nclient_id = 'x'\n", "[company] needs issuer"),
        ("[company]\nissuer = 'http://login.example.com'\nclient_id = 'x'\n", "issuer is wrong"),
        (GOOD + "issuers = 'x'\n", "has no setting issuers"),
        (GOOD + "people = ['staf']\n", "people.0 is wrong"),
        (GOOD + "scopes = ['email']\n", "scopes must have openid"),
        (GOOD + "create_agents = true\n", "need [[company.agents]]"),
        (GOOD + "allowed_networks = ['10.0.0.0/99']\n", "allowed_networks is wrong"),
        (GOOD + "ca = '/nowhere/ca.pem'\n", "a file cannot be used"),
        (GOOD + "client_secret = 'a'\nclient_secret_file = '/dev/null'\n", "not both"),
        (GOOD + "[[company.agents]]\ngroup = 'x'\nrole = 'y'\n", "[company] needs agents.0.department"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str | None, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match="OIDC_PROVIDERS is wrong") as raised:
        loaded(tmp_path / "providers.toml", text)
    assert sentence in str(raised.value)


def test_providers_need_an_address_and_a_server_that_writes(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="OIDC_PROVIDERS needs APP_URL"):
        loaded(tmp_path / "providers.toml", GOOD, app_url="")
    with pytest.raises(ConfigurationError, match="servers that may write"):
        loaded(tmp_path / "providers.toml", GOOD, read_only=True)


def test_doctor_asks_each_provider_who_it_is(
    demo: Template, provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = {
        "company": table(provider),
        "elsewhere": table(provider, issuer=provider.issuer.replace("127.0.0.1", "localhost")),
        "gone": table(provider, issuer="http://127.0.0.1:1"),
    }
    given = {name.upper(): str(value) for name, value in written(tmp_path / "providers.toml", **tables).items()}
    _, told = examined(demo.copy(), tmp_path, monkeypatch, **given)
    findings = [each for each in told["findings"] if each["check"] == "identity provider"]
    assert [each["level"] for each in findings] == ["ok", "warning", "warning"]
    assert "elsewhere: it calls itself" in findings[1]["message"]
    assert findings[2]["message"].startswith("gone: http://127.0.0.1:1/.well-known/openid-configuration")
