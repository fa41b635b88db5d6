"""Texts with parts of their own: names of people, addresses, lists."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from osticket_api.kit.names import FORMATS, Name
from osticket_api.mail.variables.language import Thing, Value


@dataclass(frozen=True)
class PersonName(Thing):
    """A name that can be shown in every format. `format` is the one that the help desk shows."""

    original: str
    format: str
    name: Name

    def text(self) -> str:
        return self._in(self.format) if self.format in FORMATS else self.original

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return {"original": lambda: self.original, **{each: self._maker(each) for each in FORMATS}}

    def _maker(self, format: str) -> Callable[[], str]:
        return lambda: self._in(format)

    def _in(self, format: str) -> str:
        return FORMATS[format](self.name)


def user_name(text: str, format: str) -> PersonName:
    return PersonName(text, format, Name.split(text))


def agent_name(first: str, last: str, format: str) -> PersonName:
    """Agents have the two parts of their name apart."""
    return PersonName(f"{first} {last}".strip(), format, Name("", first, "", last, ""))


@dataclass(frozen=True)
class Address(Thing):
    """An e-mail address of a user."""

    address: str
    person: str

    def text(self) -> str:
        return self.address

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        mailbox, _, domain = self.address.rpartition("@")
        return {
            "address": lambda: self.address,
            "mailbox": lambda: mailbox,
            "domain": lambda: domain,
            "host": lambda: domain,
            "personal": lambda: self.person,
        }


@dataclass(frozen=True)
class People(Thing):
    """Names and addresses of several."""

    members: Sequence[tuple[str, str]]

    def text(self) -> str:
        return ", ".join(name for name, _ in self.members)

    def parts(self) -> Mapping[str, Callable[[], Value]]:
        return {
            "names": self.text,
            "emails": lambda: ", ".join(address for _, address in self.members),
            "full": lambda: ", ".join(f"{name} <{address}>" for name, address in self.members),
        }


def quoted_address(name: str, address: str) -> str:
    """`"Uma Owner" <uma@acme.example>`."""
    return f'"{name}" <{address}>'
