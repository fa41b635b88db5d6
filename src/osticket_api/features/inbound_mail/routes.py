"""Mail that providers post, over HTTP."""

from starlette.concurrency import run_in_threadpool

from osticket_api.access.rules import PROVIDERS
from osticket_api.errors import ApiError, NotFound, TooManyRequests, Unauthenticated, Unavailable
from osticket_api.features.inbound_mail.posting import READERS, InboundMail, mark_taken, take
from osticket_api.features.inbound_mail.providers.posted import Delivery, Posted
from osticket_api.features.inbound_mail.reading import read_mail
from osticket_api.web.call import Call
from osticket_api.web.input import read_body
from osticket_api.web.router import Router

router = Router(tag="inbound mail", prefix="/inbound-mail")


@router.post("/{provider}", access=PROVIDERS)
async def post_inbound_mail(call: Call, provider: str) -> InboundMail:
    """Take in a mail that `mailgun-mime`, `sendgrid`, `postmark` or `ses` received, as the provider posts it.

    The provider's signature, or the password that Postmark sends, stands for a caller. A mail that the help desk does
    not take, as from a banned address, is answered 200 with `rejected`: the provider would send it again otherwise.
    """
    setting, read = READERS.get(provider, ("", None))
    secret = _secret(call, setting) if read is not None else ""
    if read is None or not secret:
        raise NotFound.because(f"Mail from {provider} is not set up here.")
    body = await read_body(call.request, call.settings.max_body_bytes)
    delivery = await read(Posted(call.request.headers, body, secret))
    return InboundMail("confirmed") if delivery is None else await _take(call, provider, delivery)


def _secret(call: Call, setting: str) -> str:
    secret: str = getattr(call.settings, setting).get_secret_value()
    return secret


async def _take(call: Call, provider: str, delivery: Delivery) -> InboundMail:
    mail = await run_in_threadpool(read_mail, delivery.content)  # A large mail takes seconds.
    try:
        return await call.database.write(take, provider, delivery, mail)
    except (Unauthenticated, Unavailable, TooManyRequests):
        raise
    except ApiError as refused:
        if refused.leaves_record:
            await call.database.write(refused.record)
        await call.database.write(mark_taken, provider, delivery)
        return InboundMail("rejected", reason=str(refused))
