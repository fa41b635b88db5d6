"""Assemble the application: features, middleware and the OpenAPI description."""
