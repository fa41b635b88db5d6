"""Tickets on paper."""

import pytest

from tests.features.field_permissions.narrowing import narrow
from tests.features.threads.test_signed_urls import below
from tests.fixtures.api import Api, Caller

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


@pytest.mark.usefixtures("alice_wrote")
@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        ("", "application/pdf", "application/pdf"),
        ("", "text/html;q=0.5, application/pdf", "application/pdf"),
        ("", "text/html, application/pdf;q=0.5", "text/html; charset=utf-8"),
        ("", "*/*", "text/html; charset=utf-8"),
        ("?format=html", "application/pdf", "text/html; charset=utf-8"),
        ("?format=pdf", "text/html", "application/pdf"),
    ],
)
def test_the_accept_header_chooses_where_the_query_does_not(
    api: Api, query: str, accept: str, content_type: str
) -> None:
    answer = api.staff("alice").get(f"/tickets/26/print{query}", headers={"Accept": accept})
    if answer.status == 501 and content_type == "application/pdf":
        pytest.skip("there is no WeasyPrint, or no Pango")
    assert answer.headers["content-type"] == content_type
    assert "Accept" in answer.headers["vary"].split(", ")


@pytest.mark.usefixtures("alice_wrote")
def test_a_signed_address_prints_without_a_header(api: Api) -> None:
    for who, shows_notes in ((api.staff("alice"), True), (api.user("uma"), False)):
        address = below(who.get("/tickets/26?urls=signed").data["print_url"])
        answer = api.anonymous().get(f"{address}&notes=true")
        assert answer.status == 200
        assert (SECRET in answer.content.decode()) is shows_notes
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["content-disposition"].startswith("inline")
        assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        assert api.anonymous().get(address.replace("/26/", "/9/")).errors[0]["code"] == "link_invalid"
        assert api.anonymous().get(address.replace("/print", "")).status == 401


def test_a_printed_address_ends_with_the_sign_in(api: Api) -> None:
    signed_in = api.anonymous().post("/auth/login", {"username": "alice", "password": "demo-help-desk"}).data
    alice = Caller(api, {"Authorization": f"Bearer {signed_in['access_token']}"})
    address = below(alice.get("/tickets/26?urls=signed").data["print_url"])
    assert api.anonymous().get(address).status == 200
    alice.post("/auth/logout", {"refresh_token": signed_in["refresh_token"]})
    assert api.anonymous().get(address).status == 401


def test_addresses_change_no_tag_that_a_change_is_compared_with(api: Api) -> None:
    alice = api.staff("alice")
    tag = alice.get("/tickets/26?urls=signed&include=custom_fields").headers["etag"]
    assert alice.patch("/tickets/26", {"source": "Phone"}, headers={"If-Match": tag}).status == 200


def test_hidden_fields_are_not_printed_nor_named(api: Api) -> None:
    narrow(api, "ticket", "custom_fields.asset_tag", "hide", applies_to="agents")
    narrow(api, "ticket", "priority", "hide", applies_to="agents")
    alice = api.staff("alice")
    tickets = api.staff("dora").get("/tickets?per_page=100").data
    ticket = next(each for each in tickets if each["custom_fields"].get("asset_tag"))
    page = alice.get(f"/tickets/{ticket['id']}/print").content.decode()
    assert ticket["custom_fields"]["asset_tag"] not in page
    assert "Priority" not in page
    detail = alice.get(f"/tickets/{ticket['id']}?include=custom_fields").data
    assert "asset_tag" not in {each["name"] for each in detail["named_fields"]}
    assert detail["named_fields"] != []
