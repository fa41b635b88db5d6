"""The parent of a ticket over HTTP."""

from sqlalchemy import delete

from osticket_api.db import tables as t
from tests.fixtures.api import Answer, Api

PARENT, CHILD = 1, 3
IN_MAINTENANCE = 19


def link(api: Api) -> Answer:
    answer = api.staff("dora").post(f"/tickets/{PARENT}/link", {"tickets": [CHILD]})
    assert answer.status == 200, answer.errors
    return answer


def test_it_is_shown_to_those_who_may_see_it(api: Api) -> None:
    number = link(api).data["children"][0]["number"]
    alice = api.staff("alice")
    assert alice.get(f"/tickets/{CHILD}/parent").data["id"] == PARENT
    assert alice.get(f"/tickets/number:{number}/parent").data["id"] == PARENT
    assert alice.get(f"/tickets/{CHILD}/parent").data == alice.get(f"/tickets/{PARENT}").data
    assert api.user("ulf").get(f"/tickets/{CHILD}/parent").status == 404


def test_a_ticket_without_one_says_so(api: Api) -> None:
    link(api)
    for ticket in (PARENT, 26):
        answer = api.staff("alice").get(f"/tickets/{ticket}/parent")
        assert (answer.status, answer.errors[0]["code"]) == (404, "no_parent")
    answer = api.staff("alice").get("/tickets/999/parent")
    assert (answer.status, answer.errors[0]["code"]) == (404, "not_found")


def test_a_parent_that_is_gone_or_out_of_sight_is_none(api: Api) -> None:
    dora, alice = api.staff("dora"), api.staff("alice")
    assert dora.post(f"/tickets/{IN_MAINTENANCE}/link", {"tickets": [CHILD]}).status == 200
    assert dora.get(f"/tickets/{CHILD}/parent").data["id"] == IN_MAINTENANCE
    assert alice.get(f"/tickets/{IN_MAINTENANCE}").status == 404
    hidden = alice.get(f"/tickets/{CHILD}/parent")
    assert (hidden.status, hidden.errors[0]["code"]) == (404, "no_parent")
    api.write(lambda tx: tx.change(delete(t.ticket).where(t.ticket.c.ticket_id == IN_MAINTENANCE)))
    assert dora.get(f"/tickets/{CHILD}/parent").errors[0]["code"] == "no_parent"
