"""The four endpoints to parents and children: what is asked, byte for byte what is answered."""

from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api
from tests.legacy.client import client, number_of, refused

PARENT, CHILD, OTHER = 1, 3, 5
CREATE, UNLINK = "tickets-subtickets-create.php", "tickets-subtickets-unlink.php"
LIST, PARENT_OF = "tickets-subtickets-list.php", "tickets-subtickets-parent.php"


def brief(api: Api, ticket_id: int) -> str:
    (row,) = api.rows(
        t.ticket.select()
        .with_only_columns(t.ticket.c.number, t.ticket_cdata.c.subject, t.ticket_status.c.name)
        .join(t.ticket_cdata, t.ticket_cdata.c.ticket_id == t.ticket.c.ticket_id)
        .join(t.ticket_status, t.ticket_status.c.id == t.ticket.c.status_id)
        .where(t.ticket.c.ticket_id == ticket_id)
    )
    return f'{{"ticket_id":{ticket_id},"number":"{row.number}","subject":"{row.subject}","status":"{row.name}"}}'


def created(api: Api) -> str:
    said = '"success":true,"message":"Subticket relationship created successfully"'
    return f'{{{said},"parent":{brief(api, PARENT)},"child":{brief(api, CHILD)}}}'


def removed(api: Api) -> str:
    said = '"success":true,"message":"Subticket relationship removed successfully"'
    return f'{{{said},"child":{brief(api, CHILD)}}}'


def link(api: Api, parent: int = PARENT, child: int = CHILD) -> None:
    assert client(api, key="linker").body("POST", CREATE, {"parent_id": parent, "child_id": child})[0] == 200


def test_links_as_planned_and_answers_409_to_conflicts(api: Api) -> None:
    ask = client(api)
    assert ask.body("POST", CREATE, {"parent_id": PARENT, "child_id": CHILD}) == (200, created(api))
    again = ask.body("POST", CREATE, {"parent_id": PARENT, "child_id": CHILD})
    assert again == (409, refused("Subticket relationship already exists"))
    other = ask.body("POST", CREATE, {"parent_id": OTHER, "child_id": CHILD})
    assert other == (409, refused("Child ticket already has a different parent"))


def test_links_as_the_plugin_does_and_answers_422_to_conflicts(api: Api) -> None:
    ask, path = client(api), f"{CREATE}/{number_of(api, PARENT)}.json"
    body = {"childId": number_of(api, CHILD)}
    assert ask.body("POST", path, body) == (200, created(api))
    assert ask.body("POST", path, body) == (422, refused("Subticket relationship already exists"))
    other = ask.body("POST", f"{CREATE}/{number_of(api, OTHER)}.xml", body)
    assert other == (422, refused("Child ticket already has a different parent"))


def test_a_form_and_a_json_number_do_as_well(api: Api) -> None:
    ask, path = client(api), f"{CREATE}/{number_of(api, PARENT)}.json"
    assert ask("POST", path, data={"childId": number_of(api, CHILD)}).status == 200
    assert ask("POST", path, {"childId": int(number_of(api, OTHER))}).status == 200


@pytest.mark.parametrize("method", ["DELETE", "POST"])
@pytest.mark.parametrize("planned", [True, False])
def test_unlinks_in_both_forms(api: Api, method: str, planned: bool) -> None:
    link(api)
    ask = client(api)
    path = UNLINK if planned else f"{UNLINK}/{number_of(api, CHILD)}.json"
    body = {"child_id": CHILD} if planned else None
    assert ask.body(method, path, body) == (200, removed(api))
    assert ask.body(method, path, body) == (404, refused("Child has no parent to unlink"))


def test_shows_parent_and_children_in_json_and_xml(api: Api) -> None:
    link(api)
    ask = client(api)
    assert ask.body("GET", f"{PARENT_OF}/{CHILD}.json") == (200, f'{{"parent":{brief(api, PARENT)}}}')
    assert ask.body("GET", f"{LIST}/{number_of(api, PARENT)}.json/") == (200, f'{{"children":[{brief(api, CHILD)}]}}')
    assert ask.body("GET", f"{PARENT_OF}/{PARENT}.json") == (200, '{"parent":null}')
    assert ask.body("GET", f"{LIST}/{CHILD}.json") == (200, '{"children":[]}')
    none = '<?xml version="1.0"?>\n<response><parent/></response>\n'
    assert ask.body("GET", f"{PARENT_OF}/{PARENT}.xml") == (200, none)
    assert ask("GET", f"{LIST}/{PARENT}.xml").headers["content-type"] == "application/xml; charset=UTF-8"


def test_xml_is_escaped_and_beyond_ascii_by_number(api: Api) -> None:
    link(api)

    def rename(tx: Write) -> None:
        tx.change(update(t.ticket_cdata).where(t.ticket_cdata.c.ticket_id == CHILD).values(subject='<ä & "b">'))

    api.write(rename)
    status = brief(api, CHILD).rpartition(':"')[2].rstrip('"}')
    assert client(api).body("GET", f"{LIST}/{PARENT}.xml")[1] == (
        '<?xml version="1.0"?>\n<response><children><item>'
        f"<ticket_id>{CHILD}</ticket_id><number>{number_of(api, CHILD)}</number>"
        f'<subject>&lt;&#xE4; &amp; "b"&gt;</subject><status>{status}</status></item></children></response>\n'
    )


PATH = "Invalid URL format. Expected: /api/{}/{{{}}}.json"
FAULTS: list[tuple[str, str, Any, int, str]] = [
    ("GET", PARENT_OF, None, 400, PATH.format(PARENT_OF, "child_ticket_number")),
    ("GET", f"{LIST}/", None, 400, PATH.format(LIST, "parent_ticket_number")),
    ("GET", f"{LIST}/1", None, 400, PATH.format(LIST, "parent_ticket_number")),
    ("GET", f"{LIST}/1.JSON", None, 400, PATH.format(LIST, "parent_ticket_number")),
    ("GET", f"{LIST}/a/1.json", None, 400, PATH.format(LIST, "parent_ticket_number")),
    ("POST", f"{CREATE}/1.csv", None, 400, PATH.format(CREATE, "parent_ticket_number")),
    ("DELETE", f"{UNLINK}/x", None, 400, PATH.format(UNLINK, "child_ticket_number")),
    ("POST", f"{LIST}/1.json", None, 405, "Method Not Allowed. Use GET"),
    ("HEAD", f"{LIST}/1.json", None, 405, ""),
    ("OPTIONS", f"{PARENT_OF}/1.json", None, 405, "Method Not Allowed. Use GET"),
    ("PUT", CREATE, None, 405, "Method Not Allowed. Use POST"),
    ("GET", UNLINK, None, 405, "Method Not Allowed. Use DELETE, POST"),
    ("GET", f"{LIST}/0.json", None, 400, "Invalid ticket number"),
    ("GET", f"{PARENT_OF}/0.json", None, 400, "Invalid ticket number"),
    ("POST", f"{CREATE}/0.json", {"childId": 3}, 400, "Invalid parent ticket number"),
    ("DELETE", f"{UNLINK}/0.json", None, 400, "Invalid child ticket number"),
    ("POST", f"{CREATE}/1.json", {"childId": None}, 400, "Missing childId in request body"),
    ("POST", f"{CREATE}/1.json", {"childId": 0}, 400, "Missing childId in request body"),
    ("POST", f"{CREATE}/1.json", {"childId": ["3"]}, 400, "Missing childId in request body"),
    ("POST", f"{CREATE}/1.json", {"childId": True}, 400, "Missing childId in request body"),
    ("POST", f"{CREATE}/1.json", {"childId": "1"}, 400, "Cannot link ticket to itself"),
    ("POST", CREATE, {"parent_id": 1, "child_id": 1}, 400, "Cannot link ticket to itself"),
    ("POST", CREATE, {"parent_id": 1}, 400, "Invalid ticket IDs"),
    ("POST", CREATE, {"parent_id": -1, "child_id": 2}, 400, "Invalid ticket IDs"),
    ("POST", CREATE, {}, 400, "No data provided in JSON body"),
    ("POST", CREATE, None, 400, "No data provided"),
    ("DELETE", UNLINK, {"child_id": "0"}, 400, "Invalid child ticket ID"),
    ("GET", f"{PARENT_OF}/999999999.json", None, 404, "Child ticket not found"),
    ("GET", f"{LIST}/999999999.json", None, 404, "Parent ticket not found"),
    ("GET", f"{LIST}/1abc.json", None, 404, "Parent ticket not found"),
    ("POST", CREATE, {"parent_id": 9999, "child_id": 2}, 404, "Parent ticket not found"),
    ("POST", CREATE, {"parent_id": 1, "child_id": 9999}, 404, "Child ticket not found"),
    ("DELETE", UNLINK, {"child_id": 9999}, 404, "Child ticket not found"),
]


def test_refuses_what_is_malformed_or_missing(api: Api) -> None:
    ask = client(api)
    answers = [ask.body(method, path, body) for method, path, body, _, _ in FAULTS]
    assert answers == [
        (status, refused(text) if text else answers[i][1]) for i, (*_, status, text) in enumerate(FAULTS)
    ]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[1,2", b'{"parent_id":NaN}', b'{"child_id":"\\ud800"}'])
def test_refuses_broken_json(api: Api, raw: bytes) -> None:
    answer = client(api)("POST", CREATE, content=raw, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.content.decode()) == (400, refused("Invalid JSON: Syntax error"))


def test_path_method_and_body_are_told_before_the_key(api: Api) -> None:
    nobody = client(api)
    nobody.key = "unknown"
    assert nobody("GET", f"{LIST}/1").status == 400
    assert nobody("PUT", CREATE).status == 405
    assert nobody("POST", CREATE, {"parent_id": 1}).status == 400
    assert nobody.body("GET", f"{LIST}/1.json") == (401, refused("Valid API key required"))


def test_a_key_needs_the_permission(api: Api) -> None:
    ask = client(api, "tickets.read", "tickets.update")
    wanted = (403, refused("API key not authorized for subticket operations"))
    assert ask.body("GET", f"{LIST}/1.json") == wanted
    assert ask.body("POST", CREATE, {"parent_id": 1, "child_id": 2}) == wanted


def test_a_circle_is_refused_at_any_depth(api: Api) -> None:
    chain = list(range(1, 14))
    for parent, child in pairwise(chain):
        set_parent(api, parent, child)
    status, body = client(api).body("POST", CREATE, {"parent_id": chain[-1], "child_id": chain[0]})
    assert status == 409
    assert "Failed to create subticket relationship" in body


def set_parent(api: Api, parent: int, child: int) -> None:
    api.write(lambda tx: tx.change(update(t.ticket).where(t.ticket.c.ticket_id == child).values(ticket_pid=parent)))


def test_merged_tickets_are_neither_linked_nor_torn_apart(api: Api) -> None:
    def merge(tx: Write) -> None:
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == CHILD).values(ticket_pid=PARENT, flags=1))
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == PARENT).values(flags=17))

    api.write(merge)
    ask = client(api)
    status, body = ask.body("POST", CREATE, {"parent_id": PARENT, "child_id": OTHER})
    assert (status, "part of a merge" in body) == (409, True)
    assert ask("DELETE", UNLINK, {"child_id": CHILD}).status == 409
    assert ask.body("GET", f"{LIST}/{PARENT}.json") == (200, f'{{"children":[{brief(api, CHILD)}]}}')


def test_a_parent_that_is_gone_is_none(api: Api) -> None:
    set_parent(api, 9999, CHILD)
    ask = client(api)
    assert ask.body("GET", f"{PARENT_OF}/{CHILD}.json") == (200, '{"parent":null}')
    assert ask.body("DELETE", UNLINK, {"child_id": CHILD}) == (404, refused("Child has no parent to unlink"))
    assert ask("POST", CREATE, {"parent_id": PARENT, "child_id": CHILD}).status == 200


def test_departments_limit_a_key(api: Api) -> None:
    """Both tickets' for a link, the child's for an unlink."""
    support, billing = 1, 2  # ticket 1 is of department 1, ticket 2 of department 4
    link(api, 1, 2)
    ask = client(api, "subtickets.manage", departments=[4])
    denied = (403, refused("Access denied to ticket department"))
    assert ask.body("POST", CREATE, {"parent_id": support, "child_id": billing}) == denied
    assert ask.body("POST", CREATE, {"parent_id": billing, "child_id": support}) == denied
    assert ask.body("POST", f"{CREATE}/{number_of(api, 1)}.json", {"childId": number_of(api, 2)}) == (
        403,
        refused("Access denied to parent ticket department"),
    )
    assert ask.body("GET", f"{LIST}/1.json") == denied
    assert ask.body("GET", f"{PARENT_OF}/2.json") == (200, '{"parent":null}')
    assert ask("DELETE", UNLINK, {"child_id": billing}).status == 200


def test_a_dry_run_links_nothing(api: Api) -> None:
    ask = client(api)
    assert ask("POST", f"{CREATE}?dry_run=true", {"parent_id": PARENT, "child_id": CHILD}).status == 200
    assert ask.body("GET", f"{PARENT_OF}/{CHILD}.json") == (200, '{"parent":null}')
