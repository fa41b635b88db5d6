"""Canned responses, FAQs and their categories. osTicket's forms require texts that the recorded inputs leave out."""

from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("canned.create")
def create_canned_response(scene: Scene, params: Params) -> Answer:
    body = {"title": params["title"], "response": "<p>x</p>"}
    return scene.post("/canned-responses", body | given(is_active=params.get("enabled")))


@operation("canned.update")
def update_canned_response(scene: Scene, params: Params) -> Answer:
    body = {"response": params["response"], "is_active": params["enabled"], "notes": params["notes"]}
    return scene.send("PATCH", f"/canned-responses/{params['canned']}", body)


@operation("canned.delete")
def delete_canned_responses(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/canned-responses/{canned}") for canned in params["canned"]][-1]
