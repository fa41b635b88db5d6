"""Conditions on what a ticket has answered to the fields of its forms."""

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.sql.expression import literal

from osticket_api.db import tables as t

_DIGITS_OF_AN_ID = 10


def has_answer(name: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The ticket has an answer to the field of this name that meets the condition."""
    entry, field, value = t.form_entry.c, t.form_field.c, t.form_entry_values.c
    return exists(
        select(literal(1))
        .select_from(
            t.form_entry.join(t.form_entry_values, value.entry_id == entry.id).join(
                t.form_field, field.id == value.field_id
            )
        )
        .where(and_(entry.object_type == "T", entry.object_id == t.ticket.c.ticket_id, field.name == name), condition)
    )


def is_answer(wanted: str) -> ColumnElement[bool]:
    """An answer is this text, this id, or a choice with this key or label."""
    value = t.form_entry_values.c
    ways: list[ColumnElement[bool]] = [
        value.value == wanted,
        value.value.contains(f'"{wanted}":', autoescape=True),
        value.value.contains(f':"{wanted}"', autoescape=True),
    ]
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= _DIGITS_OF_AN_ID:
        ways.append(value.value_id == int(wanted))
    return or_(*ways)
