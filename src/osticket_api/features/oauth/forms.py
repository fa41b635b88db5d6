"""Read what OAuth clients send: a form, and who they are, in its fields or by HTTP Basic (RFC 6749 2.3.1)."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request

from osticket_api.errors import BadRequest, Unauthenticated
from osticket_api.web.admission import single
from osticket_api.web.input import read_body

_FORM: Final = "application/x-www-form-urlencoded"
_MOST_BYTES: Final = 16 * 1024
_MOST_FIELDS: Final = 20


@dataclass(frozen=True)
class ClientSecret:
    """How a client says who it is: the id of an API key, and the key."""

    client_id: str
    secret: str
    is_in_header: bool


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of the form; an empty one counts as absent. Raises: BadRequest."""
    content_type = request.headers.get("content-type", _FORM).partition(";")[0].strip().lower()
    if content_type != _FORM:
        raise invalid_request(f"Send the body as {_FORM}.")
    body = await read_body(request, _MOST_BYTES)
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise invalid_request("The body is not a form.") from None
    if len({name for name, _ in fields}) < len(fields):
        raise invalid_request("The form has a field twice.")
    return {name: value for name, value in fields if value}


def client_secret(request: Request, form: Mapping[str, str]) -> ClientSecret:
    """Read the client's id and secret.

    Raises: BadRequest for credentials in two ways at once, Unauthenticated for none.
    """
    header = single(request, "authorization")
    if header is not None:
        found = _from_header(header)
        if "client_secret" in form or form.get("client_id", found.client_id) != found.client_id:
            raise invalid_request("Send the client's credentials in one way, not in two.")
        return found
    if "client_id" not in form or "client_secret" not in form:
        raise invalid_client(is_in_header=False)
    return ClientSecret(form["client_id"], form["client_secret"], is_in_header=False)


def _from_header(header: str) -> ClientSecret:
    scheme, _, encoded = header.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise invalid_client(is_in_header=True) from None
    if not colon:
        raise invalid_client(is_in_header=True)
    return ClientSecret(unquote_plus(client_id), unquote_plus(secret), is_in_header=True)


def invalid_request(message: str) -> BadRequest:
    return BadRequest.because(message, code="invalid_request")


def invalid_client(*, is_in_header: bool) -> Unauthenticated:
    """The error for a client that is not accepted.

    It does not reveal whether the id or the secret is wrong, or the key has ended.
    """
    told = "The client is unknown, its secret is wrong, or it is not allowed from this address."
    error = Unauthenticated.because(told, code="invalid_client")
    if is_in_header:
        error.headers["WWW-Authenticate"] = 'Basic realm="osticket-api"'
    return error
