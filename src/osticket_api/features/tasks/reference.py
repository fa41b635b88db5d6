"""How a URL names a task: by id, or by number."""

from sqlalchemy import ColumnElement

from osticket_api.db import tables as t
from osticket_api.errors import NotFound
from osticket_api.web import reference as references

TaskRef = str
"""A task in a URL: `7`, or `number:3`."""


def named(reference: str) -> ColumnElement[bool]:
    """The task that `7` or `number:3` names."""
    return references.named(reference, id=t.task.c.id, number=t.task.c.number)


def missing(reference: str) -> NotFound:
    return NotFound.because(f"There is no task {reference[:80]}.")
