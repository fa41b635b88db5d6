"""The addresses of files in answers: as paths, or signed so that a browser fetches them without a header."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from osticket_api.access import signed_urls, tokens
from osticket_api.errors import Fault, Invalid
from osticket_api.kit.clock import system_clock
from osticket_api.web.call import Call
from osticket_api.web.envelope import own_address
from osticket_api.web.handlers import Prepared
from osticket_api.web.input import Parameters

FileUrls = Callable[[str], str]
"""Makes the address of a file in an answer from its path."""


def plain(path: str) -> str:
    """The path as it is: it is fetched with the caller's own credential."""
    return path


class FileUrlsQuery(Parameters):
    urls: Literal["signed"] | None = Field(
        None,
        description="`signed`: absolute addresses of files that need no header, for `<img>` and `<a>`. They end within "
        "twenty minutes, and with the sign-in.",
    )


class SignatureQuery(Parameters):
    signature: str | None = Field(
        None, max_length=2000, description="The parameter of a signed address that `urls=signed` gave."
    )


async def file_urls(call: Call, query: FileUrlsQuery) -> FileUrls:
    """How the caller wants the addresses of files. Raises: Invalid for signed ones without a sign-in."""
    if query.urls is None:
        return plain
    if call.is_visitor or call.is_signed_in_at_osticket:
        return partial(_absolute, call)
    if call.sign_in is None:
        raise Invalid(Fault("invalid", "Signed addresses are for those who have signed in, not for API keys.", "urls"))
    return partial(_signed, call, call.sign_in)


Urls = Annotated[FileUrls, Prepared(file_urls)]
"""The parameter of a handler whose answer has addresses of files; `FileUrlsQuery` stands beside it."""


def _signed(call: Call, token: tokens.AccessToken, path: str) -> str:
    signature = signed_urls.sign(call.signing_keys, path, token, now=system_clock())
    return f"{_absolute(call, path)}?signature={signature}"


def _absolute(call: Call, path: str) -> str:
    """Enough for visitors, to whom what they see is public, and where osTicket's cookie goes along by itself."""
    return f"{own_address(call.request)}{path}"
