"""Forms as JSON Schema, so that a client can draw and check them: of a topic, of what is new, of what is there."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from osticket_api.access.field_rules import NO_LIMITS, Limits, Where, limits_on
from osticket_api.access.principal import Principal, Staff
from osticket_api.db.unit import Read
from osticket_api.features.forms.answer_addresses import RESOURCES
from osticket_api.features.forms.fields import Actor, Audience, Field, codec_for
from osticket_api.features.forms.model import Form, TopicForm, list_ids
from osticket_api.features.forms.queries import load_entries, load_form, topic_forms
from osticket_api.features.forms.references import References
from osticket_api.features.forms.responses import FormSchema

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ACTORS: dict[Audience, Actor] = {"staff": "staff", "client": "user"}
_SHOWN_BESIDE: Final = {("U", "phone"): "phone"}
"""Answers that responses show beside `custom_fields`, and that requests take there as well."""

_Asked = tuple[Form, Iterable[Field]]


def schema_of_new(tx: Read, caller: Principal, object_type: str, where: Where = None) -> FormSchema:
    """What somebody new, or something, asks the caller: a user, an organization, a task.

    `where`: the department of a task.
    """
    asked = [_all_of(load_form(tx, object_type))]
    return _for_caller(tx, caller, object_type, asked, where)


def schema_of(tx: Read, caller: Principal, object_type: str, object_id: int, where: Where = None) -> FormSchema:
    """What the caller may change in the answers of an object that they see. `where`: its department.

    A description is not among it: it lives on in the thread. An import may have left out the form of users and
    organizations; it is added with the first change.
    """
    entries = load_entries(tx, object_type, object_id)
    asked: list[_Asked] = [
        (entry.form, [field for field in entry.asked_fields if field.type != "thread"]) for entry in entries
    ]
    if not asked and object_type in ("U", "O"):
        asked = [_all_of(load_form(tx, object_type))]
    return _for_caller(tx, caller, object_type, asked, where)


def _all_of(form: Form) -> _Asked:
    return form, TopicForm(form).asked_fields


def _for_caller(tx: Read, caller: Principal, object_type: str, asked: Iterable[_Asked], where: Where) -> FormSchema:
    audience: Audience = "staff" if isinstance(caller, Staff) else "client"
    limits = limits_on(caller, RESOURCES[object_type], where)
    return msgspec.convert(_schema(tx, asked, caller, audience, limits), FormSchema)


def topic_schema(tx: Read, caller: Principal, topic_id: int | None, audience: Audience) -> dict[str, Any]:
    """The form that agents or users fill in for a ticket of this topic, as JSON Schema 2020-12."""
    return form_schema(tx, caller, topic_forms(tx, topic_id), audience)


def form_schema(tx: Read, caller: Principal, forms: Iterable[Form | TopicForm], audience: Audience) -> dict[str, Any]:
    """Forms as one object, a property for each field that the audience may fill in.

    Shapes: every property has `x-field-id`, `x-type` and `x-form-id`; those that are sent beside `custom_fields` have
    `x-built-in`, and those that take files `x-attachments`: which, how large, how many. `x-forms` says how to head the
    parts. `maxLength` is what osTicket's own pages hold people to; like osTicket, we take longer texts.
    """
    asked = [form if isinstance(form, TopicForm) else TopicForm(form) for form in forms]
    return _schema(tx, [(each.form, each.asked_fields) for each in asked], caller, audience, NO_LIMITS)


def _schema(tx: Read, forms: Iterable[_Asked], caller: Principal, audience: Audience, limits: Limits) -> dict[str, Any]:
    """Without what is hidden from the caller; what is frozen for them has `readOnly`."""
    asked = list(forms)
    actor = _ACTORS[audience]
    fields = [
        (form, field)
        for form, own in asked
        for field in own
        if _is_asked(field, actor) and not limits.hides(_name(form, field))
    ]
    references = References(tx, list_ids(field for _, field in fields), audience=audience, caller=caller)
    return {
        "$schema": _DIALECT,
        "type": "object",
        "properties": {field.column: _property(form, field, references, limits) for form, field in fields},
        "required": [field.column for _, field in fields if field.is_required_of(actor)],
        "additionalProperties": False,
        "x-forms": [{"id": form.id, "title": form.title, "instructions": form.instructions} for form, _ in asked],
    }


def _is_asked(field: Field, actor: Actor) -> bool:
    """A description has no right to edit: it is asked once and lives on in the thread."""
    is_open = field.is_visible_for(actor) if field.type == "thread" else field.is_editable_by(actor)
    return is_open and codec_for(field.type).is_asked


def _name(form: Form, field: Field) -> str:
    """What responses call the answer."""
    if form.is_built_in(field):
        return field.name
    return _SHOWN_BESIDE.get((form.type, field.name), f"custom_fields.{field.column}")


def _is_frozen(form: Form, field: Field, limits: Limits) -> bool:
    return limits.freezes(_name(form, field)) or (
        not form.is_built_in(field) and limits.freezes(f"custom_fields.{field.column}")
    )


def _property(form: Form, field: Field, references: References, limits: Limits) -> dict[str, Any]:
    described = {"title": field.label} | codec_for(field.type).describe(field, references)
    if field.hint:
        described["description"] = field.hint
    if form.is_built_in(field):
        described["x-built-in"] = True
    if _is_frozen(form, field, limits):
        described["readOnly"] = True
    return described | {"x-field-id": field.id, "x-type": field.type, "x-form-id": form.id}
