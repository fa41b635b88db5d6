"""Request models for queues."""

from typing import Any, ClassVar

from pydantic import Field

from osticket_api.features.queues.criteria.kinds import Method
from osticket_api.features.tickets.api import TicketQuery
from osticket_api.web.input import Changes, Id, Input
from osticket_api.web.texts import Name


class QueueTicketsQuery(TicketQuery):
    """Parameters of the tickets of a queue: those of all ticket lists, which narrow it further."""

    NO_FILTERS: ClassVar[frozenset[str]] = TicketQuery.NO_FILTERS | {"columns"}

    sort: str = Field(
        "", max_length=200, description="Keys, comma separated; `-` for descending. By default the order of the queue."
    )
    columns: bool = Field(False, description="Whether each ticket has the values of the queue's columns too.")
    quick_filter: str | None = Field(
        None, max_length=200, description="A value of the queue's quick filter: an id, a word, or `M`, `T`, `s2`, `t1`."
    )


class CriterionChoice(Input):
    """One condition."""

    field: str = Field(min_length=1, max_length=64, examples=["status__state"], description="Such as `isoverdue`.")
    method: Method | None = Field(None, examples=["includes"], description="null only for `:keywords`.")
    value: Any = Field(None, examples=[["open"]], description="Of `includes` keys, or a map of keys to labels.")


class SearchCreate(Input):
    """A search to save."""

    title: Name = Field(max_length=60, examples=["Waiting for me"])
    criteria: list[CriterionChoice] = Field(min_length=1, max_length=50)
    parent_id: Id | None = Field(None, description="The queue whose tickets the search narrows.")
    sort_id: Id | None = Field(None, description="The initial order, one of `sorts` of a queue.")

    def columns(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class SearchUpdate(Changes):
    """Changes to a saved search. What is absent stays; `criteria` are given as a whole."""

    clearable: ClassVar[frozenset[str]] = frozenset({"parent_id", "sort_id"})

    title: Name | None = Field(None, max_length=60)
    criteria: list[CriterionChoice] | None = Field(None, min_length=1, max_length=50)
    parent_id: Id | None = None
    sort_id: Id | None = None

    def columns(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)
