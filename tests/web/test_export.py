"""Lists as CSV and JSON lines."""

import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.flags import FieldFlag
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


def test_each_custom_field_is_a_column(api: Api) -> None:
    """A choice by its label, an item of a list by its text, and nothing of what was not answered."""
    dora = api.staff("dora")
    rows = table(dora, "/tickets?fields=number,custom_fields")
    answered = {each["number"]: each["custom_fields"] for each in everything(dora, "/tickets")}
    assert list(rows[0])[:2] == ["Number", "Asset tag"]
    assert {name for row in rows for name in row} == set(rows[0])
    for row in rows:
        fields = answered[row["Number"]]
        assert row["Asset tag"] == (fields.get("asset_tag") or "")
        assert row["Condition"] == (fields.get("condition") or {"label": ""})["label"]
        assert row["Office"] == (fields.get("office") or {"value": ""})["value"]
    assert {row["Condition"] for row in rows} > {"", "New"}
    assert {row["Under warranty"] for row in rows} > {"yes", "no"}
    assert "Custom fields" not in table(dora, "/tickets")[0]
    assert "Asset tag" in dora.get("/tickets?number=nothing", headers=CSV).content.decode()


def test_users_export_their_own_columns(api: Api) -> None:
    assert set(table(api.staff("dora"), "/tickets")[0]) - set(table(api.user("uma"), "/tickets")[0]) >= {"Cost centre"}


@pytest.mark.parametrize("path", ["/users", "/organizations", "/tasks", "/queues/1/tickets", "/tickets?q=laptop"])
def test_every_list_with_custom_fields_has_columns_for_them(api: Api, path: str) -> None:
    kind = {"/users": "U", "/organizations": "O", "/tasks": "A"}.get(path, "T")
    label = "=Badge"

    def add(tx: Any) -> None:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == kind))
        flags = FieldFlag.ENABLED | FieldFlag.AGENT_VIEW
        tx.insert(
            t.form_field, form_id=form_id, flags=flags, type="text", label=label, name="badge", sort=9,
            created=tx.now, updated=tx.now,
        )  # fmt: skip

    api.write(add)
    header = set(table(api.staff("dora"), path)[0])
    assert "'=Badge" in header
    assert "Custom fields" not in header


def test_fields_of_one_label_are_told_apart(api: Api) -> None:
    api.write(
        lambda tx: tx.change(update(t.form_field).where(t.form_field.c.name == "asset_tag").values(label="Status"))
    )
    assert {"Status", "Status (asset_tag)"} <= set(table(api.staff("dora"), "/tickets")[0])
