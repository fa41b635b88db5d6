"""What administrators choose from when they set up a help desk: SLA plans, lists, sequences."""

from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("sla.create")
def create_sla(scene: Scene, params: Params) -> Answer:
    return scene.post("/slas", _sla(params) | {"is_active": params.get("active", True)})


@operation("sla.update")
def update_sla(scene: Scene, params: Params) -> Answer:
    return scene.send("PATCH", f"/slas/{params['sla']}", _sla(params))


@operation("sla.delete")
def delete_slas(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/slas/{sla}") for sla in params["slas"]][-1]


def _sla(params: Params) -> Params:
    return given(name=params["name"], grace_hours=params["grace_period"], schedule_id=params.get("schedule"))
