"""What a help desk is made of, as administrators set it up."""

import json

from sqlalchemy import select

from osticket_api.db import tables as t
from tests.parity.operations.inputs import assignee, given
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


@operation("topic.create")
def create_topic(scene: Scene, params: Params) -> Answer:
    names = {"parent": "parent_id", "dept": "department_id", "priority": "priority_id", "sla": "sla_id"}
    body = given(name=params["topic"], **{ours: params.get(theirs) for theirs, ours in names.items()})
    switches = given(is_public=params.get("public"), sends_auto_response=False if params.get("noautoresp") else None)
    hidden = params.get("disabled_fields", [])
    forms = [{"id": each, "disabled_field_ids": hidden} for each in params.get("forms", ())]
    return scene.post("/topics", body | switches | assignee(params.get("assign")) | given(forms=forms))


@operation("topic.update")
def update_topic(scene: Scene, params: Params) -> Answer:
    body = {"name": params["topic"], "department_id": params["dept"], "is_public": params["public"]}
    return scene.send("PATCH", f"/topics/{params['topic_id']}", body | {"forms": params["forms"]})


@operation("topic.mass_status")
def switch_topics(scene: Scene, params: Params) -> Answer:
    body = {"disabled": {"is_active": False}}[params["status"]]
    return [scene.send("PATCH", f"/topics/{each}", body) for each in params["topics"]][-1]


@operation("topic.delete")
def delete_topics(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/topics/{each}") for each in params["topics"]][-1]


@operation("form.create")
def create_form(scene: Scene, params: Params) -> Answer:
    return scene.post("/forms", {"title": params["title"], "fields": [_field(each) for each in params["fields"]]})


@operation("form.field_add")
def add_field(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/forms/{params['form']}/fields", _field(params))


@operation("form.delete")
def delete_forms(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/forms/{each}") for each in params["forms"]][-1]


def _field(params: Params) -> Params:
    """The panel offers combinations of switches by name."""
    modes = {
        "required": {"is_required_of_users": True, "is_required_of_agents": True},
        "internal optional": {"is_visible_to_users": False, "is_editable_by_users": False},
    }
    return {name: params[name] for name in ("type", "label", "name")} | modes.get(params["mode"], {})


def _made(answer: Answer) -> int:
    return int(json.loads(answer.text)["data"]["id"])
