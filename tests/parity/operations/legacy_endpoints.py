"""osTicket's own HTTP API, at the addresses it has there."""

import json
from typing import Any

from sqlalchemy import delete

from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from osticket_api.mail import message_ids
from osticket_api.mail.message_ids import Tag
from tests.parity.operations.registry import Answer, Params, Scene, operation

_SALT = "a salt that only this test knows"
_OVERSIZE = "1048577 times the letter x"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def create(scene: Scene, params: Params) -> Answer:
    """Open a ticket with the recorded payload, which is a text where it is no JSON."""
    payload = params["payload"]
    text = payload if isinstance(payload, str) else json.dumps(payload).replace(_OVERSIZE, "x" * 1_048_577)
    return post(scene, f"/tickets.{params['channel'].removeprefix('api-')}", text.encode())


def post(scene: Scene, path: str, content: bytes = b"") -> Answer:
    """What a endpoint answers. 500 is osTicket's word for a ticket it does not open, so it counts as a refusal."""
    scene.api.write(_forget)
    answer = Answer.of(scene.caller.request("POST", f"//api{path}", content=content, headers=_FORM))
    is_refused = answer.status == 500 and answer.text.startswith("Unable to create new ticket :")
    return Answer(422, answer.text) if is_refused else answer


def _forget(tx: Write) -> Any:
    """Cases are no repetitions of one another, though some have the same payload at the same time."""
    return tx.change(delete(own.api_idempotency))


@operation("mail.receive")
def receive(scene: Scene, params: Params) -> Answer:
    """A mail with the recorded headers, in the order in which they were recorded."""
    scene.api.database.secret_salt = _SALT
    headers = {
        "From": params["from"],
        "To": f"Support <{params.get('to') or 'support@acme.test'}>",
        "Subject": params["subject"],
        "Message-ID": params["message_id"],
        "Date": "Wed, 06 Mar 2024 14:59:00 +0000",
        "In-Reply-To": _answered(params.get("in_reply_to")),
        "References": _answered(params.get("in_reply_to")),
        "Auto-Submitted": params.get("auto_submitted"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
    }
    lines = [f"{name}: {value}" for name, value in headers.items() if value]
    return post(scene, "/tickets.email", "\r\n".join([*lines, "", params["body"]]).encode())


def _answered(what: str | None) -> str | None:
    """The Message-ID of a mail that osTicket sent: of the alert, and of the reply, both about entry 52."""
    tags = {
        "Message-ID of the message alert sent to the agent": Tag(2, 52, 22, "S"),
        "Message-ID of the mailed agent reply": Tag(11, 52, 21, "U"),
    }
    if what is None or what not in tags:
        return what
    return message_ids.write(tags[what], _SALT, sender="support@acme.test", random="Ab3dE")


@operation("system.cron")
def cron(scene: Scene, params: Params) -> Answer:
    return post(scene, "/tasks/cron")
