"""Agents who are mentioned in a note are told of it by mail."""

from sqlalchemy import delete, select

from osticket_api.db.tables.own_mail import api_outgoing_mail
from tests.features.auth.test_service import set_config
from tests.features.outgoing_mails.test_service import make
from tests.fixtures.api import Answer, Api

TICKET = 26
"""Of uma, in Support, assigned to alice."""


def told(api: Api, answer: Answer) -> list[str]:
    """The addresses of the mails that a request led to."""
    assert answer.status == 201, answer.errors
    make(api)
    mail = api_outgoing_mail.c
    addresses = sorted(str(row.recipients) for row in api.rows(select(mail.recipients)))
    api.write(lambda tx: tx.change(delete(api_outgoing_mail)))
    return addresses


def test_those_who_are_mentioned_are_mailed_once_and_only_if_they_may_know(api: Api) -> None:
    alice, path = api.staff("alice"), f"/tickets/{TICKET}/note"
    for switch, alert in (("0", True), ("1", True), ("1", False)):
        set_config(api, "note_alert_active", switch)
        set_config(api, "note_alert_assigned", switch)
        body = "<p>@bob, @charlie, @alice, @nobody, @Bob: look</p>"
        found = told(api, alice.post(path, {"body": body, "alert": alert}))
        assert len(found) == 1, found
        assert "bob" in found[0]
    (task,) = told(api, alice.post("/tasks/1/note", {"body": "<p>@bob: look</p>", "format": "html"}))
    assert "bob" in task
    set_config(api, "note_alert_active", "0")
    assert told(api, alice.post(path, {"body": "<p>Nobody at all</p>"})) == []
