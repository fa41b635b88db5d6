"""Who takes part in a ticket beside its owner."""

from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("ticket.collaborator_add")
def add(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tickets/{params['ticket']}/collaborators", person(params))


def person(params: Params) -> Params:
    return given(user_id=params.get("user"), email=params.get("email"), name=params.get("name"))


@operation("ticket.collaborators_update")
def choose(scene: Scene, params: Params) -> Answer:
    body = {"active": params.get("active") or [], "remove": params.get("removed") or []}
    return scene.send("PUT", f"/tickets/{params['ticket']}/collaborators", body)


@operation("ticket.collaborator_remove")
def remove(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/tickets/{params['ticket']}/collaborators/{params['collaborator']}")
