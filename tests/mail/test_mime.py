"""The bytes of a mail, read back by a mail program."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from osticket_api.mail.letters import Attached, Letter, Party
from osticket_api.mail.mime import to_bytes

NOW = datetime(2024, 3, 6, 15, tzinfo=UTC)


def written(**values: Any) -> bytes:
    usual: dict[str, Any] = {
        "template": "ticket.reply",
        "email_id": 1,
        "sender": Party("support@acme.test", "Support"),
        "message_id": "<a-b-c@acme.test>",
        "subject": "Printer",
        "to": [Party("uma@acme.test", "Uma Owner")],
        "text": "Soon.",
        "html": "<p>Soon.</p>",
    }
    contents = {file.file_id: b"content" for file in values.get("files", [])}
    return to_bytes(Letter(**{**usual, **values}), contents, NOW)


def read(**values: Any) -> EmailMessage:
    message = message_from_bytes(written(**values), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize(
    "text",
    [
        "Größe Ωmega",
        "\U0001f600 " * 40,
        "plain " * 60,
        "=?utf-8?q?looks_encoded?=",
        'with "quotes", commas; and <brackets>',
        "\u540d\u524d" * 60,
        "x" * 200,
    ],
)
def test_subjects_and_names_arrive_as_they_are(text: str) -> None:
    message = read(subject=text, to=[Party("uma@acme.test", text), Party("vic@acme.test", "Vic")])
    assert str(message["Subject"]).split() == text.split()
    assert [each.addr_spec for each in message["To"].addresses] == ["uma@acme.test", "vic@acme.test"]
    name = message["To"].addresses[0].display_name
    assert "".join(name.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "name", ["a b.txt", 'q"uote\\.txt', "Größe.pdf", "\u540d\u524d" * 60 + ".png", "x" * 200 + ".txt"]
)
@pytest.mark.parametrize("content_id", [None, "key@acme.test"])
def test_files_keep_their_names(name: str, content_id: str | None) -> None:
    message = read(files=[Attached(7, name, "text/plain", content_id)])
    (part,) = [each for each in message.walk() if each.get_content_disposition()]
    assert (part.get_filename(), part.get_payload(decode=True)) == (name, b"content")


@pytest.mark.parametrize("field", ["subject", "message_id", "in_reply_to"])
def test_no_text_begins_a_header_of_its_own(field: str) -> None:
    message = read(**{field: "<x@acme.test>\r\nBcc: spy@example.net\n\nBody"})
    assert message["Bcc"] is None
    named = Party("uma@acme.test\r\nBcc: spy@example.net", "Uma\r\nBcc: spy@example.net")
    assert read(to=[named], sender=named)["Bcc"] is None
    assert read(files=[Attached(7, "a\r\nBcc: spy@example.net", "text/plain\r\nBcc: x", None)])["Bcc"] is None


def test_lines_fit_and_end_as_smtp_wants_them() -> None:
    content = written(subject="Ω" * 250, text="x" * 5000, files=[Attached(7, "Ω" * 250, "text/plain")])
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_text_and_html_arrive_byte_by_byte() -> None:
    message = read(text="One\nTwo \U0001f600\n\n", html="<p>\u00e9</p>")
    parts = {
        part.get_content_type(): part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()
    }
    assert parts == {"text/plain": "One\nTwo \U0001f600\n\n".encode(), "text/html": "<p>\u00e9</p>".encode()}
