"""Tickets on paper."""

import pytest

from tests.fixtures.api import Api

SECRET = "Among agents only"


@pytest.fixture
def alice_wrote(api: Api) -> None:
    alice = api.staff("alice")
    body = '<p>See <b>this</b></p><img src="https://example.com/track.png"><p dir="rtl">مرحبا</p>'
    assert alice.post("/tickets/26/reply", {"body": body}).status == 201
    assert alice.post("/tickets/26/note", {"body": f"<p>{SECRET}</p>"}).status == 201


@pytest.mark.usefixtures("alice_wrote")
def test_a_ticket_is_one_page_that_needs_nothing_from_anywhere(api: Api) -> None:
    answer = api.staff("alice").get("/tickets/26/print")
    page = answer.content.decode()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "<b>this</b>" in page
    assert not [word for word in ("<img", "src=", "<link", "<script", "@import", "url(") if word in page]
    assert SECRET not in page
    assert SECRET in api.staff("alice").get("/tickets/26/print?notes=true").content.decode()
    assert SECRET not in api.user("uma").get("/tickets/26/print?notes=true").content.decode()


def test_what_somebody_wrote_is_text(api: Api) -> None:
    alice = api.staff("alice")
    new = {"user_id": 1, "subject": "<script>x</script>&", "message": "a <i>&lt;b&gt;", "format": "text", "topic_id": 1}
    ticket = alice.post("/tickets", new).data["id"]
    page = alice.get(f"/tickets/{ticket}/print").content.decode()
    assert "<script>" not in page
    assert "a &lt;i&gt;" in page


@pytest.mark.usefixtures("alice_wrote")
def test_the_same_is_a_pdf(api: Api) -> None:
    answer = api.staff("alice").get("/tickets/26/print?format=pdf")
    if answer.status == 501:
        pytest.skip("there is no WeasyPrint, or no Pango")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert 'filename="ticket-26.pdf"' in answer.headers["content-disposition"]
