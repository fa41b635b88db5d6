"""Public interface of topics for the rest of the application."""

from osticket_api.features.topics.queries import list_topics
from osticket_api.features.topics.requests import TopicQuery

__all__ = ["TopicQuery", "list_topics"]
