"""Tickets that belong together."""

from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("ticket.merge")
def merge(scene: Scene, params: Params) -> Answer:
    body = given(
        mode=params.get("combine"),
        participants={"user": "owner"}.get(params.get("participants", ""), params.get("participants")),
        child_status_id=params.get("child_status"),
        parent_status_id=params.get("parent_status"),
        delete_children=params.get("delete_child"),
        move_tasks=params.get("move_tasks"),
    )
    return scene.post(f"/tickets/{params['parent']}/merge", {"tickets": params["children"]} | body)


@operation("ticket.link")
def link(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tickets/{params['parent']}/link", {"tickets": params["children"]})


@operation("ticket.unlink", without={"parent": "a child knows its parent"})
def unlink(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tickets/{params['child']}/unlink", {})
