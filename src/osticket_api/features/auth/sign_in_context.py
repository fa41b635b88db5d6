"""The context of a sign-in: browser, address, how long it lasts; and the language that osTicket remembers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, Self, cast

from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.auth.passkeys.relying_party import RelyingParty, relying_party_of
from osticket_api.kit import php_json
from osticket_api.web.call import Call
from osticket_api.web.session_cookies import check_site

Mode = Literal["token", "cookie"]
"""How somebody stays signed in: by the tokens of the answer, or by a cookie that their browser keeps."""
_LANGUAGE: Final = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?(?=\s*(?:[,;]|$))")


@dataclass(frozen=True)
class SignInContext:
    """`language`: the first language of the browser as osTicket writes it, such as `en_US`; empty for none."""

    ip: str
    user_agent: str
    language: str
    seconds: Mapping[Mode, int]
    """How long a sign-in of each mode lasts at most."""
    mode: Mode = "token"
    party: RelyingParty | None = None
    """The web site whose passkeys can be asked for, if there is one."""

    @property
    def ttl_seconds(self) -> int:
        return self.seconds[self.mode]

    def by(self, mode: str | None) -> Self:
        """This context with another mode of staying signed in: tokens or a cookie."""
        return replace(self, mode=cast("Mode", mode or "token"))


def context_of(call: Call, mode: Mode = "token") -> SignInContext:
    """The context of a sign-in by a request. Raises: Forbidden where a page of another site wants to set a cookie."""
    if mode == "cookie":
        check_site(call.request)
    settings = call.settings
    headers = call.request.headers
    language = read_language(headers.get("accept-language", "")[:100])
    seconds: Mapping[Mode, int] = {"token": settings.jwt_refresh_ttl, "cookie": settings.session_ttl}
    party = relying_party_of(settings.app_url)
    return SignInContext(call.ip, headers.get("user-agent", ""), language, seconds, mode, party)


def read_language(header: str) -> str:
    """The language that an `Accept-Language` header names first."""
    found = _LANGUAGE.match(header)
    if found is None:
        return ""
    return found[1].lower() + (f"_{found[2].upper()}" if found[2] else "")


def note_language(tx: Write, subject: str, language: str) -> None:
    """Keep the language of the browser with the account, as each sign-in does. Source: people.md 1.8, 6.3."""
    kind, _, identifier = subject.partition(":")
    table = t.staff if kind == "staff" else t.user_account
    is_theirs = table.c[f"{kind}_id"] == int(identifier)
    known = php_json.decode(tx.scalar(select(table.c.extra).where(is_theirs)))
    extra = known if isinstance(known, dict) else {}
    if language and extra.get("browser_lang") != language:
        changed = php_json.encode({**extra, "browser_lang": language})
        tx.change(update(table).where(is_theirs).values(extra=changed))
