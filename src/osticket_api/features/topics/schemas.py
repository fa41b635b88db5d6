"""What routes of help topics take."""

from pydantic import Field

from osticket_api.web.small_lists import SwitchedQuery


class TopicQuery(SwitchedQuery):
    """Filters of the list of topics, which is in the order the administrator gave it."""

    sort: str = Field("position,name", max_length=200, description="Keys, comma separated; `-` for descending.")
