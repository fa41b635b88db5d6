"""A topic's form as JSON Schema, so that a client can draw it and check it."""

from collections.abc import Iterable
from typing import Any

from osticket_api.db.unit import Read
from osticket_api.features.forms.fields import Actor, Audience, Field, codec_for
from osticket_api.features.forms.model import Form, TopicForm, list_ids
from osticket_api.features.forms.queries import topic_forms
from osticket_api.features.forms.references import References

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ACTORS: dict[Audience, Actor] = {"staff": "staff", "client": "user"}


def topic_schema(tx: Read, topic_id: int | None, audience: Audience) -> dict[str, Any]:
    """What a ticket of this topic asks agents or clients, as JSON Schema 2020-12."""
    return form_schema(tx, topic_forms(tx, topic_id), audience)


def form_schema(tx: Read, forms: Iterable[Form | TopicForm], audience: Audience) -> dict[str, Any]:
    """Forms as one object, a property for each field that the audience may fill in.

    Shapes: every property has `x-field-id`, `x-type` and `x-form-id`; those that are sent beside `custom_fields` have
    `x-built-in`, and those that take files `x-attachments`: which, how large, how many. `x-forms` says how to head the
    parts. `maxLength` is what osTicket's own pages hold people to; like osTicket, we take longer texts.
    """
    asked = [form if isinstance(form, TopicForm) else TopicForm(form) for form in forms]
    actor = _ACTORS[audience]
    fields = [(form.form, field) for form in asked for field in form.asked_fields if _is_asked(field, actor)]
    references = References(tx, list_ids(field for _, field in fields), audience=audience)
    return {
        "$schema": _DIALECT,
        "type": "object",
        "properties": {field.column: _property(form, field, references) for form, field in fields},
        "required": [field.column for _, field in fields if field.is_required_of(actor)],
        "additionalProperties": False,
        "x-forms": [
            {"id": form.form.id, "title": form.form.title, "instructions": form.form.instructions} for form in asked
        ],
    }


def _is_asked(field: Field, actor: Actor) -> bool:
    """A description has no right to edit: it is asked once and lives on in the thread."""
    is_open = field.is_visible_for(actor) if field.type == "thread" else field.is_editable_by(actor)
    return is_open and codec_for(field.type).is_asked


def _property(form: Form, field: Field, references: References) -> dict[str, Any]:
    described = {"title": field.label} | codec_for(field.type).describe(field, references)
    if field.hint:
        described["description"] = field.hint
    if form.is_built_in(field):
        described["x-built-in"] = True
    return described | {"x-field-id": field.id, "x-type": field.type, "x-form-id": form.id}
