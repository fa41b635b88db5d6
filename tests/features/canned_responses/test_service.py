"""Canned responses over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.kit import php_json
from tests.features.knowledge_base.texts import PICTURE, attached, change, configure, uploaded
from tests.features.tickets.acts import ALICES, BILLING, SUPPORT
from tests.fixtures.api import Answer, Api

FOR_ALL, FOR_SUPPORT, FOR_BILLING = 1, 2, 3
NEW = {"title": "Thank you", "response": "<p>Thank you, %{ticket.name.first}!<script>x</script></p>"}


def ids(answer: Answer) -> list[int]:
    return [each["id"] for each in answer.data]


def test_agents_read_those_of_their_departments_and_of_all(api: Api) -> None:
    assert ids(api.staff("alice").get("/canned-responses")) == [FOR_SUPPORT, FOR_ALL]
    assert ids(api.staff("charlie").get("/canned-responses")) == [FOR_BILLING, FOR_ALL]
    assert api.staff("charlie").get(f"/canned-responses/{FOR_SUPPORT}").status == 404
    assert ids(api.staff("dora").get("/canned-responses?sort=id")) == [FOR_ALL, FOR_SUPPORT, FOR_BILLING]


def test_administrators_see_what_a_department_that_is_gone_has_left(api: Api) -> None:
    change(api, t.canned_response, FOR_SUPPORT, dept_id=99)
    assert api.staff("dora").get(f"/canned-responses/{FOR_SUPPORT}").data["department"] == {"id": 99, "name": ""}
    assert api.staff("alice").get(f"/canned-responses/{FOR_SUPPORT}").status == 404


def test_switched_off_ones_are_for_those_who_manage_them(api: Api) -> None:
    change(api, t.canned_response, FOR_SUPPORT, isenabled=False, notes="Old")
    assert ids(api.staff("bob").get("/canned-responses")) == [FOR_ALL]
    assert ids(api.staff("alice").get("/canned-responses?active=false")) == [FOR_SUPPORT]
    assert api.staff("alice").get(f"/canned-responses/{FOR_SUPPORT}").data["notes"] == "Old"
    assert "notes" not in api.staff("bob").get(f"/canned-responses/{FOR_ALL}").data


def test_they_are_searched_filtered_and_paged(api: Api) -> None:
    dora = api.staff("dora")
    assert ids(dora.get("/canned-responses?q=screenshot")) == [FOR_SUPPORT]
    assert ids(dora.get("/canned-responses?q=ticket.email")) == [FOR_BILLING]
    assert ids(dora.get("/canned-responses?department_id=none")) == [FOR_ALL]
    assert ids(dora.get(f"/canned-responses?department_id={SUPPORT},{BILLING}&sort=id")) == [FOR_SUPPORT, FOR_BILLING]
    first = dora.get("/canned-responses?per_page=2&fields=id,title&sort=-title")
    assert (first.meta["total"], list(first.data[0])) == (3, ["id", "title"])
    assert dora.get("/canned-responses?sort=colour").fields == ["sort"]


def test_one_is_added_changed_and_deleted(api: Api) -> None:
    alice = api.staff("alice")
    made = alice.post("/canned-responses", {**NEW, "department_id": SUPPORT, "notes": "<b>n</b><script></script>"})
    assert made.status == 201, made.errors
    path = f"/canned-responses/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    assert made.data["response"] == "<p>Thank you, %{ticket.name.first}!</p>"
    assert (made.data["notes"], made.data["is_active"]) == ("<b>n</b>", True)
    assert alice.patch(path, {"notes": ""}).data["notes"] is None
    changed = alice.patch(path, {"department_id": None, "is_active": False, "notes": None})
    assert (changed.data["department"], changed.data["is_active"], changed.data["notes"]) == (None, False, None)
    assert changed.data["response"] == made.data["response"]
    assert alice.delete(path).status == 204
    assert alice.get(path).status == 404


def test_what_is_asked_for_is_stored_from_the_start(api: Api) -> None:
    made = api.staff("alice").post("/canned-responses", {**NEW, "is_active": False})
    (row,) = api.rows(select(t.canned_response).where(t.canned_response.c.canned_id == made.data["id"]))
    assert (row.isenabled, row.dept_id, row.lang, row.notes) == (False, None, "en_US", None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "No"}, "title"),
        ({"title": None}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"response": "<script></script>"}, "response"),
        ({"response": "<p>" + "x" * 65_536 + "</p>"}, "response"),
        ({"department_id": 99}, "department_id"),
        ({"department_id": BILLING}, "department_id"),
        ({"attachments": [{"file_id": 4711}]}, "attachments"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_canned_response_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("alice").patch(f"/canned-responses/{FOR_SUPPORT}", body)
    assert (answer.status, answer.fields) == (422, [field])
    assert (api.staff("alice").post("/canned-responses", {**NEW, **body}).status) == 422


def test_a_title_is_given_once(api: Api) -> None:
    answer = api.staff("alice").post("/canned-responses", {**NEW, "title": "invoice SENT again"})
    assert (answer.status, answer.fields) == (409, ["title"])
    assert answer.errors[0]["detail"] == {"canned_response": {"id": FOR_BILLING}}


def test_writing_takes_the_permission_in_any_department(api: Api) -> None:
    bob = api.staff("bob")
    for answer in (
        bob.post("/canned-responses", NEW),
        bob.patch(f"/canned-responses/{FOR_ALL}", {"title": "Mine"}),
        bob.delete(f"/canned-responses/{FOR_ALL}"),
    ):
        assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "canned.manage"})


def test_files_come_and_go_with_it(api: Api) -> None:
    alice, bob = api.staff("alice"), api.staff("bob")
    first, second = uploaded(alice), uploaded(alice, "terms.txt")
    made = alice.post("/canned-responses", {**NEW, "department_id": SUPPORT, "attachments": [{"file_id": first}]})
    assert [each["name"] for each in made.data["attachments"]] == ["price list.txt"]
    path = f"/canned-responses/{made.data['id']}"
    assert bob.get(f"/files/{first}").status == 200
    assert api.staff("charlie").get(f"/files/{first}").status == 404
    assert api.user("uma").get(f"/files/{first}").status == 404
    both = alice.patch(path, {"attachments": [{"file_id": first}, {"file_id": second}]})
    assert [each["file_id"] for each in both.data["attachments"]] == [first, second]
    assert alice.patch(path, {"title": "Thanks"}).data["attachments"] == both.data["attachments"]
    last = api.staff("dora").patch(path, {"attachments": [{"file_id": second}]})
    assert [each["file_id"] for each in last.data["attachments"]] == [second]
    alice.delete(path)
    assert attached(api, "C", made.data["id"]) == 0


def test_pictures_in_the_text_are_files(api: Api) -> None:
    alice = api.staff("alice")
    made = alice.post("/canned-responses", {**NEW, "response": f"<p>Here: {PICTURE}</p>"})
    assert made.status == 201, made.errors
    assert (made.data["attachments"], attached(api, "C", made.data["id"])) == ([], 1)
    assert 'src="/api/v2/files/' in made.data["response"]
    path = f"/canned-responses/{made.data['id']}"
    kept = alice.patch(path, {"response": made.data["response"] + "<p>Again</p>", "attachments": []})
    assert (kept.data["response"].startswith(made.data["response"]), attached(api, "C", made.data["id"])) == (True, 1)
    answer = alice.post(f"/tickets/{ALICES}/reply", {"canned_response_id": made.data["id"]})
    assert [each["inline"] for each in answer.data["attachments"]] == [True]
    alice.patch(path, {"response": "<p>None</p>"})
    assert attached(api, "C", made.data["id"]) == 0


def test_one_that_a_filter_answers_with_stays(api: Api) -> None:
    configuration = php_json.encode({"canned_id": FOR_ALL})
    api.write(lambda tx: tx.insert(t.filter_action, filter_id=1, type="canned", configuration=configuration))
    answer = api.staff("alice").delete(f"/canned-responses/{FOR_ALL}")
    assert (answer.status, answer.errors[0]["code"]) == (409, "in_use")
    assert answer.errors[0]["detail"] == {"actions of filters": 1}
    assert api.staff("alice").delete(f"/canned-responses/{FOR_SUPPORT}").status == 204


def test_a_preview_is_filled_in_for_a_ticket(api: Api) -> None:
    alice = api.staff("alice")
    ticket = alice.get(f"/tickets/{ALICES}").data
    first_name = ticket["user"]["name"].split()[0]
    answer = alice.post(f"/canned-responses/{FOR_ALL}/preview?ticket_id={ALICES}")
    assert answer.status == 200, answer.errors
    assert answer.data["response"].startswith(f"<p>Hello {first_name},</p>")


def test_a_preview_is_for_a_ticket_in_sight(api: Api) -> None:
    charlie = api.staff("charlie")
    for ticket in (ALICES, 9999):
        answer = charlie.post(f"/canned-responses/{FOR_ALL}/preview?ticket_id={ticket}")
        assert (answer.status, answer.fields) == (422, ["ticket_id"])
    assert charlie.post(f"/canned-responses/{FOR_ALL}/preview").fields == ["ticket_id"]


def test_a_help_desk_may_do_without(api: Api) -> None:
    configure(api, "enable_premade", "0")
    alice = api.staff("alice")
    for answer in (
        alice.get("/canned-responses"),
        alice.get(f"/canned-responses/{FOR_ALL}"),
        alice.post("/canned-responses", NEW),
    ):
        assert (answer.status, answer.errors[0]["code"]) == (403, "canned_responses_disabled")
    reply = alice.post(f"/tickets/{ALICES}/reply", {"canned_response_id": FOR_ALL})
    assert (reply.status, reply.fields) == (422, ["canned_response_id"])


def test_one_changed_since_it_was_read_stays(api: Api) -> None:
    alice, path = api.staff("alice"), f"/canned-responses/{FOR_ALL}"
    tag = alice.get(path).headers["etag"]
    assert alice.patch(path, {"title": "Changed"}, headers={"If-Match": tag}).status == 200
    assert alice.patch(path, {"title": "Again"}, headers={"If-Match": tag}).status == 412


def test_a_subject_is_filled_in_while_osticket_rebuilds_its_copy_of_the_answers(api: Api) -> None:
    made = api.staff("dora").post("/canned-responses", {"title": "About it", "response": "<p>%{ticket.subject}</p>"})
    preview = f"/canned-responses/{made.data['id']}/preview?ticket_id=1"
    before = api.staff("alice").post(preview).data["response"]
    api.write(lambda tx: t.ticket_cdata.drop(tx.connection))
    assert api.staff("alice").post(preview).data["response"] == before != "<p></p>"
