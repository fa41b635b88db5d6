"""Recorded inputs that remember which of them a translation has read: what nobody reads was not played."""

from collections.abc import Iterator
from typing import Any


class Recorded(dict[str, Any]):
    """A mapping that notes what is read of it, and of the mappings in it. JSON and dictionaries take it as it is."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__({name: _watched(value) for name, value in values.items()})
        self._read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self._read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._read.add(name)
        return super().get(name, default)

    def __iter__(self) -> Iterator[str]:
        """Overridden, so that `{**params}` asks for each value instead of copying them unseen."""
        return super().__iter__()

    def items(self) -> Any:
        self._read.update(super().keys())
        return super().items()

    def values(self) -> Any:
        self._read.update(super().keys())
        return super().values()

    def replacing(self, **values: Any) -> "Recorded":
        """The same with some values of its own. What is read of it has been read here."""
        replaced = Recorded({})
        replaced.update({name: super(Recorded, self).__getitem__(name) for name in self} | values)
        replaced._read = self._read
        return replaced

    def unread(self) -> list[str]:
        """The paths that nobody has read: `members[0].alerts`."""
        return list(_unread(self, ""))


def replacing(params: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The same inputs with some values of their own."""
    return params.replacing(**values) if isinstance(params, Recorded) else {**params, **values}


def _watched(value: Any) -> Any:
    if isinstance(value, dict):
        return Recorded(value)
    return [_watched(each) for each in value] if isinstance(value, list) else value


def _unread(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Recorded):
        for name in dict.keys(value):
            below = f"{path}.{name}".removeprefix(".")
            if name in value._read:
                yield from _unread(dict.__getitem__(value, name), below)
            else:
                yield below
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _unread(each, f"{path}[{place}]")
