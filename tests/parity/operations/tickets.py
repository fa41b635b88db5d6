"""Tickets: opening them, moving them about, ending them."""

from tests.parity.operations import legacy_endpoints
from tests.parity.operations.inputs import assignee, attachments, comment, given, moment
from tests.parity.operations.registry import Answer, Params, Scene, operation


@operation("ticket.create")
def create(scene: Scene, params: Params) -> Answer:
    if params["channel"].startswith("api-"):
        return legacy_endpoints.create(scene, params)
    if params["channel"] == "staff":
        return _open_by_staff(scene, params)
    if not scene.is_signed_in:
        return _open_by_guest(scene, params)
    return scene.post("/tickets", _texts(params) | _answers(params) | given(attachments=attachments(params)))


def _open_by_staff(scene: Scene, params: Params) -> Answer:
    """A first response, which osTicket takes in the same form, is a second request."""
    opened = scene.post("/tickets", _new_by_staff(params))
    if not opened.is_success or not params.get("response"):
        return opened
    ticket = scene.desk.scalar("SELECT MAX(ticket_id) FROM ost_ticket")
    body = {"body": params["response"]} | given(reply_to=params.get("reply_to"))
    return scene.post(f"/tickets/{ticket}/reply", body)


def _new_by_staff(params: Params) -> Params:
    return _texts(params) | given(
        user_id=params.get("user"),
        email=params.get("email"),
        name=params.get("name"),
        topic_id=params.get("topic"),
        department_id=params.get("dept"),
        sla_id=params.get("sla"),
        priority_id=params.get("priority"),
        status_id=params.get("status"),
        source=params.get("source"),
        due_at=moment(params.get("duedate")),
        collaborators=params.get("ccs"),
        reply_to=params.get("reply_to"),
        note=params.get("note"),
        custom_fields=params.get("fields"),
        attachments=attachments(params),
        **assignee(params.get("assignee")),
    )


def _open_by_guest(scene: Scene, params: Params) -> Answer:
    who = given(email=params.get("email"), name=params.get("name"), attachments=attachments(params))
    return scene.post("/tickets", _texts(params) | _answers(params) | who)


def _texts(params: Params) -> Params:
    """Sent even when they are empty, as osTicket's forms do."""
    return {"subject": params.get("subject") or "", "message": params.get("message") or ""}


def _answers(params: Params) -> Params:
    return given(custom_fields=params.get("fields"), topic_id=params.get("topicId") or params.get("topic"))


@operation("ticket.assign")
def assign(scene: Scene, params: Params) -> Answer:
    body = assignee(params.get("assignee")) | comment(params) | given(keep_access=params.get("refer"))
    return scene.post(f"/tickets/{params['ticket']}/assign", body)


@operation("ticket.claim")
def claim(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tickets/{params['ticket']}/claim", comment(params))


@operation("ticket.release")
def release(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tickets/{params['ticket']}/release", released(params) | comment(params))


def released(params: Params) -> Params:
    chosen = params.get("release")
    return {} if chosen is None else {"staff": "staff" in chosen, "team": "team" in chosen}


@operation("ticket.transfer")
def transfer(scene: Scene, params: Params) -> Answer:
    body = given(department_id=params.get("dept"), keep_access=params.get("refer")) | comment(params)
    return scene.post(f"/tickets/{params['ticket']}/transfer", body)


_TARGETS = {"staff": "staff_id", "agent": "staff_id", "team": "team_id", "dept": "department_id"}


@operation("ticket.refer")
def refer(scene: Scene, params: Params) -> Answer:
    target = {_TARGETS[params["target"]]: params.get("id")} if params.get("target") else {}
    return scene.post(f"/tickets/{params['ticket']}/refer", target | comment(params))


@operation("ticket.referral_remove")
def remove_referral(scene: Scene, params: Params) -> Answer:
    referral = params["referral"]
    if not isinstance(referral, int):
        referral = scene.desk.scalar(
            "SELECT r.id FROM ost_thread_referral r JOIN ost_thread t ON t.id = r.thread_id"
            " WHERE t.object_type = 'T' AND t.object_id = ?",
            params["ticket"],
        )
    return scene.send("DELETE", f"/tickets/{params['ticket']}/referrals/{referral}")


@operation("ticket.status", "ticket.close", "ticket.reopen")
def change_status(scene: Scene, params: Params) -> Answer:
    body = given(status_id=params.get("status")) | comment(params)
    return scene.post(f"/tickets/{params['ticket']}/status", body)


@operation("ticket.delete")
def delete(scene: Scene, params: Params) -> Answer:
    return scene.send("DELETE", f"/tickets/{params['ticket']}", comment(params) or None)


@operation("ticket.mark_answered")
def mark_answered(scene: Scene, params: Params) -> Answer:
    return _mark(scene, params, "answered")


@operation("ticket.mark_unanswered")
def mark_unanswered(scene: Scene, params: Params) -> Answer:
    return _mark(scene, params, "unanswered")


@operation("ticket.mark_overdue")
def mark_overdue(scene: Scene, params: Params) -> Answer:
    return _mark(scene, params, "overdue")


def _mark(scene: Scene, params: Params, state: str) -> Answer:
    return scene.post(f"/tickets/{params['ticket']}/mark", {"as": state} | comment(params))


@operation("ticket.change_owner")
def change_owner(scene: Scene, params: Params) -> Answer:
    return scene.post(f"/tickets/{params['ticket']}/owner", given(user_id=params.get("user")) | comment(params))
