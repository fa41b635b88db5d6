"""Things that lie in each other, such as help topics: what is above one, and its name with all of theirs."""

from collections.abc import Iterable


class Tree:
    """All things of a kind, each with its parent. Parents that are gone, and circles, end the way up."""

    def __init__(self, things: Iterable[tuple[int, int | None, str]]) -> None:
        self._things = {identifier: (parent_id, name) for identifier, parent_id, name in things}

    @property
    def ids(self) -> Iterable[int]:
        return self._things.keys()

    def ancestors(self, identifier: int) -> list[int]:
        """The ids above this one, the nearest first."""
        found: list[int] = []
        parent_id = self.parent(identifier)
        while parent_id is not None and parent_id != identifier and parent_id not in found:
            found.append(parent_id)
            parent_id = self.parent(parent_id)
        return found

    def descendants(self, identifier: int) -> list[int]:
        """The ids below this one, at any depth."""
        return [each for each in self._things if each != identifier and identifier in self.ancestors(each)]

    def path(self, identifier: int) -> str:
        """The ids from the top down to this one, as osTicket stores them: `/1/4/`."""
        return "".join(f"/{each}" for each in (*reversed(self.ancestors(identifier)), identifier)) + "/"

    def parent(self, identifier: int) -> int | None:
        """The parent's id, if there is such a thing."""
        parent_id, _ = self._things[identifier]
        return parent_id if parent_id in self._things else None

    def full_name(self, identifier: int) -> str:
        """The name as osTicket shows it: `Parent / Child`."""
        path = [*reversed(self.ancestors(identifier)), identifier]
        return " / ".join(self._things[each][1] for each in path)
