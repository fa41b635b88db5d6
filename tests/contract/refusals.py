"""What every refusal looks like: the envelope of the contract, and the same facts as RFC 9457 problem details."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, literal, select, union_all

from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.tables.metadata import own_metadata
from osticket_api.db.tables.own_audit import api_audit, api_audit_seal
from tests.fixtures.api import Answer, Api, Caller

PROBLEM = {"Accept": "application/problem+json"}
JSON = {"Content-Type": "application/json"}

Fault = dict[str, Any]

_pages: dict[str, bool] = {}


def refused(caller: Caller, method: str, path: str, status: int, **options: Any) -> list[Fault]:
    """What a request is refused for. It is made twice: for the envelope, and for problem details."""
    headers = options.pop("headers", {})
    answer = caller.request(method, path, headers=headers, **options)
    faults = assert_envelope(answer, status)
    problem = caller.request(method, path, headers={**headers, **PROBLEM}, **options)
    assert_problem(caller, problem, status, faults)
    return faults


def assert_envelope(answer: Answer, status: int) -> list[Fault]:
    assert answer.status == status, answer.content
    assert answer.headers["content-type"] == "application/json"
    _assert_headers(answer)
    body = answer.response.json()
    faults: list[Fault] = body["errors"]
    assert body == {
        "success": False,
        "data": None,
        "meta": {"request_id": answer.headers["x-request-id"]},
        "errors": faults,
    }
    assert faults
    for fault in faults:
        assert {"code", "message"} <= fault.keys() <= {"code", "message", "field", "detail"}, fault
        assert all(isinstance(fault.get(name, ""), str) for name in ("code", "message", "field")), fault
        assert fault["code"].replace("_", "").isalpha(), fault
        assert fault["message"].strip(), fault
    return faults


def assert_problem(caller: Caller, answer: Answer, status: int, faults: list[Fault]) -> None:
    assert answer.status == status, answer.content
    assert answer.headers["content-type"] == "application/problem+json"
    _assert_headers(answer)
    problem = answer.response.json()
    identifier = answer.headers["x-request-id"]
    assert problem == {
        "type": problem["type"],
        "title": problem["title"],
        "status": status,
        "detail": problem["detail"],
        "instance": f"urn:request:{identifier}",
        "code": faults[0]["code"],
        "errors": problem["errors"],
        "request_id": identifier,
    }
    assert [fault["code"] for fault in problem["errors"]] == [fault["code"] for fault in faults]
    assert _has_page(caller.api, problem["type"]), problem["type"]


def _has_page(api: Api, url: str) -> bool:
    if url not in _pages:
        _pages[url] = api.client.get(url).status_code == 200
    return _pages[url]


def _assert_headers(answer: Answer) -> None:
    headers: Mapping[str, str] = answer.headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    needed = {401: "www-authenticate", 405: "allow", 416: "content-range", 429: "retry-after"}
    assert needed.get(answer.status, "x-request-id") in headers


def row_counts(api: Api) -> dict[str, int]:
    """How many rows each table has, but for the uses of keys and the audit log, which are recorded aside."""
    tables = [
        table
        for table in (*t.metadata.tables.values(), *own_metadata.tables.values())
        if table not in (own.api_credential_use, api_audit, api_audit_seal)
    ]
    counted = union_all(*(select(literal(table.name), func.count()).select_from(table) for table in tables))
    return {row[0]: row[1] for row in api.rows(counted)}
