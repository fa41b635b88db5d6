"""Agents: set up by administrators, and what they change of themselves."""

from typing import Any

from tests.parity.operations.inputs import given
from tests.parity.operations.people import password
from tests.parity.operations.registry import Answer, Params, Scene, operation
from tests.parity.operations.sessions import acting_as

_ADMINISTRATOR = 1
_VIEW_ONLY = 4


@operation("staff.create")
def create_staff(scene: Scene, params: Params) -> Answer:
    """The recorded inputs leave out what does not matter to them."""
    username = params["username"]
    body = {
        "username": username,
        "first_name": params.get("firstname", username.title()),
        "last_name": params.get("lastname", "Gone"),
        "email": params.get("email", f"{username}@acme.test"),
        "department_id": params.get("dept", 1),
        "role_id": params.get("role", _VIEW_ONLY),
        "is_active": not params.get("locked", False),
        "is_visible": params.get("visible", True),
        "keeps_role_when_assigned": False,
    }
    if params.get("send_mail"):
        body["send_email"] = True
    return scene.post("/staff", body)


@operation("staff.update")
def update_staff(scene: Scene, params: Params) -> Answer:
    body = given(
        last_name=params.get("lastname"),
        department_id=params.get("dept"),
        role_id=params.get("role"),
        phone=params.get("phone"),
        is_admin=params.get("isadmin"),
    )
    if "access" in params:
        body["departments"] = [_access(each["dept"], each["role"]) for each in params["access"]]
    if "teams" in params:
        body["teams"] = [{"team_id": team} for team in params["teams"]]
    if "perms" in params:
        body["permissions"] = params["perms"]
    return scene.send("PATCH", f"/staff/{params['staff']}", body)


def _access(department: int, role: int) -> dict[str, Any]:
    return {"department_id": department, "role_id": role}


@operation("staff.mass_department")
def move_staff(scene: Scene, params: Params) -> Answer:
    """Whoever moves an agent says which access they keep."""
    return [_move(scene, staff, params) for staff in params["staff"]][-1]


def _move(scene: Scene, staff: int, params: Params) -> Answer:
    before = scene.caller.get(f"/staff/{staff}").data
    kept = [_access(each["department"]["id"], each["role"]["id"]) for each in before["departments"]]
    if params["keep_access"]:
        kept.append(_access(before["department"]["id"], before["role"]["id"]))
    body = {"department_id": params["dept"], "role_id": params["role"], "departments": kept}
    return scene.send("PATCH", f"/staff/{staff}", body)


@operation("staff.delete")
def delete_staff(scene: Scene, params: Params) -> Answer:
    return [scene.send("DELETE", f"/staff/{staff}") for staff in params["staff"]][-1]


@operation("staff.profile")
def update_profile(scene: Scene, params: Params) -> Answer:
    """The whole form: preferences are sent, changed or not."""
    preferences = {
        "page_size": params["max_page_size"],
        "signature_type": params["default_signature_type"],
        "paper_size": params["default_paper_size"],
        "datetime_format": None,
        "from_name": None,
        "thread_order": None,
        "default_queue_id": None,
        "reply_redirect": "ticket",
        "image_view": "download",
        "editor_spacing": "double",
    }
    acting_as(scene, params["staff"])
    body = {
        "last_name": params["lastname"],
        "phone": params["phone"],
        "phone_extension": params["phone_ext"],
        "signature": params["signature"],
        "timezone": params["timezone"],
        "preferences": preferences,
    }
    return scene.send("PATCH", "/staff/me", body)


@operation("staff.change_password")
def change_password(scene: Scene, params: Params) -> Answer:
    acting_as(scene, params["staff"])
    body = {"password": password(params["new"]), "current_password": password(params["current"])}
    return scene.send("PATCH", "/staff/me", body)


@operation("staff.set_password")
def set_password(scene: Scene, params: Params) -> Answer:
    body = {"password": password(params["new"]), "must_change_password": params["must_change"]}
    return scene.post(f"/staff/{params['staff']}/password", body)


@operation("staff.password_reset_request")
def request_reset(scene: Scene, params: Params) -> Answer:
    """osTicket mails a link to whoever asks for one. Here an administrator gets it, to pass it on."""
    administrator = scene.api.staff_id(_ADMINISTRATOR)
    found = administrator.get(f"/staff?q={params['userid']}&fields=id,username").data
    staff = next(each["id"] for each in found if each["username"] == params["userid"])
    return Answer.of(administrator.post(f"/staff/{staff}/password-reset"))
