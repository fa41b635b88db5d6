"""Keys in osTicket's own table."""

from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation

_FLAGS = {"can_create_tickets": "tickets.create", "can_exec_cron": "cron"}


def _granted(params: Params) -> list[str]:
    return [permission for flag, permission in _FLAGS.items() if params.get(flag)]


@operation("apikey.create")
def create(scene: Scene, params: Params) -> Answer:
    body = {"kind": "osticket", "networks": [params["ip"]], "permissions": _granted(params)}
    return scene.post("/api-keys", body | given(is_active=params.get("active"), notes=params.get("notes")))


@operation("apikey.update")
def update(scene: Scene, params: Params) -> Answer:
    body = {"permissions": _granted(params)} | given(is_active=params.get("active"), notes=params.get("notes"))
    return scene.send("PATCH", f"/api-keys/osticket:{params['key']}", body)


@operation("apikey.delete")
def delete(scene: Scene, params: Params) -> Answer:
    answers = [scene.send("DELETE", f"/api-keys/osticket:{key}") for key in params["keys"]]
    return answers[-1]
