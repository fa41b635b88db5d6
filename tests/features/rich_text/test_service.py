"""Texts of the help desk's own: what is stored of them, their images, and the files beside them."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from osticket_api.db.unit import Write
from osticket_api.errors import Invalid
from osticket_api.features.rich_text.api import Description, Notes, ShortNotes, ShortText, Title, store_text
from osticket_api.features.threads.api import MAX_BODY
from tests.features.knowledge_base.texts import PICTURE
from tests.fixtures.api import Api


def test_images_of_a_text_are_stored_as_files(api: Api) -> None:
    def unit(tx: Write) -> tuple[str, list[str]]:
        text = store_text(tx, f"<p>Here: {PICTURE}</p>", "answer")
        return text.stored, [image.key for image in text.images]

    stored, keys = api.write(unit)
    assert len(keys) == 1
    assert f"cid:{keys[0]}" in stored
    assert "data:" not in stored


def test_the_same_text_without_images_stores_none(api: Api) -> None:
    def unit(tx: Write) -> tuple[str, int]:
        text = store_text(tx, "<p onclick='x()'>Plain <script>x()</script></p>", "answer")
        return text.stored, len(text.images)

    stored, images = api.write(unit)
    assert (stored, images) == ("<p>Plain </p>", 0)


@pytest.mark.parametrize(
    ("given", "code"),
    [("", "required"), ("<script>x()</script>", "required"), ("<p>" + "x" * MAX_BODY + "</p>", "too_long")],
)
def test_a_text_that_says_nothing_or_too_much_is_refused_by_its_field(api: Api, given: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        api.write(lambda tx: store_text(tx, given, "answer"))
    assert (refused.value.faults[0].code, refused.value.faults[0].field) == (code, "answer")


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        (Title, " How? ", "How?"),
        (Notes, "<p>Mind <script>x()</script></p>", "<p>Mind </p>"),
        (Notes, "<p></p>", None),
        (ShortNotes, "Mind", "Mind"),
        (ShortNotes, " ", None),
        (ShortText, "<b>printer</b>, paper ", "printer, paper"),
        (Description, "<p>About <i>printers</i></p>", "<p>About <i>printers</i></p>"),
    ],
)
def test_what_columns_take_is_cleaned(kind: Any, given: str, stored: str | None) -> None:
    assert TypeAdapter(kind).validate_python(given) == stored


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Title, "No"),
        (ShortNotes, "x" * 256),
        (ShortNotes, "\N{SNOWMAN}" * 100),
        (ShortText, "x" * 256),
        (Notes, "x" * 65_536),
        (Description, "<p></p>"),
        (Description, "\N{SNOWMAN}" * 30_000),
    ],
)
def test_what_columns_cannot_take_is_refused(kind: Any, given: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(given)
