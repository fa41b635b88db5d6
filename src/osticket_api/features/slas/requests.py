"""Request models for SLA plans."""

from typing import Annotated, ClassVar

from pydantic import Field

from osticket_api.web.input import Changes, Id, Input, NoSwitch
from osticket_api.web.texts import Name, Notes, fits_escaped

_HOURS_OF_A_YEAR = 8760

SlaName = Annotated[Name, Field(max_length=64), fits_escaped(64)]
Hours = Annotated[int, Field(ge=1, le=_HOURS_OF_A_YEAR), NoSwitch]


class SlaCreate(Input):
    """A new SLA plan."""

    name: SlaName = Field(examples=["Gold"])
    grace_hours: Hours = Field(
        examples=[8], description="The grace period until a ticket is overdue, in hours of the schedule."
    )
    schedule_id: Id | None = Field(None, description="Business hours; null: the help desk's.")
    is_active: bool = True
    is_transient: bool = Field(False, description="Whether the SLA plan of a department or topic replaces this one.")
    sends_overdue_alerts: bool = True
    notes: Notes | None = None


class SlaUpdate(Changes):
    """Changes to an SLA plan. What is absent stays."""

    clearable: ClassVar[frozenset[str]] = frozenset({"schedule_id", "notes"})

    name: SlaName | None = None
    grace_hours: Hours | None = None
    schedule_id: Id | None = None
    is_active: bool | None = None
    is_transient: bool | None = None
    sends_overdue_alerts: bool | None = None
    notes: Notes | None = None
