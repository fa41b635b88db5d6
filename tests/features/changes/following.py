"""A program that keeps a copy of a help desk by following its changes."""

from collections.abc import Iterator
from typing import Any, Final

from tests.fixtures.api import Caller

_FLEETING: Final = {
    "users": ("ticket_counts",),
    "organizations": ("ticket_counts", "user_count"),
    "staff": ("last_login_at",),
    "departments": ("member_count",),
    "teams": ("member_count",),
}
"""What makes no change by itself."""


class Copy:
    """The copy: made by a full read, then kept by changes alone."""

    def __init__(self, caller: Caller, *kinds: str) -> None:
        self._caller = caller
        self._kinds = kinds
        self._cursor = ""
        self.held: dict[tuple[str, int], Any] = {}
        self.start()

    def start(self) -> None:
        """Take a cursor, and then read all there is."""
        self._cursor = self._ask("").meta["next_cursor"]
        self.held = self.all_there_is()

    def follow(self, limit: int = 100) -> bool:
        """Ask once. Returns whether there is more to ask for."""
        answer = self._ask(f"&since={self._cursor}&limit={limit}")
        told = [(change["kind"], change["id"]) for change in answer.data]
        assert len(told) == len(set(told)), "each resource comes once in an answer"
        for key, change in zip(told, answer.data, strict=True):
            if change["is_deleted"]:
                self.held.pop(key, None)
            else:
                self.held[key] = _lasting(change["kind"], change["data"])
        self._cursor = answer.meta["next_cursor"]
        return bool(answer.meta["has_more"])

    def all_there_is(self) -> dict[tuple[str, int], Any]:
        return {(kind, item["id"]): _lasting(kind, item) for kind in self._kinds for item in self._list(kind)}

    def _ask(self, more: str) -> Any:
        answer = self._caller.get(f"/changes?kinds={','.join(self._kinds)}{more}")
        assert answer.status == 200, answer.errors
        return answer

    def _list(self, kind: str) -> Iterator[Any]:
        cursor: str | None = ""
        while cursor is not None:
            place = f"&cursor={cursor}" if cursor else ""
            answer = self._caller.get(f"/{kind}?per_page=100&total=false&sort=id{place}")
            assert answer.status == 200, answer.errors
            yield from answer.data
            cursor = answer.meta["next_cursor"]


def _lasting(kind: str, item: Any) -> Any:
    return {name: value for name, value in item.items() if name not in _FLEETING.get(kind, ())}
