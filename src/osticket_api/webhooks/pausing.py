"""Webhooks that stop: because their receivers are gone, or nobody answers for days."""

from typing import Any, Final

from sqlalchemy import Row, update

from osticket_api.access.principal import ANONYMOUS
from osticket_api.db.tables.own_webhooks import api_webhook
from osticket_api.db.unit import Write
from osticket_api.events.system_log import log
from osticket_api.mail import outbox

_TITLE: Final = "Webhook paused"


def pause(tx: Write, webhook: Row[Any], reason: str) -> None:
    """Stop telling a receiver, and tell the administrators: in osTicket's system log, and by mail."""
    values = {"is_active": False, "pause_reason": reason, "updated_at": tx.now}
    tx.change(update(api_webhook).where(api_webhook.c.id == webhook.id).values(values))
    text = (
        f"Webhook {webhook.id} ({webhook.description or webhook.url[:200]}) is paused: {reason}\n"
        "Nothing is lost as long as the feed keeps it: when the webhook is switched on again, it goes on from there."
    )
    log(tx, "Error", _TITLE, text)
    outbox.post(tx, "administrator", ANONYMOUS, subject=f"{_TITLE}: {webhook.id}", text=text)
