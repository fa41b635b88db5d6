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


@operation("list.create")
def create_list(scene: Scene, params: Params) -> Answer:
    order = {"Alpha": "alphabetical", "-Alpha": "reversed", "SortCol": "manual"}[params["sort"]]
    return scene.post("/lists", {"name": params["name"], "plural_name": params["plural"], "order": order})


@operation("list.item_add")
def add_item(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/lists/{params['list']}/items", _item(params))


@operation("list.item_update")
def update_item(scene: Scene, params: Params) -> Answer:
    return scene.send("PATCH", f"/lists/{params['list']}/items/{params['item']}", _item(params))


@operation("list.item_disable")
def disable_items(scene: Scene, params: Params) -> Answer:
    paths = [f"/lists/{params['list']}/items/{item}" for item in params["items"]]
    return [scene.send("PATCH", path, {"is_active": False}) for path in paths][-1]


@operation("list.item_delete")
def delete_items(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/lists/{params['list']}/items/{item}") for item in params["items"]][-1]


def _item(params: Params) -> Params:
    return {name: params[name] for name in ("value", "abbreviation")}


@operation("sequence.create")
def create_sequence(scene: Scene, params: Params) -> Answer:
    return scene.post("/sequences", {name: params[name] for name in ("name", "next", "increment", "padding")})


@operation("email.create")
def create_email(scene: Scene, params: Params) -> Answer:
    where = {"department_id": params["dept"], "priority_id": params["priority"]}
    body = {"email": params["email"], "name": params["name"], "sends_auto_responses": not params["noautoresp"]}
    return scene.post("/emails", where | body)
