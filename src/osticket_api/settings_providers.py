"""The identity providers that people sign in with: a TOML file, which `OIDC_PROVIDERS` names."""

import ssl
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode

Kind = Literal["staff", "user"]
_NAME: Final = r"^[a-z0-9][a-z0-9-]{0,31}$"
_LOCAL_NAMES: Final = ("localhost",)


def is_safe_address(address: str) -> bool:
    """Whether secrets may be sent to an address: over HTTPS, or inside this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_of_this_machine(host)))


def _is_of_this_machine(host: str) -> bool:
    try:
        return host in _LOCAL_NAMES or ip_address(host).is_loopback
    except ValueError:
        return False


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    if not value.isascii() or not is_safe_address(value) or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("it must be an address such as https://login.example.com/realms/company, without a query")
    return value


def _networks(values: Sequence[str]) -> Sequence[str]:
    for network in values:
        ip_network(network, strict=False)
    return values


Text = Annotated[str, Field(min_length=1, max_length=255)]


class GroupMapping(BaseModel):
    """The department and the role of agents who are in a group of the provider."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: Text
    department: Text
    role: Text


class Provider(BaseModel):
    """One identity provider, and who may come in by it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=_NAME)]
    title: Annotated[str, Field(min_length=1, max_length=64)]
    issuer: Annotated[str, Field(max_length=255), AfterValidator(_issuer)]
    client_id: Text
    client_secret: SecretStr = SecretStr("")
    client_secret_file: Path | None = None
    client_auth: Literal["basic", "post"] = "basic"
    scopes: Annotated[Sequence[Text], Field(min_length=1, max_length=20)] = ("openid", "profile", "email")
    people: Annotated[Sequence[Kind], Field(min_length=1)] = ("staff", "user")
    match_email: bool = True
    trust_email: bool = False
    backends: Sequence[Annotated[str, Field(min_length=1, max_length=32)]] = ()
    username_claim: Text = "preferred_username"
    groups_claim: Text = "groups"
    create_users: bool = False
    create_agents: bool = False
    update_agents: bool = False
    agents: Sequence[GroupMapping] = ()
    second_factor: Literal["ask", "reported", "always"] = "ask"
    allowed_networks: Annotated[Sequence[str], AfterValidator(_networks)] = ()
    ca: str = ""

    @model_validator(mode="before")
    @classmethod
    def _with_title(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {"title": str(values.get("name", "")).capitalize(), **values}

    @property
    def secret(self) -> str:
        """The client's secret; empty for a client that has none and proves itself by PKCE alone."""
        if self.client_secret_file is not None:
            return self.client_secret_file.read_text(encoding="utf-8").strip()
        return self.client_secret.get_secret_value()

    def is_for(self, kind: str) -> bool:
        return kind in self.people

    def faults(self) -> Iterator[str]:
        """Find settings that contradict each other, and files that cannot be read."""
        if "openid" not in self.scopes:
            yield "scopes must have openid"
        if (self.create_agents or self.update_agents) and not self.agents:
            yield f"create_agents and update_agents need [[{self.name}.agents]]: which group works where, in what role"
        if self.client_secret.get_secret_value() and self.client_secret_file is not None:
            yield "give client_secret or client_secret_file, not both"
        try:
            _ = self.secret
            if self.ca:
                ssl.create_default_context(cafile=self.ca)
        except (ssl.SSLError, OSError, UnicodeDecodeError) as error:
            yield f"a file cannot be used: {error}"


class SingleSignOn(BaseSettings):
    """Which identity providers there are."""

    oidc_providers: Path | None = None
    oidc_return_to: Annotated[Sequence[str], NoDecode] = ()

    @field_validator("oidc_return_to", mode="before")
    @classmethod
    def _split_addresses(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("oidc_return_to")
    @classmethod
    def _addresses(cls, value: Sequence[str]) -> Sequence[str]:
        for address in value:
            if not is_safe_address(address) or set("?#@ ") & set(address):
                raise ValueError(f"{address!r} is not a valid address, such as https://help.example.com/signed-in")
        return value

    def identity_providers(self) -> Sequence[Provider]:
        """The providers in the file. Raises: ValueError with a sentence for each fault."""
        return () if self.oidc_providers is None else read_providers(self.oidc_providers)

    def sign_on_faults(self, app_url: str, *, is_read_only: bool) -> Iterator[str]:
        """Find faults of the file, and missing settings that it needs."""
        if self.oidc_providers is None:
            if self.oidc_return_to:
                yield "OIDC_RETURN_TO needs OIDC_PROVIDERS: nobody comes back from a provider without one"
            return
        if not app_url:
            yield "OIDC_PROVIDERS needs APP_URL: identity providers send people back to that address"
        if is_read_only:
            yield "OIDC_PROVIDERS is for servers that may write: with READ_ONLY take it away"
        try:
            self.identity_providers()
        except ValueError as error:
            yield from str(error).splitlines()


def read_providers(path: Path) -> Sequence[Provider]:
    """The providers in a file, by their order there. Raises: ValueError with a sentence for each fault."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"OIDC_PROVIDERS is wrong: {path} cannot be read: {error}") from None
    faults: list[str] = []
    providers = [each for name, table in tables.items() if (each := _provider(name, table, faults)) is not None]
    if not tables:
        faults.append(f"OIDC_PROVIDERS is wrong: {path} has no provider")
    if faults:
        raise ValueError("\n".join(faults))
    return providers


def _provider(name: str, table: Any, faults: list[str]) -> Provider | None:
    """One table of the file; None where something is wrong with it."""
    if not isinstance(table, Mapping):
        faults.append(f"OIDC_PROVIDERS is wrong: {name} belongs below the name of a provider, such as [company]")
        return None
    try:
        provider = Provider.model_validate({**table, "name": name})
    except ValidationError as error:
        faults += [f"OIDC_PROVIDERS is wrong: [{name}] {_sentence(problem)}" for problem in error.errors()]
        return None
    faults += [f"OIDC_PROVIDERS is wrong: [{name}] {fault}" for fault in provider.faults()]
    return provider


def _sentence(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"has no setting {where}"
    if problem["type"] == "missing":
        return f"needs {where}"
    if where == "name":
        return "is not a valid name of a provider: use small letters, digits and hyphens, at most 32"
    message = str(problem["msg"]).removeprefix("Value error, ").replace("Input should be", "it must be")
    return f"{where} is wrong: {message}"
