"""Request models for presence."""

from pydantic import Field

from osticket_api.events.presence import Activity
from osticket_api.web.input import Input


class PresenceUpdate(Input):
    """The caller's activity at a ticket."""

    activity: Activity = Field("viewing", description="viewing, or replying while the agent writes.")
