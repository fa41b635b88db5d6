"""HTML that takes seconds to clean is not cleaned: its text is the body, and the HTML is a file."""

from osticket_api.features.inbound_mail.reading import read_mail

START = b"From: New <new@example.net>\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def test_very_long_html_is_kept_whole_as_a_file() -> None:
    html = b"<p>Hello</p>" + b"<b>x</b>\r\n" * 60_000
    mail = read_mail(START + html)
    body, format = mail.rich_body
    assert format == "text"
    assert body.lstrip().startswith("Hello")
    (file,) = mail.files
    assert (file.name, file.content_type) == ("message.html", "text/html")
    assert isinstance(file.content, bytes)
    assert file.content.count(b"<b>x</b>") == 60_000


def test_usual_html_is_no_file() -> None:
    mail = read_mail(START + b"<p>Hello</p>")
    assert (mail.rich_body[1], mail.files) == ("html", [])
