"""What the rest of the application may use of topics."""

from osticket_api.features.topics.queries import list_topics
from osticket_api.features.topics.requests import TopicQuery

__all__ = ["TopicQuery", "list_topics"]
