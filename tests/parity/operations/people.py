"""Users, their accounts, organizations, and quick notes on both."""

from typing import Any

from tests.fixtures.golden import PASSWORD
from tests.parity.operations.inputs import given
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("user.create")
def create_user(scene: Scene, params: Params) -> Answer:
    fields = given(notes=params.get("notes"))
    body = {"name": params["name"], "email": params["email"], **given(phone=params.get("phone"), custom_fields=fields)}
    return scene.post("/users", body)


@operation("user.update")
def update_user(scene: Scene, params: Params) -> Answer:
    """The whole form: every field is sent, changed or not."""
    body = {name: params[name] for name in ("name", "email")}
    answers = {"phone": params["phone"] or None, "custom_fields": {"notes": params["notes"] or None}}
    return scene.send("PATCH", f"/users/{params['user']}", body | answers)


@operation("user.delete")
def delete_user(scene: Scene, params: Params) -> Answer:
    with_tickets = "?tickets=delete" if params["delete_tickets"] else ""
    return scene.send("DELETE", f"/users/{params['user']}{with_tickets}")


@operation("user.organization")
def set_organization(scene: Scene, params: Params) -> Answer:
    return scene.send("PATCH", f"/users/{params['user']}", {"organization_id": params["org"]})


@operation("account.register")
def register(scene: Scene, params: Params) -> Answer:
    """A user name that is the address is none to osTicket."""
    address = scene.caller.get(f"/users/{params['user']}").data["email"]
    username = params.get("username")
    body = given(username=None if username == address else username, timezone=params.get("timezone"))
    path = f"/users/{params['user']}/register"
    if params.get("send_mail"):
        return scene.post(path, body | {"send_email": True})
    return scene.post(path, body | {"password": password(params["password"])})


@operation("account.send_reset")
def send_reset(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/users/{params['user']}/password-reset")


@operation("account.update")
def update_account(scene: Scene, params: Params) -> Answer:
    """osTicket's form sends the help desk's time zone along, which the recorded inputs do not name."""
    flags: Params = {"is_locked": params["locked"], "may_change_password": not params["forbid_password_change"]}
    body = {"username": params["username"], "password": password(params["password"])}
    flags |= {"timezone": params.get("timezone") or "UTC"}
    return scene.send("PATCH", f"/users/{params['user']}/account", body | flags)


@operation("account.unlock")
def unlock(scene: Scene, params: Params) -> Answer:
    return [scene.post(f"/users/{user}/unlock") for user in params["users"]][-1]


def password(word: str) -> str:
    """The recorded inputs say what a password is in a word."""
    return {"correct": PASSWORD, "changed": "Chang3d!x", "given": "G1ven!pass"}.get(word, word)


@operation("org.create")
def create_organization(scene: Scene, params: Params) -> Answer:
    return scene.post("/organizations", {"name": params["name"], "custom_fields": given(**_answers(params))})


@operation("org.update")
def update_organization(scene: Scene, params: Params) -> Answer:
    answers = {name: value or None for name, value in _answers(params).items()}
    return scene.send("PATCH", f"/organizations/{params['org']}", {"name": params["name"], "custom_fields": answers})


def _answers(params: Params) -> dict[str, Any]:
    return {name: params.get(name) for name in ("address", "phone", "website", "notes")}


@operation("org.profile")
def update_profile(scene: Scene, params: Params) -> Answer:
    manager = {"kind": {"s": "staff", "t": "team"}[params["manager"][0]], "id": int(params["manager"][1:])}
    domains = [part.strip() for part in params["domain"].split(",")]
    body = {"name": params["name"], "manager": manager, "domain": domains}
    return scene.send("PATCH", f"/organizations/{params['org']}", body)


@operation("org.add_user")
def add_member(scene: Scene, params: Params) -> Answer:
    return scene.send("PUT", f"/organizations/{params['org']}/users/{params['user']}")


@operation("org.remove_user")
def remove_member(scene: Scene, params: Params) -> Answer:
    removed = [scene.send("DELETE", f"/organizations/{params['org']}/users/{user}") for user in params["users"]]
    return removed[-1]


@operation("org.delete")
def delete_organization(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/organizations/{params['org']}")


@operation("note.create")
def create_note(scene: Scene, params: Params) -> Answer:
    kind, number = params["object"].split()
    return scene.post(f"/{kind}s/{number}/notes", {"body": params["note"]})


@operation("note.update")
def update_note(scene: Scene, params: Params) -> Answer:
    return scene.send("PATCH", f"/notes/{params['note_id']}", {"body": params["note"]})


@operation("note.delete")
def delete_note(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/notes/{params['note_id']}")
