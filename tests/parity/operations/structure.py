"""What a help desk is made of, as administrators set it up."""

import json

from sqlalchemy import select

from osticket_api.db import tables as t
from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("role.create")
def create_role(scene: Scene, params: Params) -> Answer:
    return scene.post("/roles", {"name": params["name"], "permissions": params["perms"]})


@operation("role.update")
def update_role(scene: Scene, params: Params) -> Answer:
    return scene.send("PATCH", f"/roles/{params['role']}", {"permissions": params["perms"]})


@operation("role.delete")
def delete_roles(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/roles/{role}") for role in params["roles"]][-1]


@operation("dept.create")
def create_department(scene: Scene, params: Params) -> Answer:
    names = {"parent": "parent_id", "manager": "manager_id", "sla": "sla_id", "public": "is_public"}
    body = {ours: params.get(theirs) for theirs, ours in names.items()}
    signature = given(name=params["name"], signature=params.get("signature"))
    answer = scene.post("/departments", signature | given(**body))
    for member in params.get("members", ()):
        path = f"/departments/{_made(answer)}/members/{member['staff']}"
        answer = scene.send("PUT", path, {"role_id": member["role"], "alerts": member["alerts"]})
    return answer


@operation("dept.update")
def update_department(scene: Scene, params: Params) -> Answer:
    """osTicket's form takes access from all whom it does not list, and the recorded ones list nobody."""
    path = f"/departments/{params['dept']}"
    switched = {"disabled": {"is_active": False}, "archived": {"is_archived": True}}.get(params.get("status", ""), {})
    answer = scene.send("PATCH", path, given(parent_id=params.get("parent"), is_public=params.get("public")) | switched)
    members = scene.api.rows(select(t.staff_dept_access).where(t.staff_dept_access.c.dept_id == params["dept"]))
    if not answer.is_success:
        return answer
    return [answer, *(scene.send("DELETE", f"{path}/members/{member.staff_id}") for member in members)][-1]


@operation("dept.mass_status")
def switch_departments(scene: Scene, params: Params) -> Answer:
    body = {"archived": {"is_archived": True}, "disabled": {"is_active": False}, "active": {"is_active": True}}
    return [scene.send("PATCH", f"/departments/{each}", body[params["status"]]) for each in params["depts"]][-1]


@operation("dept.delete")
def delete_departments(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/departments/{each}") for each in params["depts"]][-1]


def _made(answer: Answer) -> int:
    return int(json.loads(answer.text)["data"]["id"])
