"""Choices from a fixed set, stored as a JSON object from key to label: `{"broken":"Broken"}`."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from osticket_api.features.forms.fields.codec import Answer, Codec, Unfit, sound, stored_json, unknown, whole
from osticket_api.features.forms.fields.field import Field
from osticket_api.features.forms.references import References
from osticket_api.kit import php_json

_KEYS = ("key", "id", "value", "label")


class ChoiceCodec(Codec):
    """Choices that are lines of the field's configuration: `key:Label`."""

    what = "choice"

    def options(self, field: Field, references: References) -> Mapping[str, str]:
        """Every key that may be chosen now, with its label."""
        return _own_choices(field)

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        wanted = _wanted(given)
        if len(wanted) > 1 and not _is_multiple(field):
            raise Unfit(f"takes one {self.what} only.")
        options = self.options(field, references)
        keys = dict.fromkeys(self._match(key, options) for key in wanted)
        return self._answer({key: options[key] for key in keys})

    def _match(self, given: str, options: Mapping[str, str]) -> str:
        if given in options:
            return given
        word = given.casefold()
        for key, label in options.items():
            if word in (key.casefold(), label.casefold()):
                return key
        raise unknown(self.what, given, self.names(options))

    def names(self, options: Mapping[str, str]) -> Sequence[str]:
        """What a caller may send, in the words we advertise."""
        return list(options)

    def _answer(self, chosen: Mapping[str, str]) -> Answer:
        return Answer(_as_php(chosen), column=", ".join(chosen), search=", ".join(chosen.values()))

    def read(self, field: Field, value: str | None, value_id: int | None) -> Any:
        chosen = [self.shape(key, label) for key, label in decode(value, _own_choices(field)).items()]
        if _is_multiple(field):
            return chosen
        return chosen[0] if chosen else None

    def shape(self, key: str, label: str) -> Any:
        return {"key": key, "label": label}

    def identity(self, field: Field, value: str | None, value_id: int | None) -> Any:
        return sorted(decode(value, _own_choices(field)))

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        return ", ".join(decode(value, _own_choices(field)).values())

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        options = self.options(field, references)
        one = {"oneOf": [{"const": self.constant(key), "title": label} for key, label in options.items()]}
        if not _is_multiple(field):
            return one
        return {"type": "array", "items": one, "uniqueItems": True}

    def constant(self, key: str) -> Any:
        return key


class ListCodec(ChoiceCodec):
    """Items of a custom list. Disabled ones stay readable and cannot be chosen."""

    what = "item"

    def options(self, field: Field, references: References) -> Mapping[str, str]:
        return references.list_items(list_id(field))

    def names(self, options: Mapping[str, str]) -> Sequence[str]:
        return list(options.values())

    def shape(self, key: str, label: str) -> Any:
        return {"id": self.constant(key), "value": label}

    def constant(self, key: str) -> Any:
        return whole(key) or key


class TimezoneCodec(ChoiceCodec):
    what = "time zone"

    def options(self, field: Field, references: References) -> Mapping[str, str]:
        return {zone: zone.replace("/", " / ") for zone in sorted(available_timezones())}

    def shape(self, key: str, label: str) -> Any:
        return key

    def _answer(self, chosen: Mapping[str, str]) -> Answer:
        return Answer(_as_php(chosen), column=", ".join(chosen))

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        return ""

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        return {"type": "string", "examples": ["Europe/Berlin"]}


def list_id(field: Field) -> int:
    """The custom list that a field of type `list-<id>` offers."""
    return whole(field.type.removeprefix("list-")) or 0


def decode(value: str | None, known: Mapping[str, str]) -> dict[str, str]:
    """A stored choice as key to label: from JSON, from bare keys, or from a rebuilt lookup table (`a,Alpha`).

    Source: tickets.md 1.16.2 and 1.16.4.
    """
    if not value or value in ("[]", "{}", "false", "null"):
        return {}
    data = stored_json(value) if value[0] in "{[" else None
    if isinstance(data, dict):
        return {sound(key): sound(label) for key, label in data.items()}
    if isinstance(data, list):
        return _from_list(data, known)
    return _from_words(value, known)


def _from_list(data: Sequence[Any], known: Mapping[str, str]) -> dict[str, str]:
    """PHP writes keys that count from 0 as a bare list of labels; older rows are lists of keys."""
    if any(str(item) in known for item in data):
        return {sound(item): known.get(str(item), sound(item)) for item in data}
    return {str(position): sound(label) for position, label in enumerate(data)}


def _from_words(value: str, known: Mapping[str, str]) -> dict[str, str]:
    if value in known:
        return {value: known[value]}
    words = [word.strip() for word in value.split(",")]
    pairs = dict(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 == 0 and (pairs.items() <= known.items() or _are_items(pairs)):
        return pairs
    if all(word in known or whole(word) for word in words):
        return {word: known.get(word, word) for word in words}
    return {value: value}


def _are_items(pairs: Mapping[str, str]) -> bool:
    return all(whole(key) is not None and whole(label) is None for key, label in pairs.items())


def _own_choices(field: Field) -> dict[str, str]:
    lines = str(field.configuration.get("choices") or "").splitlines()
    pairs = (line.partition(":") for line in lines if line.strip())
    return {key.strip(): label.strip() or key.strip() for key, _, label in pairs}


def _is_multiple(field: Field) -> bool:
    return bool(field.configuration.get("multiselect"))


def _wanted(given: Any) -> list[str]:
    """The keys or labels in a value from JSON, which may also be what `read` gave."""
    if isinstance(given, list):
        return [word for item in given for word in _wanted(item)]
    if isinstance(given, dict):
        named = [given[key] for key in _KEYS if given.get(key) is not None]
        return [str(named[0])] if named else [str(key) for key in given]
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise Unfit("takes a key, a label or a list of them.")
    return [str(given).strip()]


def _as_php(chosen: Mapping[str, str]) -> str:
    """PHP's JSON of a map: a list when the keys happen to count from 0."""
    counted = [str(position) for position in range(len(chosen))]
    return php_json.encode(list(chosen.values()) if list(chosen) == counted else chosen)
