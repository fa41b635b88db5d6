"""The JSON Schema of what a topic asks."""

from typing import Any

from sqlalchemy import update

from osticket_api.access.principal import ANONYMOUS
from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.forms import api as forms
from tests.fixtures.f1 import HelpDesk


def schema(help_desk: HelpDesk, audience: forms.Audience, topic_id: int | None = 12) -> dict[str, Any]:
    return help_desk.trial(lambda tx: forms.topic_schema(tx, ANONYMOUS, topic_id, audience))


def test_the_schema_says_what_must_be_answered(help_desk: HelpDesk) -> None:
    found = schema(help_desk, "client")
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["required"] == ["subject", "message", "asset_tag"]
    assert [form["title"] for form in found["x-forms"]] == ["Ticket Details", "Hardware details"]


def test_internal_fields_are_for_agents(help_desk: HelpDesk) -> None:
    staff, client = schema(help_desk, "staff")["properties"], schema(help_desk, "client")["properties"]
    assert set(staff) - set(client) == {"priority", "cost_centre"}
    assert set(client) <= set(staff)


def test_every_type_is_described(help_desk: HelpDesk) -> None:
    fields = schema(help_desk, "staff")["properties"]
    assert fields["subject"] == {
        "title": "Issue Summary",
        "type": "string",
        "maxLength": 50,
        "x-built-in": True,
        "x-field-id": 20,
        "x-type": "text",
        "x-form-id": 2,
    }
    assert fields["condition"]["oneOf"][0] == {"const": "new", "title": "New"}
    assert fields["site"]["oneOf"][0] == {"const": 1, "title": "Berlin"}
    assert [choice["title"] for choice in fields["impact"]["oneOf"]] == ["Low", "Normal", "High", "Emergency"]
    assert fields["warranty"]["type"] == "boolean"
    assert fields["needed_by"]["format"] == "date"
    assert [each["type"] for each in fields["photo"]["items"]["anyOf"]] == ["integer", "object"]
    assert fields["details"]["contentMediaType"] == fields["message"]["contentMediaType"] == "text/html"
    assert fields["desk_phone"]["x-type"] == "phone"


def test_clients_are_offered_public_departments_only(help_desk: HelpDesk) -> None:
    def offered(audience: forms.Audience) -> set[str]:
        return {choice["title"] for choice in schema(help_desk, audience)["properties"]["owner_dept"]["oneOf"]}

    assert offered("staff") - offered("client") == {"Vault"}


def test_a_hint_describes_and_several_choices_are_an_array(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> Any:
        several = update(t.form_field).where(t.form_field.c.id == 38)
        tx.change(several.values(hint="Look closely", configuration='{"choices":"n:New","multiselect":true}'))
        return forms.topic_schema(tx, ANONYMOUS, 12, "staff")["properties"]["condition"]

    found = help_desk.trial(trial)
    assert found["description"] == "Look closely"
    assert (found["type"], found["items"]) == ("array", {"oneOf": [{"const": "n", "title": "New"}]})


def test_a_list_keeps_its_own_order_and_leaves_out_what_is_disabled(help_desk: HelpDesk) -> None:
    def trial(tx: Write) -> list[str]:
        tx.change(update(t.list_).where(t.list_.c.id == 2).values(sort_mode="-Alpha"))
        tx.change(update(t.list_items).where(t.list_items.c.id == 2).values(status=0))
        choices = forms.topic_schema(tx, ANONYMOUS, 12, "staff")["properties"]["site"]["oneOf"]
        return [choice["title"] for choice in choices]

    assert help_desk.trial(trial) == ["Oslo", "Berlin"]
