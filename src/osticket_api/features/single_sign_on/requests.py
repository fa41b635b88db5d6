"""Request and response models of single sign-on."""

import re
from typing import Annotated, Final, Literal

import msgspec
from pydantic import AfterValidator, Field

from osticket_api.features.auth.api import Mode, SmallInput
from osticket_api.kit.enumerations import one_of
from osticket_api.web.input import Parameters

Kind = Literal["staff", "user"]
_PAGE: Final = re.compile(r"/(console|portal)(#(/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)?")


def _page(value: str) -> str:
    """Raises: ValueError for an address anywhere else: a link to a sign-in must not lead away."""
    if not _PAGE.fullmatch(value):
        raise ValueError("Give a page of the console or the portal, such as /portal#/tickets.")
    return value


def _page_or_address(value: str) -> str:
    """Raises: ValueError for what is neither a page of ours nor an address: which addresses, the settings say."""
    return value if re.match(r"https?://", value) else _page(value)


ReturnTo = Annotated[str, Field(max_length=512, examples=["/portal#/tickets"]), AfterValidator(_page)]
ReturnAnywhere = Annotated[str, Field(max_length=512, examples=["/portal#/tickets"]), AfterValidator(_page_or_address)]
CodeChallenge = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
_RETURN_TO: Final = "The page of the console or the portal to come back to. By default its first page, by `kind`."


class ProvidersQuery(Parameters):
    kind: Kind | None = Field(None, description="Only providers for agents (`staff`), or for users (`user`).")


class StartQuery(Parameters):
    """How to sign in."""

    kind: Kind = Field("user", description="Who signs in: an agent (`staff`) or a `user`.")
    mode: Mode = Field("token", description="What the exchange of the code gives: tokens, or a `cookie`.")
    return_to: ReturnAnywhere | None = Field(
        None, description=f"{_RETURN_TO} Or a page of another front end, exactly as `OIDC_RETURN_TO` names it."
    )
    code_challenge: CodeChallenge | None = Field(
        None,
        description="For a page of another front end: the SHA-256 of the `code_verifier` that it sends with the code, "
        "base64url (RFC 7636, S256).",
    )


class Start(SmallInput):
    """How to sign in."""

    kind: Kind = Field("user", description="Who signs in: an agent (`staff`) or a `user`.")
    mode: Mode = Field("token", description="What the exchange of the code gives: tokens, or a `cookie`.")
    return_to: ReturnTo | None = Field(None, description=_RETURN_TO)


class LinkStart(SmallInput):
    """Proof that it is the caller who wants an identity linked."""

    current_password: str | None = Field(None, max_length=1024, description="Where there is a password.")
    return_to: ReturnTo | None = Field(None, description=_RETURN_TO)


class Code(SmallInput):
    """The code that the page came back with: `code` in the part behind `#`."""

    code: str = Field(min_length=1, max_length=128, examples=["ose_..."])


class ExchangedCode(Code):
    """The code, and what proves that the page which sends it has begun the sign-in."""

    code_verifier: str | None = Field(
        None, min_length=43, max_length=128, description="Of a page of another front end: what `code_challenge` is of."
    )


class IdentityProvider(msgspec.Struct, kw_only=True):
    """An identity provider at which people can sign in."""

    name: str
    title: str
    kinds: list[Annotated[str, one_of(("staff", "user"))]]
    """Who signs in at the provider: agents (`staff`), users, or both."""


class IdentityProviders(msgspec.Struct, kw_only=True):
    providers: list[IdentityProvider]


class ProviderAddress(msgspec.Struct, kw_only=True):
    """The address that the browser goes to next."""

    address: str


class ProviderLogout(msgspec.Struct, kw_only=True):
    """The address at which the session at the identity provider ends."""

    address: str | None
    """null where the sign-in did not come by a provider, or the provider has no such page."""
