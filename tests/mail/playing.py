"""Recorded operations as requests to our API, whatever words they were recorded in."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from osticket_api.access.principal import User
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.tickets.service.message import Message, add_message
from osticket_api.features.tickets.state import load_ticket
from osticket_api.features.users.service import create_user
from tests.fixtures.api import Answer, Caller
from tests.mail.php import Called, Script
from tests.mail.recorded import Recording
from tests.mail.stage import MailStage

Fields = dict[str, Any]

_PEOPLE = {
    "Uma Owner": "uma@acme-corp.test",
    "Vic Colleague": "vic@acme-corp.test",
    "Wes Outside": "wes@example.org",
    "MAILER-DAEMON": "MAILER-DAEMON@mail.example",
}
_EARLIER_MAIL = "From Uma Owner, Subject Re: Printer jam [#100001], Message-ID <in9@mail.example>"


class NotOffered(Exception):
    """Our API rightly has no request for this."""


def given(**values: Any) -> Fields:
    return {name: value for name, value in values.items() if value not in (None, "", [], 0)}


@dataclass
class Player:
    """Plays one operation."""

    stage: MailStage
    recording: Recording

    @property
    def operation(self) -> Fields:
        return self.recording.operation

    def play(self) -> list[Answer]:
        kind = self.operation["kind"]
        if kind.startswith("model call"):
            return self._script()
        return [_KINDS[kind](self)]

    def caller(self) -> Caller:
        api, operation = self.stage.api, self.operation
        staff = operation.get("staff")
        if isinstance(staff, str):
            return api.staff(staff)
        if staff is not None:
            return api.staff_id(staff)
        return api.user_id(operation["user"]) if operation.get("user") else api.anonymous()

    def panel_form(self) -> Answer:
        fields: Fields = {}
        for name, value in self.operation["fields"]:
            if name.endswith("[]"):
                fields.setdefault(name[:-2], []).append(int(value))
            else:
                fields[name] = value
        if "came by mail" in self.recording.raw["title"]:
            self.receive(_EARLIER_MAIL, "By mail")
            self.stage.forget()
        if fields["a"] == "reply":
            return self.reply(self.operation["ticket"], fields)
        return self.note("tickets", self.operation["ticket"], fields)

    def reply(self, ticket: int, fields: Fields) -> Answer:
        is_plain = any("'enable_richtext','0'" in each for each in self.recording.setup)
        body = {"body": fields["response"]} | given(
            format="text" if is_plain else None,
            reply_to=_reply_to(fields.get("reply-to")),
            collaborators=fields.get("ccs"),
            signature=_signature(fields.get("signature")),
            status_id=int(fields.get("reply_status_id") or 0),
            from_email_id=int(fields.get("from_email_id") or 0),
            attachments=[_file(each) for each in fields.get("files", [])],
        )
        return self.caller().post(f"/tickets/{ticket}/reply", body)

    def note(self, nouns: str, identifier: int, fields: Fields) -> Answer:
        body = {"body": fields["note"]} | given(title=fields.get("title"))
        if fields.get("note_status_id"):
            body["status_id"] = int(fields["note_status_id"])
        return self.caller().post(f"/{nouns}/{identifier}/note", body)

    def create(self) -> Answer:
        operation = self.operation
        if operation["channel"] == "staff":
            return self._open_by_staff(operation["params"])
        if operation["channel"].startswith("api-"):
            key = self.stage.desk.scalar("SELECT apikey FROM ost_api_key WHERE id = ?", operation["apikey"])
            headers = {"X-API-Key": str(key), "Content-Type": "application/x-www-form-urlencoded"}
            path = f"//api/tickets.{operation['channel'].removeprefix('api-')}"
            content = json.dumps(operation["payload"]).encode()
            return self.stage.api.anonymous().request("POST", path, content=content, headers=headers)
        params = operation.get("params", operation)
        body = {"subject": params["subject"], "message": params["message"]} | given(topic_id=params.get("topicId"))
        return self.caller().post("/tickets", body)

    def _open_by_staff(self, params: Fields) -> Answer:
        assignee = str(params.get("assignId") or "")
        body = {"subject": params["subject"], "message": params["message"]} | given(
            user_id=params.get("uid"),
            source=params.get("source"),
            topic_id=params.get("topicId"),
            department_id=params.get("deptId"),
            sla_id=params.get("slaId"),
            priority_id=params.get("priority"),
            collaborators=params.get("ccs"),
            reply_to=_reply_to(params.get("reply-to")),
            response=params.get("response"),
            signature=_signature(params.get("signature")),
            note=params.get("note"),
            **_assignee(assignee),
        )
        return self.caller().post("/tickets", body)

    def message(self) -> Answer:
        return self.caller().post(f"/tickets/{self.operation['ticket']}/message", {"body": self.operation["message"]})

    def mail(self) -> Answer:
        headers = self.operation["headers"]
        if headers.startswith("as m02"):
            headers = f"From Uma Owner, Subject Re: Desk move [#100006], Message-ID <in3@mail.example>,{headers[11:]}"
            headers = headers.replace(" with ", " ").replace("Auto-Submitted:", "Auto-Submitted")
        return self.receive(headers, self.operation.get("body", "Away."))

    def receive(self, headers: str, body: str) -> Answer:
        key = self.stage.desk.scalar("SELECT apikey FROM ost_api_key WHERE id = ?", 1)
        lines = [_header(*part.strip().split(" ", 1)) for part in headers.split(",") if part.strip()]
        names = {line.partition(":")[0] for line in lines}
        lines += [line for line in _USUAL_HEADERS if line.partition(":")[0] not in names]
        content = "\r\n".join([*lines, "", body]).encode()
        return self.stage.api.anonymous().request(
            "POST", "//api/tickets.email", content=content, headers={"X-API-Key": str(key)}
        )

    def access_link(self) -> Answer:
        body = {"email": self.operation["email"], "number": self.operation["ticket"]}
        return self.stage.api.anonymous().post("/auth/ticket-link", body)

    def client_reset(self) -> Answer:
        return self._forgot("user")

    def staff_reset(self) -> Answer:
        return self._forgot("staff")

    def _forgot(self, kind: str) -> Answer:
        body = {"kind": kind, "username": self.operation["userid"]}
        return self.stage.api.anonymous().post("/auth/forgot-password", body)

    def register(self) -> Answer:
        names = ("name", "email", "timezone", "phone")
        body = given(**{name: self.operation.get(name) for name in names}) | {"password": "long enough"}
        return self.stage.api.anonymous().post("/auth/register", body)

    def edit_and_resend(self) -> Answer:
        operation = self.operation.get("params", self.operation)
        ticket = self.stage.desk.scalar(
            "SELECT t.object_id FROM ost_thread_entry e JOIN ost_thread t ON t.id = e.thread_id WHERE e.id = ?",
            operation["entry"],
        )
        body = {"body": operation.get("body", "")} | given(signature=_signature(operation.get("signature")))
        body["resend"] = operation.get("commit", "resend") == "resend"
        return self.caller().patch(f"/tickets/{ticket}/thread/{operation['entry']}", body)

    def login(self) -> Answer:
        body = {"username": self.operation["username"], "password": self.operation["password"]}
        answers = [self.stage.api.anonymous().post("/auth/login", body) for _ in range(self.operation["attempts"])]
        return answers[-1]

    def _script(self) -> list[Answer]:
        script = Script(self.operation["driver"])
        answers = []
        for call in script.calls:
            method = _METHODS.get((_noun(call.target), call.method))
            if method is not None:
                answers.append(
                    method(self, _identifier(call.target), *call.arguments)
                    or Answer(SimpleNamespace(status_code=200, content=b""))
                )
        if not answers:
            raise NotOffered
        return answers

    def post(self, path: str, body: Fields) -> Answer:
        return self.caller().post(path, body)


def _noun(target: Any) -> str:
    return str(target.target) if isinstance(target, Called) and target.method in ("lookup", "new") else str(target)


def _identifier(target: Any) -> int:
    return int(target.arguments[0]) if isinstance(target, Called) and target.method == "lookup" else 0


def _form(form: Any) -> Fields:
    """What a form was filled in with."""
    fields: Fields = form.arguments[0] if isinstance(form, Called) else form
    return fields


def _reply_to(code: str | None) -> str | None:
    return {"collabs": "collaborators"}.get(code or "", code)


_SIGNATURES = {"dept": "department", "theirs": "author"}


def _signature(code: str | None) -> str | None:
    return _SIGNATURES.get(code or "", code)


_DONE = Answer(SimpleNamespace(status_code=200, content=b""))


def _assignee(code: str) -> Fields:
    return {{"s": "staff_id", "t": "team_id"}[code[0]]: int(code[1:])} if code else {}


def _file(named: Fields) -> Fields:
    stored = named["id"].target.arguments[0]
    content = b64encode(stored["data"].encode()).decode()
    return {"name": named["name"], "content_type": stored["type"], "content": content}


def _header(name: str, value: str = "") -> str:
    if name in ("From", "To", "Cc"):
        value = f"{value} <{_PEOPLE[value]}>" if value in _PEOPLE else value
    return f"{name}: {value}"


_USUAL_HEADERS = [
    "From: Uma Owner <uma@acme-corp.test>",
    "To: Support <support@acme.test>",
    "Message-ID: <in7@mail.example>",
    "Date: Wed, 06 Mar 2024 14:59:00 +0000",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
]


def _to_assign(nouns: str) -> Callable[..., Answer]:
    def assign(player: Player, identifier: int, form: Any, *rest: Any) -> Answer:
        fields = _form(form)
        body = _assignee(fields["assignee"]) | given(comment=fields.get("comments"), keep_access=fields.get("refer"))
        return player.post(f"/{nouns}/{identifier}/assign", body)

    return assign


def _to_transfer(nouns: str) -> Callable[..., Answer]:
    def transfer(player: Player, identifier: int, form: Any, *rest: Any) -> Answer:
        fields = _form(form)
        body = {"department_id": fields["dept"]} | given(
            comment=fields.get("comments"), keep_access=fields.get("refer")
        )
        return player.post(f"/{nouns}/{identifier}/transfer", body)

    return transfer


def _release(player: Player, identifier: int, form: Fields, *rest: Any) -> Answer:
    body = {"staff": "sid" in form, "team": "tid" in form, "comment": "<p>Back.</p>"}
    return player.post(f"/tickets/{identifier}/release", body)


def _refer(player: Player, identifier: int, form: Any, *rest: Any) -> Answer:
    fields = _form(form)
    names = {"agent": "staff_id", "staff": "staff_id", "team": "team_id", "dept": "department_id"}
    return player.post(f"/tickets/{identifier}/refer", {names[fields["target"]]: fields[fields["target"]]})


def _set_status(player: Player, identifier: int, status: Any, comment: str = "", *rest: Any) -> Answer:
    return player.post(f"/tickets/{identifier}/status", {"status_id": _identifier(status)} | given(comment=comment))


def _set_task_status(player: Player, identifier: int, status: str, comment: str = "", *rest: Any) -> Answer:
    return player.post(f"/tasks/{identifier}/status", {"status": status} | given(comment=comment))


def _post_message(player: Player, identifier: int, fields: Fields, *rest: Any) -> Answer:
    writer = fields["userId"]
    if not isinstance(writer, int):
        person = writer.target.arguments[0]
        writer = player.stage.api.write(_add_user, person["name"], person["email"])
    if player.stage.desk.scalar("SELECT id FROM ost_user_account WHERE user_id = ?", writer):
        return player.stage.api.user_id(writer).post(f"/tickets/{identifier}/message", {"body": fields["message"]})
    player.stage.api.write(_write_as_guest, identifier, writer, fields["message"])
    return _DONE


def _add_user(tx: Write, name: str, email: str) -> int:
    return create_user(tx, email=email, name=name, answers={}).id


def _write_as_guest(tx: Write, ticket_id: int, user_id: int, body: str) -> None:
    """Somebody without an account, who came by a link in a mail."""
    row = tx.row(select(t.user).where(t.user.c.id == user_id))
    assert row is not None
    user = User(
        id=user_id,
        name=row.name,
        email="",
        organization_id=row.org_id,
        shares_organization=False,
        lists_collaborations=False,
    )
    add_message(tx, user, load_ticket(tx, ticket_id), Message(body=body))


def _create_task(player: Player, identifier: int, fields: Fields) -> Answer:
    shown, hidden = fields["default_formdata"], fields["internal_formdata"]
    assignee = hidden.get("assignee")
    body = {"title": shown["title"], "description": shown["description"]} | given(
        ticket_id=fields.get("object_id"),
        department_id=hidden.get("dept_id"),
        due_at=hidden["duedate"].replace(" ", "T") + "Z" if hidden.get("duedate") else None,
        staff_id=_identifier(assignee) if _noun(assignee) == "Staff" else None,
        team_id=_identifier(assignee) if _noun(assignee) == "Team" else None,
    )
    answer = player.post("/tasks", body)
    if answer.status == 422 and "due_at" in answer.fields:
        del body["due_at"]
        answer = player.post("/tasks", body)
    return answer


def _post_task_reply(player: Player, identifier: int, fields: Fields, *rest: Any) -> Answer:
    return player.post(f"/tasks/{identifier}/reply", {"body": fields["response"]})


def _mark_overdue(player: Player, identifier: int, *rest: Any) -> Answer:
    return player.post(f"/tickets/{identifier}/mark", {"as": "overdue"})


def _update_field(player: Player, identifier: int, form: Any, *rest: Any) -> Answer:
    name, fields = form.target.arguments[0], _form(form)
    key = "priority_id" if name == "priority" else name
    body = {key: fields["field"]} | given(comment=fields.get("comments"))
    return player.caller().patch(f"/tickets/{identifier}", body)


def _change_owner(player: Player, identifier: int, user: Any) -> Answer:
    return player.post(f"/tickets/{identifier}/owner", {"user_id": _identifier(user)})


def _register(player: Player, identifier: int, fields: Fields, *rest: Any) -> Answer:
    body = given(timezone=fields.get("timezone"), send_email=bool(fields["sendemail"]))
    return player.post(f"/users/{identifier}/register", body)


_KINDS: dict[str, Callable[[Player], Answer]] = {
    "panel form": Player.panel_form,
    "ticket.create": Player.create,
    "ticket.message": Player.message,
    "mail.receive": Player.mail,
    "client.access_link": Player.access_link,
    "client.password_reset_request": Player.client_reset,
    "client.register": Player.register,
    "staff.password_reset_request": Player.staff_reset,
    "staff.login": Player.login,
    "entry.edit_resend": Player.edit_and_resend,
}


def _ask_for_code(player: Player, identifier: int, agent: Any) -> Answer:
    body = {"method": "email", "current_password": "Passw0rd!x"}
    return player.stage.api.staff_id(_identifier(agent)).post("/auth/two-factor/enrolment", body)


_METHODS: dict[tuple[str, str], Callable[..., Answer]] = {
    ("Ticket", "postReply"): lambda player, identifier, fields, *rest: player.reply(identifier, fields),
    ("Ticket", "postNote"): lambda player, identifier, fields, *rest: player.note("tickets", identifier, fields),
    ("Ticket", "postMessage"): _post_message,
    ("Ticket", "assign"): _to_assign("tickets"),
    ("Ticket", "transfer"): _to_transfer("tickets"),
    ("Ticket", "release"): _release,
    ("Ticket", "refer"): _refer,
    ("Ticket", "setStatus"): _set_status,
    ("Ticket", "markOverdue"): _mark_overdue,
    ("Ticket", "updateField"): _update_field,
    ("Ticket", "changeOwner"): _change_owner,
    ("Task", "create"): _create_task,
    ("Task", "postNote"): lambda player, identifier, fields, *rest: player.note("tasks", identifier, fields),
    ("Task", "postReply"): _post_task_reply,
    ("Task", "assign"): _to_assign("tasks"),
    ("Task", "transfer"): _to_transfer("tasks"),
    ("Task", "setStatus"): _set_task_status,
    ("User", "register"): _register,
    ("Email2FABackend", "send"): _ask_for_code,
}
