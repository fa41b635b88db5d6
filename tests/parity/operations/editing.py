"""Changing what a ticket says about itself."""

from typing import Any

from tests.parity.operations.inputs import given, moment
from tests.parity.operations.registry import Answer, Params, Scene, operation

_COLUMNS = {"topic": "topic_id", "sla": "sla_id", "priority": "priority_id", "duedate": "due_at", "source": "source"}
_NEW_FILE = "new\n"


@operation("ticket.edit")
def edit(scene: Scene, params: Params) -> Answer:
    """The whole form: every field is sent, changed or not."""
    _keeps_owner(scene, params)
    body = {name: _value(column, params[column]) for column, name in _COLUMNS.items() if column in params}
    body |= {"subject": params["subject"]} if "subject" in params else {}
    body |= given(comment=params.get("note"), custom_fields=params.get("fields"))
    return scene.send("PATCH", f"/tickets/{params['ticket']}", body)


def _keeps_owner(scene: Scene, params: Params) -> None:
    """The form sends the owner along. Who changes that too takes another route."""
    if params.get("user"):
        owner = scene.desk.scalar("SELECT user_id FROM ost_ticket WHERE ticket_id = ?", params["ticket"])
        assert params["user"] == owner


@operation("ticket.edit.client")
def edit_as_user(scene: Scene, params: Params) -> Answer:
    return scene.send("PATCH", f"/tickets/{params['ticket']}", {"custom_fields": params["fields"]})


@operation("ticket.field")
def edit_field(scene: Scene, params: Params) -> Answer:
    """One field: a property of the ticket by name, or an answer by the id of its field."""
    body = given(comment=params.get("comments"))
    if isinstance(params["field"], str):
        return _patch(scene, params, {_COLUMNS[params["field"]]: _value(params["field"], params["value"])} | body)
    field = scene.desk.select("SELECT name, type FROM ost_form_field WHERE id = ?", params["field"])[0]
    if field["name"] == "subject":
        return _patch(scene, params, {"subject": params["value"]} | body)
    value = _upload(scene, params["value"]) if field["type"] == "files" else params["value"]
    return _patch(scene, params, {"custom_fields": {field["name"]: value}} | body)


def _patch(scene: Scene, params: Params, body: Params) -> Answer:
    return scene.send("PATCH", f"/tickets/{params['ticket']}", body)


def _value(column: str, value: Any) -> Any:
    if column == "duedate":
        return moment(value)
    return None if value == "" else value


def _upload(scene: Scene, name: str) -> list[int]:
    """A file field gets the ids of files that were uploaded before."""
    file = scene.caller.post("/files", files={"file": (name, _NEW_FILE.encode(), "text/plain")})
    return [file.data["id"]] if file.status == 201 else []
