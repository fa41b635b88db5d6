"""Forms over HTTP."""

from sqlalchemy import update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

TICKET, EQUIPMENT = 2, 8


def test_forms_are_listed_by_what_they_are_for(api: Api) -> None:
    forms = {form["id"]: form for form in api.staff("bob").get("/forms").data}
    assert (forms[TICKET]["type"], forms[EQUIPMENT]["type"], forms[7]["type"]) == ("ticket", "custom", "list")
    (found,) = api.staff("bob").get("/forms?q=equip&fields=id,title").data
    assert found == {"id": EQUIPMENT, "title": "Equipment details"}


def test_a_form_tells_whom_its_fields_are_for(api: Api) -> None:
    fields = {field["name"]: field for field in api.staff("bob").get(f"/forms/{TICKET}").data["fields"]}
    assert (fields["subject"]["is_required_of_users"], fields["subject"]["is_editable_by_users"]) == (True, True)
    assert (fields["priority"]["is_visible_to_users"], fields["priority"]["is_editable_by_agents"]) == (False, True)


def test_a_form_brings_its_choices(api: Api) -> None:
    form = api.staff("bob").get(f"/forms/{EQUIPMENT}").data
    kinds = {field["type"] for field in form["fields"]}
    assert {"choices", "list-2"} <= kinds
    assert form["schema"]["properties"].keys() <= {field["name"] for field in form["fields"]}


def test_a_deleted_form_is_gone(api: Api) -> None:
    def remove(tx: Write) -> None:
        tx.change(update(t.form).where(t.form.c.id == EQUIPMENT).values(flags=0x3))

    api.write(remove)
    bob = api.staff("bob")
    assert bob.get(f"/forms/{EQUIPMENT}").status == 404
    assert EQUIPMENT not in {form["id"] for form in bob.get("/forms").data}


def test_users_are_shown_no_forms_but_those_of_topics(api: Api) -> None:
    assert api.user("uma").get("/forms").status == 403
    assert api.user("uma").get(f"/forms/{TICKET}").status == 403
