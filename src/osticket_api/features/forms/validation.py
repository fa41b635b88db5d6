"""Turn what a caller sent into answers, and report all faults at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from osticket_api.access.field_rules import NO_LIMITS, Limits
from osticket_api.access.principal import ANONYMOUS, Principal
from osticket_api.db.unit import Read
from osticket_api.errors import Faults
from osticket_api.features.forms.entries import is_unchanged
from osticket_api.features.forms.fields import (
    AUDIENCES,
    Actor,
    Field,
    Unfit,
    codec_for,
    parse,
    read,
    sound,
)
from osticket_api.features.forms.model import Answers, Entry, Form, TopicForm, is_stored, list_ids
from osticket_api.features.forms.references import References
from osticket_api.kit.suggestions import did_you_mean


def validate(
    tx: Read,
    forms: Iterable[Form | TopicForm],
    given: Mapping[str, Any],
    *,
    actor: Actor,
    faults: Faults,
    caller: Principal = ANONYMOUS,
    limits: Limits = NO_LIMITS,
) -> Answers:
    """The answers to forms that are filled in for the first time. Faults are collected, not raised.

    Keys of `given` are names, ids (`20`, `field.20`) or labels. Built-in fields (`model.BUILT_IN`) are taken by their
    name whoever acts, so that a default can be passed: whether the caller may choose is settled before. Only files that
    `caller` uploaded or sees can be put into a field. `limits`: what an administrator has frozen for them.
    Source: tickets.md 1.3
    """
    asked = [form if isinstance(form, TopicForm) else TopicForm(form) for form in forms]
    fields = [(form.form, field) for form in asked for field in form.asked_fields]
    sheet = _Sheet(fields, actor, faults, takes_defaults=True)
    limits.require_settable(sheet.chosen(given))
    answers = sheet.parse(given, References(tx, sheet.list_ids, audience=AUDIENCES[actor], caller=caller))
    sheet.require(answers, (field.id for _, field in sheet.open))
    return answers


def validate_changes(
    tx: Read,
    entries: Sequence[Entry],
    given: Mapping[str, Any],
    *,
    actor: Actor,
    faults: Faults,
    caller: Principal = ANONYMOUS,
    limits: Limits = NO_LIMITS,
) -> Answers:
    """The answers that a caller changes in forms filled in before: what is left out stays, null clears.

    What was read can be sent back, even a choice that is gone by now.
    Source: tickets.md 4.9.2, people.md 1.3
    """
    sheet = _Sheet([(entry.form, field) for entry in entries for field in entry.asked_fields], actor, faults)
    sheet.stored = {
        field.id: read(field, *entry.stored_answer(field)) for entry in entries for field in entry.asked_fields
    }
    limits.require_settable(sheet.chosen(given), ())
    references = References(tx, sheet.list_ids, sheet.held_files(limits), audience=AUDIENCES[actor], caller=caller)
    answers = sheet.parse(given, references)
    limits.require_settable((), _changed(entries, answers))
    sheet.require(answers, answers)
    return answers


def _changed(entries: Sequence[Entry], answers: Answers) -> list[str]:
    """The fields whose answers differ from what is stored."""
    return [
        _path(entry.form, field, field.column)
        for entry in entries
        for field in entry.form.stored_fields
        if (answer := answers.get(field.id)) and (answer.sent or not is_unchanged(entry, field, answer))
    ]


class _Sheet:
    """The fields that this caller may fill in, and what was wrong in filling them in."""

    def __init__(
        self, fields: Sequence[tuple[Form, Field]], actor: Actor, faults: Faults, *, takes_defaults: bool = False
    ) -> None:
        self.actor = actor
        self.faults = faults
        self._takes_defaults = takes_defaults
        self.stored: Mapping[int, Any] = {}
        self.refused: set[int] = set()
        self.open = [(form, field) for form, field in fields if is_stored(field) and self._may_set(form, field)]
        self._closed = {field.name.lower(): (form, field) for form, field in fields if not self._may_set(form, field)}
        self._elsewhere = {field.name.lower() for _, field in fields if not is_stored(field)}
        self._found = self._index()

    @property
    def list_ids(self) -> set[int]:
        return list_ids(field for _, field in self.open)

    def held_files(self, limits: Limits) -> set[int]:
        """The files in fields that the caller may fill in and sees, and so may send back."""
        seen = [field for form, field in self.open if not limits.hides(_path(form, field, field.column))]
        answers = (self.stored.get(field.id) for field in seen if field.type == "files")
        return {file["id"] for answer in answers for file in answer or ()}

    def parse(self, given: Mapping[str, Any], references: References) -> Answers:
        answers: Answers = {}
        for key, value in given.items():
            word = _word(key)
            for form, field in self._found.get(word, ()):
                if field.id in self.stored and self.stored[field.id] == value:
                    continue
                try:
                    answers[field.id] = parse(field, value, references)
                except Unfit as unfit:
                    self._add(form, field, key, unfit)
            if word not in self._found and word not in self._elsewhere:
                self._refuse(key, self._closed.get(word))
        return answers

    def chosen(self, given: Iterable[str]) -> list[str]:
        """The fields that the caller has named: in new forms not the built-in ones, which may come from a default."""
        found = [each for key in given for each in self._found.get(_word(key), ())]
        return [
            _path(form, field, field.column)
            for form, field in found
            if not (self._takes_defaults and form.is_built_in(field))
        ]

    def require(self, answers: Answers, field_ids: Iterable[int]) -> None:
        """Ask for the required ones among these fields that have no answer."""
        wanted = set(field_ids) - self.refused
        for form, field in self.open:
            answer = answers.get(field.id)
            is_missing = answer is None or answer.is_empty
            if field.id in wanted and is_missing and self._is_required(field):
                self.faults.add(_path(form, field, field.column), f"{field.label} is required.", code="required")

    def _add(self, form: Form, field: Field, key: str, unfit: Unfit) -> None:
        self.refused.add(field.id)
        detail = {"allowed": unfit.allowed} if unfit.allowed else None
        self.faults.add(_path(form, field, key), f"{field.label} {unfit}", detail=detail)

    def _index(self) -> Mapping[str, list[tuple[Form, Field]]]:
        """Fields by name and id, and by label where that means nothing else. Of one name, all get the answer."""
        found: dict[str, list[tuple[Form, Field]]] = {}
        editable = [(form, field) for form, field in self.open if field.is_editable_by(self.actor)]
        for form, field in self.open:
            found.setdefault(field.column.lower(), []).append((form, field))
        for form, field in editable:
            found.setdefault(str(field.id), [(form, field)])
        for form, field in editable:
            found.setdefault(field.label.strip().lower(), [(form, field)])
        return found

    def _may_set(self, form: Form, field: Field) -> bool:
        return field.is_editable_by(self.actor) or (self._takes_defaults and form.is_built_in(field))

    def _is_required(self, field: Field) -> bool:
        """Whether a field must be filled in. A field whose type belongs to a plugin is never required."""
        return field.is_required_of(self.actor) and codec_for(field.type).is_asked

    def _refuse(self, key: str, closed: tuple[Form, Field] | None) -> None:
        path = _path(*closed, sound(key)) if closed else f"custom_fields.{sound(key)}"
        if closed and closed[1].is_visible_for(self.actor):
            self.faults.add(path, f"{closed[1].label} can be seen but not set by you.", code="not_editable")
            return
        known = [field.column for form, field in self.open if not form.is_built_in(field)]
        self.faults.add(path, f"There is no field {sound(key)}.{did_you_mean(key, known)}", code="unknown_field")


def _word(key: str) -> str:
    return key.strip().lower().removeprefix("field.")


def _path(form: Form, field: Field, key: str) -> str:
    return field.name if form.is_built_in(field) else f"custom_fields.{key}"
