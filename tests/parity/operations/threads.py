"""What is written on a ticket."""

from tests.parity.operations.inputs import attachments, given
from tests.parity.operations.registry import Answer, Params, Scene, operation

_BY_PANEL = {"signature": "it goes into the mail only"}


@operation("ticket.reply", without=_BY_PANEL)
def reply(scene: Scene, params: Params) -> Answer:
    body = {"body": params.get("response") or "", **given(reply_to=params.get("reply_to"))}
    if params.get("ccs") is not None:
        body["collaborators"] = params["ccs"]
    return scene.post(f"/tickets/{params['ticket']}/reply", body | _along(params))


@operation("ticket.note")
def note(scene: Scene, params: Params) -> Answer:
    body = {"body": params.get("note") or "", **given(title=params.get("title"))}
    return scene.post(f"/tickets/{params['ticket']}/note", body | _along(params))


@operation("ticket.message", without={"channel": "users have one endpoint"})
def message(scene: Scene, params: Params) -> Answer:
    body = {"body": params.get("message") or "", **given(attachments=attachments(params))}
    return scene.post(f"/tickets/{params['ticket']}/message", body)


def _along(params: Params) -> Params:
    """A lock ends with what was written under it, which its code tells."""
    return given(status_id=params.get("status"), attachments=attachments(params), lock_code=params.get("lock_code"))


@operation("entry.edit", "entry.edit_resend")
def edit_entry(scene: Scene, params: Params) -> Answer:
    entry = params["entry"]
    if not isinstance(entry, int):
        entry = _newest_copy(scene, int(entry.split()[-1]))
    ticket = scene.desk.scalar(
        "SELECT t.object_id FROM ost_thread_entry e JOIN ost_thread t ON t.id = e.thread_id WHERE e.id = ?", entry
    )
    body = {"body": params.get("body") or ""}
    if params.get("title") is not None:
        body["title"] = params["title"]
    signature = {"dept": "department", "theirs": "author"}.get(str(params.get("signature")), params.get("signature"))
    if params.get("commit") == "resend":
        body |= {"resend": True, **given(signature=signature)}
    return scene.send("PATCH", f"/tickets/{ticket}/thread/{entry}", body)


def _newest_copy(scene: Scene, entry: int) -> int:
    copy = scene.desk.scalar("SELECT MAX(id) FROM ost_thread_entry WHERE pid = ?", entry)
    return int(copy)
