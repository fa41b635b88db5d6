"""Requests that are understood, but values in them are wrong, or names in them unknown."""

import json
from typing import Any

import pytest

from tests.contract.refusals import refused
from tests.fixtures.api import Api

pytestmark = [pytest.mark.usefixtures("unchanged"), pytest.mark.xdist_group("errors of values")]

_EVERYTHING_WRONG: dict[str, Any] = {
    "subject": 5,
    "message": None,
    "format": "rtf",
    "user_id": "somebody",
    "email": [],
    "topic_id": 2**40,
    "department_id": -1,
    "priority_id": 1.5,
    "sla_id": {},
    "due_at": "tomorrow",
    "staff_id": True,
    "source": "Fax",
    "collaborators": [1, 0, "x", None],
    "custom_fields": [],
    "attachments": [{"nam": "a.txt", "content": 5}, 5],
    "subjekt": "x",
    "\u00e4": 1,
}
_FIELDS = {
    "subject", "message", "format", "user_id", "email", "topic_id", "department_id", "priority_id", "sla_id", "due_at",
    "staff_id", "source", "collaborators.1", "collaborators.2", "collaborators.3", "custom_fields", "attachments.0.nam",
    "attachments.0.content", "attachments.1", "subjekt", "\u00e4",
}  # fmt: skip


def test_all_that_is_wrong_in_a_body_is_told_at_once(desk: Api) -> None:
    faults = refused(desk.staff("alice"), "POST", "/tickets", 422, json=_EVERYTHING_WRONG)
    assert {fault["field"] for fault in faults} == _FIELDS
    assert len(faults) == len(_FIELDS)


_EMPTY_RULE = {"field": "email", "operator": "contains", "value": ""}
_EMPTY = "String should have at least 1 character"


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/webhooks", {"url": "https://example.com/", "types": []}, "Array should have at least 1 item"),
        ("/filters", {"name": "x", "rules": [_EMPTY_RULE], "actions": [{"type": "reject"}]}, _EMPTY),
        ("/pages", {"type": "other", "name": "x" * 256, "body": "x"}, "String should have at most 255 characters"),
        (
            "/pages",
            {"type": "other", "name": "x", "body": "x", "notes": "x" * 10_001},
            "String should have at most 10000 characters",
        ),
    ],
)
def test_lengths_are_told_in_the_words_of_json(desk: Api, path: str, body: Any, message: str) -> None:
    (fault,) = refused(desk.staff("dora"), "POST", path, 422, json=body)
    assert fault["message"] == message


def test_all_that_is_missing_is_told_at_once(desk: Api) -> None:
    faults = refused(desk.staff("alice"), "POST", "/tickets", 422, json={})
    assert {(fault["code"], fault["field"]) for fault in faults} >= {("required", "subject"), ("required", "message")}


@pytest.mark.parametrize(
    ("body", "field", "nearest"),
    [
        ({"subjekt": "x"}, "subjekt", "subject"),
        ({"custom_field": {}}, "custom_field", "custom_fields"),
        ({"attachments": [{"nam": "a"}]}, "attachments.0.nam", "name"),
        ({"attachments": [{"contents": "a"}]}, "attachments.0.contents", "content"),
        ({"qqqqqqqq": "x"}, "qqqqqqqq", None),
        ({"subjekt" * 20_000: "x"}, ("subjekt" * 20)[:80] + "...", None),
    ],
)
def test_an_unknown_field_is_named_with_the_nearest_known_one(
    desk: Api, body: Any, field: str, nearest: str | None
) -> None:
    faults = refused(desk.staff("alice"), "POST", "/tickets", 422, json=body)
    (fault,) = (fault for fault in faults if fault["code"] == "unknown_field")
    assert fault["field"] == field
    assert ("Did you mean" in fault["message"]) == (nearest is not None)
    assert nearest is None or f"Did you mean {nearest}?" in fault["message"]


@pytest.mark.parametrize(
    ("path", "field", "code", "nearest"),
    [
        ("/tickets?stat=open", "stat", "unknown_parameter", "state"),
        ("/tickets?departmentid=1", "departmentid", "unknown_parameter", "department_id"),
        ("/tickets?expand=thread", "expand", "unknown_parameter", None),
        ("/tickets?include=thread", "include", "invalid", None),
        ("/tickets?field.priorty=High", "field.priorty", "unknown_parameter", "priority"),
        ("/tickets?field.=3", "field.", "unknown_parameter", None),
        ("/tickets?sort=created", "sort", "unknown_sort_key", "created_at"),
        ("/tickets?sort=number,-updatedat", "sort", "unknown_sort_key", "updated_at"),
        ("/tickets?sort=", "sort", "unknown_sort_key", None),
        ("/tickets?fields=id,numbr", "fields", "unknown_field", "number"),
        ("/tickets?fields=", "fields", "unknown_field", None),
        ("/tickets/26?fields=numbr", "fields", "unknown_field", "number"),
        ("/tickets/26?include=thred", "include", "invalid", "thread"),
        ("/tickets/26?inclde=thread", "inclde", "unknown_parameter", "include"),
        ("/tickets/26/thread?per_pag=3", "per_pag", "unknown_parameter", "per_page"),
    ],
)
def test_an_unknown_name_in_a_query_is_told_with_the_nearest_one(
    desk: Api, path: str, field: str, code: str, nearest: str | None
) -> None:
    (fault,) = refused(desk.staff("alice"), "GET", path, 422)
    assert (fault["field"], fault["code"]) == (field, code)
    assert nearest is None or f"Did you mean {nearest}?" in fault["message"]


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=x", "page=1.5", "page=99999999999999999999", "page=1000001", "page=1&page=2",
        "per_page=0", "per_page=101", "cursor=x", "cursor=gA", "cursor=%00", "cursor=%ff",
        "cursor=kqstY3JlYXRlZF9hdJLAwA", "total=maybe", "overdue=2", "status=unheard", "status=%00",
        "state=open,ajar", "state=", "source=Fax", "source=", "department_id=x", "department_id=", "department_id=1,,2",
        "department_id=4294967296", "department_id=-1", "user_id=%D9%A1", "staff_id=mee", "created_after=yesterday",
        "created_after=2026-01-31T00:00:00", "created_before=2026-02-30", "due_before=9999-12-31", "due_after=%00",
    ],
)  # fmt: skip
def test_a_wrong_value_in_a_query_is_named(desk: Api, query: str) -> None:
    (fault,) = refused(desk.staff("alice"), "GET", f"/tickets?{query}", 422)
    assert fault["field"] == query.partition("=")[0]


def test_a_plus_that_stands_for_a_space_is_still_a_zone(desk: Api) -> None:
    alice = desk.staff("alice")
    plain, escaped = (
        alice.get(f"/tickets?created_after=2026-01-01T00:00:00{plus}02:00&sort=id") for plus in ("+", "%2B")
    )
    assert (plain.status, plain.data) == (200, escaped.data)


@pytest.mark.parametrize(
    "name", ["q", "number", "status", "cursor", "fields", "sort", "department_id", "field.subject"]
)
def test_an_endless_value_in_a_query_is_refused(desk: Api, name: str) -> None:
    value = ",".join(["open"] * 2000)
    faults = refused(desk.staff("alice"), "GET", "/tickets", 422, params={name: value})
    assert {fault["field"] for fault in faults} == {name}


@pytest.mark.parametrize(
    "text",
    ["...", "*", "+-~<>()", '"', "%", "_", "\ufffd", "\U0001f600\U0001f600", "' OR 1=1 --", "\0\0\0\0", "AND OR NOT"],
)
def test_any_text_can_be_searched_for(desk: Api, text: str) -> None:
    alice = desk.staff("alice")
    for name in ("q", "number", "field.subject"):
        assert alice.get("/tickets", params={name: text}).status == 200, name


@pytest.mark.parametrize(
    "reference",
    [
        "0", "-1", "4294967295", "4294967296", "18446744073709551616", "9" * 5000, "1.5", "1e3", "x", "%00", "%ff",
        "%D9%A1", "+26", "26%20", "number:", "number:%00", "number:%F0%9F%98%80", "number:" + "9" * 500, "NUMBER:1",
        "number:number:1", "%E2%80%AE26",
    ],
)  # fmt: skip
def test_what_cannot_name_a_ticket_names_none(desk: Api, reference: str) -> None:
    alice = desk.staff("alice")
    for path in (f"/tickets/{reference}", f"/tickets/{reference}/thread"):
        (fault,) = refused(alice, "GET", path, 404)
        assert len(fault["message"]) < 200
    refused(alice, "POST", f"/tickets/{reference}/note", 404, json={"body": "x"})


@pytest.mark.parametrize(
    "identifier",
    [
        "0",
        "-1",
        "4294967296",
        "9" * 25,
        "9" * 5000,
        "1.5",
        "1.0",
        "+1",
        "1%20",
        "1_0",
        "x",
        "%00",
        "%D9%A1",
        "number:1",
    ],
)
def test_what_cannot_be_an_id_names_nothing(desk: Api, identifier: str) -> None:
    alice = desk.staff("alice")
    for place in ("/tickets/26/thread/", "/tickets/9/attachments/", "/files/"):
        (fault,) = refused(alice, "GET", place + identifier, 404)
        assert len(fault["message"]) < 200


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udfff"])
def test_a_text_that_no_database_can_hold_is_refused_wherever_it_stands(desk: Api, text: str) -> None:
    alice, escaped = desk.staff("alice"), {"Content-Type": "application/json"}
    for place, field in (
        ({"subject": text}, "subject"),
        ({"custom_fields": {"deep": [{"er": text}]}}, "custom_fields.deep.0.er"),
        ({"attachments": [{"name": text, "content": "aGk="}]}, "attachments.0.name"),
    ):
        body = json.dumps({"subject": "x", "message": "x", **place})
        (fault,) = refused(alice, "POST", "/tickets", 422, content=body, headers=escaped)
        assert fault["field"] == field
    (fault,) = refused(alice, "POST", "/tickets", 422, content=json.dumps({text: "x"}), headers=escaped)
    assert fault["field"].isascii()


def test_a_text_that_is_too_long_is_refused(desk: Api) -> None:
    alice = desk.staff("alice")
    (fault,) = refused(alice, "POST", "/tickets/26/note", 422, json={"body": "x", "title": "t" * 256})
    assert fault["field"] == "title"
    (fault,) = refused(alice, "POST", "/tickets/26/note", 422, json={"body": "x" * 5_000_001})
    assert fault["field"] == "body"


@pytest.mark.parametrize("value", ["maybe", "", "2", "tru"])
def test_a_dry_run_that_is_not_clearly_one_changes_nothing(desk: Api, value: str) -> None:
    (fault,) = refused(desk.staff("alice"), "POST", f"/tickets/26/note?dry_run={value}", 422, json={"body": "x"})
    assert fault["field"] == "dry_run"


@pytest.mark.parametrize("parameter", ["dryrun=true", "dry-run=true", "dry_run[]=true"])
def test_a_mistyped_dry_run_changes_nothing(desk: Api, parameter: str) -> None:
    (fault,) = refused(desk.staff("alice"), "POST", f"/tickets/26/note?{parameter}", 422, json={"body": "x"})
    assert fault["code"] == "unknown_parameter"
    assert "Did you mean dry_run?" in fault["message"]
