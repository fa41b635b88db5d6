"""Half-written texts."""

from osticket_api.features.drafts.namespaces import subject_of
from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("draft.create")
def create(scene: Scene, params: Params) -> Answer:
    subject = subject_of(params["namespace"])
    about = given(kind=subject.kind, ticket_id=subject.ticket_id, task_id=subject.task_id)
    return scene.post("/drafts", {"body": params["body"], **about})


@operation("draft.update")
def update(scene: Scene, params: Params) -> Answer:
    return scene.send("PATCH", f"/drafts/{params['draft']}", {"body": params["body"]})


@operation("draft.delete")
def delete(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/drafts/{params['draft']}")
