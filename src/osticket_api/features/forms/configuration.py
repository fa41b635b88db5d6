"""The settings of each type of field, as callers give them and as the field's row stores them.

Source: people.md 5.10, 5.11.
"""

from collections.abc import Mapping
from typing import Any, Final

from osticket_api.errors import Faults
from osticket_api.kit import html, php_json
from osticket_api.kit.suggestions import did_you_mean, shortened

_TEXT: Final = ("length", "placeholder", "validator-error")
_CHOICE: Final = ("default", "multiselect", "prompt", "validator-error", "widget")
_SETTINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "assignee": ("prompt",),
    "bool": ("desc",),
    "break": (),
    "choices": ("choices", *_CHOICE),
    "datetime": ("future", "gmt", "max", "min", "time", "timezone"),
    "department": ("prompt",),
    "files": ("extensions", "max", "mimetypes", "size", "strictmimecheck"),
    "info": ("content",),
    "list": ("typeahead", *_CHOICE),
    "memo": ("cols", "html", "rows", *_TEXT),
    "phone": ("digits", "ext", "format"),
    "priority": ("default", "prompt"),
    "text": ("regex", "size", "validator", *_TEXT),
    "timezone": ("autodetect", "prompt"),
}
_VALIDATORS: Final = ("", "email", "phone", "ip", "number", "regex", "formula", "password")
_LONGEST: Final = 10_000
_ID_DIGITS: Final = 9

TYPES: Final = tuple(_SETTINGS.keys() - {"list"})


def known_type(type_: str) -> str | None:
    """The kind of a type that fields can be made of: `list-3` is a `list`."""
    kind, _, number = type_.partition("-")
    if kind == "list":
        return kind if number.isascii() and number.isdigit() and len(number) <= _ID_DIGITS else None
    return type_ if type_ in _SETTINGS else None


def check_settings(type_: str, given: Mapping[str, Any], faults: Faults, path: str) -> None:
    """Find settings that the type does not have, and values that no setting takes."""
    known = _SETTINGS[known_type(type_) or "break"]
    for name, value in given.items():
        if name not in known:
            hint = did_you_mean(name, known)
            faults.add(path, f"A field of type {type_} has no setting {shortened(name)}.{hint}", code="unknown_field")
        elif name == "choices" and isinstance(value, dict):
            _check_choices(value, faults, path)
        elif not isinstance(value, str | int | bool | None):
            faults.add(path, f"{name} takes text, a number or a switch.")
        elif isinstance(value, str) and len(value) > _LONGEST:
            faults.add(path, f"{name} has at most {_LONGEST} characters.")
        elif name == "validator" and (value or "") not in _VALIDATORS:
            faults.add(path, f"There is no validator {shortened(str(value))}.", detail={"allowed": _VALIDATORS[1:]})


def stored(before: Mapping[str, Any], given: Mapping[str, Any]) -> str | None:
    """The settings as the row holds them, after what is given: null takes one away."""
    settings = {**before, **{name: _stored(name, value) for name, value in given.items()}}
    kept = {name: value for name, value in settings.items() if value is not None}
    return php_json.encode(kept) if kept else None


def shown(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as callers see them: choices as an object from key to label."""
    told = dict(settings)
    if isinstance(told.get("choices"), str):
        lines = (line.partition(":") for line in told["choices"].splitlines() if line.strip())
        told["choices"] = {key.strip(): label.strip() or key.strip() for key, _, label in lines}
    return told


def _check_choices(choices: Mapping[str, Any], faults: Faults, path: str) -> None:
    for key, label in choices.items():
        if not isinstance(label, str) or not key.strip() or set(key) & set(":\r\n") or set(label) & set("\r\n"):
            faults.add(path, "choices go from a key, which has no colon, to a label, each one line.")
            return


def _stored(name: str, value: Any) -> Any:
    if name == "choices" and isinstance(value, dict):
        return "\n".join(f"{key}:{label}" for key, label in value.items())
    return html.clean(value) if name == "content" and isinstance(value, str) else value
