"""What routes of presence take."""

from pydantic import Field

from osticket_api.events.presence import Activity
from osticket_api.web.input import Input


class PresenceUpdate(Input):
    """What the caller does at a ticket."""

    activity: Activity = Field("viewing", description="viewing, or replying while the agent writes.")
