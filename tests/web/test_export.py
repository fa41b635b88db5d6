"""Lists as CSV and JSON lines."""

import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from tests.fixtures.api import Api, Caller

CSV = {"Accept": "text/csv"}
LINES = {"Accept": "application/jsonl"}


def table(caller: Caller, path: str) -> list[dict[str, str]]:
    answer = caller.get(path, headers=CSV)
    assert answer.status == 200, answer.content
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def everything(caller: Caller, path: str) -> list[Any]:
    return list(caller.get(path, params={"per_page": 100}).data)


def test_a_list_is_a_table_with_labels_and_all_its_rows(api: Api) -> None:
    alice = api.staff("alice")
    rows, tickets = table(alice, "/tickets?per_page=3&page=2"), everything(alice, "/tickets")
    assert [row["Number"] for row in rows] == [ticket["number"] for ticket in tickets]
    first = tickets[0]
    assert rows[0]["Status"] == first["status"]["name"]
    assert rows[0]["User e-mail"] == first["user"]["email"]
    assert rows[0]["Created"] == first["created_at"]
    assert rows[0]["Overdue"] in ("yes", "no")
    answer = alice.get("/tickets", headers=CSV)
    assert answer.headers["content-disposition"] == 'attachment; filename="tickets.csv"'
    assert answer.headers["cache-control"] == "no-store"


def test_pages_are_read_one_after_another(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("osticket_api.web.export.MAX_PER_PAGE", 3)
    alice = api.staff("alice")
    for path in ("/tickets", "/tickets/26/events", "/tickets/26/thread", "/staff"):
        assert [row["ID"] for row in table(alice, path)] == [str(each["id"]) for each in everything(alice, path)]


def test_lines_are_what_the_list_holds(api: Api) -> None:
    alice = api.staff("alice")
    answer = alice.get("/tickets?state=open&include=counts", headers=LINES)
    assert answer.headers["content-type"] == "application/jsonl"
    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert lines == alice.get("/tickets?state=open&include=counts&per_page=100").data


def test_fields_choose_the_columns(api: Api) -> None:
    rows = table(api.staff("alice"), "/tickets?fields=id,subject,user")
    assert list(rows[0]) == ["ID", "Subject", "User", "User e-mail"]
    assert table(api.staff("alice"), "/tickets?number=nothing") == []
    header = api.staff("alice").get("/tickets?number=nothing&fields=id,subject", headers=CSV)
    assert header.content == b"ID,Subject\r\n"


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "  =cmd|' /C calc'!A0", "\uff1d1+1"])
def test_no_cell_is_a_formula(api: Api, formula: str) -> None:
    alice = api.staff("alice")

    def write(tx: Any) -> None:
        tx.change(update(t.ticket_cdata).where(t.ticket_cdata.c.ticket_id == 26).values(subject=formula))

    api.write(write)
    number = alice.get("/tickets/26").data["number"]
    (row,) = table(alice, f"/tickets?number={number}")
    assert row["Subject"] == f"'{formula}"


def test_what_is_wrong_is_answered_as_ever(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.get("/tickets?sort=nothing", headers=CSV).status == 422
    assert alice.get("/tickets?fields=nothing", headers=CSV).status == 422
    assert api.anonymous().get("/tickets", headers=CSV).status == 401
    assert alice.get("/tickets/26", headers=CSV).data["id"] == 26
    assert alice.get("/tickets", headers={"Accept": "application/json, text/csv"}).data
    assert alice.request("HEAD", "/tickets", headers=CSV).content == b""


def test_cells_show_answers_as_people_chose_them(api: Api) -> None:
    """A choice by its label, an item of a list by its text, and nothing of what was not answered."""
    headers = {"Accept": "text/csv"}
    page = api.staff("dora").get("/tickets", params={"fields": "custom_fields", "per_page": 100})
    answered = [each["custom_fields"] for each in page.data]
    assert any(isinstance(each.get("office"), dict) and each["condition"]["label"] for each in answered)
    cells = api.staff("dora").get("/tickets", params={"fields": "custom_fields"}, headers=headers).content.decode()
    assert "Condition: New; Warranty: no; Office: Turin" in cells
    assert "Id: " not in cells
    assert "Details: ;" not in cells
