"""Tasks, on a ticket or alone."""

from tests.parity.operations.collaborators import person
from tests.parity.operations.inputs import assignee, attachments, comment, given, moment
from tests.parity.operations.registry import Answer, Operation, Params, Scene, operation
from tests.parity.recorded import replacing

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
    return scene.post(f"/tasks/{params['task']}/status", given(status=params.get("status")) | comment(params))


@operation("task.delete")
def delete(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/tasks/{params['task']}", comment(params) or None)


@operation("task.edit")
def edit(scene: Scene, params: Params) -> Answer:
    """The whole form: what is not told apart is sent as it is."""
    stored = scene.desk.scalar("SELECT duedate FROM ost_task WHERE id = ?", params["task"])
    texts = given(title=params.get("title"), description=params.get("description"), comment=params.get("note"))
    body = texts | {"due_at": moment(params.get("duedate", stored))}
    return scene.send("PATCH", f"/tasks/{params['task']}", body)


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


def _for_each(single: Operation) -> Operation:
    """One request for each task: the first refusal is the answer, else the last one."""

    def every(scene: Scene, params: Params) -> Answer:
        answers = [single(scene, replacing(params, task=task)) for task in params["tasks"]]
        return next((answer for answer in answers if not answer.is_success), answers[-1])

    return every


for _kind, _single in {
    "task.mass_assign": assign,
    "task.mass_claim": claim,
    "task.mass_delete": delete,
    "task.mass_status": change_status,
    "task.mass_transfer": transfer,
}.items():
    operation(_kind)(_for_each(_single))
