"""Ticket filters, as administrators set them up."""

from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation

_TYPES = {"dept": "department"}
_OPERATORS = {"contains": "contains", "ends": "ends_with"}


@operation("filter.create")
def create_filter(scene: Scene, params: Params) -> Answer:
    """Where no action is recorded, one is sent, since what is missing is a rule."""
    rules = [{"field": what, "operator": _OPERATORS[how], "value": value} for what, how, value in params["rules"]]
    recorded = params.get("actions", ({"type": "dept", "dept_id": 3},))
    actions = [{"type": _TYPES[action["type"]], "id": action["dept_id"]} for action in recorded]
    more = given(
        order=params.get("order"),
        is_active=params.get("active"),
        target=params.get("target", "Any").lower(),
        match=params.get("match"),
        stops_on_match=params.get("stop"),
    )
    return scene.post("/filters", {"name": params["name"], "rules": rules, "actions": actions, **more})


@operation("filter.delete")
def delete_filters(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/filters/{each}") for each in params["filters"]][-1]
