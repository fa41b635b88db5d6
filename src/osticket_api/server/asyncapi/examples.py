"""Examples of events. A test wrote them: they are what was heard of recorded operations."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

EXAMPLES: Final = Path(__file__).parent / "examples.json"


@cache
def examples() -> dict[str, Any]:
    """An event by its type, for the types of which one was recorded."""
    return {name: found["event"] for name, found in json.loads(EXAMPLES.read_text()).items()}
