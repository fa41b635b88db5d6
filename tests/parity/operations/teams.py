"""Teams, as administrators set them up."""

from typing import Any

from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("team.create")
def create_team(scene: Scene, params: Params) -> Answer:
    return scene.post("/teams", _body(params))


@operation("team.update")
def update_team(scene: Scene, params: Params) -> Answer:
    return scene.send("PATCH", f"/teams/{params['team']}", _body(params))


@operation("team.delete")
def delete_teams(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/teams/{team}") for team in params["teams"]][-1]


def _body(params: Params) -> dict[str, Any]:
    members = [{"staff_id": each["staff"], "alerts": each["alerts"]} for each in params.get("members", ())]
    switches = {"is_active": params.get("enabled", True), "sends_alerts": not params.get("noalerts", False)}
    named = given(lead_id=params.get("lead"), notes=params.get("notes"), members=members)
    return {"name": params["name"], **switches, **named}
