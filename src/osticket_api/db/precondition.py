"""What a caller demands of a thing before it may be changed: that it still is as they have read it (`If-Match`)."""

from collections.abc import Callable
from typing import Any

import msgspec

from osticket_api.errors import Stale
from osticket_api.kit.etags import etag, state_of

_encode = msgspec.json.Encoder().encode


class Precondition:
    """The states that the caller accepts.

    The state is compared where the thing is found and locked. The refusal comes at the end of the unit of work, so that
    whoever lacks the right to the change is told that first.
    """

    def __init__(self, if_match: str | None = None, narrow: Callable[[Any], object] | None = None) -> None:
        """`narrow`: what takes out of a representation what the caller is not shown."""
        is_any = if_match is None or if_match.strip() == "*"
        self._states = None if is_any else {state_of(tag) for tag in str(if_match).split(",")}
        self._narrow = narrow
        self._refusal: Stale | None = None

    @property
    def is_set(self) -> bool:
        return self._states is not None

    def check(self, current: Any) -> None:
        """Compare with the plain representation as it is now, inside the transaction that changes it."""
        if self._states is None:
            return
        if self._narrow is not None:
            self._narrow(current)
        state = state_of(etag(_encode(current)))
        if state not in self._states:
            message = "The resource has changed since you read it; read it again."
            self._refusal = Stale.because(message, detail={"current": f'"{state}"'})

    def raise_if_stale(self) -> None:
        """Raises: Stale when something was found in another state than the caller accepts."""
        if self._refusal is not None:
            raise self._refusal
