"""The LDAP directories and Active Directories whose passwords count, as osTicket's LDAP plugin is set up.

Source: people.md 6.1, 6.8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from osticket_api.db.config import Config, load_config
from osticket_api.db.plugins import PluginInstance, chosen, enabled_instances
from osticket_api.db.unit import Read
from osticket_api.kit.trust import Trust
from osticket_api.mail.secrets import decrypt

_PLUGIN: Final = "auth-ldap"
_BACKENDS: Final = {"staff": ("auth-staff", "ldap"), "user": ("auth-client", "ldap.client")}
"""By kind of caller: the setting that lets directories sign them in, and the name of the backend."""

Layout = Literal["active_directory", "posix", "detect"]
_LAYOUTS: Final[dict[str, Layout]] = {"msad": "active_directory", "2307": "posix"}


@dataclass(frozen=True)
class Directory:
    """A directory, and how to ask it."""

    backend: str
    """The directory's backend as accounts that are bound to it name it, in lower case."""
    servers: tuple[str, ...]
    """Host names, with a port or a scheme where they need one. Each is a copy of the others."""
    domain: str
    base: str
    """The DN below which people are searched."""
    layout: Layout
    starts_tls: bool
    search_dn: str
    search_password: str


@dataclass(frozen=True)
class Person:
    """Whom a directory let in: their name and address there, as far as it tells."""

    username: str
    email: str | None = None


class DirectoryAway(Exception):
    """None of the directory's servers answers."""


def find_directories(tx: Read, kind: str) -> Sequence[Directory]:
    """The directories with which agents (`staff`) or users (`user`) may sign in, in osTicket's order."""
    setting, name = _BACKENDS[kind]
    found = []
    for instance in enabled_instances(tx, _PLUGIN):
        config = load_config(tx, instance.namespace)
        if config.flag(setting):
            found.append(_directory(tx, instance, config, name))
    return [each for each in found if each.servers]


def find_faults(directory: Directory, trust: Trust) -> Mapping[str, str | None]:
    """Find what keeps people from signing in, for each server of a directory; None where nothing does.

    It waits for the network: call it beside the event loop.
    """
    from osticket_api.features.auth import ldap  # Loaded by need: few help desks have a directory.

    return ldap.find_faults(directory, trust)


def _directory(tx: Read, instance: PluginInstance, config: Config, name: str) -> Directory:
    domain = config.text("domain").strip()
    return Directory(
        backend=instance.backend(name).lower(),
        # A domain of Active Directory has the addresses of its controllers.
        servers=tuple(config.text("servers").split()) or ((domain,) if domain else ()),
        domain=domain,
        base=config.text("search_base").strip() or ",".join(f"dc={part}" for part in domain.split(".") if part),
        layout=_LAYOUTS.get(chosen(config.text("schema")), "detect"),
        starts_tls=config.flag("tls"),
        search_dn=config.text("bind_dn").strip(),
        search_password=decrypt(config.text("bind_pw"), tx.secret_salt, instance.namespace) or "",
    )
