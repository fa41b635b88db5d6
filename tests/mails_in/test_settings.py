"""What becomes of a mail by the settings of the help desk, by who wrote it, and by what the ticket has been through."""

import json
from typing import Any, Final

from sqlalchemy import func, select, update

from osticket_api.db import tables as t
from osticket_api.db.config import store_config
from osticket_api.db.unit import Write
from osticket_api.mail import message_ids
from osticket_api.mail.message_ids import Tag
from tests.fixtures.api import Api
from tests.mails_in.conftest import SALT, MailDesk
from tests.mails_in.stored import Before, Row, stored

UMA: Final = "Uma Owner <uma@acme-corp.test>"
SUPPORT: Final = "support@acme.test"
HIGH: Final = "3"
BILLING: Final = 2
CLOSED: Final = 3


def mail(subject: str = "x", *, sender: str = UMA, to: str = SUPPORT, body: str = "body", **more: str) -> bytes:
    headers = {"From": sender, "To": to, "Subject": subject, **{k.replace("_", "-"): v for k, v in more.items()}}
    return "\n".join([*(f"{name}: {value}" for name, value in headers.items()), "", body]).encode()


def take(desk: MailDesk, *mails: bytes) -> Row:
    """What is stored of the last of these mails."""
    for each in mails[:-1]:
        assert desk.post(each).status == 201
    before = Before(desk.desk)
    return stored(desk.desk, desk.post(mails[-1]), before)


def configure(api: Api, **values: str) -> None:
    api.write(store_config, values)


def test_plain_text_counts_where_rich_text_is_off(mail_desk: MailDesk) -> None:
    alternatives = "--B\n\nplain\n--B\nContent-Type: text/html\n\n<p>html</p><p>more</p>\n--B--"
    kind = {"Content_Type": "multipart/alternative; boundary=B"}
    with mail_desk.untouched():
        configure(mail_desk.api, enable_richtext="0")
        (entry,) = take(mail_desk, mail(body=alternatives, **kind))["entries"]
        assert (entry["format"], entry["body"]) == ("text", "plain")
        (entry,) = take(mail_desk, mail(body="<p>html</p><p>more</p>", Content_Type="text/html"))["entries"]
        assert (entry["format"], entry["body"]) == ("text", "html\nmore")


def test_the_priority_a_mail_asks_for_counts_where_that_is_on(mail_desk: MailDesk) -> None:
    with mail_desk.untouched():
        configure(mail_desk.api, use_email_priority="1")
        assert take(mail_desk, mail(X_Priority="1 (Highest)"))["ticket"]["priority"] == HIGH


def test_nobody_joins_where_that_is_off(mail_desk: MailDesk) -> None:
    with mail_desk.untouched():
        configure(mail_desk.api, add_email_collabs="0")
        assert take(mail_desk, mail(Cc="new@example.org"))["collaborators"] == []


def test_whom_a_reply_is_copied_to_is_told_in_one_event(mail_desk: MailDesk) -> None:
    with mail_desk.untouched():
        take(mail_desk, mail("Re: [#100001]", to="support@acme.test, wes@example.org", Cc="One <one@example.org>"))
        events = mail_desk.desk.select("SELECT data, username FROM ost_thread_event ORDER BY id DESC LIMIT 1")
    assert '"src":"Email (to)"' in events[0]["data"]
    assert '"name":"One","src":"Email (cc)"' in events[0]["data"]
    assert events[0]["username"] == "Uma Owner"


def test_many_who_join_are_all_told(mail_desk: MailDesk) -> None:
    people = ", ".join(f"Person Number {n} <person{n}@many.example>" for n in range(100))
    with mail_desk.untouched():
        found = take(mail_desk, mail(Cc=people))
        before = mail_desk.desk.original["ost_thread_event"]
        events = mail_desk.desk.select("SELECT id, data FROM ost_thread_event")
    new = [json.loads(row["data"] or "{}") for row in events if (row["id"],) not in before]
    assert sum(len(data.get("add", {})) for data in new) == len(found["collaborators"]) == 100


def test_departments_of_other_mailboxes_see_the_ticket(mail_desk: MailDesk) -> None:
    def give(tx: Write) -> Any:
        return tx.change(update(t.email).where(t.email.c.email == "alerts@acme.test").values(dept_id=BILLING))

    with mail_desk.untouched():
        mail_desk.api.write(give)
        take(mail_desk, mail(Cc="alerts@acme.test"))
        referrals = mail_desk.desk.select("SELECT * FROM ost_thread_referral ORDER BY id DESC")
    assert (referrals[0]["object_id"], referrals[0]["object_type"]) == (BILLING, "D")


def test_a_mail_of_our_own_that_comes_back_is_told_to_administrators(mail_desk: MailDesk) -> None:
    own = message_ids.write(Tag(11, 41, 21, "U"), SALT, sender="support@acme.test", random="Loop1")
    with mail_desk.untouched():
        found = take(mail_desk, mail(Message_ID=own))
        logged = mail_desk.desk.select("SELECT title, log_type FROM ost_syslog ORDER BY log_id DESC LIMIT 1")
    assert (found["into_ticket"], found["entries"]) == ("100001", [])
    assert logged == [{"title": "Email loop detected", "log_type": "Error"}]


def test_accents_and_case_make_another_message_id(mail_desk: MailDesk) -> None:
    with mail_desk.untouched():
        found = take(mail_desk, mail("a", Message_ID="<Id-é@x.test>"), mail("b", Message_ID="<id-e@x.test>"))
    assert [entry["title"] for entry in found["entries"]] == ["b"]


def test_an_accent_makes_another_address(mail_desk: MailDesk) -> None:
    with mail_desk.untouched():
        first = take(mail_desk, mail("a", sender="Jose <jose@accent.example>"))
        answer = mail_desk.post(mail("b", sender="José <josé@accent.example>"))
        owned = "SELECT t.number FROM ost_ticket t JOIN ost_user_email e ON e.user_id = t.user_id WHERE e.address = ?"
        rows = mail_desk.desk.select(owned, "jose@accent.example")
    assert first["ticket"]["user"]["email"] == "jose@accent.example"
    assert len(rows) == 1
    if answer.status != 201:  # The unique key of osTicket's table takes the two for one.
        assert (answer.status, "takes that for the address of another" in answer.content.decode()) == (409, True)


def test_a_known_address_in_other_case_is_the_same(mail_desk: MailDesk) -> None:
    with mail_desk.untouched():
        assert take(mail_desk, mail("Re: [#100001]", sender="UMA@Acme-Corp.test"))["into_ticket"] == "100001"


def test_a_reply_by_number_to_a_merged_ticket_goes_to_its_parent(mail_desk: MailDesk) -> None:
    api = mail_desk.api
    with mail_desk.untouched():
        child, parent = (mail_desk.post(mail(each)).content.decode() for each in ("child", "parent"))
        ids = {row.number: row.ticket_id for row in api.rows(select(t.ticket.c.number, t.ticket.c.ticket_id))}
        merge = {
            "tickets": [ids[child]],
            "mode": "combine",
            "participants": "all",
            "child_status_id": CLOSED,
        }
        merged = api.staff("ada").post(f"/tickets/{ids[parent]}/merge", json=merge)
        assert merged.status == 200, merged.content
        count = api.rows(select(func.count()).select_from(t.ticket))[0][0]
        answer = mail_desk.post(mail(f"Re: [#{child}]", body="to the child"))
        assert answer.content.decode() == parent
        assert api.rows(select(func.count()).select_from(t.ticket))[0][0] == count
        origin = mail_desk.desk.select("SELECT data FROM ost_thread_entry_merge ORDER BY id DESC LIMIT 1")
    assert '"thread":' in origin[0]["data"]


def _filter(tx: Write, what: str, how: str, value: str, action: str, configuration: str = "[]") -> None:
    filter_id = tx.insert(
        t.filter_, name="by mail", target="Any", isactive=True, execorder=1, status=1, flags=0, match_all_rules=False,
        stop_onmatch=False, email_id=0, created=tx.now, updated=tx.now,
    )  # fmt: skip
    rule = {"what": what, "how": how, "val": value, "isactive": True, "notes": ""}
    tx.insert(t.filter_rule, filter_id=filter_id, created=tx.now, updated=tx.now, **rule)
    tx.insert(t.filter_action, filter_id=filter_id, sort=1, type=action, configuration=configuration, updated=tx.now)


def test_filters_see_whom_a_mail_went_to_as_well(mail_desk: MailDesk) -> None:
    with mail_desk.untouched():
        mail_desk.api.write(_filter, "addressee", "contains", "boss@example.org", "reject")
        assert mail_desk.post(mail(Cc="The Boss <boss@example.org>")).status == 403
        assert mail_desk.post(mail(Cc="Somebody <else@example.org>")).status == 201


def test_a_filter_takes_the_address_that_answers_shall_go_to(mail_desk: MailDesk) -> None:
    with mail_desk.untouched():
        mail_desk.api.write(_filter, "subject", "contains", "form", "replyto", '{"enable":true}')
        sent = mail("contact form", sender="web@form.example", Reply_To="Real One <real@form.example>")
        found = take(mail_desk, sent)
    assert found["ticket"]["user"] == {"name": "Real One", "email": "real@form.example"}
