"""Answering a ticket with a canned response."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets.acts import ALICES, SUPPORT
from tests.fixtures.api import Api

TEXT = "<p>Dear %{ticket.name}, #%{ticket.number} &amp; <b>%{ticket.no_such}</b></p>"


def _canned(api: Api, department: int | None = None, *, enabled: int = 1) -> int:
    row: dict[str, Any] = {
        "dept_id": department,
        "isenabled": enabled,
        "title": f"Canned {department} {enabled}",
        "response": TEXT,
    }

    def unit(tx: Write) -> int:
        return tx.insert(t.canned_response, **row)

    identifier: int = api.write(unit)
    return identifier


def test_a_canned_response_is_filled_in_and_comes_first(api: Api) -> None:
    ticket = api.staff("alice").get(f"/tickets/{ALICES}").data
    body = {"canned_response_id": _canned(api), "body": "<p>And more.</p>"}
    answer = api.staff("alice").post(f"/tickets/{ALICES}/reply", body)
    assert answer.status == 201, answer.errors
    said = answer.data["body"]
    assert f"Dear {ticket['user']['name']}, #{ticket['number']} &amp; " in said
    assert "%{" not in said
    assert said.endswith("<p>And more.</p>")


def test_a_canned_response_brings_its_files(api: Api) -> None:
    canned = _canned(api, SUPPORT)
    file = api.rows(select(t.file.c.id).limit(1))[0].id
    row: dict[str, Any] = {"object_id": canned, "type": "C", "file_id": file, "name": "price list.pdf", "inline": 0}
    api.write(lambda tx: tx.insert(t.attachment, **row))
    answer = api.staff("alice").post(f"/tickets/{ALICES}/reply", {"canned_response_id": canned})
    assert answer.status == 201, answer.errors
    assert [each["name"] for each in answer.data["attachments"]] == ["price list.pdf"]


def test_a_canned_response_in_a_reply_of_plain_text_is_plain(api: Api) -> None:
    body = {"canned_response_id": _canned(api), "format": "text"}
    answer = api.staff("alice").post(f"/tickets/{ALICES}/reply", body)
    assert answer.status == 201, answer.errors
    assert (answer.data["format"], "<b>" in answer.data["body"]) == ("text", False)


@pytest.mark.parametrize(("department", "enabled"), [(SUPPORT, 0), (SUPPORT + 1, 1)])
def test_a_canned_response_must_be_enabled_and_of_the_department(api: Api, department: int, enabled: int) -> None:
    body = {"canned_response_id": _canned(api, department, enabled=enabled)}
    answer = api.staff("alice").post(f"/tickets/{ALICES}/reply", body)
    assert (answer.status, answer.fields) == (422, ["canned_response_id"])


def test_a_reply_without_a_body_needs_a_canned_response(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/reply", {"format": "html"})
    assert (answer.status, answer.fields, answer.errors[0]["code"]) == (422, ["body"], "required")
