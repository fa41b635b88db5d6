"""Every recorded operation as requests to our API: by kind, a function of what was asked for.

The families register themselves where they are imported here.
"""

from tests.parity.operations import (
    api_keys,
    bans,
    bulk,
    catalog,
    collaborators,
    drafts,
    editing,
    filters,
    knowledge,
    legacy_endpoints,
    locks,
    people,
    relations,
    sessions,
    staff,
    structure,
    tasks,
    teams,
    threads,
    tickets,
)
from tests.parity.operations.registry import LEFT_OUT, OPERATIONS, Answer, Operation, Scene

__all__ = [
    "LEFT_OUT",
    "OPERATIONS",
    "Answer",
    "Operation",
    "Scene",
    "api_keys",
    "bans",
    "bulk",
    "catalog",
    "collaborators",
    "drafts",
    "editing",
    "filters",
    "knowledge",
    "legacy_endpoints",
    "locks",
    "people",
    "relations",
    "sessions",
    "staff",
    "structure",
    "tasks",
    "teams",
    "threads",
    "tickets",
]
