"""Machine clients: access tokens for API keys, by OAuth 2.0."""
