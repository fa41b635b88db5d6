"""How agents like PHP's panel to be: some of it in their row, the rest in settings of their own.

Source: people.md 3.1, golden case 309.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, or_, select

from osticket_api.db import tables as t
from osticket_api.db.config import Config, load_config, store_config
from osticket_api.db.flags import QueueFlag, has_flag
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Invalid

_IN_ROW: Final = frozenset({"page_size", "paper_size", "refresh_minutes", "signature_type"})
_DEPARTMENT: Final = "dept"
_KEYS: Final = {
    "datetime_format": "datetime_format",
    "default_queue_id": "default_ticket_queue_id",
    "editor_spacing": "editor_spacing",
    "from_name": "default_from_name",
    "image_view": "img_att_view",
    "reply_redirect": "reply_redirect",
    "thread_order": "thread_view_order",
}
"""Our names to the keys of the namespace `staff.<id>`."""

_DEFAULTS: Final = {"editor_spacing": "double", "image_view": "download", "reply_redirect": "ticket"}


def read_preferences(tx: Read, staff: Row[Any]) -> dict[str, Any]:
    """What an agent has chosen, with osTicket's defaults for the rest."""
    config = load_config(tx, _namespace(staff.staff_id))
    return {
        "page_size": staff.max_page_size or None,
        "refresh_minutes": staff.auto_refresh_rate or None,
        "paper_size": staff.default_paper_size,
        "signature_type": _ours(staff.default_signature_type),
        **{name: _read(config, name) for name in _KEYS},
    }


def in_row(given: Mapping[str, Any]) -> dict[str, Any]:
    """The preferences that the agent's row keeps, as it keeps them."""
    return {name: _theirs(value) for name, value in given.items() if name in _IN_ROW}


def save_settings(tx: Write, staff_id: int, given: Mapping[str, Any]) -> None:
    """Write the preferences that are settings of their own. Raises: Invalid for a queue the agent cannot use."""
    _check_queue(tx, staff_id, given.get("default_queue_id"))
    values = {_KEYS[name]: _written(name, value) for name, value in given.items() if name in _KEYS}
    changed = store_config(tx, values, _namespace(staff_id)) if values else {}
    if changed:
        names = sorted(name for name, key in _KEYS.items() if key in changed)
        tx.note_effect("staff", id=staff_id, changed=names)


def _namespace(staff_id: int) -> str:
    return f"staff.{staff_id}"


def _read(config: Config, name: str) -> Any:
    if name == "default_queue_id":
        return config.number(_KEYS[name]) or None
    return _ours(config.text(_KEYS[name]).lower()) or _DEFAULTS.get(name)


def _written(name: str, value: Any) -> str:
    if name == "default_queue_id":
        return str(value or 0)
    word = str(_theirs(value or _DEFAULTS.get(name, "")))
    return word.capitalize() if name == "reply_redirect" else word


def _ours(word: str) -> str | None:
    return "department" if word == _DEPARTMENT else word or None


def _theirs(word: Any) -> Any:
    return _DEPARTMENT if word == "department" else word


def _check_queue(tx: Read, staff_id: int, queue_id: int | None) -> None:
    queue = t.queue.c
    usable = or_(queue.staff_id == staff_id, has_flag(queue.flags, QueueFlag.PUBLIC))
    if queue_id is not None and tx.scalar(select(queue.id).where(queue.id == queue_id, usable)) is None:
        raise Invalid.because(f"There is no queue {queue_id} for you.", field="preferences.default_queue_id")
