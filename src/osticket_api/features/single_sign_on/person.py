"""Somebody as an identity provider describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from osticket_api.features.auth.api import Identity
from osticket_api.kit.addresses import is_email
from osticket_api.settings_providers import Provider

_SECOND_FACTORS: Final = frozenset({"mfa", "otp", "hwk", "swk", "fido"})
"""Ways to sign in, as `amr` has them (RFC 8176), that show more than a password."""
_LONGEST: Final = 255
SHOWN_THERE: Final = "provider"


@dataclass(frozen=True)
class Person:
    """A person at a provider. Missing values are empty. `email` is given only if the provider has verified it."""

    identity: Identity
    id_token: str
    email: str
    has_unverified_email: bool
    username: str
    name: str
    first_name: str
    last_name: str
    groups: frozenset[str]
    second_factor: str | None


def person_of(provider: Provider, claims: Mapping[str, Any], id_token: str) -> Person:
    """The person whom these claims describe."""
    email = _text(claims.get("email"))
    is_verified = provider.trust_email or claims.get("email_verified") in (True, "true")
    first, last = _text(claims.get("given_name")), _text(claims.get("family_name"))
    return Person(
        identity=Identity(provider.issuer, claims["sub"]),
        id_token=id_token,
        email=email if is_verified and is_email(email) else "",
        has_unverified_email=bool(email) and not is_verified,
        username=_text(_named(claims, provider.username_claim)),
        name=_text(claims.get("name")) or f"{first} {last}".strip(),
        first_name=first,
        last_name=last,
        groups=_texts(_named(claims, provider.groups_claim)),
        second_factor=_second_factor(provider, claims),
    )


def _named(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by a path such as `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= _LONGEST else ""


def _texts(value: Any) -> frozenset[str]:
    values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(each for each in values if isinstance(each, str))


def _second_factor(provider: Provider, claims: Mapping[str, Any]) -> str | None:
    """The second factor that was shown at the provider, where the settings let it count."""
    is_reported = not _SECOND_FACTORS.isdisjoint(_texts(claims.get("amr")))
    counts = provider.second_factor == "always" or (provider.second_factor == "reported" and is_reported)
    return SHOWN_THERE if counts else None
