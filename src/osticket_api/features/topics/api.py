"""What the rest of the application may use of topics."""

from osticket_api.features.topics.queries import list_topics
from osticket_api.features.topics.requests import TopicQuery
from osticket_api.features.topics.visible import TopicTree, visible_topics

__all__ = ["TopicQuery", "TopicTree", "list_topics", "visible_topics"]
