"""Request models for help topics."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from osticket_api.features.sequences.api import NumberFormat
from osticket_api.query.small_lists import SwitchedQuery
from osticket_api.web.input import Changes, Id, Input
from osticket_api.web.texts import Markup, Name, fits

_SHORTEST = 5


class TopicQuery(SwitchedQuery):
    """Filters of the list of topics, which is in the order the administrator gave it."""

    sort: str = Field("position,name", max_length=200, description="Keys, comma separated; `-` for descending.")


def _long_enough(value: str) -> str:
    if len(value.encode()) < _SHORTEST:
        raise ValueError(f"A topic's name has at least {_SHORTEST} characters.")
    return value


TopicName = Annotated[Name, fits(128), AfterValidator(_long_enough)]


class FormToAsk(Input):
    """A form that a topic is to ask."""

    id: Id
    disabled_field_ids: list[Id] = Field(
        default_factory=list, max_length=200, description="Fields of the form that this topic does not ask for."
    )


class _Properties(Input):
    parent_id: Id | None = None
    is_public: bool = True
    is_active: bool = True
    is_archived: bool = Field(
        False, description="Whether it is no longer in use; its closed tickets cannot be reopened then."
    )
    department_id: Id | None = Field(None, description="Where new tickets go; null: the default department.")
    priority_id: Id | None = None
    status_id: Id | None = Field(None, description="The status of new tickets.")
    sla_id: Id | None = None
    staff_id: Id | None = Field(None, description="Who gets new tickets; either an agent or a team.")
    team_id: Id | None = None
    page_id: Id | None = Field(None, description="The thank-you page.")
    sends_auto_response: bool = True
    number_format: NumberFormat | None = Field(
        None, max_length=32, description="The format of the numbers of its tickets; null: that of the help desk."
    )
    sequence_id: Id | None = Field(None, description="Where the digits of `number_format` come from; null: random.")
    position: int = Field(
        0, ge=0, le=10_000, description="The place in the order of topics, where the help desk sorts them manually."
    )
    notes: Markup | None = None
    forms: list[Id | FormToAsk] = Field(
        default_factory=list,
        max_length=50,
        description="The forms beside the ticket form, in this order: ids, or forms with fields that are left out.",
        examples=[[2]],
    )


class TopicCreate(_Properties):
    """A new help topic."""

    name: TopicName = Field(max_length=128, examples=["Door access"])


class TopicUpdate(_Properties, Changes):
    """Changes to a help topic. What is absent stays; `forms` are given as a whole."""

    clearable: ClassVar[frozenset[str]] = frozenset(
        {
            "parent_id",
            "department_id",
            "priority_id",
            "status_id",
            "sla_id",
            "staff_id",
            "team_id",
            "page_id",
            "number_format",
            "sequence_id",
            "notes",
        }
    )

    name: TopicName | None = Field(None, max_length=128)
