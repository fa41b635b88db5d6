"""Mail by HTTP: where it goes, and as whose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from osticket_api.db import tables as t
from osticket_api.features.inbound_mail.reading import read_mail
from osticket_api.mail import message_ids
from osticket_api.mail.message_ids import Tag
from tests.features.field_permissions.narrowing import narrow
from tests.fixtures.api import Api
from tests.legacy.client import client
from tests.legacy.osticket.conftest import Send, last_ticket

SALT = "a salt"

NOBODY = "The mail names nobody who sent it: From, Sender, Reply-To and Return-Path hold no e-mail address."

MAIL = (
    "From: =?utf-8?q?J=C3=B6rg?= <joerg@fresh.example>\r\nTo: support@desk.example\r\n"
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    "Message-ID: <one@fresh.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "Gr=FC=DFe\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\naGk=\r\n--b--\r\n"
)


def _count(api: Api) -> int:
    return int(api.rows(select(func.count()).select_from(t.thread_entry))[0][0])


def test_a_mail_opens_a_ticket_with_its_files(desk: Api, send: Send) -> None:
    status, _, number = send("/api/tickets.email", MAIL)
    ticket = last_ticket(desk)
    assert (status, number) == (201, ticket.number)
    assert (ticket.source, ticket.title, ticket.body) == ("Email", "Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe")
    assert "a.txt" in [row.name for row in desk.rows(select(t.file.c.name))]


def test_the_same_mail_again_changes_nothing(desk: Api, send: Send) -> None:
    first = send("/api/tickets.email", MAIL)
    count = _count(desk)
    assert send("/api/tickets.email", MAIL + "\r\n") == first
    assert _count(desk) == count


def test_an_answer_goes_to_the_conversation_it_answers(desk: Api, send: Send) -> None:
    number = send("/api/tickets.email", MAIL)[2]
    headers = "From: joerg@fresh.example\r\nMessage-ID: <two@fresh.example>\r\nIn-Reply-To: <one@fresh.example>\r\n"
    answer = headers + "\r\nThanks\r\n"
    assert send("/api/tickets.email", answer) == (201, "text/html; charset=UTF-8", number)
    thread_id = last_ticket(desk).thread_id
    entries = desk.rows(select(t.thread_entry).where(t.thread_entry.c.thread_id == thread_id))
    assert [entry.body for entry in entries] == ["Gr\u00fc\u00dfe", "Thanks"]


def test_a_mail_beyond_the_limit_is_refused_for_good(desk: Api, send: Send) -> None:
    """osTicket's scripts tell a mail server to give up after 403, and to try again after 500 and any other 4xx."""
    config = t.config.c
    desk.write(lambda tx: tx.change(t.config.update().where(config.key == "max_open_tickets").values(value="1")))
    assert send("/api/tickets.email", MAIL)[0] == 201
    before = last_ticket(desk).ticket_id
    status, _, text = send("/api/tickets.email", MAIL.replace("<one@", "<another@"))
    assert (status, text.splitlines()[-1]) == (403, "You've reached the maximum open tickets allowed.")
    assert last_ticket(desk).ticket_id == before
    (logged,) = desk.rows(select(t.syslog.c.title).where(t.syslog.c.title.like("Ticket denied - %")))
    assert logged.title == "Ticket denied - joerg@fresh.example"


def test_what_a_key_may_not_set_its_mailbox_sets(desk: Api, send: Send) -> None:
    """Fields are frozen for who sends them: of a mail, the mailbox decides."""
    for field in ("topic", "department", "priority"):
        narrow(desk, "ticket", field, "freeze", applies_to="keys")
    desk.write(lambda tx: tx.change(t.email.update().values(topic_id=2, dept_id=4, priority_id=3)))
    assert send("/api/tickets.email", MAIL)[0] == 201
    ticket = last_ticket(desk)
    told = desk.staff("dora").get(f"/tickets/{ticket.ticket_id}").data
    assert (told["topic"]["id"], told["department"]["id"], told["priority"]["id"]) == (2, 4, 3)


def test_a_mail_by_the_key_of_an_agent_who_opens_no_tickets_is_refused_for_good(desk: Api, send: Send) -> None:
    desk.write(lambda tx: tx.change(t.role.update().values(permissions='{"ticket.edit":1}')))
    before = last_ticket(desk).ticket_id
    status, _, text = send("/api/tickets.email", MAIL, client(desk, staff_id=2).key)
    assert (status, text.splitlines()[0]) == (403, "Unable to create new ticket :err")
    assert last_ticket(desk).ticket_id == before


@pytest.mark.parametrize("mail", [b"", b"garbage", b"\xff\xfe\x00", b"Subject: x\r\n\r\ny", b"From: nobody\r\n\r\nx"])
def test_a_mail_from_nobody_opens_nothing(desk: Api, send: Send, mail: bytes) -> None:
    before = last_ticket(desk).ticket_id
    status, _, text = send("/api/tickets.email", mail)
    assert (status, text) == (422, NOBODY)
    assert last_ticket(desk).ticket_id == before


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ("Sender: Wes <wes@fresh.example>", ("wes@fresh.example", "Wes")),
        ("Reply-To: wil@fresh.example", ("wil@fresh.example", "Wil")),
        ("Return-Path: <win@fresh.example>", ("win@fresh.example", "Win")),
        ('From: "Wes" <>\r\nReturn-Path: <wes@fresh.example>', ("wes@fresh.example", "Wes")),
        ("From: wyn@fresh.example\r\nSender: wes@fresh.example", ("wyn@fresh.example", "Wyn")),
    ],
)
def test_who_is_not_named_in_from_is_found_elsewhere(
    desk: Api, send: Send, headers: str, sender: tuple[str, str]
) -> None:
    assert send("/api/tickets.email", f"{headers}\r\nSubject: Hello\r\n\r\nx\r\n")[0] == 201
    user, address = t.user.c, t.user_email.c
    owner = select(address.address, user.name).join(t.user, user.id == address.user_id)
    assert tuple(desk.rows(owner.where(user.id == last_ticket(desk).user_id))[0]) == sender


def test_an_answer_from_nobody_is_kept(desk: Api, send: Send) -> None:
    number = send("/api/tickets.email", MAIL)[2]
    mid = desk.rows(select(t.thread_entry_email.c.mid).order_by(t.thread_entry_email.c.id.desc()))[0].mid
    assert send("/api/tickets.email", f"Subject: Re\r\nIn-Reply-To: {mid}\r\n\r\nThanks\r\n")[::2] == (201, number)


def test_a_tag_counts_only_with_the_right_signature(desk: Api, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    number = send("/api/tickets.email", MAIL)[2]
    ticket = last_ticket(desk)
    entry_id = desk.rows(select(func.max(t.thread_entry.c.id)))[0][0]
    monkeypatch.setattr(desk.database, "secret_salt", SALT)
    for salt, is_known in ((SALT, True), ("another", False)):
        tag = Tag(ticket.user_id, entry_id, ticket.thread_id, "U")
        reference = message_ids.write(tag, salt, sender="desk@desk.example", random="Ab3dE")
        answer = f"From: joerg@fresh.example\r\nSubject: Re\r\nReferences: {reference}\r\n\r\nThanks {salt}\r\n"
        assert (send("/api/tickets.email", answer)[2] == number) is is_known


def test_without_a_salt_no_tag_is_believed() -> None:
    tag = Tag(1, 2, 3, "S")
    assert message_ids.read(message_ids.write(tag, SALT, sender="a@b", random="Ab3dE"), SALT) == tag
    assert message_ids.read(message_ids.write(tag, "", sender="a@b", random="Ab3dE"), "") is None


@given(st.binary(max_size=400))
def test_any_bytes_are_some_mail(raw: bytes) -> None:
    read_mail(raw)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "Message-ID"]),
            st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=60)
            | st.sampled_from(["=?utf-8?b?/w==?=", "=?x?q?a?=", "multipart/mixed; boundary=a", "base64", "<a@b>"]),
        ),
        max_size=8,
    ),
    st.text(max_size=100),
)
def test_any_headers_are_some_mail(headers: list[tuple[str, str]], body: str) -> None:
    lines = [f"{name}: {value}" for name, value in headers]
    read_mail("\r\n".join([*lines, "", body]).encode(errors="replace"))
