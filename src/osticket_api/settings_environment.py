"""Which names in the environment are settings of ours: shells, orchestrators and libraries put theirs there too."""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Any, Final

from pydantic_settings import EnvSettingsSource

OURS: Final = ("EVENTS_", "FEATURES_", "INBOUND_", "LEGACY_", "RATE_LIMIT_")
"""Nobody else's names begin with these: one that is no setting stops the start."""
SHARED: Final = (
    "APP_", "CAPTCHA_", "DB_", "JWT_", "LDAP_", "MAIL_", "OIDC_", "OSTICKET_", "SECRETS_", "TRUSTED_", "WEBHOOK_",
)  # fmt: skip
"""Names of others begin with these too: one that is no setting is told, for it may have been meant for us."""
_OF_COMMANDS: Final = {"OSTICKET_API_KEY", "OSTICKET_API_URL", "OSTICKET_MCP_FILES", "OSTICKET_MCP_TOOLS"}
"""What `osticket-api mcp` takes for its options."""
_NOT_MISSPELLED: Final = {"DATADIR", "LOGLEVEL", "REDIS_URI", "SECRET_KEY"}
"""Names that other programs read, and that are spelled almost as settings of ours."""
_SHORTEST_TO_MISSPELL: Final = 7
"""HOSTS, PORTS or MAILTO are nobody's misspellings."""
_LONG: Final = 11

_LINK: Final = re.compile(r"\w+_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)")
"""What Kubernetes tells every container of a service, and Docker of a container that is linked."""
_LINK_ADDRESS: Final = ("tcp://", "udp://", "sctp://")


class OwnEnvironment(EnvSettingsSource):
    """The environment, without values that others have put under names of ours."""

    def __call__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__call__().items() if not _is_of_others(name.upper(), value)}


def misspelled(known: Collection[str], given: Iterable[str]) -> Iterator[str]:
    """Find names in the environment that were meant to be settings, and say so. `given` names those in `.env`."""
    names = {name.upper() for name in os.environ}
    missing = set(known) - names - {name.upper() for name in given}
    for name, value in sorted(os.environ.items()):
        word = name.upper()
        if word in known or _is_of_others(word, value):
            continue
        if word.startswith(OURS):
            yield unknown_setting("The environment", name, known)
        elif word not in _NOT_MISSPELLED and (near := [each for each in missing if _is_misspelling(word, each)]):
            yield unknown_setting("The environment", name, near)


def unread(known: Collection[str]) -> list[str]:
    """Names in the environment that no setting has, though they may have been meant for one."""
    return sorted(
        name
        for name, value in os.environ.items()
        if (name.upper().startswith(SHARED) or name.upper() in _NOT_MISSPELLED)
        and name.upper() not in {*known, *_OF_COMMANDS}
        and not _is_of_others(name.upper(), value)
    )


def sentence_about_unread(names: Collection[str]) -> str:
    """What to say about names in the environment that no setting has."""
    return f"not read from the environment, since no setting is called so: {', '.join(names)}"


def unknown_setting(place: object, name: str, known: Collection[str]) -> str:
    """A setting that nobody reads would be taken for one that is in force."""
    guess = get_close_matches(name.upper(), list(known), n=1, cutoff=0.5)
    hint = f": did you mean {guess[0]}?" if guess else ": `osticket-api settings` prints those there are"
    return f"{place} has the unknown setting {name[:80]}{hint}"


def _is_of_others(name: str, value: str | None) -> bool:
    if _LINK.fullmatch(name) or (name.endswith("_PORT") and str(value).startswith(_LINK_ADDRESS)):
        return True
    return name == "MAIL" and str(value).startswith("/")  # A login shell names its mailbox so.


def _is_misspelling(word: str, setting: str) -> bool:
    """Whether a letter, in long names two, was forgotten, added, mistaken, or changed places with its neighbour."""
    if len(setting) < _SHORTEST_TO_MISSPELL or word[0] != setting[0]:
        return False
    return _edits(word, setting) <= (2 if len(setting) >= _LONG else 1)


def _edits(one: str, other: str) -> int:
    """How many letters differ: the optimal string alignment distance."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row, older = row, [i], before
        for j, letter_there in enumerate(other, 1):
            edits = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != letter_there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == letter_there:
                edits = min(edits, older[j - 2] + 1)
            row.append(edits)
        before = above
    return row[-1]
