"""The same for many tickets."""

from tests.parity.operations.inputs import assignee, comment, given
from tests.parity.operations.registry import Answer, Params, Scene, operation
from tests.parity.operations.tickets import released


def _in_bulk(scene: Scene, params: Params, action: str, parameters: Params) -> Answer:
    body = {"tickets": params["tickets"], "action": action, "parameters": parameters | comment(params)}
    return scene.post("/tickets/bulk", body)


@operation("ticket.mass_status")
def change_status_in_bulk(scene: Scene, params: Params) -> Answer:
    return _in_bulk(scene, params, "status", given(status_id=params.get("status")))


@operation("ticket.mass_assign")
def assign_in_bulk(scene: Scene, params: Params) -> Answer:
    keeps = given(keep_access=params.get("refer"))
    return _in_bulk(scene, params, "assign", assignee(params.get("assignee")) | keeps)


@operation("ticket.mass_claim")
def claim_in_bulk(scene: Scene, params: Params) -> Answer:
    return _in_bulk(scene, params, "claim", {})


@operation("ticket.mass_release")
def release_in_bulk(scene: Scene, params: Params) -> Answer:
    return _in_bulk(scene, params, "release", released(params))


@operation("ticket.mass_transfer")
def transfer_in_bulk(scene: Scene, params: Params) -> Answer:
    return _in_bulk(scene, params, "transfer", given(department_id=params.get("dept"), keep_access=params.get("refer")))


@operation("ticket.mass_delete")
def delete_in_bulk(scene: Scene, params: Params) -> Answer:
    return _in_bulk(scene, params, "delete", {})
