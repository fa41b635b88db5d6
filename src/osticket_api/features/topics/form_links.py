"""Which forms a topic asks. Source: people.md 5.1, golden cases 331, 334."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Faults
from osticket_api.features.forms import api as forms
from osticket_api.features.topics.requests import FormToAsk
from osticket_api.kit import php_json

_TICKET: Final = "T"
_TYPES: Final = (_TICKET, "G")


def wanted_forms(tx: Read, given: Sequence[int | FormToAsk], faults: Faults) -> list[FormToAsk]:
    """The requested forms, the ticket form among them. Collects a fault for each id that is not a topic's form."""
    wanted = [FormToAsk(id=each) if isinstance(each, int) else each for each in given]
    known = {form.id: form for form in forms.load_forms(tx, t.form.c.type.in_(_TYPES))}
    for place, each in enumerate(wanted):
        if each.id not in known:
            faults.add(f"forms.{place}", f"There is no form {each.id} that a topic could ask.")
        elif each.id in (before.id for before in wanted[:place]):
            faults.add(f"forms.{place}", f"The form {each.id} is given twice.")
        else:
            _check_fields(f"forms.{place}.disabled_field_ids", known[each.id], each, faults)
    return _with_ticket_form(wanted, known)


def set_forms(tx: Write, topic_id: int, wanted: Sequence[FormToAsk]) -> bool:
    """Make these the forms that a topic asks, in this order. Returns whether anything changed."""
    link = t.help_topic_form
    rows = tx.rows(select(link).where(link.c.topic_id == topic_id).order_by(link.c.sort, link.c.id))
    first = {row.form_id: row for row in reversed(rows)}
    places = {each.id: _columns(sort, each) for sort, each in enumerate(wanted, 1)}
    stale = [row.id for row in rows if row.form_id not in places or row is not first[row.form_id]]
    if stale:
        tx.change(delete(link).where(link.c.id.in_(stale)))
    changed = [_put(tx, topic_id, first.get(form_id), form_id, columns) for form_id, columns in places.items()]
    return any(changed) or bool(stale)


def _columns(sort: int, asked: FormToAsk) -> dict[str, Any]:
    return {"sort": sort, "extra": php_json.encode({"disable": asked.disabled_field_ids})}


def _put(tx: Write, topic_id: int, row: Row[Any] | None, form_id: int, columns: Mapping[str, Any]) -> bool:
    link = t.help_topic_form
    if row is None:
        tx.insert(link, topic_id=topic_id, form_id=form_id, **columns)
        return True
    if (row.sort, row.extra) == (columns["sort"], columns["extra"]):
        return False
    tx.change(update(link).where(link.c.id == row.id).values(**columns))
    return True


def _check_fields(path: str, form: forms.Form, asked: FormToAsk, faults: Faults) -> None:
    known = {field.id for field in form.fields}
    for field_id in asked.disabled_field_ids:
        if field_id not in known:
            faults.add(path, f"The form {form.id} has no field {field_id}.")


def _with_ticket_form(wanted: list[FormToAsk], known: Mapping[int, forms.Form]) -> list[FormToAsk]:
    """A topic always asks the ticket form: first, where nobody says where."""
    ticket_forms = [form.id for form in known.values() if form.type == _TICKET]
    if not ticket_forms or any(each.id in ticket_forms for each in wanted):
        return wanted
    return [FormToAsk(id=ticket_forms[0]), *wanted]
