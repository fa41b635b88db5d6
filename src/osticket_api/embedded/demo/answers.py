"""Answers to the equipment form: what is stored for each kind of field, and what is found of it."""

from datetime import date, datetime

from osticket_api.db import tables as t
from osticket_api.embedded.additions import Agent
from osticket_api.embedded.demo.files import SampleFile, answer_key, attach
from osticket_api.embedded.demo.setting import Setting
from osticket_api.embedded.ledger import Ledger
from osticket_api.embedded.seed.ticketing import NOTHING_HIDDEN
from osticket_api.kit import php_json

_PRIORITIES = {"Low": 1, "Normal": 2, "High": 3, "Emergency": 4}
_NOT_STORED = ("intro", "place")


class Answers:
    """The answers to one copy of the form. Questions nobody answered are stored as NULL.

    Source: tickets.md 1.16.2, people.md 5.11.
    """

    def __init__(self, ledger: Ledger, setting: Setting, ticket: int, at: datetime) -> None:
        self._ledger = ledger
        self._setting = setting
        self._at = at
        self._entry: int = ledger.add(
            t.form_entry,
            form_id=setting.equipment_form,
            object_type="T",
            object_id=ticket,
            sort=1,
            extra=NOTHING_HIDDEN,
            created=at,
            updated=at,
        )["id"]
        self._values = {
            name: ledger.add(t.form_entry_values, entry_id=self._entry, field_id=number, value=None, value_id=None)
            for name, number in setting.fields.items()
            if name not in _NOT_STORED
        }
        self._values["warranty"]["value"] = "0"
        self._to_response: dict[str, str] = {"warranty": "No"}

    @property
    def searchable(self) -> list[str]:
        """What the search index gets, in the order of the form."""
        return [self._to_response[name] for name in self._values if name in self._to_response]

    def _set(self, name: str, value: str, shown: str = "") -> "Answers":
        self._values[name]["value"] = value
        if shown:
            self._to_response[name] = shown
        return self

    def text(self, name: str, value: str) -> "Answers":
        return self._set(name, value, value)

    def memo(self, name: str, value: str) -> "Answers":
        return self._set(name, f"<p>{value}</p>", value)

    def choice(self, name: str, **labels: str) -> "Answers":
        return self._set(name, php_json.encode(labels), ", ".join(labels.values()))

    def switch(self, name: str) -> "Answers":
        return self._set(name, "1", "Yes")

    def day(self, name: str, day: date) -> "Answers":
        return self._set(name, f"{day} 00:00:00 UTC", f"{day.month}/{day.day}/{day:%y}")

    def office(self, name: str) -> "Answers":
        return self._set("office", php_json.encode({str(self._setting.offices[name]): name}), name)

    def department(self, number: int) -> "Answers":
        return self._set("owner", str(number))

    def contact(self, agent: Agent) -> "Answers":
        return self._set("contact", php_json.encode({f"s{agent.id}": agent.name}))

    def zone(self, name: str) -> "Answers":
        return self._set("zone", php_json.encode({name: name.replace("/", " / ")}))

    def phone(self, digits: str) -> "Answers":
        return self._set("desk_phone", digits, f"{digits[:3]}-{digits[3:]}")

    def impact(self, label: str) -> "Answers":
        self._values["impact"]["value_id"] = _PRIORITIES[label]
        return self._set("impact", label)

    def photo(self, sample: SampleFile) -> "Answers":
        key = answer_key(self._setting.fields["photo"], self._entry)
        number = attach(self._ledger, sample, "E", key, self._at)
        return self._set("photo", php_json.encode({str(number): sample.name}), f"{sample.name},")
