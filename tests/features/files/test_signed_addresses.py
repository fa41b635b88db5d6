"""Signed addresses of the files of FAQs, canned responses and drafts, and in answers to writing."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.features.threads.test_signed_urls import PIXEL, below
from tests.fixtures.api import Api, Caller

IMAGE = f'<p>Look</p><img src="{PIXEL}">'


def source_in(html: str) -> str:
    """The address of the picture in a text."""
    found = re.search(r'src="([^"]+)"', html)
    assert found, html
    return found[1].replace("&amp;", "&")


def faq(caller: Caller) -> tuple[str, str]:
    given = {"question": "How does it look?", "answer": IMAGE, "category_id": 1, "visibility": "private"}
    return f"/faqs/{created(caller, '/faqs', given)['id']}", "answer"


def canned_response(caller: Caller) -> tuple[str, str]:
    given = {"title": "A look", "response": IMAGE}
    return f"/canned-responses/{created(caller, '/canned-responses', given)['id']}", "response"


def draft(caller: Caller) -> tuple[str, str]:
    given = {"kind": "note", "ticket_id": 26, "body": IMAGE}
    return f"/drafts/{created(caller, '/drafts', given)['id']}", "body"


def created(caller: Caller, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = caller.post(path, body)
    assert answer.status == 201, answer.errors
    data: dict[str, Any] = answer.data
    return data


@pytest.mark.parametrize("make", [faq, canned_response, draft])
def test_a_picture_is_fetched_by_its_address_alone(api: Api, make: Any) -> None:
    dora = api.staff("dora")
    path, field = make(dora)
    plain, signed = (source_in(dora.get(path + query).data[field]) for query in ("", "?urls=signed"))
    listed = next(
        each
        for each in dora.get(f"{path.rpartition('/')[0]}?urls=signed&per_page=100").data
        if path.endswith(f"/{each['id']}")
    )
    assert source_in(listed[field]) == signed
    assert plain.startswith("/api/v2/files/")
    anyone = api.anonymous()
    assert anyone.get(below(signed)).status == 200
    assert anyone.get(plain.removeprefix("/api/v2")).status in (401, 404)
    assert anyone.get(below(signed) + "x").status == 401
    assert anyone.get(below(signed).replace("/files/", "/files/1")).status == 401


@pytest.mark.parametrize("path", ["/tickets/26/reply", "/tickets/26/note", "/tasks/1/note", "/tasks/1/reply"])
def test_what_was_just_written_is_shown_with_signed_addresses(api: Api, path: str) -> None:
    alice = api.staff("alice")
    entry = created(alice, f"{path}?urls=signed", {"body": IMAGE})
    assert api.anonymous().get(below(source_in(entry["body"]))).status == 200
    if path.startswith("/tickets"):
        edited = alice.patch(f"/tickets/26/thread/{entry['id']}?urls=signed", {"body": f"Again {IMAGE}"}).data
        assert api.anonymous().get(below(source_in(edited["body"]))).status == 200


def test_a_message_of_a_user_is_shown_with_signed_addresses(api: Api) -> None:
    entry = created(api.user("uma"), "/tickets/9/message?urls=signed", {"body": IMAGE})
    assert api.anonymous().get(below(source_in(entry["body"]))).status == 200


def test_visitors_get_whole_addresses_of_what_is_public(api: Api) -> None:
    dora = api.staff("dora")
    path, _ = faq(dora)
    assert dora.patch(path, {"visibility": "public"}).status == 200
    source = source_in(api.anonymous().get(f"{path}?urls=signed").data["answer"])
    assert "signature" not in source
    assert api.anonymous().get(below(source)).status == 200
