"""What the plugin's endpoints refuse, in which order, and with which words."""

import pytest

from tests.fixtures.api import Api
from tests.legacy.client import client, refused

TICKET = "Invalid URL format. Expected: /api/{}/{{ticket_number}}.json"
ENDPOINTS = ("tickets-get.php", "tickets-update.php", "tickets-delete.php")
METHODS = {"tickets-get.php": "GET", "tickets-update.php": "PATCH", "tickets-delete.php": "DELETE"}


@pytest.mark.parametrize("file", ENDPOINTS)
def test_malformed_addresses_are_told(api: Api, file: str) -> None:
    nobody = client(api, key="nobody")
    for tail in ("", "/", "/123", "/123.csv", "/a/123.json", "/123.JSON", "//123.json", "/.json"):
        assert nobody.body(METHODS[file], file + tail) == (400, refused(TICKET.format(file)))


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("POST", "tickets-get.php/1.json", "GET"),
        ("OPTIONS", "tickets-search.php", "GET"),
        ("GET", "tickets-update.php/1.json", "PATCH, PUT"),
        ("POST", "tickets-update.php/1.json", "PATCH, PUT"),
        ("GET", "tickets-delete.php/1.json", "DELETE"),
        ("DELETE", "tickets-stats.php", "GET"),
        ("PROPFIND", "tickets-statuses.php", "GET"),
        ("PUT", "tickets-attachment-download.php/1.json", "GET"),
    ],
)
def test_wrong_methods_are_told_the_right_ones(api: Api, method: str, path: str, right: str) -> None:
    answer = client(api)(method, path)
    assert (answer.status, answer.headers["allow"]) == (405, right)
    assert answer.content.decode() == refused(f"Method Not Allowed. Use {right}")


@pytest.mark.parametrize(
    ("method", "path", "does"),
    [
        ("GET", "tickets-get.php/1.json", "read tickets"),
        ("GET", "tickets-search.php", "search tickets"),
        ("PATCH", "tickets-update.php/1.json", "update tickets"),
        ("DELETE", "tickets-delete.php/1.json", "delete tickets"),
        ("GET", "tickets-stats.php", "read ticket statistics"),
        ("GET", "tickets-statuses.php", "read ticket statistics"),
        ("GET", "tickets-attachment-download.php/1.json", "read attachments"),
    ],
)
def test_each_door_needs_its_permission(api: Api, method: str, path: str, does: str) -> None:
    body = {"statusId": 1} if method == "PATCH" else None
    ask = client(api, "tickets.create")
    assert ask.body(method, path, body) == (401, refused(f"API key not authorized to {does}"))
    ask.key = "unknown"
    assert ask.body(method, path, body) == (401, refused("Valid API key required"))


def test_who_may_read_may_search_and_count(api: Api) -> None:
    ask = client(api, "tickets.read")
    assert ask("GET", "tickets-search.php").status == 200
    assert ask("GET", "tickets-stats.php").status == 200
    assert client(api, "tickets.search", key="searcher")("GET", "tickets-get.php/1.json").status == 401


def test_tickets_that_are_not_there(api: Api) -> None:
    ask = client(api)
    for token in ("99999", "1abc", "%C3%A4", "%00", "1%20", "9" * 400):
        for file in ("tickets-get.php", "tickets-delete.php"):
            assert ask.body(METHODS[file], f"{file}/{token}.json") == (404, refused("Ticket not found"))
    assert ask.body("PATCH", "tickets-update.php/1.json", {"statusId": 1}) == (404, refused("Ticket not found"))
