"""Custom lists and their items over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.fixtures.api import Api

OFFICE = 2
STATUSES = 1


def add_property(api: Api, list_id: int, **values: Any) -> int:
    """A field that the items of a list have. Gives its id."""

    def unit(tx: Write) -> int:
        form_id = tx.scalar(select(t.form.c.id).where(t.form.c.type == f"L{list_id}"))
        return tx.insert(t.form_field, form_id=form_id, flags=13057, sort=1, **values)

    return int(api.write(unit))


def values(answer: Any) -> list[str]:
    return [each["value"] for each in answer.data]


def test_custom_lists_are_listed_without_those_kept_elsewhere(api: Api) -> None:
    (office,) = api.staff("bob").get("/lists").data
    assert (office["id"], office["order"], office["form_id"]) == (OFFICE, "alphabetical", 7)
    assert office["item_count"] == len(api.staff("bob").get(f"/lists/{OFFICE}/items").data)
    assert "notes" not in office
    assert api.staff("dora").get(f"/lists/{OFFICE}").data["notes"] is None
    assert api.staff("bob").get(f"/lists/{STATUSES}").status == 404
    assert api.staff("bob").get(f"/lists/{STATUSES}/items").status == 404


def test_a_list_is_added_changed_and_deleted(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post("/lists", json={"name": "R&D colour", "plural_name": "R&D colours", "order": "manual"})
    assert (made.status, made.data["name"], made.data["item_count"]) == (201, "R&D colour", 0)
    path = f"/lists/{made.data['id']}"
    assert dora.get(f"/forms/{made.data['form_id']}").data["type"] == "list"
    changed = dora.patch(path, json={"plural_name": None, "order": "reversed", "notes": "Ask."}).data
    assert (changed["plural_name"], changed["order"], changed["notes"]) == (None, "reversed", "Ask.")
    item = dora.post(f"{path}/items", json={"value": "Green"}).data
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404
    assert dora.get(f"/forms/{made.data['form_id']}").status == 404
    assert api.rows(select(t.list_items.c.list_id).where(t.list_items.c.id == item["id"])) == [(None,)]


def test_a_list_that_a_field_offers_stays(api: Api) -> None:
    answer = api.staff("dora").delete(f"/lists/{OFFICE}")
    assert (answer.status, answer.errors[0]["detail"]) == (409, {"fields": 1})


def test_items_come_in_the_order_of_their_list(api: Api) -> None:
    dora = api.staff("dora")
    path = f"/lists/{dora.post('/lists', json={'name': 'Colour'}).data['id']}"
    for position, value in enumerate(("Red", "Blue", "Green"), 1):
        dora.post(f"{path}/items", json={"value": value, "position": position})
    assert values(dora.get(f"{path}/items")) == ["Blue", "Green", "Red"]
    dora.patch(path, json={"order": "reversed"})
    assert values(dora.get(f"{path}/items")) == ["Red", "Green", "Blue"]
    dora.patch(path, json={"order": "manual"})
    assert values(dora.get(f"{path}/items?fields=value")) == ["Red", "Blue", "Green"]
    first = dora.get(f"{path}/items?per_page=1&sort=-position")
    assert values(first) == ["Green"]
    assert values(dora.get(f"{path}/items?per_page=1&sort=-position&cursor={first.meta['next_cursor']}")) == ["Blue"]
    assert values(dora.get(f"{path}/items?q=re")) == ["Red", "Green"]


def test_an_item_is_added_changed_switched_off_and_taken_out(api: Api) -> None:
    dora = api.staff("dora")
    made = dora.post(f"/lists/{OFFICE}/items", json={"value": "Paris", "abbreviation": "PAR"})
    assert (made.status, made.data["is_active"], made.data["properties"]) == (201, True, {})
    path = f"/lists/{OFFICE}/items/{made.data['id']}"
    assert made.headers["location"] == f"/api/v2{path}"
    changed = dora.patch(path, json={"value": "Paris Nord", "abbreviation": None, "is_active": False}).data
    assert (changed["value"], changed["abbreviation"], changed["is_active"]) == ("Paris Nord", None, False)
    assert "Paris Nord" in values(dora.get(f"/lists/{OFFICE}/items?active=false"))
    assert dora.delete(path, headers={"If-Match": made.headers["etag"]}).status == 412
    assert dora.delete(path).status == 204
    assert dora.get(path).status == 404


def test_a_new_item_can_be_chosen_at_once(api: Api) -> None:
    dora = api.staff("dora")
    dora.post(f"/lists/{OFFICE}/items", json={"value": "Paris"})
    schema = dora.get("/forms/8").data["schema"]["properties"]
    assert any("Paris" in str(each) for each in schema.values())


def test_a_value_is_there_once(api: Api) -> None:
    dora = api.staff("dora")
    first, second = dora.get(f"/lists/{OFFICE}/items").data[:2]
    same = {"value": second["value"].upper()}
    for answer in (
        dora.post(f"/lists/{OFFICE}/items", json=same),
        dora.patch(f"/lists/{OFFICE}/items/{first['id']}", json=same),
    ):
        assert (answer.status, answer.errors[0]["detail"]) == (409, {"item": {"id": second["id"]}})


def test_items_have_the_properties_of_their_form(api: Api) -> None:
    floor = add_property(api, OFFICE, type="text", label="Floor", name="floor")
    size = add_property(
        api, OFFICE, type="choices", label="Size", name="size", configuration='{"choices":"s:Small\\nl:Large"}'
    )
    dora = api.staff("dora")
    made = dora.post(f"/lists/{OFFICE}/items", json={"value": "Paris", "properties": {"floor": "3", "size": "l"}}).data
    large = {"key": "l", "label": "Large"}
    assert made["properties"] == {"floor": "3", "size": large}
    stored = select(t.list_items.c.properties).where(t.list_items.c.id == made["id"])
    assert api.rows(stored) == [(f'{{"{floor}":"3","{size}":{{"l":"Large"}}}}',)]
    path = f"/lists/{OFFICE}/items/{made['id']}"
    assert dora.patch(path, json={"properties": {"floor": "4"}}).data["properties"] == {"floor": "4", "size": large}
    wrong = dora.patch(path, json={"properties": {"size": "xl", "flor": "4"}})
    assert (wrong.status, sorted(map(str, wrong.fields))) == (422, ["properties.flor", "properties.size"])


def test_a_property_that_is_asked_for_is_given(api: Api) -> None:
    add_property(api, OFFICE, type="text", label="Floor", name="floor")

    def require(tx: Write) -> None:
        tx.change(update(t.form_field).where(t.form_field.c.name == "floor").values(flags=30465))

    api.write(require)
    answer = api.staff("dora").post(f"/lists/{OFFICE}/items", json={"value": "Paris"})
    assert (answer.status, answer.fields) == (422, ["properties.floor"])


def test_a_list_can_have_fixed_items(api: Api) -> None:
    def fix(tx: Write) -> None:
        tx.change(update(t.list_).where(t.list_.c.id == OFFICE).values(masks=0x2 | 0x4))

    api.write(fix)
    dora = api.staff("dora")
    (item, *_) = dora.get(f"/lists/{OFFICE}/items").data
    assert dora.post(f"/lists/{OFFICE}/items", json={"value": "Paris"}).errors[0]["code"] == "fixed_items"
    assert dora.delete(f"/lists/{OFFICE}/items/{item['id']}").errors[0]["code"] == "fixed_items"


def test_an_item_belongs_to_its_list(api: Api) -> None:
    dora = api.staff("dora")
    other = dora.post("/lists", json={"name": "Colour"}).data["id"]
    (item, *_) = dora.get(f"/lists/{OFFICE}/items").data
    path = f"/lists/{other}/items/{item['id']}"
    assert [dora.get(path).status, dora.patch(path, json={"position": 3}).status, dora.delete(path).status] == [404] * 3
    assert dora.post("/lists/99/items", json={"value": "Paris"}).status == 404


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {"order": "random"}, "order"),
        ("", {"name": "&" * 255}, "name"),
        ("", {"name": None}, "name"),
        ("/items/1", {"value": " "}, "value"),
        ("/items/1", {"position": -1}, "position"),
        ("/items/1", {"value": "\N{SMILING FACE WITH OPEN MOUTH}" * 200}, "value"),
        ("/items/1", {"abbreviation": "\N{SMILING FACE WITH OPEN MOUTH}" * 200}, "abbreviation"),
        ("/items/1", {"properties": None}, "properties"),
        ("/items/1", {"extra": "x"}, "extra"),
    ],
)
def test_what_is_no_list_or_item_is_refused_by_field(api: Api, path: str, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").patch(f"/lists/{OFFICE}{path}", json=body)
    assert (answer.status, answer.fields) == (422, [field])


def test_a_list_that_only_a_deleted_form_has_offered_can_go(api: Api) -> None:
    dora = api.staff("dora")
    colours = dora.post("/lists", json={"name": "Colour"}).data["id"]
    fields = [{"label": "Colour", "name": "colour", "type": f"list-{colours}"}]
    form = dora.post("/forms", json={"title": "Paint", "fields": fields}).data["id"]
    assert dora.delete(f"/lists/{colours}").status == 409
    assert dora.delete(f"/forms/{form}").status == 204
    assert dora.delete(f"/lists/{colours}").status == 204
