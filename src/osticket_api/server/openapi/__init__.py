"""`/openapi.json`: OpenAPI 3.1, made from the routes themselves.

Bodies and parameters are described by the pydantic models that read them, responses by the msgspec types that are sent.
"""

from osticket_api.server.openapi.document import document
from osticket_api.server.openapi.routes import api_routes

__all__ = ["api_routes", "document"]
