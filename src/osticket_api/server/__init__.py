"""The application: features, middleware and the published description put together."""
