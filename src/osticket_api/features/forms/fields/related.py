"""Answers that name something of the help desk: priority, department, topic, SLA plan, assignee."""

import re
from collections.abc import Sequence
from typing import Any, Literal

from osticket_api.features.forms.fields.codec import Answer, Codec, Unfit, sound, stored_json, unknown, whole
from osticket_api.features.forms.fields.field import Field
from osticket_api.features.forms.references import Kind, Named, References
from osticket_api.kit import php_json

_ASSIGNEE = re.compile(r"\s*([st])([0-9]{1,9})\s*", re.IGNORECASE)
_LETTERS: dict[str, Literal["s", "t"]] = {"staff": "s", "staff_id": "s", "team": "t", "team_id": "t"}


class RelatedCodec(Codec):
    """Stored as name and id. The index leaves these out."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        known = self.known(references)
        found = _find(known, _wanted(given))
        if found is None:
            raise unknown(self.kind, _wanted(given), [named.name for named in known])
        return Answer(found.name, found.id, column=str(found.id))

    def known(self, references: References) -> Sequence[Named]:
        return references.offered(self.kind)

    def read(self, field: Field, value: str | None, value_id: int | None) -> Any:
        if value_id is None and whole(value):
            return {"id": whole(value), "name": None}
        return {"id": value_id, "name": value} if value or value_id else None

    def identity(self, field: Field, value: str | None, value_id: int | None) -> Any:
        stored = self.read(field, value, value_id)
        return stored and (stored["id"] or stored["name"])

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        return ""

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        return {"oneOf": [{"const": named.id, "title": named.name} for named in references.offered(self.kind)]}


class PriorityCodec(RelatedCodec):
    """A default may be a priority that clients are not offered."""

    def __init__(self) -> None:
        super().__init__("priority")

    def known(self, references: References) -> Sequence[Named]:
        return references.named("priority")


class DepartmentCodec(RelatedCodec):
    """osTicket stores the bare id when a form is filled in, name and id after an edit, and `0` in the lookup table."""

    def __init__(self) -> None:
        super().__init__("department")

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        answer = super().parse_given(field, given, references)
        return Answer(answer.value, answer.value_id, column="0")

    def at_creation(self, answer: Answer) -> Answer:
        return answer if answer.value_id is None else Answer(str(answer.value_id), column=answer.column)


class AssigneeCodec(Codec):
    """An agent or a team, stored as `{"s3":"Jane Doe"}` or `{"t2":"Escalation"}`."""

    def parse_given(self, field: Field, given: Any, references: References) -> Answer:
        letter, number = _assignee(given)
        code = f"{letter}{number}"
        name = references.assignees.get(code)
        if name is None:
            raise Unfit(f"has no {'active agent' if letter == 's' else 'enabled team'} {number}.")
        value = php_json.encode({code: name})
        return Answer(value, column=value)

    def read(self, field: Field, value: str | None, value_id: int | None) -> Any:
        data = stored_json(value)
        for key, name in data.items() if isinstance(data, dict) else ():
            code = _ASSIGNEE.fullmatch(key)
            if code:
                return {"staff" if code[1] in "sS" else "team": {"id": int(code[2]), "name": sound(name)}}
        return None

    def identity(self, field: Field, value: str | None, value_id: int | None) -> Any:
        assignee = self.read(field, value, value_id) or {}
        return [(kind, named["id"]) for kind, named in assignee.items()]

    def search_text(self, field: Field, value: str | None, value_id: int | None) -> str:
        return ""

    def describe(self, field: Field, references: References) -> dict[str, Any]:
        return {"oneOf": [{"const": code, "title": name} for code, name in references.assignees.items()]}


def _wanted(given: Any) -> str:
    if isinstance(given, dict):
        given = given.get("id") or given.get("name")
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise Unfit("takes an id or a name.")
    return str(given).strip()


def _find(known: Sequence[Named], wanted: str) -> Named | None:
    word = wanted.casefold()
    by_id = (named for named in known if str(named.id) == wanted)
    by_name = (named for named in known if word in (named.name.casefold(), (named.alias or "").casefold()))
    return next(by_id, None) or next(by_name, None)


def _assignee(given: Any) -> tuple[Literal["s", "t"], int]:
    if isinstance(given, dict):
        for key, letter in _LETTERS.items():
            number = given.get(key)
            number = whole(number.get("id") if isinstance(number, dict) else number)
            if number:
                return letter, number
    code = _ASSIGNEE.fullmatch(given) if isinstance(given, str) else None
    if code is None:
        raise Unfit('takes {"staff_id": 1}, {"team_id": 1}, "s1" or "t1".')
    return "s" if code[1] in "sS" else "t", int(code[2])
