"""Tasks, on a ticket or alone."""

from tests.parity.operations.collaborators import person
from tests.parity.operations.inputs import assignee, attachments, comment, given, moment
from tests.parity.operations.registry import Answer, Params, Scene, operation

_PROPERTIES = {"duedate": "due_at", "dept": "department_id"}


@operation("task.create")
def create(scene: Scene, params: Params) -> Answer:
    body = given(
        title=params.get("title"),
        description=params.get("description"),
        department_id=params.get("dept"),
        ticket_id=params.get("ticket"),
        due_at=moment(params.get("duedate")),
        attachments=attachments(params),
        **assignee(params.get("assignee")),
    )
    return scene.post("/tasks", body)


@operation("task.reply")
def reply(scene: Scene, params: Params) -> Answer:
    return _post(scene, params, "reply", params.get("response"))


@operation("task.note")
def note(scene: Scene, params: Params) -> Answer:
    return _post(scene, params, "note", params.get("note"))


def _post(scene: Scene, params: Params, kind: str, text: str | None) -> Answer:
    along = given(title=params.get("title"), status=params.get("status"), attachments=attachments(params))
    return scene.post(f"/tasks/{params['task']}/{kind}", {"body": text or ""} | along)


@operation("task.assign")
def assign(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tasks/{params['task']}/assign", assignee(params.get("assignee")) | comment(params))


@operation("task.claim")
def claim(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tasks/{params['task']}/claim", comment(params))


@operation("task.transfer")
def transfer(scene: Scene, params: Params) -> Answer:
    body = given(department_id=params.get("dept")) | comment(params)
    return scene.post(f"/tasks/{params['task']}/transfer", body)


@operation("task.status", "task.close", "task.reopen")
def change_status(scene: Scene, params: Params) -> Answer:
    return _set_status(scene, params["task"], params)


def _set_status(scene: Scene, task: int, params: Params) -> Answer:
    return scene.post(f"/tasks/{task}/status", given(status=params.get("status")) | comment(params))


@operation("task.delete")
def delete(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/tasks/{params['task']}", comment(params) or None)


@operation("task.edit")
def edit(scene: Scene, params: Params) -> Answer:
    changes = given(
        title=params.get("title"), description=params.get("description"), due_at=moment(params.get("duedate"))
    )
    return scene.send("PATCH", f"/tasks/{params['task']}", changes | given(comment=params.get("note")))


@operation("task.field")
def edit_field(scene: Scene, params: Params) -> Answer:
    field, value = params["field"], params["value"]
    if not isinstance(field, str):
        field = scene.desk.scalar("SELECT name FROM ost_form_field WHERE id = ?", field)
    name = _PROPERTIES.get(field, field)
    new = moment(value) if name == "due_at" else value
    return scene.send("PATCH", f"/tasks/{params['task']}", {name: new} | comment(params))


@operation("task.collaborator_add")
def add_collaborator(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tasks/{params['task']}/collaborators", person(params))


@operation("task.mass_status", "task.mass_close", "task.mass_reopen")
def change_status_in_bulk(scene: Scene, params: Params) -> Answer:
    """One request for each task: the first refusal is the answer, else the last one."""
    answers = [_set_status(scene, task, params) for task in params["tasks"]]
    return next((answer for answer in answers if answer.is_refusal), answers[-1])
