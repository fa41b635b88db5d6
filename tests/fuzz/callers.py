"""Who calls when schemathesis does. schemathesis imports this as its hooks.

`FUZZ_CALLERS` names the headers of each caller, as JSON. The operations are dealt out among them.
"""

import json
import os
from typing import Any
from zlib import crc32

import schemathesis

CALLERS: list[dict[str, str]] = json.loads(os.environ.get("FUZZ_CALLERS", "[{}]"))


@schemathesis.auth(refresh_interval=None)
class Caller:
    """The caller of an operation: always the same one in a run."""

    def get(self, case: Any, context: Any) -> dict[str, str] | None:
        place = crc32(context.operation.label.encode()) % len(CALLERS)
        return CALLERS[place] or None

    def set(self, case: Any, data: dict[str, str], context: Any) -> None:
        case.headers.update(data)
