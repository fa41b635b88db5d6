"""The templates that a fresh help desk begins with: every variable in them is one that its mails have."""

from sqlalchemy import insert, select, update

from osticket_api.db import tables as t
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.db.unit import Write
from osticket_api.features.files.content import read_all
from osticket_api.mail.delivery import MailWorker
from osticket_api.mail.letters import Letter, from_stored
from tests.fixtures.api import Api

_SWITCHES = [
    "ticket_autoresponder",
    "message_autoresponder",
    "ticket_alert_active",
    "ticket_alert_admin",
    "ticket_alert_dept_manager",
    "ticket_alert_dept_members",
    "message_alert_active",
    "message_alert_assigned",
    "message_alert_dept_manager",
    "note_alert_active",
    "note_alert_assigned",
    "note_alert_dept_manager",
    "assigned_alert_active",
    "assigned_alert_staff",
    "transfer_alert_active",
    "transfer_alert_assigned",
    "transfer_alert_dept_manager",
    "transfer_alert_dept_members",
    "overdue_alert_active",
    "overdue_alert_assigned",
    "overdue_alert_dept_manager",
    "task_alert_active",
    "task_alert_admin",
    "task_alert_dept_members",
    "task_activity_alert_active",
    "task_activity_alert_assigned",
    "task_assignment_alert_active",
    "task_assignment_alert_staff",
    "task_transfer_alert_active",
    "task_transfer_alert_dept_members",
    "ticket_notice_active",
]


def _switch_on(tx: Write) -> None:
    config = t.config.c
    there = set(tx.scalars(select(config.key).where(config.namespace == "core", config.key.in_(_SWITCHES))))
    tx.change(update(t.config).where(config.namespace == "core", config.key.in_(_SWITCHES)).values(value="1"))
    for key in set(_SWITCHES) - there:
        tx.change(insert(t.config).values(namespace="core", key=key, value="1", updated=tx.now))
    tx.change(update(t.department).values(message_auto_response=True, ticket_auto_response=True))


def letters(api: Api) -> list[Letter]:
    mail_worker = MailWorker(api.database, api.client.app.state.settings, read_all)  # type: ignore[attr-defined]
    api.client.portal.call(mail_worker.make)  # type: ignore[union-attr]
    mail = api_outgoing_mail.c
    rows = api.rows(select(mail.content).order_by(mail.id))
    return [from_stored(api.database.vault, row.content) for row in rows]


def test_no_variable_stays_in_the_mails_of_a_fresh_help_desk(api: Api) -> None:
    api.write(_switch_on)
    alice, dora = api.staff("alice"), api.staff("dora")
    body = {"email": "wanda@example.net", "name": "Wanda", "subject": "Fire", "message": "<p>Help.</p>", "topic_id": 1}
    ticket = alice.post("/tickets", body).data["id"]
    api.user("uma").post("/tickets", {"subject": "Smoke", "message": "<p>Help.</p>", "topic_id": 1})
    alice.post(f"/tickets/{ticket}/reply", {"body": "<p>On our way.</p>"})
    alice.post(f"/tickets/{ticket}/note", {"body": "<p>Took it.</p>"})
    dora.post(f"/tickets/{ticket}/assign", {"staff_id": 2, "comment": "<p>Yours.</p>"})
    dora.post("/tasks", {"title": "Look", "description": "<p>There.</p>", "department_id": 1, "staff_id": 2})
    found = letters(api)
    assert {"ticket.notice", "ticket.reply", "ticket.alert"} <= {letter.template for letter in found}
    assert [letter.subject for letter in found if "%{" in f"{letter.subject}{letter.html}"] == []
