"""The tickets of a user, listed and deleted together with the user."""

from sqlalchemy import select

from osticket_api.db import tables as t
from tests.features.tickets import acts
from tests.fixtures.api import Api

UMA, UGO, ULF = 1, 2, 3


def test_they_are_listed_as_any_tickets(api: Api) -> None:
    alice = api.staff("alice")
    of_uma = alice.get(f"/users/{UMA}/tickets", params={"per_page": 100})
    assert {each["user"]["id"] for each in of_uma.data} == {UMA}
    assert of_uma.meta["total"] == len(of_uma.data) > 1
    opened = alice.get(f"/users/{UMA}/tickets", params={"state": "open", "per_page": 100}).data
    assert {each["id"] for each in opened} < {each["id"] for each in of_uma.data}
    assert alice.get(f"/users/{UMA}/tickets?colour=red").status == 422


def test_they_are_those_that_the_caller_sees(api: Api) -> None:
    everything, own = api.staff("dora"), api.user("uma")
    path = f"/users/{UMA}/tickets?per_page=100"
    seen = {each["id"] for each in own.get(path).data}
    assert seen == {each["id"] for each in everything.get(path).data}
    assert {each["id"] for each in api.staff("charlie").get(path).data} < seen


def test_a_user_who_is_not_in_sight_has_none(api: Api) -> None:
    for who, user in ((api.user("ulf"), UMA), (api.user("ugo"), ULF), (api.staff("dora"), 999)):
        answer = who.get(f"/users/{user}/tickets")
        assert (answer.status, answer.errors[0]["code"]) == (404, "not_found")


def test_a_user_with_tickets_is_kept_unless_the_tickets_go_too(api: Api) -> None:
    dora = api.staff("dora")
    refused = dora.delete(f"/users/{UGO}")
    assert (refused.status, refused.errors[0]["code"]) == (409, "has_tickets")
    assert dora.delete(f"/users/{UGO}", params={"tickets": "delete"}).status == 204
    assert api.rows(select(t.ticket.c.ticket_id).where(t.ticket.c.user_id == UGO)) == []
    for column in (t.user.c.id, t.user_email.c.user_id, t.user_account.c.user_id, t.thread_collaborator.c.user_id):
        assert api.rows(select(column).where(column == UGO)) == []
    assert api.rows(select(t.user_cdata.c.user_id).where(t.user_cdata.c.user_id == UGO)) == []


def test_one_ticket_out_of_reach_keeps_the_user_and_all_tickets(api: Api) -> None:
    count = len(api.rows(select(t.ticket.c.ticket_id)))
    answer = api.staff("alice").delete(f"/users/{UGO}", params={"tickets": "delete"})
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "ticket.delete"})
    assert len(api.rows(select(t.ticket.c.ticket_id))) == count


def test_the_right_to_delete_users_is_asked_before_any_ticket_goes(api: Api) -> None:
    count = len(api.rows(select(t.ticket.c.ticket_id)))
    acts.set_staff(api, acts.BOB, permissions="{}")
    answer = api.staff("bob").delete(f"/users/{UGO}", params={"tickets": "delete"})
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "user.delete"})
    assert len(api.rows(select(t.ticket.c.ticket_id))) == count


def test_a_dry_run_deletes_nobody_and_nothing(api: Api) -> None:
    count = len(api.rows(select(t.ticket.c.ticket_id)))
    answer = api.staff("dora").delete(f"/users/{UGO}", params={"tickets": "delete", "dry_run": "true"})
    assert answer.status == 200
    assert {each["kind"] for each in answer.data["effects"]} >= {"ticket", "user"}
    assert len(api.rows(select(t.ticket.c.ticket_id))) == count
    assert api.staff("dora").get(f"/users/{UGO}").status == 200
