"""How a request acts on one thing: find it, hold the caller to what they read, act, and show what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from osticket_api.access.principal import Principal
from osticket_api.db.engine import Read, Write
from osticket_api.web.call import Precondition

P = ParamSpec("P")
State = TypeVar("State")
Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Acting(Generic[State, Shape]):
    """One kind of thing: how it is found and locked to be changed, and how a caller sees it."""

    find: Callable[[Write, Principal, int], State]
    show: Callable[[Read, Principal, int], Shape]

    def on(
        self,
        tx: Write,
        principal: Principal,
        precondition: Precondition,
        row_id: int,
        verb: Callable[Concatenate[Write, Principal, State, P], Any],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Shape:
        """Do something to what the caller may see. Returns it as it is then.

        Raises: NotFound, Stale, and whatever the verb raises.
        """
        verb(tx, principal, self.to_change(tx, principal, precondition, row_id), *args, **kwargs)
        return self.show(tx, principal, row_id)

    def to_change(self, tx: Write, principal: Principal, precondition: Precondition, row_id: int) -> State:
        """What the caller may see, locked, and as they have read it. Raises: NotFound, Stale."""
        state = self.find(tx, principal, row_id)
        if precondition.is_set:
            precondition.check(self.show(tx, principal, row_id))
        return state
