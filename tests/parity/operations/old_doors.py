"""osTicket's own HTTP API, at the addresses it has there."""

import json
from typing import Any

from sqlalchemy import delete

from osticket_api.db.engine import Write
from osticket_api.db.tables import own
from tests.parity.operations.registry import Answer, Params, Scene, operation

_OVERSIZE = "1048577 times the letter x"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def create(scene: Scene, params: Params) -> Answer:
    """Open a ticket with the recorded payload, which is a text where it is no JSON."""
    payload = params["payload"]
    text = payload if isinstance(payload, str) else json.dumps(payload).replace(_OVERSIZE, "x" * 1_048_577)
    return post(scene, f"/tickets.{params['channel'].removeprefix('api-')}", text.encode())


def post(scene: Scene, path: str, content: bytes = b"") -> Answer:
    """What a door answers. 500 is osTicket's word for a ticket it does not open, so it counts as a refusal."""
    scene.api.write(_forget)
    answer = Answer.of(scene.caller.request("POST", f"//api{path}", content=content, headers=_FORM))
    is_refused = answer.status == 500 and answer.text.startswith("Unable to create new ticket :")
    return Answer(422, answer.text) if is_refused else answer


def _forget(tx: Write) -> Any:
    """Cases are no repetitions of one another, though some have the same payload at the same time."""
    return tx.change(delete(own.api_idempotency))


@operation("system.cron")
def cron(scene: Scene, params: Params) -> Answer:
    return post(scene, "/tasks/cron")
