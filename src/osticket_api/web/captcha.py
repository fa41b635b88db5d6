"""Visitors prove that they are people, where an administrator wants that: by Turnstile or hCaptcha."""

from typing import Annotated, Final

from osticket_api.access.principal import Anonymous
from osticket_api.errors import Fault, Invalid, Unavailable
from osticket_api.web.call import Call
from osticket_api.web.handlers import Prepared

HEADER: Final = "X-Captcha-Token"
VERIFIED_AT: Final[dict[str, str]] = {
    "turnstile": "https://challenges.cloudflare.com/turnstile/v0/siteverify",
    "hcaptcha": "https://api.hcaptcha.com/siteverify",
}
_SECONDS: Final = 10.0


async def check_captcha(call: Call) -> None:
    """Ask the provider about the visitor's token, if a captcha is set up. Those who have signed in need none.

    Raises: Invalid without a token that the provider accepts, Unavailable where the provider does not answer.
    """
    provider = call.settings.captcha_provider
    if provider is None or not isinstance(call.principal, Anonymous):
        return
    token = call.request.headers.get(HEADER)
    if not token:
        message = f"Solve the captcha, and send its token as {HEADER}."
        raise Invalid(Fault("captcha_required", message, detail={"provider": provider}))
    if not await _is_accepted(VERIFIED_AT[provider], call.settings.captcha_secret.get_secret_value(), token, call.ip):
        raise Invalid(Fault("captcha_failed", "The captcha was not solved, or its token is used up.", None))


async def _is_accepted(address: str, secret: str, token: str, ip: str) -> bool:
    import httpx2  # Loaded by need: few help desks have a captcha.

    try:
        async with httpx2.AsyncClient(timeout=_SECONDS) as client:
            answer = await client.post(address, data={"secret": secret, "response": token, "remoteip": ip})
            return answer.json().get("success") is True
    except (httpx2.HTTPError, ValueError, AttributeError) as error:
        raise Unavailable.because("The captcha cannot be checked right now.", code="captcha_unavailable") from error


Human = Annotated[None, Prepared(check_captcha)]
"""The parameter of a handler for which visitors must solve the captcha. Its value is always None."""
