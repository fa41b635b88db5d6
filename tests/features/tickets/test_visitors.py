"""Tickets that people open without signing in, and what they are shown before."""

import pytest
from sqlalchemy import delete, select

from osticket_api.db import tables as t
from tests.features.auth.sign_ins import code
from tests.features.auth.test_service import set_config
from tests.fixtures.api import Api

NEW = {"subject": "Locked out", "message": "<p>The door is shut.</p>", "email": "zoe@example.net", "name": "Zoe Zulu"}


def test_visitor_opens_a_ticket(api: Api) -> None:
    answer = api.anonymous().post("/tickets", NEW)
    assert answer.status == 201, answer.errors
    assert (len(answer.data["number"]), answer.data["status"]["state"]) == (6, "open")
    seen = api.staff("alice").get(f"/tickets/{answer.data['id']}").data
    assert (seen["user"]["name"], seen["user"]["email"], seen["source"]) == ("Zoe Zulu", "zoe@example.net", "Web")
    assert api.anonymous().get(f"/tickets/{answer.data['id']}").status == 401


def test_visitor_learns_nothing_of_whose_address_it_is(api: Api) -> None:
    uma = api.user("uma").get("/users/me").data
    answer = api.anonymous().post("/tickets", {**NEW, "email": uma["email"]})
    assert answer.status == 201
    assert uma["name"] not in answer.content.decode()
    assert (answer.data["user"], answer.data["organization"], answer.data["staff"]) == (None, None, None)
    assert api.staff("alice").get(f"/tickets/{answer.data['id']}").data["user"]["id"] == uma["id"]


def test_visitor_says_who_asks(api: Api) -> None:
    for email in (None, "not an address"):
        answer = api.anonymous().post("/tickets", {**NEW, "email": email})
        assert (answer.status, answer.fields) == (422, ["email"])


@pytest.mark.parametrize("field", [{"user_id": 1}, {"staff_id": 1}, {"priority_id": 1}, {"source": "Phone"}])
def test_visitor_decides_no_more_than_in_the_portal(api: Api, field: dict[str, object]) -> None:
    assert code(api.anonymous().post("/tickets", {**NEW, **field})) == (403, "field_not_allowed")


def test_visitor_gets_no_file_of_somebody_else(api: Api) -> None:
    for number in range(1, 6):
        answer = api.anonymous().post("/tickets", {**NEW, "attachments": [{"file_id": number}]})
        assert answer.status in (403, 404, 422), number


def test_help_desk_for_accounts_alone_takes_no_visitors(api: Api) -> None:
    set_config(api, "clients_only", "1")
    assert api.anonymous().post("/tickets", NEW).status == 401
    assert api.anonymous().get("/topics").status == 401
    assert api.user("uma").get("/topics").status == 200


def test_help_desk_that_is_offline_takes_no_visitors(api: Api) -> None:
    set_config(api, "isonline", "0")
    assert code(api.anonymous().post("/tickets", NEW)) == (503, "help_desk_offline")


def test_ban_list_and_limit_hold_for_visitors(api: Api) -> None:
    assert api.staff("dora").post("/ban-list", {"email": NEW["email"]}).status in (200, 201)
    assert code(api.anonymous().post("/tickets", NEW)) == (403, "ticket_denied")
    set_config(api, "max_open_tickets", "1")
    assert api.anonymous().post("/tickets", {**NEW, "email": "yan@example.net"}).status == 201
    assert code(api.anonymous().post("/tickets", {**NEW, "email": "yan@example.net"})) == (409, "too_many_open_tickets")


def test_a_refused_visitor_is_told_what_fits_an_address_and_a_subject(api: Api) -> None:
    rule = {"field": "subject", "operator": "contains", "value": "Locked"}
    reject = {"name": "No doors", "rules": [rule], "actions": [{"type": "reject"}]}
    assert api.staff("dora").post("/filters", reject).status == 201
    by_subject = api.anonymous().post("/tickets", NEW)
    assert api.staff("dora").post("/ban-list", {"email": "yan@example.net"}).status == 201
    by_address = api.anonymous().post("/tickets", {**NEW, "subject": "Other", "email": "yan@example.net"})
    told = "This help desk refuses this ticket, because of its address or of what is in it."
    assert [each.errors[0]["message"] for each in (by_subject, by_address)] == [told, told]


def test_log_of_the_help_desk_tells_of_tickets_that_were_not_taken(api: Api) -> None:
    uma = api.user("uma").get("/users/me").data["email"]
    set_config(api, "max_open_tickets", "1")
    api.staff("dora").post("/ban-list", {"email": NEW["email"]})
    log = select(t.syslog.c.title, t.syslog.c.log).where(t.syslog.c.title.like("Ticket denied%"))
    for path in ("/tickets?dry_run=true", "/tickets"):
        assert api.rows(log) == []
        api.anonymous().post(path, NEW)
        api.user("uma").post(path, {"subject": "One more", "message": "<p>Please</p>"})
    assert [tuple(row) for row in api.rows(log)] == [
        ("Ticket denied", f'Ticket rejected ({NEW["email"]}) by filter "SYSTEM BAN LIST"'),
        (f"Ticket denied - {uma}", f"Max open tickets (1) reached for {uma}"),
    ]


def test_visitors_see_public_topics_and_their_forms(api: Api) -> None:
    shown = api.anonymous().get("/topics").data
    assert shown == api.user("uma").get("/topics").data
    form = f"/topics/{shown[0]['id']}/form"
    assert api.anonymous().get(form).data == api.user("uma").get(form).data
    private = api.rows(select(t.help_topic.c.topic_id).where(t.help_topic.c.ispublic == 0))
    assert [api.anonymous().get(f"/topics/{row[0]}").status for row in private] == [404] * len(private)


def test_repeated_request_of_a_visitor_happens_once(api: Api) -> None:
    first, again = (api.anonymous().post("/tickets", NEW, headers={"Idempotency-Key": "abc"}) for _ in range(2))
    assert first.data["id"] == again.data["id"]
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("default", ["0", "1"])
def test_ticket_needs_no_topic(api: Api, default: str) -> None:
    set_config(api, "default_help_topic", default)
    least = {"subject": "Printer", "message": "<p>Broken</p>"}
    key = "KEYFORTOPICS00000000000000000001"
    api.write(
        lambda tx: tx.insert(
            t.api_key, apikey=key, ipaddr="127.0.0.1", isactive=True, can_create_tickets=True, created=tx.now
        )
    )
    callers = {"agent": api.staff("alice"), "key": api.key(key), "visitor": api.anonymous()}
    answers = {name: each.post("/tickets", {**least, "email": "zoe@example.net"}) for name, each in callers.items()}
    answers["user"] = api.user("uma").post("/tickets", least)
    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(answers, 201)
    topics = {(answer.data["topic"] or {"id": 0})["id"] for answer in answers.values()}
    assert topics == {int(default)}


def test_default_topic_that_is_gone_is_none(api: Api) -> None:
    set_config(api, "default_help_topic", "4711")
    api.write(lambda tx: tx.change(delete(t.help_topic).where(t.help_topic.c.topic_id == 4711)))
    answer = api.user("uma").post("/tickets", {"subject": "Printer", "message": "<p>Broken</p>"})
    assert (answer.status, answer.data["topic"]) == (201, None)
