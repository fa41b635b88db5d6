"""OAuth 2.0 over HTTP."""

from collections.abc import Mapping

from osticket_api.access.rules import CLIENTS
from osticket_api.errors import BadRequest
from osticket_api.features.oauth.clients import Client, find_client
from osticket_api.features.oauth.forms import client_secret, invalid_request, read_form
from osticket_api.features.oauth.granting import grant
from osticket_api.features.oauth.introspection import introspect
from osticket_api.features.oauth.responses import ClientToken, Introspection
from osticket_api.web.call import Call
from osticket_api.web.rates import count
from osticket_api.web.results import Plain
from osticket_api.web.router import Router

router = Router(tag="auth", prefix="/oauth")


@router.post("/token", access=CLIENTS)
async def post_token(call: Call) -> Plain[ClientToken]:
    """Exchange an API key for an access token (RFC 6749, client credentials).

    `client_id` is the id of the key, `client_secret` the key itself, in the form or by HTTP Basic. `scope` names the
    permissions that the token needs, separated by spaces: it gets those of them that the key has. The token ends with
    the key, is good where the key is, and counts against its rate.
    """
    form = await read_form(call.request)
    client = await _client(call, form)
    if "grant_type" not in form:
        raise invalid_request("grant_type is required.")
    if form["grant_type"] != "client_credentials":
        raise BadRequest.because("grant_type can only be client_credentials.", code="unsupported_grant_type")
    return Plain(grant(client, form.get("scope"), call.signing_keys, call.settings))


@router.post("/introspect", access=CLIENTS)
async def post_introspection(call: Call) -> Plain[Introspection]:
    """Ask what an access token is good for (RFC 7662), as the client of `/oauth/token`.

    A client learns of its own tokens; one whose key has the permission `admin` of all, those of people too. All others
    are `active: false`.
    """
    form = await read_form(call.request)
    client = await _client(call, form)
    if "token" not in form:
        raise invalid_request("token is required.")
    return Plain(await call.database.read(introspect, client, form["token"], call.signing_keys))


async def _client(call: Call, form: Mapping[str, str]) -> Client:
    """The client, its request counted as the key's own. Raises: Unauthenticated, TooManyRequests."""
    client = await call.database.read(find_client, client_secret(call.request, form), call.ip)
    await count(call.request, client.principal, client.key_hash)
    return client
